"""The inbox (收件箱): tabs by what I can do now, overdue first, search by whole values, in a fixed number of queries."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Permission, require, within
from backend.applications.models import Application
from backend.applications.workflow import WITH_COMMITTEE, State
from backend.identity import service as identity
from backend.organisations.models import Organisation
from backend.paging import Key, Page, page
from backend.problems import InvalidInput

_COUNTED_UP_TO = 999


@dataclass(frozen=True)
class Tab:
    """One tab: its name, the permission that carries it, its rows among those of `shelf`, and their order."""

    key: str
    name: str
    permission: Permission
    rows: Callable[[Actor, datetime], ColumnElement[bool]]
    shelf: str = "open"
    newest_first: bool = False
    counted: bool = True


def _is(*states: State) -> ColumnElement[bool]:
    return Application.state.in_(states)


def _unclaimed(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return or_(_is(State.SUBMITTED), and_(_is(State.REVIEWING), Application.claim_lapses_at <= now))


def _mine(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return and_(_is(State.REVIEWING), Application.claimed_by_account_id == actor.account_id)


def _to_sign(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Co-signed where that is asked, and not drafted by the actor unless the committee is one person's."""
    cosigned = or_(Application.cosign_required.is_(False), Application.cosigned_at.is_not(None))
    ready = or_(_is(State.REFUSING), and_(_is(State.APPROVING), cosigned))
    one_person = select(Organisation.one_person).where(Organisation.id == Application.organisation_id)
    others = Application.drafter_account_id.is_distinct_from(actor.account_id)
    return and_(ready, or_(others, one_person.scalar_subquery()))


def _to_cosign(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return and_(_is(State.APPROVING), Application.cosign_required, Application.cosigned_at.is_(None))


def _overdue(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return and_(_is(*WITH_COMMITTEE), Application.step_due_at < now)


def _returned(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return _is(State.RETURNED)


def _done(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return Application.submitted_at.is_not(None)


TABS: tuple[Tab, ...] = (
    Tab("unclaimed", "待认领", Permission.HANDLE_APPLICATIONS, _unclaimed),
    Tab("mine", "我在办", Permission.HANDLE_APPLICATIONS, _mine),
    Tab("to_sign", "待签批", Permission.DECIDE_APPLICATIONS, _to_sign),
    Tab("to_cosign", "待复核", Permission.COSIGN_APPLICATIONS, _to_cosign),
    Tab("overdue", "超期", Permission.READ_INBOX, _overdue),
    Tab("returned", "已退回", Permission.READ_INBOX, _returned),
    # Not counted: it grows without bound, and nobody needs the number.
    Tab("done", "办结", Permission.READ_INBOX, _done, shelf="closed", newest_first=True, counted=False),
)
BY_KEY = {tab.key: tab for tab in TABS}


def tabs_of(actor: Actor) -> Sequence[Tab]:
    """The tabs this actor's posts carry."""
    return [tab for tab in TABS if actor.may(tab.permission)]


def rows(
    session: Session,
    actor: Actor,
    *,
    tab: str,
    organisation_id: uuid.UUID | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """One page of a tab: what is due first comes first (办结: newest first). `organisation_id`: one committee's."""
    chosen = BY_KEY[tab]
    require(actor, chosen.permission)
    statement = _of_area(select(Application), actor, chosen, organisation_id)
    down = chosen.newest_first
    keys = [Key(Application.sort_at, "sort_at", descending=down), Key(Application.id, "id", descending=down)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def _of_area(
    statement: Select[Any],
    actor: Actor,
    tab: Tab,
    organisation_id: uuid.UUID | None = None,
) -> Select[Any]:
    statement = within(statement, actor, tab.permission, Application.organisation_id)
    only = organisation_id or _only_committee(actor, tab.permission)
    if only is not None:  # lets the index give the order
        statement = statement.where(Application.organisation_id == only)
    return statement.where(Application.shelf == tab.shelf, tab.rows(actor, clock.now()))


def _only_committee(actor: Actor, permission: Permission) -> uuid.UUID | None:
    """The one committee all grants are held at: most staff work for just one."""
    held = {(grant.organisation_id, grant.organisation_kind) for grant in actor.grants_for(permission)}
    committee_id, kind = held.pop() if len(held) == 1 else (None, "")
    return committee_id if kind == "committee" else None


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many rows each counted tab of the actor has, up to 999; one query for all of them."""
    require(actor, Permission.READ_INBOX)
    tabs = [tab for tab in tabs_of(actor) if tab.counted]
    columns = [_counted(actor, tab).label(tab.key) for tab in tabs]
    if not columns:
        return {}
    row = session.execute(select(*columns)).one()
    return {tab.key: int(row[index]) for index, tab in enumerate(tabs)}


def _counted(actor: Actor, tab: Tab) -> Any:
    some = _of_area(select(Application.id), actor, tab).limit(_COUNTED_UP_TO).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def search(
    session: Session, actor: Actor, *, kind: str, words: str, cursor: str | None, limit: int | None
) -> Page:
    """Submitted applications of the area by whole name, ID number or certificate number; newest first."""
    if kind not in _SEARCHED:
        raise InvalidInput("请选择按姓名、证件号码或文号查找", errors={"json.kind": ["不能识别"]})
    statement = within(select(Application), actor, Permission.READ_INBOX, Application.organisation_id)
    found = statement.where(_SEARCHED[kind](session, words), Application.submitted_at.is_not(None))
    return page(session, found, keys=[Key(Application.id, "id", descending=True)], cursor=cursor, limit=limit)


def _of_number(session: Session, number: str) -> ColumnElement[bool]:
    """By the person, so that what came over from a merged record is found too; else by the number as applied."""
    person = identity.find_by_id_number(session, number)
    if person is not None:
        return Application.holder_id == person.id
    return Application.holder_number_index == privacy.blind_index("id_number", number)


def _of_name(session: Session, name: str) -> ColumnElement[bool]:
    return Application.holder_name_index == privacy.blind_index("name", name)


def _of_certificate(session: Session, number: str) -> ColumnElement[bool]:
    return Application.certificate_number == number.strip()


_SEARCHED: dict[str, Callable[[Session, str], ColumnElement[bool]]] = {
    "name": _of_name,
    "id_number": _of_number,
    "certificate_number": _of_certificate,
}


def organisation_names(session: Session, applications: Sequence[Application]) -> dict[uuid.UUID, str]:
    """The committees' names for one page of rows."""
    wanted = {application.organisation_id for application in applications}
    found = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    return {office: name for office, name in found}
