"""stable_token: the same token until its last five minutes, then the next with five minutes of both; forced
ones rarely.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

LIFE = 7200.0
OVERLAP = 300.0
BETWEEN_FORCED = 30.0
FORCED_A_DAY = 20


@dataclass
class Token:
    text: str
    dies_at: float
    refused_as: int | None = None  # the errcode it is answered with from now on


class StableTokens:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: list[Token] = []
        self._forced_at: list[float] = []

    def obtain(self, *, force: bool) -> tuple[str, int] | None:
        """Token and the seconds it lives; None: too many forced ones today."""
        now = self._now()
        current = self._known[-1] if self._known else None
        if force and current and not self._too_soon(now):
            if len([at for at in self._forced_at if now - at < 86400]) >= FORCED_A_DAY:
                return None
            self._forced_at.append(now)
            current.refused_as = 40001
            current = self._issue(now)
        elif current is None or now >= current.dies_at - OVERLAP:
            current = self._issue(now)
        return current.text, int(current.dies_at - now)

    def errcode_of(self, text: str | None) -> int:
        """0 if the token is good."""
        if not text:
            return 41001
        token = next((known for known in self._known if known.text == text), None)
        if token is None:
            return 40001
        return token.refused_as or (42001 if self._now() >= token.dies_at else 0)

    def spoil(self, errcode: int) -> None:
        """The present token is refused from now on, as when somebody else forced a new one."""
        if self._known:
            self._known[-1].refused_as = errcode
            self._issue(self._now())

    def _too_soon(self, now: float) -> bool:
        return bool(self._forced_at) and now - self._forced_at[-1] < BETWEEN_FORCED

    def _issue(self, now: float) -> Token:
        self._known.append(Token(f"9{secrets.randbelow(10)}_{secrets.token_urlsafe(100)}", now + LIFE))
        return self._known[-1]
