"""What time does: lapse, expire, remind, escalate, hand over, recompute; each once, each told to the right people."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend import clock
from backend.applications import deadlines, drafting, handling, work
from backend.applications.models import Application, ApplicationEvent
from backend.notifications.models import Message
from backend.organisations.models import CalendarDay, CalendarYear
from backend.runtime import Runtime
from backend.settings import Settings
from tests.factories import applications
from tests.factories.applications import Village

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 北京时间


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def told(session: Session, title: str) -> set[object]:
    return set(session.scalars(select(Message.account_id).where(Message.title == title)))


def fresh(session: Session, made: Application) -> Application:
    session.expire_all()
    return session.get_one(Application, made.id)


def test_limits_are_working_days_until_closing_time(
    session: Session, settings: Settings, here: Village
) -> None:
    with at(MONDAY):
        made = applications.submitted_application(session, settings, here)
    assert made.step_due_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert made.due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert made.due_provisional is False


def test_a_cosign_adds_a_day_and_an_item_may_promise_otherwise(
    session: Session, settings: Settings, here: Village
) -> None:
    with at(MONDAY):
        made = applications.submitted_application(
            session,
            settings,
            here,
            item_code="homestead_opinion",
            title="宅基地申请村级意见",
            words="翻建老屋",
        )
    assert made.promise_days == 6


def test_a_year_without_a_notice_is_labelled(session: Session, settings: Settings, here: Village) -> None:
    with at(datetime(2026, 12, 30, 2, 0, tzinfo=UTC)):
        made = applications.submitted_application(session, settings, here)
    assert made.due_provisional is True


def test_a_claim_lapses_after_office_hours_only(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY + timedelta(hours=6)):  # 16:00: one and a half hours left today
        made = applications.claimed_application(session, settings, here)
        assert work.lapse_claims(runtime) == 0
    assert made.claim_lapses_at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    with at(MONDAY + timedelta(hours=25, minutes=1)):
        assert work.lapse_claims(runtime) == 1
        assert work.lapse_claims(runtime) == 0
    row = fresh(session, made)
    assert (row.state, row.claimed_by_account_id) == ("submitted", None)
    assert told(session, "认领已失效") == {here.clerk.account.id}


def test_drafts_expire_after_thirty_days_from_the_last_save(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY):
        made = applications.drafted_application(session, settings, here)
    with at(MONDAY + timedelta(days=20)):
        drafting.save(
            session,
            here.citizen.actor(session),
            application_id=made.id,
            draft=applications.draft(here.organisation),
            settings=settings,
        )
        session.commit()
    with at(MONDAY + timedelta(days=31)):
        assert work.expire(runtime) == 0
    with at(MONDAY + timedelta(days=51)):
        assert work.expire(runtime) == 1
    assert fresh(session, made).state == "expired"


def returned(session: Session, settings: Settings, here: Village) -> Application:
    made = applications.claimed_application(session, settings, here)
    handling.return_for_completion(
        session,
        here.clerk.actor,
        application_id=made.id,
        items=[handling.Missing("supply", "请补照片")],
        settings=settings,
    )
    session.commit()
    return made


def test_a_return_is_reminded_of_and_then_expires(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY):
        made = returned(session, settings, here)
    due = made.step_due_at
    assert due == datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
    with at(due - timedelta(days=1)):
        assert work.remind(runtime) == 1
        assert work.remind(runtime) == 0
    assert told(session, "补正期限将到") == {here.citizen.account.id}
    with at(due + timedelta(minutes=1)):
        assert work.expire(runtime) == 1
    assert fresh(session, made).state == "expired"
    assert told(session, "申请已过期") == {here.citizen.account.id}


def test_the_clock_stands_still_in_a_return(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY):
        made = returned(session, settings, here)
    with at(MONDAY + timedelta(days=5)):
        assert work.escalate(runtime) == 0
    assert fresh(session, made).escalated_at is None


def test_who_has_it_is_reminded_before_and_the_town_told_after(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY):
        made = applications.submitted_application(session, settings, here)
    due = made.step_due_at
    assert due is not None
    with at(due - timedelta(hours=1)):
        assert (work.remind(runtime), work.remind(runtime), work.escalate(runtime)) == (1, 0, 0)
    clerks = {here.clerk.account.id, here.other_clerk.account.id}
    assert told(session, "办理期限将到") == clerks
    with at(due + timedelta(minutes=1)):
        assert (work.escalate(runtime), work.escalate(runtime)) == (1, 0)
    assert told(session, "有申请超期") == {here.town_reviewer.account.id, *clerks}


def test_each_step_has_its_own_reminder(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(MONDAY):
        made = applications.submitted_application(session, settings, here)
    with at(MONDAY + timedelta(days=2)):
        work.escalate(runtime)
        session.expire_all()
        handling.claim(session, here.clerk.actor, application_id=made.id, settings=settings)
        session.commit()
    row = fresh(session, made)
    assert (row.reminded_at, row.escalated_at) == (None, None)


def test_a_term_change_hands_open_work_over(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    kept = applications.submitted_application(session, settings, here)
    handling.claim(session, here.other_clerk.actor, application_id=kept.id, settings=settings)
    here.clerk.grant.ends_on = clock.today() - timedelta(days=1)
    session.commit()
    work.term_changed(
        runtime,
        {"organisation_id": str(here.organisation.id), "account_ids": [str(here.clerk.account.id)]},
    )
    assert fresh(session, made).state == "submitted"
    assert fresh(session, kept).state == "reviewing"
    steps = session.scalars(
        select(ApplicationEvent.verb).where(ApplicationEvent.application_id == made.id)
    ).all()
    assert "hand_over" in steps
    assert here.other_clerk.account.id in told(session, "有新的申请待认领")


def test_orphans_are_found_without_any_event(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    assert work.release_orphans(runtime) == 0
    here.clerk.grant.ends_on = clock.today() - timedelta(days=1)
    session.commit()
    assert work.release_orphans(runtime) == 1
    assert fresh(session, made).claimed_by_account_id is None


def test_a_new_notice_moves_deadlines(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    with at(datetime(2026, 12, 30, 2, 0, tzinfo=UTC)):
        made = applications.submitted_application(session, settings, here)
        before = made.due_at
        session.add(CalendarYear(year=2027, source="放假通知", loaded_at=clock.now()))
        for day in (1, 4):
            session.add(CalendarDay(day=date(2027, 1, day), working=False, name="元旦"))
        session.commit()
        work.recompute(runtime, {"year": 2027})
    row = fresh(session, made)
    assert before is not None and row.due_at is not None
    assert row.due_at > before
    assert row.due_provisional is False


def test_recomputing_goes_through_everything(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    made = [applications.submitted_application(session, settings, here) for _ in range(3)]
    session.execute(delete(CalendarYear))  # as if no notice had come
    session.commit()
    work.recompute(runtime, {"year": clock.today().year})
    assert all(fresh(session, each).due_provisional for each in made)


def test_what_moved_meanwhile_is_left_alone(
    session: Session, settings: Settings, runtime: Runtime, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    assert made.claim_lapses_at is not None
    with at(made.claim_lapses_at + timedelta(minutes=1)):
        made.state = "withdrawn"
        session.commit()
        assert work._one(runtime, made.id, handling.lapse) is False
    assert fresh(session, made).state == "withdrawn"


def test_working_days_between_two_days(session: Session, here: Village) -> None:
    friday = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert deadlines.working_days_between(session, friday, MONDAY) == 1
    assert deadlines.working_days_between(session, MONDAY, MONDAY + timedelta(hours=3)) == 0
    assert deadlines.working_days_between(session, MONDAY, MONDAY + timedelta(days=14)) == 10
