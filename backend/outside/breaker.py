"""A circuit breaker that does not make callers queue.

`pybreaker` counts and keeps the states, but its own `call` holds a lock while the call runs, so one slow
log-in would hold up all others. Here callers ask to be admitted, call without any lock, and report how it
went.
"""

import logging
import threading
import time
from collections.abc import Callable

import pybreaker

from backend.outside.errors import OutsideUnavailable, Trouble

_log = logging.getLogger(__name__)
_NEVER = 10.0 * 365 * 86400  # seconds: the clock that half-opens is ours, not pybreaker's


class _Failed(Exception):
    """What pybreaker is told; the true error goes its own way."""


def _fail() -> None:
    raise _Failed


class Breaker:
    """Opens after `failures` in a row, for `rest_seconds` of `clock`; then lets one probe through."""

    def __init__(
        self,
        service: str,
        *,
        failures: int = 5,
        rest_seconds: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._rest = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._probing = False
        self._era = 0  # grows with every change of state
        self._opened_at = 0.0
        self._states = pybreaker.CircuitBreaker(
            fail_max=failures, reset_timeout=_NEVER, name=service, throw_new_error_on_trip=False
        )

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        return self._states.current_state

    def admit(self) -> int:
        """A ticket for one call, to be handed to `report`; OutsideUnavailable (BREAKER) if it may not go."""
        with self._lock:
            if self.state == pybreaker.STATE_OPEN and self._clock() - self._opened_at >= self._rest:
                self._states.half_open()
                self._era += 1
            if self.state == pybreaker.STATE_OPEN or self._probing:
                raise OutsideUnavailable(self._service, Trouble.BREAKER)
            self._probing = self.state == pybreaker.STATE_HALF_OPEN
            return self._era

    def report(self, ticket: int, *, well: bool) -> None:
        """How the call went. One that was admitted before the breaker last changed tells nothing any more."""
        with self._lock:
            if ticket != self._era:
                return
            self._probing = False
            before = self.state
            if well:
                self._states.call(lambda: None)
            else:
                self._count_failure()
            if self.state != before:
                self._era += 1
                _log.warning("circuit breaker of %s: %s -> %s", self._service, before, self.state)

    def _count_failure(self) -> None:
        try:
            self._states.call(_fail)
        except _Failed:
            if self.state == pybreaker.STATE_OPEN:
                self._opened_at = self._clock()
