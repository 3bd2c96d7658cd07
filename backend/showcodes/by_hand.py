"""A certificate's number and check code (查验码) typed by hand: where no code can be scanned, or to compare a paper.

`高新村证〔2026〕12号 7K3MQ2XW`: the number as printed, in whatever brackets the keyboard has, then the 8 characters.
Whoever holds the paper sees its text; who guesses is stopped after ten tries an hour at one paper.
"""

import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from backend.certificates import entries
from backend.certificates.entries import Entry
from backend.identity import limits
from backend.papers import service as papers
from backend.problems import InvalidInput
from backend.showcodes import judging, verifiers
from backend.showcodes.verdicts import Verdict
from backend.showcodes.verifiers import Seen, Verifier

_TYPED = re.compile(
    r"(?P<number>\S.{2,60}?号)[\s,;:、/]*(?P<code>[0-9A-Z]{4}[\s-]?[0-9A-Z]{4})", re.IGNORECASE
)
_BRACKETS = str.maketrans({"[": "〔", "(": "〔", "【": "〔", "]": "〕", ")": "〕", "】": "〕"})
#: Tries in an hour: of one address at one paper, of one address, and of the whole world at one paper. The code has
#: 31^8 values, so the last only slows down a crowd, and is high enough that strangers do not lock the holder out.
_PER_PAIR, _PER_ADDRESS, _PER_PAPER = 10, 30, 100
_WINDOW = timedelta(hours=1)
_TOO_MANY = "查验码试得太多了。请一小时后再试，或带着纸质证明到出具单位核实"


class WrongCheckCode(InvalidInput):
    """Not this paper's check code; the try stays counted."""

    code = "wrong_check_code"
    detail = "查验码不对，请对照纸上二维码旁的 8 位字母和数字，看清后再输"
    keeps_changes = True

    def __init__(self) -> None:
        super().__init__(errors={"check_code": ["与这份证明的查验码不符"]})


class Typed(NamedTuple):
    """`number` as the register writes it; `code` in capitals."""

    number: str
    code: str


def read(text: str) -> Typed | None:
    """The number and the check code in a typed text; None when it is something else."""
    if len(text) > 100:
        return None
    match = _TYPED.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return Typed(plain_number(match["number"]), plain_code(match["code"])) if match else None


def examine(
    session: Session, verifier: Verifier, typed: Typed, *, now: datetime
) -> tuple[Verdict, Seen | None]:
    """The verdict on what was typed; unknown number and wrong code are deliberately one answer."""
    _count(session, verifier, typed.number)
    certificate = entries.by_number(session, typed.number)
    if certificate is None or not _right(session, certificate, typed.code):
        failed = Verdict("wrong_number_or_code", now, kind="typed")
        return failed, _seen(certificate) if certificate else None
    return _compared(session, certificate, now, "typed")


def compare(
    session: Session, verifier: Verifier, certificate: Entry, *, check_code: str, now: datetime
) -> tuple[Verdict, Seen | None]:
    """The whole text of a certificate, for who holds the paper. WrongCheckCode, TooMany."""
    _count(session, verifier, certificate.number)
    if not _right(session, certificate, plain_code(check_code)):
        failed = Verdict("wrong_number_or_code", now, kind="certificate")
        verifiers.record(session, verifier, failed, _seen(certificate))
        raise WrongCheckCode()
    return _compared(session, certificate, now, "certificate")


def plain_number(text: str) -> str:
    """`高新村证(2026)12 号` as `高新村证〔2026〕12号`."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def plain_code(text: str) -> str:
    """A check code without blanks and hyphens, in capitals, full-width letters made plain."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def _compared(session: Session, certificate: Entry, now: datetime, kind: str) -> tuple[Verdict, Seen | None]:
    reason = judging.reason_of(certificate, now)
    reason = "text_matches" if reason == "in_force" else reason
    verdict = judging.of_certificate(session, certificate, reason=reason, scope="full", now=now, kind=kind)
    return verdict, _seen(certificate)


def _seen(certificate: Entry) -> Seen:
    return Seen(certificate.holder_id, "certificate", certificate.id)


def _right(session: Session, certificate: Entry, code: str) -> bool:
    expected = papers.get(session, certificate.paper_id).check_code or ""
    return bool(expected) and hmac.compare_digest(expected.encode(), code.encode())


def _count(session: Session, verifier: Verifier, number: str) -> None:
    """A counter's clerks count by account, since a whole hall may share one address."""
    actor = verifier.actor
    who = f"account:{actor.account}" if verifier.staff else limits.network(actor.address)
    for name, key, limit in (
        ("check_code.pair", f"{number} {who}", _PER_PAIR),
        ("check_code.address", who, _PER_ADDRESS),
        ("check_code.paper", number, _PER_PAPER),
    ):
        limits.count(session, name=name, key=key, limit=limit, window=_WINDOW, detail=_TOO_MANY)
