"""The shell's own pages and parts: style sheet, the desk's door, and what every template can use."""

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, send_from_directory
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from backend import clock, privacy, problem_answers, runtime
from backend.access import Actor, Permission
from backend.desk import form_token, navigation
from backend.desk.answers import LOG_IN_PAGE, actor_of_page, problem_page
from backend.desk.web import Pages, redirect_to, render
from backend.problems import NotFound

pages = Pages("desk", __name__)
_STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


@pages.page("/", may=Permission.PUBLIC_READ, indexed=True)
def home(session: Session, actor: Actor) -> Response:
    """首页：这是什么，给谁用"""
    return render("desk/home.html")


@pages.page("/desk", may=Permission.PUBLIC_READ)
def desk(session: Session, actor: Actor) -> Response:
    """工作台首页"""
    if actor.account_id is None:
        return redirect_to(LOG_IN_PAGE)
    return render("desk/desk.html")


def asset(filename: str) -> Response:
    """Our style sheet and picture. The address carries a digest, so they may be kept for ever."""
    response = send_from_directory(_STATIC, filename, max_age=_YEAR)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


asset.zheng_permission = Permission.PUBLIC_READ  # type: ignore[attr-defined]
pages.add_url_rule("/static/desk/<filename>", view_func=asset)


def install(app: Flask) -> None:
    """What templates can use, and a page instead of JSON when a browser asks for what does not exist."""
    app.context_processor(_context)
    app.add_template_filter(clock.spoken, "spoken")
    app.add_template_filter(_day, "day")
    app.add_template_filter(_clock_time, "clock_time")
    app.add_template_filter(privacy.mask_name, "masked_name")
    app.add_template_filter(privacy.mask_id_number, "masked_id_number")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.errorhandler(NoSuchPage)
    def _no_such_page(error: NoSuchPage) -> Response:
        if _is_browser():
            return problem_page(NotFound("没有这个网页。请检查网址，或从首页重新进入"))
        return problem_answers.problem_response(problem_answers.as_problem(error))


def _is_browser() -> bool:
    machine = request.path.startswith(("/mp/", "/api/", "/.well-known/"))
    return (
        not machine
        and request.accept_mimetypes.accept_html
        and "text/html" in request.headers.get("Accept", "")
    )


def _context() -> dict[str, Any]:
    actor = actor_of_page()
    settings = runtime.current().settings
    return {
        "actor": actor,
        "navigation": navigation.entries(actor),
        "here": request.path,
        "problem": g.get("page_problem"),
        "filled": _filled,
        "filled_query": request.args.get,
        "form_token": lambda: form_token.make(actor),
        "stylesheet": _asset_href("zheng.css"),
        "icon_href": _asset_href("icon.svg"),
        "city": settings.city_name,
        "public_host": settings.public_url.partition("://")[2].rstrip("/"),
        "demo": settings.environment != "production",
        "trace_id": problem_answers.trace_id(),
        "now": clock.now(),
    }


def _filled(name: str, default: str = "") -> str:
    """What was typed into a field; asked for only by forms, since a body that is too large cannot be read."""
    return request.form.get(name, default)


def _day(value: Any) -> str:
    """`2026年11月23日` of a date."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def _clock_time(value: datetime) -> str:
    """`15:20` in 北京时间."""
    return f"{clock.beijing(value):%H:%M}"


@lru_cache
def _asset_href(filename: str) -> str:
    digest = hashlib.sha256((_STATIC / filename).read_bytes()).hexdigest()[:12]
    return f"/static/desk/{filename}?v={digest}"
