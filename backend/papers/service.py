"""Sealed papers (文书): asked for beside the decision they put into words, made by the worker, read back
checked.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require, within
from backend.notifications.outbox import enqueue
from backend.organisations.models import Organisation
from backend.paging import Key, Page, page
from backend.papers import log, numbering
from backend.papers.lint import DocumentUnfit, lint
from backend.papers.models import Paper, SealUse
from backend.papers.numbering import Number
from backend.papers.tokens import NOTICE_DAYS
from backend.problems import NotFound, Problem
from backend.storage import BlobMissing, BlobStore
from signing.claims import JTI_SIZE
from signing.document import canonical, digest

MAKE = "papers.make"
#: 31 letters and digits that nobody mistakes for another when reading them off paper (no 0 1 I L O).
_CHECK_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CHECK_LENGTH = 8


class PaperNotReady(Problem):
    status = 409
    code = "paper_not_ready"
    detail = "正在签章，请稍等片刻再打开"


class PaperDamaged(Problem):
    """What the store holds is not what was sealed; an operator must restore it from a copy."""

    status = 500
    code = "paper_damaged"
    detail = "文件与签章登记不一致，已停止提供，请联系管理员"


@dataclass(frozen=True)
class Place:
    """What the token of a certificate says beyond its document: id, number, place in the status list, last
    day.
    """

    jti: bytes
    number: Number
    status_list: int
    status_index: int
    valid_until: date


def prepare(
    session: Session,
    *,
    kind: str,
    organisation: Organisation,
    holder_id: uuid.UUID,
    subject_id: uuid.UUID,
    document: Mapping[str, Any],
    seal_kind: str,
    approved_by: uuid.UUID | None = None,
    post: str = "",
    edition: int = 1,
    check_code: bool = False,
    place: Place | None = None,
) -> Paper:
    """Ask for a sealed paper of this document; the worker makes it. Asked twice, the first one is given.

    Without `place` the paper gets the next number of its kind here, written into the document. DocumentUnfit when
    the document may not be printed: nothing is signed then.
    """
    known = paper_of(session, kind, subject_id, edition=edition)
    if known is not None:
        return known
    place = place or _numbered(session, organisation, kind)
    final = {**document, "number": place.number.text}
    found = lint(final)
    if found:
        raise DocumentUnfit(found)
    paper = Paper(
        county_code=organisation.county_code,
        division_code=organisation.division_code,
        organisation_id=organisation.id,
        holder_id=holder_id,
        kind=kind,
        subject_id=subject_id,
        edition=edition,
        number=place.number.text,
        year=place.number.year,
        serial=place.number.serial,
        jti=place.jti,
        status_list=place.status_list,
        status_index=place.status_index,
        valid_until=place.valid_until,
        document=canonical(final).decode(),
        digest=digest(final),
        check_code=_new_check_code() if check_code else None,
        seal_kind=seal_kind,
        approved_by_account_id=approved_by,
        approved_by_post=post,
        created_at=clock.now(),
    )
    session.add(paper)
    session.flush()
    _leave_and_ask(session, paper)
    return paper


def _leave_and_ask(session: Session, paper: Paper) -> None:
    """The paper's leaf for the log, and the worker's task, in the same commit as the paper."""
    hashes = (paper.digest, hashlib.sha256(paper.jti).digest())
    log.leave(session, "issue", subject_id=paper.id, hashes=hashes, at=paper.created_at)
    payload = {"paper_id": str(paper.id)}
    enqueue(session, MAKE, payload, dedup_key=paper.id.hex, county_code=paper.county_code)


def _numbered(session: Session, organisation: Organisation, kind: str) -> Place:
    today = clock.today()
    number = numbering.take(session, organisation, kind, today.year)
    return Place(new_jti(), number, 0, 0, today + timedelta(days=NOTICE_DAYS))


def new_jti() -> bytes:
    """A token's id: 16 random bytes."""
    return secrets.token_bytes(JTI_SIZE)


def _new_check_code() -> str:
    return "".join(secrets.choice(_CHECK_ALPHABET) for _ in range(_CHECK_LENGTH))


def paper_of(
    session: Session, kind: str, subject_id: uuid.UUID, *, edition: int | None = None
) -> Paper | None:
    """The paper of this kind about a subject: the edition asked for, else the newest."""
    found = select(Paper).where(Paper.kind == kind, Paper.subject_id == subject_id)
    if edition is not None:
        found = found.where(Paper.edition == edition)
    return session.scalars(found.order_by(Paper.edition.desc())).first()


def get(session: Session, paper_id: uuid.UUID) -> Paper:
    """The paper, or NotFound. Not a permission check."""
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有找到这份文书")
    return paper


def many(session: Session, paper_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Paper]:
    """Papers by id, one query for a page of them."""
    rows = session.scalars(select(Paper).where(Paper.id.in_(paper_ids)))
    return {paper.id: paper for paper in rows}


def by_jti(session: Session, jti: bytes) -> Paper | None:
    """The paper a token names."""
    return session.scalar(select(Paper).where(Paper.jti == jti))


def by_file(session: Session, data: bytes) -> Paper | None:
    """The paper that a PDF is, byte for byte; reads the whole register, for the command line only."""
    used = select(SealUse.paper_id).where(SealUse.pdf_sha256 == hashlib.sha256(data).digest())
    paper_id = session.scalar(used)
    return session.get(Paper, paper_id) if paper_id else None


def document_of(paper: Paper) -> dict[str, Any]:
    """The canonical document as data."""
    found: dict[str, Any] = json.loads(paper.document)
    return found


def pdf(session: Session, paper: Paper, *, storage: BlobStore) -> bytes:
    """The sealed PDF, byte for byte what was sealed;
    PaperNotReady before that, PaperDamaged if it was changed.
    """
    if paper.state != "sealed" or paper.pdf_blob is None:
        raise PaperNotReady()
    used = session.scalar(
        select(SealUse.pdf_sha256).where(
            SealUse.county_code == paper.county_code, SealUse.paper_id == paper.id
        )
    )
    try:
        data = storage.get(paper.pdf_blob)
    except BlobMissing as error:
        raise PaperDamaged() from error
    if used != hashlib.sha256(data).digest():
        raise PaperDamaged()
    return data


def abandon(session: Session, paper: Paper) -> bool:
    """Give up a paper that cannot be made, for good. False when it was made meanwhile."""
    guarded = update(Paper).where(
        Paper.id == paper.id, Paper.county_code == paper.county_code, Paper.state == "failed"
    )
    guarded = guarded.values(state="abandoned", row_version=Paper.row_version + 1).returning(Paper.id)
    done = session.scalar(guarded.execution_options(synchronize_session=False)) is not None
    session.refresh(paper)
    return done


def seal_uses(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """The register of seal use (用印登记) of the actor's area, newest first."""
    require(actor, Permission.READ_SEAL_REGISTER)
    statement = within(select(SealUse), actor, Permission.READ_SEAL_REGISTER, SealUse.organisation_id)
    if organisation_id is not None:
        statement = statement.where(SealUse.organisation_id == organisation_id)
    keys = [Key(SealUse.at, "at", descending=True), Key(SealUse.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)
