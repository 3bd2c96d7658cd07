"""One HTTP call to an outside service: bounded in time and size, retried where safe, behind a breaker.

A call is `repeatable` when doing it twice is no worse than once. Any call is retried where the service
certainly did nothing (never reached, 503, its own busy code); only a repeatable one also after a
time-out, a cut-off answer or 502/504, where the service may have acted. HTML, wrong JSON and redirects
are never retried.
"""

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import tenacity

from backend.outside.breaker import Breaker
from backend.outside.errors import (
    NOT_DONE,
    PASSING,
    OutsideError,
    OutsideRefused,
    OutsideUnavailable,
    Trouble,
)

_log = logging.getLogger(__name__)
_MAX_ANSWER = 1_000_000  # bytes; the longest true answer has a few thousand
JsonObject = dict[str, Any]

# httpx logs each URL at INFO, and WeChat's protocol puts our secret and people's codes into URLs.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long we wait, in seconds, and how often. `total` bounds an attempt, and the last one's start."""

    connect: float = 2.0
    read: float = 5.0
    total: float = 8.0
    attempts: int = 3
    first_pause: float = 0.1
    longest_pause: float = 1.0
    sleep: Callable[[float], None] = time.sleep


@cache
def _tls() -> ssl.SSLContext:
    """One context for all services: reading the system's roots takes 15 ms."""
    return httpx.create_ssl_context(trust_env=False)


class OutsideClient:
    """Calls one service. Thread-safe: keep one per process and service, `close()` it at the end.

    The environment's proxy variables are ignored on purpose (a secret must not pass a proxy nobody
    configured here); give `proxy` where the network needs one.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        *,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        proxy: str | None = None,
    ) -> None:
        self.service = service
        self.patience = patience or Patience()
        self.breaker = breaker or Breaker(service)
        limits = httpx.Timeout(self.patience.read, connect=self.patience.connect)
        self._http = httpx.Client(
            base_url=base_url,
            timeout=limits,
            follow_redirects=False,
            trust_env=False,
            proxy=proxy,
            verify=_tls(),
        )

    @property
    def host(self) -> str:
        """Host with port, as the Host header will carry it (request signatures cover it)."""
        return self._http.base_url.netloc.decode("ascii")

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        judge: Callable[[JsonObject], None],
        repeatable: bool,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """The service's JSON object. `judge` raises if the answer's own code is an error (OutsideRefused or
        OutsideUnavailable); raises OutsideUnavailable for everything that is no answer.
        """

        query = {key: whole(value) for key, value in (params or {}).items()}

        def build() -> httpx.Request:
            return self._http.build_request(method, path, params=query, content=content, headers=headers)

        return self._retrying(repeatable)(lambda: self._attempt(judge, build))

    def _retrying(self, repeatable: bool) -> tenacity.Retrying:
        patience = self.patience
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(patience.attempts) | tenacity.stop_after_delay(patience.total),
            wait=tenacity.wait_exponential_jitter(
                multiplier=patience.first_pause, max=patience.longest_pause, jitter=0.1
            ),
            retry=tenacity.retry_if_exception(lambda error: _worth_retrying(error, repeatable)),
            sleep=patience.sleep,
            reraise=True,
        )

    def _attempt(self, judge: Callable[[JsonObject], None], build: Callable[[], httpx.Request]) -> JsonObject:
        ticket = self.breaker.admit()
        well = False
        try:
            answer = self._parsed(*self._exchange(build()))
            judge(answer)
            well = True
            return answer
        except OutsideRefused:
            well = True  # it works; it said no
            raise
        except OutsideError as error:
            _log.warning("outside call failed: %s", error)
            raise
        finally:
            self.breaker.report(ticket, well=well)

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        """Status and body. `from None`: httpx's errors hold the request, and our secret is in it."""
        try:
            response = self._http.send(request, stream=True)
            try:
                return response.status_code, self._body(response)
            finally:
                response.close()
        except httpx.RequestError as error:
            raise OutsideUnavailable(self.service, _trouble(error)) from None

    def _body(self, response: httpx.Response) -> bytes:
        """Bounded by size and clock: a server that drips one byte a second never trips a read time-out."""
        ends = time.monotonic() + self.patience.total
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _MAX_ANSWER:
                raise OutsideUnavailable(self.service, Trouble.UNREADABLE, "answer too long")
            if time.monotonic() > ends:
                raise OutsideUnavailable(self.service, Trouble.TIMEOUT)
        return bytes(body)

    def _parsed(self, status: int, body: bytes) -> JsonObject:
        if status != 200:
            raise OutsideUnavailable(self.service, _status_trouble(status), f"http {status}")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise OutsideUnavailable(self.service, Trouble.UNREADABLE) from None
        if not isinstance(answer, dict):
            raise OutsideUnavailable(self.service, Trouble.UNREADABLE)
        return answer

    def text(self, answer: JsonObject, key: str) -> str:
        """A field that must be a non-empty string."""
        value = answer.get(key)
        if not isinstance(value, str) or not value:
            raise OutsideUnavailable(self.service, Trouble.UNREADABLE, f"no {key}")
        return value

    def number(self, answer: JsonObject, key: str) -> int:
        """A field that must be a whole number."""
        value = answer.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise OutsideUnavailable(self.service, Trouble.UNREADABLE, f"no {key}")
        return value

    def part(self, answer: JsonObject, key: str) -> JsonObject:
        """A field that must be an object."""
        value = answer.get(key)
        if not isinstance(value, dict):
            raise OutsideUnavailable(self.service, Trouble.UNREADABLE, f"no {key}")
        return value


def whole(text: str) -> str:
    """With `?` for halves of characters (lone surrogates): JSON can carry them in, UTF-8 not out."""
    return text.encode("utf-8", "replace").decode()


def json_body(payload: Mapping[str, Any]) -> bytes:
    """JSON in real UTF-8: WeChat shows `\\u` escapes of some fields as they are."""
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def _status_trouble(status: int) -> Trouble:
    match status:
        case 429 | 503:
            return Trouble.BUSY
        case 502 | 504:
            return Trouble.GATEWAY
        case _:
            return Trouble.REDIRECT if 300 <= status < 400 else Trouble.STATUS


def _trouble(error: httpx.RequestError) -> Trouble:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return Trouble.CONNECT
        case httpx.TimeoutException():
            return Trouble.TIMEOUT
        case httpx.DecodingError():
            return Trouble.UNREADABLE
        case _:
            return Trouble.CUT_OFF


def _worth_retrying(error: BaseException, repeatable: bool) -> bool:
    if not isinstance(error, OutsideUnavailable) or error.why is Trouble.BREAKER:
        return False
    return error.why in PASSING and (repeatable or error.why in NOT_DONE)
