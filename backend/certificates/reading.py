"""What others ask of a certificate: where it stands, what it says, and whose it is."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require_over, within
from backend.certificates.entries import Entry
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


def standing(certificate: Certificate | Entry, now: datetime) -> Standing:
    """Where it stands; expiry needs no write, it is a matter of the date in 北京时间."""
    if certificate.state != "issued":
        return Standing(certificate.state)
    is_over = clock.beijing(now).date() > certificate.valid_until
    return Standing.EXPIRED if is_over else Standing.IN_FORCE


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
