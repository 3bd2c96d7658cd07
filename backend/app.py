"""create_app(): settings -> extensions -> blueprints -> commands, read top to bottom."""

from collections.abc import Sequence
from typing import Any

import click
from flask import Flask, Response, g, request
from flask.cli import AppGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import (
    apidocs,
    commands,
    health,
    http,
    logs,
    personal_data,
    phone_client,
    privacy,
    problem_answers,
    runtime,
    starting,
    work,
)
from backend.applications import routes as applications_routes
from backend.audit import routes as audit_routes
from backend.catalogue import commands as catalogue_commands
from backend.certificates import pages as certificates_pages
from backend.certificates import register_pages
from backend.complaints import pages as complaints_pages
from backend.complaints import routes as complaints_routes
from backend.desk import shell as desk
from backend.identity import pages as identity_pages
from backend.identity import person_pages
from backend.identity import routes as identity_routes
from backend.notifications import commands as notification_commands
from backend.notifications import pages as dead_letter_pages
from backend.notifications import worker
from backend.organisations import calendar_pages, calendar_routes, staff_pages, staff_routes
from backend.organisations import commands as organisation_commands
from backend.organisations import pages as organisation_pages
from backend.organisations import routes as organisation_routes
from backend.organisations.authority import actor_of_token
from backend.papers import commands as papers_commands
from backend.papers import pages as papers_pages
from backend.papers import routes as papers_routes
from backend.privacy import FieldKeys
from backend.runtime import Runtime
from backend.settings import Settings
from backend.showcodes import commands as showcodes_commands
from backend.showcodes import pages as showcodes_pages
from backend.showcodes import public as showcodes_public

#: Blueprints of departments and machines (JSON), one a line, in the order of the capabilities.
_BLUEPRINTS: Sequence[Any] = (
    audit_routes.blueprint,
    identity_routes.blueprint,
    organisation_routes.blueprint,
    staff_routes.office_staff,
    staff_routes.blueprint,
    calendar_routes.blueprint,
    papers_routes.blueprint,
    complaints_routes.blueprint,
    applications_routes.blueprint,
)

#: Blueprints of desks and the public (HTML).
_PAGES: Sequence[Any] = (
    desk.pages,
    identity_pages.pages,
    person_pages.pages,
    organisation_pages.pages,
    staff_pages.pages,
    calendar_pages.pages,
    certificates_pages.pages,
    register_pages.pages,
    papers_pages.pages,
    dead_letter_pages.pages,
    complaints_pages.pages,
    showcodes_public.pages,
    showcodes_pages.pages,
)

#: Commands of `flask zheng`.
_COMMANDS: Sequence[click.Command] = (
    notification_commands.worker_command,
    notification_commands.dead_letters_command,
    organisation_commands.import_divisions_command,
    organisation_commands.load_holidays_command,
    organisation_commands.invite_city_admin_command,
    papers_commands.init_command,
    papers_commands.keys_command,
    showcodes_commands.verify_command,
    catalogue_commands.decide_command,
    commands.migrate_command,
    commands.docs_command,
    apidocs.openapi_command,
)

_MAX_REQUEST_BYTES = 12 * 1024 * 1024


def create_app(settings: Settings | None = None, *, own: Runtime | None = None) -> Flask:
    """The application. `own` brings a runtime made elsewhere (tests, commands)."""
    settings = settings or (own.settings if own else Settings())
    settings.refuse_unsafe()
    logs.configure()
    app = Flask("zhangshangzheng", static_folder=None, template_folder=None)
    app.config.update(_flask_config(settings))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    privacy.use(
        FieldKeys.parse(settings.field_keys.get_secret_value(), settings.index_key.get_secret_value())
    )
    runtime.attach(app, own or runtime.build(settings))
    http.authenticate_with(app, actor_of_token)
    problem_answers.install_handlers(app)
    worker.install(work.register_all, starting.refuse_unsafe_data)
    desk.install(app)
    personal_data.attach(app)
    app.after_request(_harden)

    api = http.Api(app)
    apidocs.describe(api)
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    for page in (health.blueprint, apidocs.blueprint, phone_client.blueprint, *_PAGES):
        app.register_blueprint(page)
    app.extensions["zhangshangzheng.api"] = api

    zheng = AppGroup("zheng", help="掌上证 的管理命令")
    for command in _COMMANDS:
        zheng.add_command(command)
    app.cli.add_command(zheng)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "MAX_CONTENT_LENGTH": _MAX_REQUEST_BYTES,
        "METRICS_TOKEN": settings.metrics_token.get_secret_value(),
        "API_TITLE": "掌上证 API",
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "PROPAGATE_EXCEPTIONS": False,
    }


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def _harden(response: Response) -> Response:
    """Headers every answer carries unless it has its own, and the metrics of the request."""
    wanted = {**_HEADERS, "X-Trace-Id": g.get("trace_id", "")}
    if runtime.current().settings.environment == "production":
        wanted |= _HTTPS_ONLY
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in wanted.items() if name.lower() not in own})
    rule = request.url_rule.rule if request.url_rule else "unknown"
    health.count(rule, request.method, response.status_code)
    return response
