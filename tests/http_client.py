"""A small HTTP caller over the test client: bearer token, idempotency key, JSON; every answer as documented."""

import uuid
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests import contract


class Caller:
    """Calls the application as somebody."""

    def __init__(self, app: Flask, token: str | None = None, address: str = "127.0.0.1") -> None:
        self.app = app
        self.token = token
        self.address = address

    def as_(self, token: str) -> "Caller":
        """The same application, called by the holder of this access token."""
        return Caller(self.app, token, self.address)

    def call(
        self, method: str, path: str, *, key: str | None = "", judged: bool = True, **options: Any
    ) -> TestResponse:
        """One request. `key=None` sends no Idempotency-Key; by default a fresh one.

        An answer the OpenAPI document does not promise fails the test, unless it is not `judged`.
        """
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if method in ("POST", "PUT", "DELETE") and key is not None:
            headers.setdefault("Idempotency-Key", key or uuid.uuid4().hex)
        environ = {"REMOTE_ADDR": self.address}
        answer = self.app.test_client().open(
            path, method=method, headers=headers, environ_overrides=environ, **options
        )
        if judged:
            contract.judge(self.app, method, path, answer)
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, json={} if json is None and "data" not in options else json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)
