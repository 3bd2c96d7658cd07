"""register(app): mounts the blueprints of phones; nothing else."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from miniprogram_api import auth, desk_login, staff
from miniprogram_api.citizen import (
    account,
    applications,
    catalogue,
    certificates,
    complaints,
    consents,
    evidence,
    messages,
    organisations,
    people,
    real_name,
    showcodes,
    wallet,
)
from miniprogram_api.committee import absence, assisting, deciding, handling, inbox, sentences
from miniprogram_api.committee import certificates as committee_certificates
from miniprogram_api.committee import people as desk_people
from miniprogram_api.counter import scan

#: One a line: auth, then citizen, committee, counter.
_BLUEPRINTS: Sequence[Any] = (
    auth.blueprint,
    real_name.blueprint,
    desk_login.blueprint,
    account.blueprint,
    consents.blueprint,
    people.blueprint,
    desk_people.blueprint,
    staff.blueprint,
    catalogue.blueprint,
    applications.blueprint,
    evidence.blueprint,
    organisations.blueprint,
    certificates.blueprint,
    wallet.blueprint,
    showcodes.blueprint,
    complaints.blueprint,
    messages.blueprint,
    inbox.blueprint,
    handling.blueprint,
    assisting.blueprint,
    deciding.blueprint,
    sentences.blueprint,
    committee_certificates.blueprint,
    absence.blueprint,
    scan.blueprint,
)


def register(app: Flask) -> None:
    """Mount what a phone may ask, on the application's one API."""
    api = app.extensions["zhangshangzheng.api"]
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
