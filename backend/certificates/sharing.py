"""Links that share a certificate's PDF and die (分享链接): for an employer's HR who asks for a file.

The token is shown once and stored hashed; the holder sees how often it was opened and may withdraw it. A link made
by a helper dies with their authorisation (代办授权).
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.certificates import reading, telling
from backend.certificates.models import Certificate, ShareLink
from backend.certificates.reading import Standing
from backend.identity import service as identity
from backend.problems import Conflict, NotFound, Problem
from backend.settings import Settings

_TOKEN_BYTES = 24
_MOST_ALIVE = 20


class NotShareable(Conflict):
    code = "not_shareable"
    detail = "这份证明现在不是有效状态，不能分享；请在卡包查看原因"


class TooManyShares(Conflict):
    code = "too_many_shares"
    detail = f"这份证明已有 {_MOST_ALIVE} 个未到期的分享链接，请先收回不用的"


class ShareOver(Problem):
    """The link has died, was withdrawn, or its certificate is no longer in force; says which."""

    status = 410
    code = "share_over"
    detail = "这个分享链接已失效，请向持有人索要新的链接"


def share(
    session: Session, actor: Actor, *, certificate_id: uuid.UUID, for_whom: str, settings: Settings
) -> tuple[ShareLink, str]:
    """A link for one receiver, and its address, which is told this once."""
    require(actor, Permission.OWN_WALLET)
    certificate = reading.get_held(session, actor, certificate_id)
    now = clock.now()
    if reading.standing(certificate, now) != Standing.IN_FORCE:
        raise NotShareable()
    if _alive(session, certificate) >= _MOST_ALIVE:
        raise TooManyShares()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = ShareLink(
        certificate_id=certificate.id,
        token_hash=privacy.secret_hash(token),
        for_whom=for_whom,
        account_id=actor.account,
        created_at=now,
        expires_at=now + timedelta(hours=settings.share_link_hours),
        opened=0,
    )
    session.add(link)
    audit.record(
        session,
        actor,
        "certificate.share",
        subject_kind="certificate",
        subject_id=certificate.id,
        county_code=certificate.county_code,
        for_person_id=certificate.holder_id,
        link=str(link.id),
    )
    return link, f"{settings.public_url.rstrip('/')}/share/{token}"


def shares(session: Session, actor: Actor, *, certificate_id: uuid.UUID) -> Sequence[tuple[ShareLink, bool]]:
    """All links of a certificate, newest first, dead ones too; each with whether it opens now."""
    certificate = reading.get_held(session, actor, certificate_id)
    links = select(ShareLink, _lives()).join(Certificate, Certificate.id == ShareLink.certificate_id)
    links = links.where(ShareLink.certificate_id == certificate.id)
    rows = session.execute(links.order_by(ShareLink.created_at.desc(), ShareLink.id.desc()))
    return [(link, alive) for link, alive in rows]


def withdraw(session: Session, actor: Actor, *, link_id: uuid.UUID) -> ShareLink:
    """Let a link die now."""
    link = session.get(ShareLink, link_id)
    if link is None:
        raise NotFound("没有这个分享链接")
    reading.get_held(session, actor, link.certificate_id)
    link.withdrawn_at = link.withdrawn_at or clock.now()
    return link


def opened(session: Session, actor: Actor, *, token: str) -> Certificate:
    """Somebody opened the link: counted, recorded where the holder sees it, and told the first time.

    ShareOver.
    """
    known = select(ShareLink).join(Certificate, Certificate.id == ShareLink.certificate_id)
    link = session.scalar(known.where(ShareLink.token_hash == privacy.secret_hash(token), _lives()))
    if link is None:
        raise ShareOver()
    certificate = reading.find(session, link.certificate_id)
    standing = reading.standing(certificate, clock.now())
    if standing not in (Standing.IN_FORCE, Standing.EXPIRED):
        raise ShareOver(f"这份证明现在是“{reading.STANDING_NAMES[standing]}”，不再提供；请向持有人核实")
    session.execute(
        update(ShareLink)
        .where(ShareLink.id == link.id, ShareLink.token_hash == link.token_hash)
        .values(opened=ShareLink.opened + 1)
        .execution_options(synchronize_session=False)
    )
    audit.look(
        session,
        actor,
        holder_id=certificate.holder_id,
        kind="share_link",
        item_kind="certificate",
        item_id=certificate.id,
        verdict=reading.STANDING_NAMES[standing],
        reason=str(standing),
        scope="full",
        organisation_name="分享链接",
    )
    telling.holder(session, certificate, "share_opened")
    return certificate


def _alive(session: Session, certificate: Certificate) -> int:
    links = select(func.count(ShareLink.id)).join(Certificate, Certificate.id == ShareLink.certificate_id)
    return session.scalar(links.where(ShareLink.certificate_id == certificate.id, _lives())) or 0


def _lives() -> ColumnElement[bool]:
    """The link opens now: neither withdrawn nor over, and who made it may still act for the holder."""
    now = clock.now()
    return and_(
        ShareLink.withdrawn_at.is_(None),
        ShareLink.expires_at > now,
        identity.may_act(ShareLink.account_id, Certificate.holder_id, now),
    )
