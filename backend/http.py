"""Our Blueprint and Api: authority, transaction, idempotency, problem details, in one place.

A route says who may call it, what it takes and gives; its body is one service call:

    @blueprint.post("/applications", may=Permission.OWN_APPLICATIONS, takes=DraftSchema, gives=ApplicationSchema)
    def create_draft(session, actor, body):
        "新建申请草稿"
        return service.create_draft(session, actor, **body)

The wrapper authenticates, opens ONE transaction, checks the permission, replays a repeated write, calls, dumps,
and commits before the answer leaves. No service commits.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from backend import access, idempotency
from backend.access import Actor, Permission
from backend.problem_answers import as_problem, problem_response, refuse_unstorable, trace_id
from backend.problems import NotLoggedIn, Problem
from backend.schemas import PageQuery, ProblemSchema, Schema, page_of
from backend.transaction import in_transaction

log = logging.getLogger("zhangshangzheng.http")
T = TypeVar("T")
View = Callable[..., Any]
Authenticate = Callable[[Session, str, str], Actor]

_SAFE = {"GET", "HEAD", "OPTIONS"}
_AUTHENTICATE = "zhangshangzheng.authenticate"
_FILE = {"type": "string", "format": "binary"}
_ALWAYS = (400, 401, 403, 404, 422, 429, 503)
_PROBLEM_WORDS = {
    400: "请求无法读懂，或缺少 Idempotency-Key",
    401: "没有登录，或登录已失效",
    403: "没有办理这件事的权限，或验证没有通过",
    404: "没有找到，或不在管辖范围",
    409: "情况已有变化，请刷新后再试",
    410: "链接或上传已失效",
    413: "内容太大",
    422: "填写的内容有误,errors 逐项说明",
    423: "签批密码已锁定,detail 说明怎样解锁",
    429: "操作太频繁,Retry-After 说明多少秒后再试",
    503: "系统或外部服务暂时不可用,Retry-After 说明多少秒后再试",
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's Api, answering errors as problem details."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # a default answer would hide a forgotten status

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        for status, words in _PROBLEM_WORDS.items():
            content = {"application/problem+json": {"schema": ProblemSchema}}
            component = {"description": words, "content": content}
            self.spec.components.response(_problem_name(status), component)

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Everything werkzeug or webargs raises, as a problem."""
        return problem_response(as_problem(error))


def authenticate_with(app: Flask, authenticate: Authenticate) -> None:
    """Say how an access token becomes an Actor: (session, token, address) -> Actor."""
    app.extensions[_AUTHENTICATE] = authenticate


def caller(session: Session, may: Permission) -> Actor:
    """Who calls a route of this permission.

    Log-in and renewal take no notice of a token that is no good: a client that sends its header with every call
    could not renew an expired one otherwise.
    """
    try:
        return actor_of_request(session)
    except NotLoggedIn:
        if may is not Permission.LOG_IN:
            raise
        return _anonymous()


def actor_of_request(session: Session) -> Actor:
    """The caller, from `Authorization: Bearer`; anonymous without one, refused with a bad one."""
    header = request.headers.get("Authorization", "")
    if not header:
        return _anonymous()
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotLoggedIn("登录凭证无效，请重新登录")
    return actor_of_token(session, token)


def _anonymous() -> Actor:
    return Actor(address=request.remote_addr or "", trace_id=trace_id())


def actor_of_token(session: Session, token: str) -> Actor:
    """The caller behind an access token (of a header, or of a page's cookie); NotLoggedIn when it is no good."""
    authenticate = cast(Authenticate, current_app.extensions[_AUTHENTICATE])
    return replace(authenticate(session, token, request.remote_addr or ""), trace_id=trace_id())


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint whose every route declares its authority."""

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self._declare("GET", rule, **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self._declare("POST", rule, **options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self._declare("PUT", rule, **options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self._declare("DELETE", rule, **options)

    def _declare(
        self,
        method: str,
        rule: str,
        *,
        may: Permission,
        takes: type[Schema] | None = None,
        query: type[Schema] | None = None,
        gives: type[Schema] | None = None,
        lists: type[Schema] | None = None,
        status: int = 200,
        exempt: str | None = None,
        writes: bool | None = None,
        raw: str | None = None,
        before: Callable[..., Any] | None = None,
        also: tuple[int, ...] = (),
        lock_late: bool = False,
    ) -> Callable[[View], View]:
        """Wrap and register a view.

        takes: body schema. query: query schema. gives: answer schema. lists: item schema of a paged list.
        exempt: why this write needs no Idempotency-Key. writes: a GET that also records something.
        raw: media type of an answer the view makes itself (a file).
        also: statuses of problems beyond those any route may answer (410, 423).
        before: `(actor, [body], [query], **path)`, run before the transaction, for what waits on another's server; the
        caller's authority is proven first, and what it returns reaches the view as keyword `outside`.
        lock_late: reads before it locks out other writers (`Database.session`); its writes guard themselves.
        """
        writing = method not in _SAFE if writes is None else writes
        keyed = method not in _SAFE and exempt is None

        def decorate(view: View) -> View:
            handler = self._shaped(view, takes, query, gives, lists, status, raw)
            documented = _documented(method, writing=writing, also=also)
            handler = self.doc(responses=documented, **_operation(self, view, may, keyed))(handler)
            first = before and _outside_first(self, before, may=may, keyed=keyed, takes=takes, query=query)
            wrapped = _at_the_edge(
                handler, may=may, writing=writing, keyed=keyed, first=first, lock_late=lock_late
            )
            access.declare(wrapped, may)
            self.route(rule, methods=[method])(wrapped)
            return view

        return decorate

    def _shaped(
        self,
        view: View,
        takes: type[Schema] | None,
        query: type[Schema] | None,
        gives: type[Schema] | None,
        lists: type[Schema] | None,
        status: int,
        raw: str | None,
    ) -> View:
        """The view with its input read and its answer written by schemas."""
        if lists is not None:
            handler = self.response(status, page_of(lists))(view)
        elif raw is not None:
            shape = {"type": "object"} if raw.endswith("json") else _FILE
            handler = self.response(status, shape, content_type=raw)(view)
        else:
            handler = self.response(status, gives)(view)
        if takes is not None:
            handler = self.arguments(takes, error_status_code=422)(handler)
        if query is not None or lists is not None:
            schema = query or PageQuery
            handler = self.arguments(schema, location="query", error_status_code=422)(handler)
        return cast(View, handler)


def _operation(blueprint: Blueprint, view: View, may: Permission, keyed: bool) -> dict[str, Any]:
    roles = sorted(access.TABLE[may])
    extra: dict[str, Any] = {
        "operationId": f"{blueprint.name}_{view.__name__}",
        "x-permission": str(may),
        "x-roles": [str(role) for role in roles],
    }
    if access.Role.ANYONE not in access.TABLE[may]:
        extra["security"] = [{"bearer": []}]
    if keyed:
        extra["parameters"] = [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "description": "每次操作一个新的随机值；重试时用同一个值",
                "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]{8,128}$"},
            }
        ]
    return extra


def _documented(method: str, *, writing: bool, also: tuple[int, ...]) -> dict[str, Any]:
    """Every status this operation may answer besides its success, each a shared component."""
    statuses = {*_ALWAYS, *also, *({409} if writing else ()), *({409, 413} if method != "GET" else ())}
    answers: dict[str, Any] = {str(status): _problem_name(status) for status in sorted(statuses)}
    if method == "GET":
        answers["304"] = {"description": "没有变化（If-None-Match 与 ETag 相同）"}
    return answers


def _problem_name(status: int) -> str:
    return f"Problem{status}"


First = Callable[[dict[str, Any]], Response | None]


def _outside_first(
    blueprint: Blueprint,
    before: Callable[..., Any],
    *,
    may: Permission,
    keyed: bool,
    takes: type[Schema] | None,
    query: type[Schema] | None,
) -> First:
    """What a route with `before` does ahead of its transaction: the kept answer of a repeated call, or None once
    `before` has run. The outside is asked nothing for who may not ask, or for what was answered already.
    """

    def known(session: Session) -> tuple[Actor, Response | None]:
        actor = caller(session, may)
        access.require(actor, may)
        done = idempotency.replay(session, idempotency.key_hash(request, actor), request) if keyed else None
        return actor, done

    def first(kwargs: dict[str, Any]) -> Response | None:
        actor, done = in_transaction(known, read_only=True)
        if done is not None:
            return done
        parse = blueprint.ARGUMENTS_PARSER.parse
        body = [parse(takes(), request, location="json", error_status_code=422)] if takes else []
        body += [parse(query(), request, location="query", error_status_code=422)] if query else []
        kwargs["outside"] = before(actor, *body, **kwargs)
        return None

    return first


def _at_the_edge(
    view: View,
    *,
    may: Permission,
    writing: bool,
    keyed: bool,
    first: First | None = None,
    lock_late: bool = False,
) -> View:
    @wraps(view)
    def edge(*args: Any, **kwargs: Any) -> Response:
        refuse_unstorable()
        done = first(kwargs) if first is not None else None
        if done is not None:
            return done

        def work(session: Session) -> Response:
            actor = caller(session, may)
            access.require(actor, may)
            if not keyed:
                return _answer(view, session, actor, kwargs)
            return _once(view, session, actor, kwargs)

        response = in_transaction(work, read_only=not writing, lock_late=lock_late)
        if request.method == "GET" and response.status_code == 200 and not response.direct_passthrough:
            response.add_etag()
            response.make_conditional(request)
        return response

    return edge


def _answer(view: View, session: Session, actor: Actor, kwargs: dict[str, Any]) -> Response:
    response = current_app.make_response(view(session, actor, **kwargs))
    response.headers.setdefault("Cache-Control", "private, no-cache")
    session.flush()
    return response


def _once(view: View, session: Session, actor: Actor, kwargs: dict[str, Any]) -> Response:
    key = idempotency.key_hash(request, actor)
    done = idempotency.replay(session, key, request)
    if done is not None:
        return done
    row = idempotency.reserve(session, key, request)
    try:
        response = _answer(view, session, actor, kwargs)
    except Problem:
        session.delete(row)  # a refusal is not an answer: the same key may be used for the corrected try
        raise
    idempotency.keep(row, response)
    return response
