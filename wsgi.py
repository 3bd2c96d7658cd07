"""The door for gunicorn and `flask`: the one place that composes the two halves."""

import click
from flask import Flask

from backend import runtime, starting
from backend.app import create_app as create_backend
from miniprogram_api.app import register


def create_app() -> Flask:
    """The whole product."""
    whole = create_backend()
    register(whole)
    return whole


app = create_app()
if click.get_current_context(silent=True) is None:  # a server's process, none of `flask zheng <verb>`
    with app.app_context():
        starting.refuse_unsafe_data(runtime.current())
