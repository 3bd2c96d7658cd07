"""Pages: server-rendered, no script, for desks and the public. The same declarations as `http.Blueprint`.

    pages = Pages("counter", __name__)

    @pages.page("/desk/counter", may=Permission.VERIFY)
    def counter(session, actor):
        return render("showcodes/counter.html", scans=...)

    @pages.form("/desk/counter", may=Permission.VERIFY, takes=ScanForm, again=counter)
    def scan(session, actor, form):
        return render("showcodes/counter.html", verdict=...)

The wrapper finds the actor from the cookie, checks the permission, the Origin and the form token, opens ONE
transaction, commits before the answer leaves, and shows every problem as a page. With `again`, a refused form
is shown once more by that view, with what was typed (`filled(name)`) and what is wrong (`problem`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, request
from marshmallow import EXCLUDE, Schema, ValidationError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from backend import access, http, problem_answers, runtime, transaction
from backend.access import Actor, Permission
from backend.desk import form_token
from backend.desk.answers import actor_of_page, finish, problem_page, render, unforeseen_page
from backend.problems import InvalidInput, NotLoggedIn, Problem

__all__ = ["COOKIE", "Pages", "drop_log_in", "keep_log_in", "redirect_to", "render"]

COOKIE = "zheng_desk"
View = Callable[..., Any]


class ForeignForm(Problem):
    """A form posted from another site."""

    status = 403
    code = "foreign_form"
    detail = "这次提交不是从本网站的页面发出的，已被拦下。请从本网站重新打开页面办理"


class Pages(Blueprint):
    """A blueprint of pages; every view declares its authority."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        options.setdefault("template_folder", "templates")
        super().__init__(f"{name}_pages", import_name, **options)

    def page(
        self,
        rule: str,
        *,
        may: Permission,
        query: type[Schema] | None = None,
        writes: bool = False,
        indexed: bool = False,
    ) -> Callable[[View], View]:
        """A GET. query: schema of `?…`, handed over as `query`. writes: it also records something."""

        def decorate(view: View) -> View:
            def work(session: Session, path: dict[str, Any]) -> Any:
                actor = _admit(session, may)
                values = {"query": _load(query, request.args.to_dict())} if query else {}
                return view(session, actor, **values, **path)

            self._add(rule, "GET", view, may, _edge(work, read_only=not writes, indexed=indexed))
            return view

        return decorate

    def form(
        self, rule: str, *, may: Permission, takes: type[Schema] | None = None, again: View | None = None
    ) -> Callable[[View], View]:
        """A POST. takes: the form's schema, handed over as `form`. again: the view that shows the form."""

        def decorate(view: View) -> View:
            def work(session: Session, path: dict[str, Any]) -> Any:
                actor = _admit(session, may)
                _refuse_foreign()
                form_token.check(actor, request.form.get(form_token.FIELD, ""))
                values = {"form": _load(takes, request.form.to_dict())} if takes else {}
                return view(session, actor, **values, **path)

            self._add(rule, "POST", view, may, _edge(work, read_only=False, again=again))
            return view

        return decorate

    def _add(self, rule: str, method: str, view: View, may: Permission, edge: View) -> None:
        wrapped = wraps(view)(edge)
        wrapped.zheng_permission = may  # type: ignore[attr-defined]
        self.add_url_rule(rule, endpoint=f"{view.__name__}", view_func=wrapped, methods=[method])


def _edge(
    work: Callable[[Session, dict[str, Any]], Any],
    *,
    read_only: bool,
    indexed: bool = False,
    again: View | None = None,
) -> View:
    """One transaction round `work`; whatever it raises becomes a page."""

    def edge(**path: Any) -> Response:
        try:
            problem_answers.refuse_unstorable()
        except Problem as problem:  # no form is shown again with what no database can hold
            return problem_page(problem)
        except HTTPException as error:
            return problem_page(problem_answers.as_problem(error))
        try:
            answer = transaction.in_transaction(
                lambda session: make_response(work(session, path)), read_only=read_only
            )
            return finish(answer, indexed=indexed)
        except HTTPException as error:
            return problem_page(problem_answers.as_problem(error))
        except Problem as problem:
            return (
                _show_again(again, problem, path) if _worth_again(again, problem) else problem_page(problem)
            )
        except Exception as error:
            return unforeseen_page(error)

    return edge


def _worth_again(again: View | None, problem: Problem) -> bool:
    return again is not None and problem.status in (400, 409, 422, 423, 429)


def _show_again(again: View | None, problem: Problem, path: dict[str, Any]) -> Response:
    """The form's page once more, with the problem on it, in a transaction of its own."""
    assert again is not None
    g.page_problem = problem
    actor = actor_of_page()
    answer = transaction.in_transaction(
        lambda session: make_response(again(session, actor, **path)), read_only=True
    )
    answer.status_code = problem.status
    answer.headers.update(problem.headers)
    return finish(answer)


def _admit(session: Session, may: Permission) -> Actor:
    """The actor of the cookie, once it may open this page."""
    actor = _actor(session)
    g.page_actor = actor
    access.require(actor, may)
    return actor


def _actor(session: Session) -> Actor:
    token = request.cookies.get(COOKIE, "")
    if token:
        try:
            return http.actor_of_token(session, token)
        except NotLoggedIn:
            g.page_log_in_over = True
    return Actor(address=request.remote_addr or "", trace_id=problem_answers.trace_id())


def _refuse_foreign() -> None:
    """Browsers send Origin with every form they post; without one, the Referer must speak for it."""
    origin = request.headers.get("Origin") or _origin_of(request.headers.get("Referer", ""))
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    allowed = {_origin_of(request.host_url), _origin_of(runtime.current().settings.public_url)}
    if site not in ("same-origin", "none") or (origin or "") not in allowed:
        raise ForeignForm()


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else ""


def _load(schema: type[Schema], values: dict[str, str]) -> dict[str, Any]:
    """A form's or a query's values through its schema; an empty field counts as not filled in."""
    try:
        filled = {name: value for name, value in values.items() if value.strip()}
        loaded: dict[str, Any] = schema(unknown=EXCLUDE).load(filled)
        return loaded
    except ValidationError as error:
        raise InvalidInput(errors=problem_answers.flatten(error.messages)) from error


def redirect_to(path: str) -> Response:
    """After a form that changed something: to the page that shows it (303: a reload repeats nothing)."""
    return redirect(path if _stays_here(path) else "/desk", 303)


def _stays_here(path: str) -> bool:
    """Whether a browser that follows this path stays on our site: browsers drop tabs and control characters and
    take `\\` for `/`, so that `/<tab>/example.com` would be another site.
    """
    plain = all(" " <= letter != "\x7f" and letter != "\\" for letter in path)
    return plain and path.startswith("/") and not path.startswith("//")


def keep_log_in(response: Response, access_token: str, *, seconds: int) -> Response:
    """Keep a desk device's access token in the browser, out of any script's reach."""
    secure = runtime.current().settings.public_url.startswith("https://")
    response.set_cookie(
        COOKIE, access_token, max_age=seconds, httponly=True, samesite="Strict", secure=secure, path="/"
    )
    return response


def drop_log_in(response: Response) -> Response:
    """Forget the log-in in this browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return response
