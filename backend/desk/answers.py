"""What every page answers with: headers that keep the browser strict, problems as pages saying what to do."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from backend import problem_answers
from backend.access import ANONYMOUS, Actor
from backend.problems import NotLoggedIn, Problem

LOG_IN_PAGE = "/desk/login"

#: No script at all, nothing from elsewhere: every page works as plain HTML and one style sheet of our own.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # `no-referrer` would make browsers post forms with `Origin: null`, which the Origin check refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_TITLES = {
    401: "请先登录",
    403: "不能办理",
    404: "没有找到",
    409: "情况已有变化",
    422: "填写有误",
    429: "请稍后再试",
    500: "系统出错了",
    503: "系统正忙",
}


def render(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page from its template."""
    return Response(render_template(template, **context), status=status, mimetype="text/html")


def finish(response: BaseResponse, *, indexed: bool = False) -> BaseResponse:
    """Put the strict headers on an answer; search engines are kept out unless `indexed`."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not indexed:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def problem_page(problem: Problem) -> BaseResponse:
    """A refusal in words. Who is not logged in and only reads is taken to the log-in page and back."""
    if isinstance(problem, NotLoggedIn) and request.method == "GET":
        return finish(redirect(f"{LOG_IN_PAGE}?{urlencode({'next': request.full_path.rstrip('?')})}", 303))
    status = int(problem.facts.get("status", problem.status))
    response = render(
        "desk/problem.html",
        status=status,
        title=_TITLES.get(status, "没有办成"),
        refused=problem,
        log_in=f"{LOG_IN_PAGE}?{urlencode({'next': request.path})}" if status == 401 else None,
    )
    response.headers.update(
        {name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"}
    )
    return finish(response)


def unforeseen_page(error: Exception) -> BaseResponse:
    """Whatever nobody foresaw, without a detail that could leak."""
    current_app.logger.error(
        "unforeseen on a page", exc_info=error, extra={"trace_id": problem_answers.trace_id()}
    )
    return problem_page(Unforeseen())


class Unforeseen(Problem):
    status = 500
    code = "internal"
    detail = "系统出错了，我们已经记录下来。请稍后再试；如果一直这样，请把下面的编号告诉管理员"


def actor_of_page() -> Actor:
    """The actor this page is made for; a visitor when the page failed before it knew."""
    actor: Actor = g.get("page_actor", ANONYMOUS)
    return actor
