"""A phone (or a counter's browser) as an HTTP client: token, idempotency key, and no patience for untruth."""

import uuid
from typing import Any

import httpx

_SECONDS = 20.0


class Untruth(Exception):
    """Something the product said or did is not as promised."""


def expect(claim: bool, words: str) -> None:
    """Stop the journey unless the claim holds."""
    if not claim:
        raise Untruth(words)


class Phone:
    """One device talking to the product."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=_SECONDS, trust_env=False)
        self.token: str | None = None
        self.refresh_token: str | None = None

    def answer(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """One request, whatever the answer."""
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if method != "GET":
            headers.setdefault("Idempotency-Key", key or uuid.uuid4().hex)
        return self.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET that must succeed; the JSON."""
        return self._must("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """POST that must succeed; the JSON."""
        return self._must("POST", path, json={} if body is None else body, **options)

    def put(self, path: str, body: Any, **options: Any) -> Any:
        """PUT that must succeed; the JSON."""
        return self._must("PUT", path, json=body, **options)

    def refused(self, method: str, path: str, *, status: int, code: str | None = None, **options: Any) -> Any:
        """A request that must be refused with this status and code, in problem details."""
        answer = self.answer(method, path, **options)
        expect(
            answer.status_code == status,
            f"{method} {path}: 应答 {answer.status_code}，应为 {status}:{answer.text[:300]}",
        )
        expect(
            answer.headers["content-type"].startswith("application/problem+json"),
            f"{method} {path}: 拒绝时不是 problem+json",
        )
        body = answer.json()
        expect(code is None or body["code"] == code, f"{method} {path}: 错误代码 {body['code']}，应为 {code}")
        return body

    def _must(self, method: str, path: str, **options: Any) -> Any:
        answer = self.answer(method, path, **options)
        expect(answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer.json() if answer.content else None
