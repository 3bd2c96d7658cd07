"""Seeing evidence: a signed link for one account that dies in minutes; staff who ask for one are recorded.

An `<img>` cannot send a log-in, so the link itself is the proof: HMAC-SHA-256 (RFC 2104) over evidence, account and
expiry. Whether the account may still see the application is asked again when the link is opened.
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission
from backend.applications import evidence
from backend.applications.guards import is_applicant
from backend.applications.models import Application, Evidence
from backend.applications.reading import get_visible
from backend.audit import service as audit
from backend.identity import acting
from backend.identity import service as identity
from backend.organisations import service as organisations
from backend.organisations.authority import grants_of
from backend.problems import NotFound, Problem
from backend.settings import Settings
from backend.storage import BlobStore

_LABEL = b"evidence-link"


class LinkDead(Problem):
    """Wrong, altered or too old: deliberately one answer."""

    status = 410
    code = "link_dead"
    detail = "链接已失效，请回到申请里重新打开材料"


@dataclass(frozen=True)
class Link:
    """`url` opens the file until `expires_at`, for whoever holds it."""

    url: str
    media_type: str
    expires_at: datetime


def issue(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    evidence_id: uuid.UUID,
    settings: Settings,
) -> Link:
    """A link for the actor. Staff's look is recorded where the holder sees it."""
    application = get_visible(session, actor, application_id)
    row = evidence.get(session, evidence_id)
    if row.application_id != application_id:
        raise NotFound("没有找到这份材料，可能已被删去")
    record_disclosure(session, actor, application, "佐证材料")
    expires = (clock.now() + timedelta(minutes=settings.evidence_link_minutes)).replace(microsecond=0)
    seconds = int(expires.timestamp())
    kind = "pdf" if row.media_type == "application/pdf" else "image"
    signature = _signature(settings, row.id, actor.account, seconds)
    query = f"account={actor.account}&expires={seconds}&signature={signature}"
    return Link(f"{settings.public_url}/mp/v1/evidence/{row.id}/{kind}?{query}", row.media_type, expires)


def open_link(
    session: Session,
    *,
    evidence_id: uuid.UUID,
    account_id: uuid.UUID,
    expires: int,
    signature: str,
    storage: BlobStore,
    settings: Settings,
) -> tuple[Evidence, bytes]:
    """The file behind a link that is still good."""
    expected = _signature(settings, evidence_id, account_id, expires)
    if not hmac.compare_digest(expected.encode(), signature.encode()) or expires < clock.now().timestamp():
        raise LinkDead()
    try:
        row = evidence.get(session, evidence_id)
        get_visible(session, _actor(session, account_id), row.application_id)
    except NotFound as error:
        raise LinkDead() from error
    return row, storage.get(row.blob)


def record_disclosure(session: Session, actor: Actor, application: Application, what: str) -> None:
    """The holder sees which office and post looked at what; their own looks are not worth a line."""
    if is_applicant(actor, application):
        return
    organisation = organisations.get(session, application.organisation_id)
    grant = actor.grant_over(Permission.READ_INBOX, organisation.path)
    office = organisations.get(session, grant.organisation_id) if grant else organisation
    audit.look(
        session,
        actor,
        holder_id=application.holder_id,
        kind="disclosure",
        item_kind="application",
        item_id=application.id,
        verdict="disclosed",
        reason="handling",
        scope=what,
        matter=application.title,
        organisation_name=office.name,
        post=grant.post if grant else "经办人",
    )


def _actor(session: Session, account_id: uuid.UUID) -> Actor:
    """The account as it stands now."""
    account = identity.account(session, account_id)
    if account.state != "active":
        raise NotFound()
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        acts_for=acting.acts_for(session, account.id),
        grants=grants_of(session, account.id, today=clock.today()),
    )


def _signature(settings: Settings, evidence_id: uuid.UUID, account_id: uuid.UUID, expires: int) -> str:
    root = bytes.fromhex(settings.index_key.get_secret_value())
    key = hmac.new(root, _LABEL, hashlib.sha256).digest()
    message = f"{evidence_id}\x00{account_id}\x00{expires}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
