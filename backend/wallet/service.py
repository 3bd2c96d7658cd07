"""The wallet (电子卡包): what a person holds, and whom they act for; one item with its life and who looked at it."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import access, clock, privacy
from backend.access import Actor, Permission
from backend.audit import service as audit
from backend.certificates import reading as certificates
from backend.certificates.models import Certificate
from backend.paging import Key, Page, page
from backend.papers import service as papers
from backend.papers.models import Paper
from backend.problems import NotFound
from backend.storage import BlobStore
from backend.wallet.models import WalletItem

CERTIFICATE = "certificate"
#: State -> word, tone and icon, as the wallet shows it.
STATES: dict[str, tuple[str, str, str]] = {
    "sealing": ("正在签章", "wait", "clock"),
    "in_force": ("有效", "good", "check"),
    "expired": ("已过期", "past", "clock"),
    "suspended": ("暂停使用", "wait", "pause"),
    "superseded": ("已更正", "news", "arrow"),
    "revoked": ("已吊销", "stop", "cross"),
    "voided": ("已作废", "past", "cross"),
}


class Step(NamedTuple):
    """One step of an item's life, by post, never by name."""

    at: datetime
    words: str
    post: str
    note: str


def items(
    session: Session, actor: Actor, *, holder_id: uuid.UUID | None, cursor: str | None, limit: int | None
) -> Page:
    """What the actor's person and those they act for hold, newest first; or one of these persons only."""
    access.require(actor, Permission.OWN_WALLET)
    holders = _holders(actor) if holder_id is None else {actor.acting_for(holder_id)}
    statement = select(WalletItem).where(WalletItem.holder_id.in_(holders))
    keys = [
        Key(WalletItem.sort_at, "sort_at", descending=True),
        Key(WalletItem.id, "id", descending=True),
    ]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def item(session: Session, actor: Actor, *, item_id: uuid.UUID) -> WalletItem:
    """One item by the id of the certificate or paper; another's does not exist for the actor."""
    access.require(actor, Permission.OWN_WALLET)
    statement = select(WalletItem).where(
        WalletItem.holder_id.in_(_holders(actor)), WalletItem.item_id == item_id
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound("卡包里没有这一件，请返回卡包刷新后再看")
    return found


def state_of(held: WalletItem) -> str:
    """Its state today: what the register last said, and the calendar."""
    over = held.valid_until is not None and held.valid_until < clock.today()
    return "expired" if held.state == "in_force" and over else held.state


def paper_of(session: Session, held: WalletItem) -> Paper:
    """The sealed paper of an item."""
    if held.kind == CERTIFICATE:
        return certificates.paper_of(session, certificates.find(session, held.item_id))
    return papers.get(session, held.item_id)


def application_of(session: Session, held: WalletItem, paper: Paper) -> uuid.UUID:
    """The application that an item came of."""
    if held.kind == CERTIFICATE:
        return certificates.find(session, held.item_id).application_id
    return paper.subject_id


def facts(session: Session, held: WalletItem) -> list[tuple[str, str]]:
    """What its document says, as (label, value); the ID number masked, since the PDF has it in full."""
    document = papers.document_of(paper_of(session, held))
    holder = document["holder"]
    told = [
        ("持证人", holder["name"]),
        (holder["id_type"], privacy.mask_id_number(holder["id_number"])),
        ("用途", document.get("purpose", "")),
        ("接收单位", document.get("receiver", "")),
        *document.get("facts", []),
        ("正文", "\n".join(document["body"])),
        *((material, f"{todo}：{why}") for material, todo, why in document.get("items", [])),
        *(("依据", basis) for basis in document.get("basis", [])),
        *document.get("where_to_go", []),
        ("救济途径", document.get("remedy", "")),
        ("备注", document.get("remark", "")),
    ]
    return [(label, value) for label, value in told if value]


def steps(session: Session, held: WalletItem) -> list[Step]:
    """Its life, earliest first."""
    if held.kind == CERTIFICATE:
        return _life(certificates.find(session, held.item_id))
    paper = papers.get(session, held.item_id)
    found = [Step(paper.created_at, "作出", paper.approved_by_post, "")]
    if paper.sealed_at:
        found.append(Step(paper.sealed_at, "加盖电子印章，放入卡包", "", ""))
    return found


def pdf(session: Session, actor: Actor, *, item_id: uuid.UUID, storage: BlobStore) -> tuple[Paper, bytes]:
    """The sealed PDF, for its holder, who sees each download; PaperNotReady while it is being sealed."""
    held = item(session, actor, item_id=item_id)
    paper = paper_of(session, held)
    data = papers.pdf(session, paper, storage=storage)
    audit.look(
        session,
        actor,
        holder_id=held.holder_id,
        kind="download",
        item_kind=held.kind,
        item_id=held.item_id,
        verdict=STATES[state_of(held)][0],
        reason="downloaded",
        scope="full",
        organisation_name="本人" if held.holder_id == actor.person_id else "代办亲友",
    )
    return paper, data


def looks(
    session: Session, actor: Actor, *, item_id: uuid.UUID | None, cursor: str | None, limit: int | None
) -> Page:
    """Who looked (查验记录): at one item, or at anything of the actor's own person."""
    access.require(actor, Permission.OWN_WALLET)
    holder_id = item(session, actor, item_id=item_id).holder_id if item_id else actor.person
    return audit.looks_at(session, holder_id=holder_id, item_id=item_id, cursor=cursor, limit=limit)


def _holders(actor: Actor) -> set[uuid.UUID]:
    return {actor.person, *actor.acts_for}


def _life(certificate: Certificate) -> list[Step]:
    post = certificate.approved_by_post + ("（代理）" if certificate.by_deputy else "")
    remark = "经办和签批为同一人" if certificate.one_person else ""
    found = [Step(certificate.approved_at, "签批", post, remark)]
    if certificate.issued_at:
        found.append(Step(certificate.issued_at, "加盖电子印章，签发", "", ""))
    if certificate.ended_at:
        words = STATES.get(certificate.state, ("终止", "", ""))[0]
        found.append(
            Step(certificate.ended_at, words, certificate.ended_by_post or "", certificate.end_reason or "")
        )
    return found
