"""Sentences a committee keeps for itself (常用语): put together once, chosen with a tap where a text is wanted.

Three kinds: for the body of a certificate, for what is missing, for why it is refused. Each committee has its own; they
carry no person's facts, and are kept sealed all the same, since nobody can be kept from writing one.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require_over
from backend.applications.models import CannedSentence
from backend.applications.moving import EditedMeanwhile
from backend.audit import service as audit
from backend.organisations import service as organisations
from backend.organisations.models import Organisation
from backend.problems import Conflict, InvalidInput, NotFound

KINDS = {"body_text": "证明正文", "return_reason": "补正理由", "refuse_reason": "不予出具理由"}
MOST = 50
LONGEST = 500


class TooManySentences(Conflict):
    code = "too_many_sentences"
    detail = f"每类常用语最多 {MOST} 条，请先删去不用的"


class SentenceKept(Conflict):
    code = "sentence_kept"
    detail = "这一条已经在常用语里"


def listed(
    session: Session, actor: Actor, *, organisation_id: uuid.UUID, kind: str | None = None
) -> Sequence[CannedSentence]:
    """What the committee keeps, kind by kind, in its own order."""
    organisation = _mine(session, actor, organisation_id)
    kinds = [kind] if kind else list(KINDS)
    return [row for one in kinds for row in _kept(session, organisation.id, one)]


def add(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    kind: str,
    words: str,
    position: int | None = None,
) -> CannedSentence:
    """Keep one more, at the end or at `position` (from 1). Raises TooManySentences, SentenceKept."""
    organisation = _mine(session, actor, organisation_id)
    kept = _kept(session, organisation.id, kind)
    if len(kept) >= MOST:
        raise TooManySentences()
    _refuse_unfit(kept, words)
    row = CannedSentence(
        county_code=organisation.county_code,
        division_code=organisation.division_code,
        organisation_id=organisation.id,
        kind=kind,
        words=words,
        position=len(kept) + 1,
        updated_at=clock.now(),
    )
    session.add(row)
    _put(row, kept, position)
    session.flush()
    _record(session, actor, "sentence.add", row)
    return row


def edit(
    session: Session,
    actor: Actor,
    *,
    sentence_id: uuid.UUID,
    words: str,
    position: int | None,
    row_version: int,
) -> CannedSentence:
    """Other words, or another place in its kind's order. Raises EditedMeanwhile, SentenceKept."""
    row = _find(session, actor, sentence_id)
    if row.row_version != row_version:
        raise EditedMeanwhile("别人刚刚改过这一条，请刷新后再改")
    others = [one for one in _kept(session, row.organisation_id, row.kind) if one.id != row.id]
    _refuse_unfit(others, words)
    row.words, row.updated_at = words, clock.now()
    _put(row, others, row.position if position is None else position)
    session.flush()
    _record(session, actor, "sentence.edit", row)
    return row


def remove(session: Session, actor: Actor, *, sentence_id: uuid.UUID) -> None:
    """Keep it no longer; those after it move up."""
    row = _find(session, actor, sentence_id)
    _record(session, actor, "sentence.remove", row)
    session.delete(row)
    session.flush()
    _number(_kept(session, row.organisation_id, row.kind))


def _mine(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    organisation = organisations.get(session, organisation_id)
    if not actor.machine:
        require_over(actor, Permission.KEEP_SENTENCES, organisation.path)
    if organisation.kind != "committee":
        raise InvalidInput("常用语是村（社区）的", errors={"organisation_id": ["请选择村（社区）"]})
    return organisation


def _find(session: Session, actor: Actor, sentence_id: uuid.UUID) -> CannedSentence:
    row = session.get(CannedSentence, sentence_id)
    if row is None:
        raise NotFound("这一条常用语已经不在了，请刷新")
    _mine(session, actor, row.organisation_id)
    return row


def _kept(session: Session, organisation_id: uuid.UUID, kind: str) -> list[CannedSentence]:
    statement = select(CannedSentence).where(
        CannedSentence.organisation_id == organisation_id, CannedSentence.kind == kind
    )
    return list(session.scalars(statement.order_by(CannedSentence.position, CannedSentence.id)))


def _refuse_unfit(kept: Sequence[CannedSentence], words: str) -> None:
    if not words:
        raise InvalidInput(errors={"json.words": ["请填写"]})
    if any(row.words == words for row in kept):
        raise SentenceKept(errors={"json.words": ["已经有了"]})


def _put(row: CannedSentence, others: Sequence[CannedSentence], position: int | None) -> None:
    """At its place among the others; past the end is the end."""
    order = list(others)
    order.insert(len(order) if position is None else position - 1, row)
    _number(order)


def _number(order: Sequence[CannedSentence]) -> None:
    for position, row in enumerate(order, start=1):
        if row.position != position:
            row.position = position


def _record(session: Session, actor: Actor, action: str, row: CannedSentence) -> None:
    audit.record(
        session,
        actor,
        action,
        subject_kind="canned_sentence",
        subject_id=row.id,
        organisation_id=row.organisation_id,
        county_code=row.county_code,
        kind=row.kind,
    )
