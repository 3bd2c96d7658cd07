"""How an outside service can disappoint us: it is away (try later), or it says no (trying again is useless).

No error carries personal data or the service's own words, which may repeat what we sent: only the
service's name, its code, its reference number (for its support desk) and a sentence of ours.
"""

from enum import StrEnum


class Trouble(StrEnum):
    """Why no usable answer came."""

    CONNECT = "connect"  # never reached
    TIMEOUT = "timeout"  # sent, no answer in time
    CUT_OFF = "cut_off"  # the answer broke off
    BUSY = "busy"  # answered: not now (503, 429, or the protocol's own busy code)
    GATEWAY = "gateway"  # 502 or 504: something between us and it gave up
    STATUS = "status"  # any other unexpected HTTP status
    REDIRECT = "redirect"  # points elsewhere; never followed, our secrets are in the request
    UNREADABLE = "unreadable"  # HTML, broken JSON, or JSON of another shape
    BREAKER = "breaker"  # we did not ask: too many failures just before


#: Here the service did nothing: doing it again cannot do it twice.
NOT_DONE = frozenset({Trouble.CONNECT, Trouble.BUSY, Trouble.BREAKER})
#: Passing by nature: worth another try at once, where trying again is allowed at all.
PASSING = frozenset({Trouble.CONNECT, Trouble.BUSY, Trouble.TIMEOUT, Trouble.CUT_OFF, Trouble.GATEWAY})


class OutsideError(Exception):
    """What an outside service does instead of serving; `service` is `wechat`, `sms`, `realname` or `location`."""

    def __init__(self, service: str, message: str) -> None:
        self.service = service
        super().__init__(f"{service}: {message}")


class OutsideUnavailable(OutsideError):
    """No usable answer: try later. `maybe_done` tells whether the service may have acted all the same."""

    def __init__(self, service: str, why: Trouble, hint: str = "") -> None:
        self.why = why
        self.maybe_done = why not in NOT_DONE
        super().__init__(service, f"{why}{' ' + hint if hint else ''}")


class OutsideRefused(OutsideError):
    """The service understood and said no. `code` is its own; `reference` its request id, or empty."""

    message = "the service refused"

    def __init__(self, service: str, code: str, reference: str = "") -> None:
        self.code = code
        self.reference = reference
        super().__init__(service, f"{self.message} (code {code}{', ref ' + reference if reference else ''})")


class Misconfigured(OutsideRefused):
    """Our account, key, secret, template or address list is wrong or unpaid: an operator must act."""

    message = "our account or configuration there is not accepted"


class QuotaExceeded(OutsideRefused):
    """A limit per minute or day is used up: later it works again."""

    message = "quota used up"
