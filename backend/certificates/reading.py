"""What others ask of a certificate: where it stands, what it says, and whose it is."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, load_only

from backend import clock
from backend.access import Actor, Permission, require_over, within
from backend.certificates.models import Certificate
from backend.identity import service as identity
from backend.organisations import service as organisations
from backend.paging import Key, Page, page
from backend.papers import service as papers
from backend.papers.models import Paper
from backend.problems import NotFound

_UNKNOWN = "没有找到这份证明，请核对，或回卡包重新打开"


class Standing(StrEnum):
    """Where a certificate stands at a moment; the register's state, and time."""

    SEALING = "sealing"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    VOIDED = "voided"


IN_FORCE = Standing.IN_FORCE
#: What people read.
STANDING_NAMES: dict[Standing, str] = {
    Standing.SEALING: "正在签章",
    Standing.IN_FORCE: "有效",
    Standing.EXPIRED: "已过期",
    Standing.SUSPENDED: "暂停使用",
    Standing.SUPERSEDED: "已更正",
    Standing.REVOKED: "已吊销",
    Standing.VOIDED: "已作废",
}


def standing(certificate: Certificate, now: datetime) -> Standing:
    """Where it stands; expiry needs no write, it is a matter of the date in 北京时间."""
    if certificate.state != "issued":
        return Standing(certificate.state)
    is_over = clock.beijing(now).date() > certificate.valid_until
    return Standing.EXPIRED if is_over else Standing.IN_FORCE


class OnPaper(NamedTuple):
    """A certificate and the paper it is printed on."""

    certificate: Certificate
    paper: Paper


#: Asked by every scan, so they are built once (building the statement cost as much as the database) and load what
#: a scan reads; the rest comes when it is asked for.
_ON_PAPER = (
    select(Certificate, Paper)
    .join(Paper, Paper.id == Certificate.paper_id)
    .options(
        load_only(
            Certificate.holder_id,
            Certificate.state,
            Certificate.valid_until,
            Certificate.paper_id,
            Certificate.superseded_by_id,
        ),
        load_only(Paper.kind, Paper.digest, Paper.document_sealed),
    )
)
_ON_PAPER_BY_JTI = _ON_PAPER.where(Certificate.jti == bindparam("jti"))
_ON_PAPER_BY_ID = _ON_PAPER.where(Certificate.id == bindparam("certificate_id"))


def by_jti(session: Session, jti: bytes) -> OnPaper | None:
    """The certificate a token names, with its paper. Not a permission check."""
    row = session.execute(_ON_PAPER_BY_JTI, {"jti": jti}).one_or_none()
    return OnPaper(*row) if row else None


def on_paper(session: Session, certificate_id: uuid.UUID) -> OnPaper:
    """The certificate with its paper, or NotFound. Not a permission check."""
    row = session.execute(_ON_PAPER_BY_ID, {"certificate_id": certificate_id}).one_or_none()
    if row is None:
        raise NotFound(_UNKNOWN)
    return OnPaper(*row)


def by_number(session: Session, number: str) -> Certificate | None:
    """The certificate of a number (文号) exactly as the register writes it."""
    return session.scalar(select(Certificate).where(Certificate.number == number))


def find(session: Session, certificate_id: uuid.UUID) -> Certificate:
    """The certificate, or NotFound. Not a permission check."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None:
        raise NotFound(_UNKNOWN)
    return certificate


def get_held(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Certificate:
    """A certificate of the actor's person, or of somebody they act for; others do not exist for them."""
    certificate = find(session, certificate_id)
    if certificate.holder_id != actor.person_id and certificate.holder_id not in actor.acts_for:
        raise NotFound(_UNKNOWN)
    return certificate


def get_in_area(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Certificate:
    """A certificate of a committee in the actor's area."""
    certificate = find(session, certificate_id)
    organisation = organisations.get(session, certificate.organisation_id)
    require_over(actor, Permission.READ_CERTIFICATES, organisation.path)
    return certificate


def paper_of(session: Session, certificate: Certificate) -> Paper:
    """The paper it is printed on."""
    return papers.get(session, certificate.paper_id)


def facts(session: Session, certificate: Certificate) -> dict[str, Any]:
    """What it says, from the canonical document: texts as printed, dates as dates, the body with line
    breaks.
    """
    document = papers.document_of(paper_of(session, certificate))
    holder = document["holder"]
    return {
        "number": document["number"],
        "title": document["title"],
        "issuer": document["issuer"]["name"],
        "issuer_code": document["issuer"]["code"],
        "holder_name": holder["name"],
        "holder_id_type": holder["id_type"],
        "holder_id_number": holder["id_number"],
        "body": "\n".join(document["body"]),
        "purpose": document["purpose"],
        "receiver": document["receiver"],
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "remark": document.get("remark", ""),
        "acting_for": document.get("acting_for", ""),
    }


def listed(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID | None = None,
    number: str | None = None,
    id_number: str | None = None,
    state: str | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """Certificates of the actor's area, newest first; by number, by the holder's ID number, by state."""
    statement = within(select(Certificate), actor, Permission.READ_CERTIFICATES, Certificate.organisation_id)
    if organisation_id is not None:
        statement = statement.where(Certificate.organisation_id == organisation_id)
    if number:
        statement = statement.where(Certificate.number == number)
    if id_number:
        holder = identity.find_by_id_number(session, id_number)
        statement = statement.where(Certificate.holder_id == (holder.id if holder else uuid.UUID(int=0)))
    if state:
        statement = statement.where(Certificate.state == state)
    keys = [Key(Certificate.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def register(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    year: int,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """The register of numbers (文号登记簿) of a committee and year: every serial, issued or voided, none
    missing.
    """
    organisation = organisations.get(session, organisation_id)
    require_over(actor, Permission.READ_CERTIFICATES, organisation.path)
    statement = select(Certificate).where(
        Certificate.county_code == organisation.county_code,
        Certificate.organisation_id == organisation_id,
        Certificate.year == year,
    )
    return page(session, statement, keys=[Key(Certificate.serial, "serial")], cursor=cursor, limit=limit)
