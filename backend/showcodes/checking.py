"""Checking (核验): whatever text was scanned or typed, the answer is a verdict, and the holder learns of the look.

Order: what kind of text it is -> signature and times (no database but the key list) -> the register -> the one
use of a show-code. What fails early is told without asking further.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.certificates import entries
from backend.papers import keys
from backend.papers import service as papers
from backend.settings import Settings
from backend.showcodes import by_hand, judging, service, verifiers
from backend.showcodes.service import Shown
from backend.showcodes.verdicts import Verdict
from backend.showcodes.verifiers import Seen, Verifier
from signing import tokens
from signing.claims import CertificateClaims, Kind, NoticeClaims, ShowClaims, TokenClaims
from signing.errors import Reason, VerificationFailed
from signing.scanned import ScanKind, classify

PAPER = frozenset({Kind.CERTIFICATE, Kind.NOTICE})
SHOW = frozenset({Kind.SHOW})
_EXPECTED: dict[ScanKind, frozenset[Kind]] = {
    ScanKind.CERTIFICATE: PAPER,
    ScanKind.SHOW: SHOW,
    ScanKind.TOKEN: frozenset(Kind),
}


class Checked(NamedTuple):
    """A verdict; whose thing it was about, where that is known; whether it only repeats an answer given before."""

    verdict: Verdict
    seen: Seen | None = None
    repeated: bool = False


def check_text(session: Session, actor: Actor, *, text: str, matter: str, settings: Settings) -> Verdict:
    """A scan at a counter: any text at all, for a matter (事项). The holder sees who looked.

    Never refuses a text; TooMany only when check codes are being guessed.
    """
    verifier = verifiers.staff(actor, matter=matter)
    checked = examine(session, verifier, text=text, settings=settings)
    return settle(session, verifier, checked)


def examine(session: Session, verifier: Verifier, *, text: str, settings: Settings) -> Checked:
    """The verdict on a text, not yet recorded (but a show-code's one use is taken)."""
    now = clock.now()
    typed = by_hand.read(text)
    if typed is not None:
        verdict, seen = by_hand.examine(session, verifier, typed, now=now)
        return Checked(verdict, seen)
    scanned = classify(text, base_urls=(settings.public_url,))
    kind = str(scanned.kind)
    if scanned.kind is ScanKind.OFFLINE_SHOW:
        return Checked(Verdict("offline_show", now, kind=kind))
    if scanned.digits is None:
        return Checked(Verdict(kind, now, kind=kind))
    expected = _EXPECTED[scanned.kind]
    return examine_token(session, verifier, scanned.digits, expected=expected)


def examine_token(session: Session, verifier: Verifier, digits: str, *, expected: frozenset[Kind]) -> Checked:
    """The verdict on a token of ours; `expected`: what its address said it was."""
    now = clock.now()
    claims, failure = _verified(session, digits, now)
    if claims is None:
        return Checked(Verdict(str(failure), now))
    if claims.kind not in expected:
        return Checked(Verdict(str(Reason.WRONG_KIND), now, kind=str(claims.kind)))
    if isinstance(claims, ShowClaims):
        return _show(session, verifier, claims, failure, now)
    if isinstance(claims, NoticeClaims):
        return _notice(session, claims, failure, now)
    assert isinstance(claims, CertificateClaims)
    return _certificate(session, claims, failure, now)


def settle(session: Session, verifier: Verifier, checked: Checked) -> Verdict:
    """Record the look, unless it is a retry of one recorded; the verdict."""
    if not checked.repeated:
        verifiers.record(session, verifier, checked.verdict, checked.seen)
    return checked.verdict


def _verified(session: Session, digits: str, now: datetime) -> tuple[TokenClaims | None, Reason | None]:
    """The claims, where the signature is good, and what is wrong all the same (expired, not yet valid ...)."""
    try:
        return tokens.verify_token(digits, ring=keys.ring(session), now=now).claims, None
    except VerificationFailed as error:
        return error.claims, error.reason


def _certificate(
    session: Session, claims: CertificateClaims, failure: Reason | None, now: datetime
) -> Checked:
    certificate = entries.by_jti(session, claims.jti)
    if certificate is None:
        return Checked(Verdict("not_registered", now, kind="certificate"))
    seen = Seen(certificate.holder_id, "certificate", certificate.id)
    reason = judging.reason_of(certificate, now)
    if failure not in (None, Reason.EXPIRED):
        reason = str(failure)
    elif claims.digest != certificate.digest:
        reason = "altered"
    elif failure is Reason.EXPIRED and reason == "in_force":
        reason = "certificate_expired"
    verdict = judging.of_certificate(
        session, certificate, reason=reason, scope="public", now=now, kind="certificate"
    )
    return Checked(verdict, seen)


def _notice(session: Session, claims: NoticeClaims, failure: Reason | None, now: datetime) -> Checked:
    paper = papers.by_jti(session, claims.jti)
    if paper is None:
        return Checked(Verdict("not_registered", now, kind="notice"))
    seen = Seen(paper.holder_id, paper.kind, paper.id)
    reason = "notice_genuine" if claims.digest == paper.digest else "altered"
    if failure is not None:
        reason = "notice_expired" if failure is Reason.EXPIRED else str(failure)
    return Checked(judging.of_notice(paper, reason=reason, now=now), seen)


def _show(
    session: Session, verifier: Verifier, claims: ShowClaims, failure: Reason | None, now: datetime
) -> Checked:
    shown = service.by_nonce(session, claims.jti)
    if shown is None:
        return Checked(Verdict("show_unknown", now, kind="show"))
    seen = Seen(shown.holder_id, shown.item_kind, shown.item_id)
    if failure not in (None, Reason.EXPIRED):
        return Checked(Verdict(str(failure), now, kind="show"), seen)
    if failure is Reason.EXPIRED or now >= shown.expires_at:
        return Checked(Verdict("show_expired", now, kind="show"), seen)
    if not shown.authorised:
        return Checked(Verdict("show_withdrawn", now, kind="show"), seen)
    if shown.used_by is None:
        verdict = _told(session, verifier, shown, now)
        if service.take(session, shown, verifier=verifier.key, answer=verdict.to_json(), now=now):
            return Checked(verdict, seen)
        shown = (
            service.by_nonce(session, claims.jti) or shown
        )  # somebody was quicker: perhaps this very verifier
    if shown.used_by != verifier.key:
        return Checked(Verdict("show_used", now, kind="show"), seen)
    return Checked(Verdict.from_json(shown.answer), seen, repeated=True)


def _told(session: Session, verifier: Verifier, shown: Shown, now: datetime) -> Verdict:
    """What this verifier learns of the item shown."""
    certificate = entries.get(session, shown.item_id)
    scope = shown.scope if verifier.staff else "bare"
    reason = judging.reason_of(certificate, now)
    verdict = judging.of_certificate(session, certificate, reason=reason, scope=scope, now=now, kind="show")
    if verifier.staff and shown.purpose:
        verdict = verdict.with_facts(verdict.facts, purpose=shown.purpose)
    return verdict
