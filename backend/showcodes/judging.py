"""What the register says of a paper, and how much of it a verifier is told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.certificates import entries
from backend.certificates import reading as certificates
from backend.certificates.entries import Entry
from backend.certificates.reading import Standing
from backend.papers import service as papers
from backend.papers.models import Paper
from backend.showcodes.verdicts import Fact, Verdict, Word, facts_of
from signing import tokens

_ENDED = frozenset({Standing.REVOKED, Standing.SUPERSEDED, Standing.SUSPENDED})

#: What each scope tells of a paper in force. Of any other, only what its printed code tells everybody.
_TOLD: dict[str, tuple[str, ...]] = {
    "public": ("number", "masked_holder", "issuer", "issued_on", "valid_until"),
    "bare": ("issuer", "issued_on", "valid_until"),
    "validity": ("title", "issuer", "issued_on", "valid_until"),
    "name": ("title", "number", "holder", "issuer", "issued_on", "valid_until"),
}


def reason_of(certificate: Entry, now: datetime) -> str:
    """Why it stands as it stands: a reason of `verdicts`."""
    standing = certificates.standing(certificate, now)
    return "certificate_expired" if standing is Standing.EXPIRED else standing.value


def of_certificate(
    session: Session, certificate: Entry, *, reason: str, scope: str, now: datetime, kind: str
) -> Verdict:
    """The verdict on a registered certificate, with the facts that `scope` allows.

    `scope`: public (the printed code), bare (a stranger with a show-code), validity, name or full. Facts that go
    beyond the public ones are told of certificates in force only.
    """
    verdict = Verdict(reason, now, kind=kind, scope="validity" if scope == "bare" else scope)
    if verdict.word is Word.NOT_TRUSTED:
        return verdict
    values = _values(certificate.document)
    if verdict.word is Word.VALID:
        return verdict.with_facts(_scoped(values, scope))
    told = _scoped(values, "bare" if scope == "bare" else "public")
    if reason not in _ENDED:
        return verdict.with_facts(told)
    new = entries.get(session, certificate.superseded_by_id) if certificate.superseded_by_id else None
    url = _address(papers.get(session, new.paper_id)) if new else ""
    return verdict.with_facts([*told, *_ending(certificate, new)], replaced_by_url=url)


def of_notice(paper: Paper, *, reason: str, now: datetime) -> Verdict:
    """The verdict on a receipt, correction notice, refusal or notice (文书)."""
    verdict = Verdict(reason, now, kind="notice", scope="public")
    if verdict.word is Word.NOT_TRUSTED:
        return verdict
    values = _values(papers.document_of(paper))
    told = ("title", "number", "masked_holder", "issuer", "issued_on")
    return verdict.with_facts(_facts({key: values[key] for key in told}))


def _scoped(values: dict[str, str], scope: str) -> tuple[Fact, ...]:
    wanted = _TOLD.get(scope, tuple(key for key in values if key != "masked_holder"))
    return _facts({key: values[key] for key in wanted})


def _facts(values: dict[str, str]) -> tuple[Fact, ...]:
    if "masked_holder" in values:
        values = {**values, "holder": values["masked_holder"]}
    return facts_of(values)


def _values(document: dict[str, Any]) -> dict[str, str]:
    """Everything that a canonical document tells, as text."""
    holder = document["holder"]
    return {
        "title": document["title"],
        "number": document["number"],
        "holder": holder["name"],
        "masked_holder": privacy.mask_name(holder["name"]),
        "id_number": holder["id_number"],
        "issuer": document["issuer"]["name"],
        "issued_on": _day(document, "issued_on"),
        "valid_until": _day(document, "valid_until"),
        "purpose": document.get("purpose", ""),
        "receiver": document.get("receiver", ""),
        "body": "\n".join(document["body"]),
    }


def _day(document: dict[str, Any], name: str) -> str:
    return spoken_day(date.fromisoformat(document[name])) if name in document else ""


def _ending(certificate: Entry, new: Entry | None) -> tuple[Fact, ...]:
    """When and why it ended, and the number of the new one: these are public."""
    ended = clock.beijing(certificate.ended_at).date() if certificate.ended_at else None
    return facts_of(
        {
            "replaced_by": new.number if new else "",
            "ended_on": spoken_day(ended) if ended else "",
            "end_reason": certificate.end_reason or "",
        }
    )


def _address(paper: Paper) -> str:
    """The public page of a paper, on this site."""
    return f"/V/{tokens.to_digits(paper.token)}" if paper.token else ""


def spoken_day(day: date) -> str:
    """`2026年11月23日`."""
    return f"{day.year}年{day.month}月{day.day}日"
