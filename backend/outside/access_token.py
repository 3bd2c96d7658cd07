"""WeChat's access_token (接口调用凭据): one per process, refreshed early, by one thread at a time.

Kept with `stable_token` rules in mind: a plain request repeats the present token and never kills another
process's; a forced one does, is limited to 20 a day, and works only 30 seconds after the last.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.outside.errors import OutsideError

_log = logging.getLogger(__name__)
_EARLY = 240.0  # seconds before its end; in the last 300 the service already hands out the next one
_BETWEEN_FORCED = 30.0

#: Given force_refresh, answers (token, seconds it still lives).
Fetch = Callable[[bool], tuple[str, int]]


@dataclass(frozen=True)
class _Held:
    token: str = field(repr=False)
    refresh_at: float
    dies_at: float


class AccessToken:
    """`get()` a token that lives; `replace(it)` if the service nevertheless refused it."""

    def __init__(self, fetch: Fetch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._refreshing = threading.Lock()
        self._held: _Held | None = None
        self._last_forced = float("-inf")

    def get(self) -> str:
        held = self._held
        if held is not None and self._clock() < held.refresh_at:
            return held.token
        alive = held is not None and self._clock() < held.dies_at
        if held is not None and alive:
            return self._refresh_early(held)
        with self._refreshing:
            if self._held is held:  # else another thread was quicker
                self._take(force=False)
            return self._present()

    def replace(self, refused: str) -> str:
        """A token other than `refused`; if another thread has it already, that one, without asking."""
        with self._refreshing:
            if self._held is None or self._held.token == refused:
                self._take(force=False)
            if self._present() == refused and self._clock() - self._last_forced >= _BETWEEN_FORCED:
                self._last_forced = self._clock()
                self._take(force=True)
            return self._present()

    def _refresh_early(self, held: _Held) -> str:
        """The old one still works: others go on with it meanwhile, and a failed refresh harms nobody yet."""
        if not self._refreshing.acquire(blocking=False):
            return held.token
        try:
            if self._held is held:
                self._take(force=False)
        except OutsideError as error:
            _log.warning("early refresh of the access token failed, the old one serves on: %s", error)
        finally:
            self._refreshing.release()
        return self._present()

    def _take(self, *, force: bool) -> None:
        token, lives = self._fetch(force)
        now = self._clock()
        self._held = _Held(token, now + max(lives - _EARLY, lives / 2), now + lives)

    def _present(self) -> str:
        assert self._held is not None  # every path here has just taken one
        return self._held.token
