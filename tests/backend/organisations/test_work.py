"""What the worker does: the invited hear of it, the town hears of vacancies, lapsed terms hand over."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.notifications.models import Message, OutboxEntry
from backend.notifications.worker import drain
from backend.organisations import invitations, offices, staff, work
from backend.runtime import Runtime
from tests.factories import organisations as make
from tests.simulators.fixtures import Simulators

TODAY = clock.today()
DAY = timedelta(days=1)


def messages(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == "todo.vacancy")))


def leave_empty(session: Session) -> make.Staff:
    """A village whose one clerk leaves at once."""
    admin, clerk = make.organisation_admin(session), make.clerk(session)
    make.approver(session)
    staff.end(session, admin.actor, grant_id=clerk.grant.id)
    session.commit()
    return admin


def tell(runtime: Runtime, session: Session) -> None:
    for payload in session.scalars(select(OutboxEntry.payload).where(OutboxEntry.topic == offices.VACANT)):
        work.tell_vacancy(runtime, payload)


def test_the_town_hears_of_a_vacancy_once(runtime: Runtime, session: Session) -> None:
    reviewer = make.town_reviewer(session)
    make.town_reviewer(session, make.town(session, "421202002000"))
    admin = leave_empty(session)
    tell(runtime, session)
    tell(runtime, session)
    assert {row.account_id for row in messages(session)} == {reviewer.account.id, admin.account.id}
    assert len(messages(session)) == 2
    assert "经办人" in messages(session)[0].text


def test_a_vacancy_filled_meanwhile_is_not_told(runtime: Runtime, session: Session) -> None:
    make.town_reviewer(session)
    leave_empty(session)
    make.clerk(session)
    session.commit()
    tell(runtime, session)
    assert messages(session) == []


def test_terms_that_lapse_hand_over_their_work(runtime: Runtime, session: Session) -> None:
    clerk = make.clerk(session)
    make.approver(session)
    clerk.grant.ends_on = TODAY - DAY
    session.commit()
    work.watch_lapsed_terms(runtime)
    work.watch_lapsed_terms(runtime)
    topics = [row.topic for row in session.scalars(select(OutboxEntry))]
    assert topics.count(offices.TERM_CHANGED) == 1
    assert topics.count(offices.VACANT) == 1


def test_the_invited_are_told_by_sms_without_the_code(
    runtime: Runtime, session: Session, simulators: Simulators
) -> None:
    admin = make.organisation_admin(session)
    made = invitations.invite(
        session,
        admin.actor,
        organisation_id=make.village(session).id,
        role=Role.CLERK,
        post="文书",
        name="王小明",
        phone="13912345678",
    )
    session.commit()
    work.tell_invited(runtime, {"invitation_id": str(made.invitation.id)})
    sent = str(simulators.sms.messages("13912345678"))
    assert "邀请" in sent
    assert made.code not in sent
    made.invitation.cancelled_at = clock.now()
    session.commit()
    work.tell_invited(runtime, {"invitation_id": str(made.invitation.id)})
    assert str(simulators.sms.messages("13912345678")) == sent


def test_drain_finds_every_handler(runtime: Runtime, session: Session) -> None:
    make.town_reviewer(session)
    leave_empty(session)
    drain(runtime, strict=False)
    left = session.scalars(select(OutboxEntry.topic).where(OutboxEntry.topic == offices.VACANT)).all()
    states = session.scalars(select(OutboxEntry.state).where(OutboxEntry.topic == offices.VACANT)).all()
    assert (len(left), set(states)) == (1, {"done"})
