"""register(app): mounts the blueprints of phones; nothing else."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from miniprogram_api import auth, staff
from miniprogram_api.citizen import catalogue, organisations
from miniprogram_api.committee import absence

#: One a line: auth, then citizen, committee, counter.
_BLUEPRINTS: Sequence[Any] = (
    auth.blueprint,
    staff.blueprint,
    catalogue.blueprint,
    organisations.blueprint,
    absence.blueprint,
)


def register(app: Flask) -> None:
    """Mount what a phone may ask, on the application's one API."""
    api = app.extensions["zhangshangzheng.api"]
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
