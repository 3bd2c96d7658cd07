"""The door for gunicorn and `flask`: the one place that composes the two halves."""

from flask import Flask

from backend.app import create_app as create_backend
from miniprogram_api.app import register


def create_app() -> Flask:
    """The whole product."""
    whole = create_backend()
    register(whole)
    return whole


app = create_app()
