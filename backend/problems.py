"""The error tree that clients can see, and its one mapping to HTTP (RFC 9457 problem details).

A capability puts its own small classes beside the code that raises them; each carries a stable `code`
(what a program branches on), a Chinese `detail` (what a person reads, saying what to do next) and the fields at fault.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """Anything a caller is told instead of an answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    detail: ClassVar[str] = "请求有误，请检查后重试"
    #: What was written before the refusal must stay (a counted wrong PIN, a used code).
    keeps_changes: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: dict[str, list[str]] | None = None,
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        self.message = detail or self.detail
        self.errors = errors or {}
        self.headers = headers or {}
        self.facts = facts
        super().__init__(self.message)

    def body(self, trace_id: str) -> dict[str, Any]:
        """The problem document; `facts` become members of their own."""
        return {
            "type": f"urn:zhangshangzheng:problem:{self.code}",
            "status": self.status,
            "code": self.code,
            "title": type(self).detail,
            "detail": self.message,
            "errors": self.errors,
            "trace_id": trace_id,
            **self.facts,
        }


class InvalidInput(Problem):
    """The request's content breaks a rule; `errors` names each field."""

    status = 422
    code = "invalid_input"
    detail = "填写的内容有误，请按提示修改"


class NotLoggedIn(Problem):
    status = 401
    code = "not_logged_in"
    detail = "请先登录"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="zhangshangzheng"'}, **facts)


class NotAllowed(Problem):
    status = 403
    code = "not_allowed"
    detail = "您没有办理这件事的权限"


class PhoneRequired(NotAllowed):
    code = "phone_required"
    detail = "请先绑定手机号"


class NotFound(Problem):
    """Also the answer where the thing exists outside the caller's area: its existence is not told."""

    status = 404
    code = "not_found"
    detail = "没有找到，可能已被移走，或不在您的管辖范围"


class Conflict(Problem):
    """Somebody else was quicker, or the thing has moved on."""

    status = 409
    code = "conflict"
    detail = "情况已有变化，请刷新后再试"


class TooMany(Problem):
    """Rate limit; `Retry-After` says when to come back."""

    status = 429
    code = "too_many"
    detail = "操作太频繁，请稍后再试"

    def __init__(self, detail: str | None = None, *, retry_after: int, **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, retry_after=retry_after, **facts)


class Unavailable(Problem):
    """An outside service does not answer; nothing was changed."""

    status = 503
    code = "temporarily_unavailable"
    detail = "外部服务暂时没有响应，请稍后再试"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "30"}, **facts)
