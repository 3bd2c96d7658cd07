"""Who looks: staff at a counter, or a visitor of a public page; and the record that the holder sees."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session, aliased

from backend import access, clock
from backend.access import Actor, Permission
from backend.audit import service as audit
from backend.db import append
from backend.identity import limits
from backend.paging import Key, Page, page
from backend.problems import TooMany
from backend.showcodes.models import Scan
from backend.showcodes.verdicts import Verdict

_ONE_VISIT = timedelta(hours=1)
VISITOR_POST = "网上查验（未登录）"
WEB_MATTER = "网页查验"


@dataclass(frozen=True)
class Verifier:
    """`key`: what makes two scans the same verifier's. `staff`: may see the scope that the holder chose."""

    actor: Actor
    key: bytes
    staff: bool
    matter: str = ""
    organisation_name: str = ""
    post: str = VISITOR_POST


class Seen(NamedTuple):
    """Whose thing was looked at."""

    holder_id: uuid.UUID
    item_kind: str
    item_id: uuid.UUID


def staff(actor: Actor, *, matter: str) -> Verifier:
    """Somebody who may verify, at their office and post, for a matter (事项)."""
    access.require(actor, Permission.VERIFY)
    grant = next(iter(actor.grants_for(Permission.VERIFY)), None)
    return Verifier(
        actor=actor,
        key=hashlib.sha256(f"account:{actor.account}".encode()).digest(),
        staff=True,
        matter=matter,
        organisation_name=grant.organisation_name if grant else "",
        post=grant.post if grant else "",
    )


def visitor(actor: Actor, *, visit: str) -> Verifier:
    """Somebody with a browser. `visit`: what tells this page from another visitor's, so that a retry is a retry."""
    return Verifier(actor=actor, key=hashlib.sha256(f"visit:{visit}".encode()).digest(), staff=False)


def of_visit(actor: Actor, *, visit: str, matter: str = "") -> Verifier:
    """Who opens a public page: staff who are logged in at their desk count as staff."""
    if actor.may(Permission.VERIFY):
        return staff(actor, matter=matter or WEB_MATTER)
    return visitor(actor, visit=visit)


def record(session: Session, verifier: Verifier, verdict: Verdict, seen: Seen | None) -> None:
    """Write the look where the holder sees it (查验记录); what is nobody's thing, only where the counter sees it."""
    if seen is not None:
        audit.look(
            session,
            verifier.actor,
            holder_id=seen.holder_id,
            kind=audit.SCAN if verifier.staff else "public_page",
            item_kind=seen.item_kind,
            item_id=seen.item_id,
            number=verdict.fact("number"),
            verdict=verdict.word,
            reason=verdict.reason,
            scope=verdict.scope,
            matter=verifier.matter,
            organisation_name=verifier.organisation_name,
            post=verifier.post,
        )
    elif verifier.staff:
        append(
            session,
            Scan,
            account_id=verifier.actor.account,
            at=verdict.checked_at,
            verdict=verdict.word,
            reason=verdict.reason,
            kind=verdict.kind,
            matter=verifier.matter,
        )


def first_visit(session: Session, verifier: Verifier, seen: Seen) -> bool:
    """Whether this address has not opened this item within the hour: a reload is no second look."""
    key = f"{seen.item_id.hex}.{verifier.actor.address}"
    try:
        return limits.count(session, name="public_look", key=key, limit=1, window=_ONE_VISIT) == 1
    except TooMany:
        return False


def scans_today(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """The actor's own scans since midnight in 北京时间, newest first."""
    access.require(actor, Permission.VERIFY)
    since = _midnight()
    of_nobody = select(*_COLUMNS).where(Scan.account_id == actor.account, Scan.at >= since)
    every = union_all(of_nobody, audit.looks_by(actor.account, since=since)).subquery()
    scan = aliased(Scan, every, adapt_on_names=True)
    keys = [Key(scan.at, "at", descending=True), Key(scan.id, "id", descending=True)]
    return page(session, select(scan), keys=keys, cursor=cursor, limit=limit)


#: As `audit.looks_by` has them.
_COLUMNS = (
    Scan.id,
    Scan.account_id,
    Scan.at,
    Scan.verdict,
    Scan.reason,
    Scan.kind,
    Scan.number,
    Scan.matter,
)


def _midnight() -> datetime:
    return datetime.combine(clock.today(), time(), clock.BEIJING)
