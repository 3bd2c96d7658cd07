"""Complaints (投诉) in their first form: filed, owned by the town above, answered by a date."""

import uuid
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend import access, clock
from backend.access import Actor, Permission, Role
from backend.audit import service as audit
from backend.complaints import numbering
from backend.complaints.models import Complaint
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.organisations import calendar
from backend.organisations import service as organisations
from backend.organisations.models import Organisation
from backend.paging import Key, Page, page
from backend.problems import Conflict, NotFound
from backend.settings import Settings

#: Working days within which a complaint is answered.
DAYS_TO_ANSWER = 5
OPEN, ANSWERED, WITHDRAWN = "open", "answered", "withdrawn"

#: What may be complained of, and in which words an officer sees it.
KINDS: dict[str, str] = {
    "refusal": "对不予出具的决定有意见",
    "not_me": "查验记录不是本人所为",
    "application": "对办理过程有意见",
    "outside_list": "被要求提供清单以外的证明",
}


class AlreadyComplained(Conflict):
    """The same person has an open complaint about the same thing."""

    code = "already_complained"

    def __init__(self, number: str) -> None:
        super().__init__(f"您已就此事投诉，编号 {number}，正在办理，不用重复提交", number=number)


class AlreadyClosed(Conflict):
    """The complaint has been answered or withdrawn."""

    code = "complaint_closed"
    detail = "这件投诉已经办结或撤回，请刷新后查看"


def file(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    person_id: uuid.UUID,
    organisation: Organisation,
    text: str,
    settings: Settings,
) -> Complaint:
    """File a complaint for a person about a thing of `organisation`; the caller has found the thing visible.

    The owner is the town above it: nobody answers a complaint about themselves.
    """
    access.require(actor, Permission.COMPLAIN)
    actor.acting_for(person_id)
    _refuse_twin(session, person_id, subject_kind, subject_id)
    owner = _owner(session, organisation)
    now = clock.now()
    due = calendar.add_working_days(session, now, DAYS_TO_ANSWER, settings=settings)
    complaint = Complaint(
        county_code=owner.county_code,
        division_code=owner.division_code,
        number=numbering.next_number(session, owner.county_code, clock.beijing(now).year),
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        person_id=person_id,
        account_id=actor.account,
        text=text,
        organisation_id=owner.id,
        state=OPEN,
        due_at=due.at,
        due_provisional=due.provisional,
        created_at=now,
    )
    session.add(complaint)
    session.flush()
    _record(session, actor, "complaints.file", complaint, for_person_id=person_id)
    _tell_owner(session, complaint)
    return complaint


def answer(session: Session, actor: Actor, *, complaint_id: uuid.UUID, text: str) -> Complaint:
    """Answer it; the citizen is told. Conflict when it is closed already."""
    complaint, grant = _in_area(session, actor, complaint_id)
    if complaint.state != OPEN:
        raise AlreadyClosed()
    complaint.state = ANSWERED
    complaint.answer = text
    complaint.answered_at = clock.now()
    complaint.answered_by_account_id = actor.account
    complaint.answered_by_post = grant.post
    session.flush()
    _record(session, actor, "complaints.answer", complaint, grant=grant)
    notifications.tell(
        session,
        identity.accounts_to_tell(session, complaint.person_id),
        kind="complaint_answered",
        title="您的投诉有答复了",
        text=f"投诉 {complaint.number} 已答复，请打开查看。",
        target_kind="complaint",
        target_id=complaint.id,
        dedup_key=f"complaint.{complaint.id.hex}.answered",
    )
    return complaint


def withdraw(session: Session, actor: Actor, *, complaint_id: uuid.UUID) -> Complaint:
    """The citizen takes it back."""
    complaint = get_own(session, actor, complaint_id=complaint_id)
    if complaint.state != OPEN:
        raise AlreadyClosed()
    complaint.state = WITHDRAWN
    session.flush()
    _record(session, actor, "complaints.withdraw", complaint, for_person_id=complaint.person_id)
    return complaint


def own(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """Complaints of the actor's person and of those they act for, newest first."""
    access.require(actor, Permission.COMPLAIN)
    persons = {actor.person, *actor.acts_for}
    statement = select(Complaint).where(Complaint.person_id.in_(persons))
    return page(
        session, statement, keys=[Key(Complaint.id, "id", descending=True)], cursor=cursor, limit=limit
    )


def get_own(session: Session, actor: Actor, *, complaint_id: uuid.UUID) -> Complaint:
    """One complaint of the actor's own, or of somebody they act for."""
    access.require(actor, Permission.COMPLAIN)
    complaint = session.get(Complaint, complaint_id)
    if complaint is None or complaint.person_id not in {actor.person_id, *actor.acts_for}:
        raise NotFound("没有找到这件投诉")
    return complaint


def in_area(
    session: Session, actor: Actor, *, state: str | None, cursor: str | None, limit: int | None
) -> Page:
    """Complaints owned in the actor's area, the soonest due first."""
    access.require(actor, Permission.ANSWER_COMPLAINTS)
    statement: Select[Any] = select(Complaint)
    if state:
        statement = statement.where(Complaint.state == state)
    statement = access.within(statement, actor, Permission.ANSWER_COMPLAINTS, Complaint.organisation_id)
    keys = [Key(Complaint.due_at, "due_at"), Key(Complaint.id, "id")]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def get_in_area(session: Session, actor: Actor, *, complaint_id: uuid.UUID) -> Complaint:
    """One complaint owned in the actor's area."""
    return _in_area(session, actor, complaint_id)[0]


def _in_area(session: Session, actor: Actor, complaint_id: uuid.UUID) -> tuple[Complaint, access.Grant]:
    access.require(actor, Permission.ANSWER_COMPLAINTS)
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound("没有找到这件投诉")
    owner = organisations.get(session, complaint.organisation_id)
    return complaint, access.require_over(actor, Permission.ANSWER_COMPLAINTS, owner.path)


def _refuse_twin(session: Session, person_id: uuid.UUID, subject_kind: str, subject_id: uuid.UUID) -> None:
    number = session.scalar(
        select(Complaint.number).where(
            Complaint.person_id == person_id,
            Complaint.subject_kind == subject_kind,
            Complaint.subject_id == subject_id,
            Complaint.state == OPEN,
        )
    )
    if number is not None:
        raise AlreadyComplained(number)


def _owner(session: Session, organisation: Organisation) -> Organisation:
    """The town above; where there is none, the next office above; at the top, the office itself."""
    town = organisations.town_above(session, organisation)
    return town or next(iter(organisations.ancestors(session, organisation)), organisation)


def _tell_owner(session: Session, complaint: Complaint) -> None:
    due = clock.spoken(complaint.due_at)
    notifications.tell(
        session,
        _officers(session, complaint.organisation_id),
        kind="todo.complaint",
        title="有一件投诉等待答复",
        text=f"投诉 {complaint.number}:{KINDS[complaint.kind]}。请在 {due} 前答复。",
        target_kind="complaint",
        target_id=complaint.id,
        dedup_key=f"complaint.{complaint.id.hex}.filed",
    )


def _officers(session: Session, organisation_id: uuid.UUID) -> list[uuid.UUID]:
    """Who is told: the owner's reviewers; where it has none, whoever above may answer."""
    own = organisations.staff_accounts(session, organisation_id, Role.TOWN_REVIEWER)
    above = (Role.TOWN_REVIEWER, Role.CITY_ADMIN)
    return own or [
        account
        for role in above
        for account in organisations.staff_accounts(session, organisation_id, role, include_above=True)
    ]


def _record(session: Session, actor: Actor, action: str, complaint: Complaint, **more: Any) -> None:
    audit.record(
        session,
        actor,
        action,
        subject_kind="complaint",
        subject_id=complaint.id,
        organisation_id=complaint.organisation_id,
        county_code=complaint.county_code,
        number=complaint.number,
        **more,
    )
