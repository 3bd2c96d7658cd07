"""Two pairs of eyes, two approvers at once, and what comes too late."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Uuid, column, table, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE, Actor
from backend.applications import deciding, following
from backend.applications.guards import OwnCase, SameEyes, WrongState
from backend.applications.models import Application
from backend.db import Base, Database
from backend.problems import NotFound, Problem
from backend.settings import Settings
from tests.conftest import database_url
from tests.factories import applications, organisations
from tests.factories.applications import Village


def approve(session: Session, actor: Actor, made: Application) -> Application:
    return deciding.start_sealing(session, actor, application_id=made.id)[0]


def test_an_approver_takes_it_to_sealing(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    application, grant = deciding.start_sealing(session, here.approver.actor, application_id=made.id)
    assert (application.state, grant.post) == ("sealing", "主任")


def test_the_one_who_drafted_may_not_approve(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    with pytest.raises(SameEyes):
        approve(session, here.clerk.actor, made)


def test_neither_may_one_who_drafted_an_earlier_version(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    made.drafter_account_id = here.other_clerk.account.id
    session.commit()
    with pytest.raises(SameEyes):
        approve(session, here.clerk.actor, made)


def test_a_committee_of_one_may(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    here.organisation.one_person = True
    session.commit()
    assert approve(session, here.clerk.actor, made).state == "sealing"


def test_nobody_approves_their_own(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    here.approver.account.person_id = here.citizen.person.id
    session.commit()
    with pytest.raises(OwnCase):
        approve(session, here.approver.actor, made)


def test_nobody_approves_what_they_applied_for_as_a_relative(
    session: Session, settings: Settings, here: Village
) -> None:
    """Not even where one person does both steps: the town names a deputy."""
    made = applications.approving_application(session, settings, here)
    made.helper, made.account_id = "relative", here.approver.account.id
    here.organisation.one_person = True
    session.commit()
    with pytest.raises(OwnCase):
        approve(session, here.approver.actor, made)


def test_approving_after_a_withdrawal_is_refused_in_words(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    following.withdraw(session, here.citizen.actor(session), application_id=made.id)
    session.commit()
    with pytest.raises(WrongState) as caught:
        approve(session, here.approver.actor, made)
    assert "已撤回" in caught.value.message


def behind_its_back(session: Session, made: Application, state: str) -> None:
    """Somebody else commits a step after this session has read the row."""
    row = update(table("application", column("id", Uuid), column("state"), column("row_version")))
    moved = row.where(column("id", Uuid) == made.id).values(state=state, row_version=made.row_version + 1)
    session.execute(moved)


def test_of_two_who_read_the_same_state_the_second_is_told_what_stands_there(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    behind_its_back(session, made, "sealing")
    with pytest.raises(WrongState) as caught:
        approve(session, here.approver.actor, made)
    assert "正在签章" in caught.value.message


def test_an_approval_that_meets_a_withdrawal_is_told_so(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    behind_its_back(session, made, "withdrawn")
    with pytest.raises(WrongState) as caught:
        approve(session, here.approver.actor, made)
    assert "已撤回" in caught.value.message


def test_a_withdrawal_that_meets_an_approval_is_told_so(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    citizen = here.citizen.actor(session)
    behind_its_back(session, made, "sealing")
    with pytest.raises(WrongState) as caught:
        following.withdraw(session, citizen, application_id=made.id)
    assert "正在签章" in caught.value.message


def test_issued_twice_is_issued_once(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    approve(session, here.approver.actor, made)
    for _ in range(2):
        deciding.mark_issued(session, application_id=made.id, number="号", valid_until=clock.today())
    session.commit()
    assert (made.state, made.certificate_number) == ("issued", "号")
    assert made.decided_at is not None and made.shelf == "closed"


def test_voided_it_is_the_clerk_s_again(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    approve(session, here.approver.actor, made)
    deciding.mark_voided(session, here.approver.actor, application_id=made.id, reason="字库缺字")
    assert (made.state, made.claimed_by_account_id) == ("reviewing", here.clerk.account.id)
    assert made.step_due_at == made.due_at


def test_only_the_machine_issues(session: Session, settings: Settings, here: Village) -> None:
    made = applications.approving_application(session, settings, here)
    approve(session, here.approver.actor, made)
    assert deciding.get_visible(session, MACHINE, made.id) is made
    stranger = organisations.approver(session, organisations.village(session, organisations.SIBLING_VILLAGE))
    with pytest.raises(NotFound):
        deciding.get_visible(session, stranger.actor, made.id)
    with pytest.raises(NotFound):
        deciding.mark_voided(session, stranger.actor, application_id=made.id, reason="")


def test_two_approvers_in_two_threads_end_as_one(tmp_path: Path, worker_id: str, settings: Settings) -> None:
    """Really committed, in a database of its own."""
    import os

    database = Database(database_url(os.environ.get("TEST_DATABASE_URL", ""), f"r_{worker_id}", tmp_path))
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        here = applications.village(session)
        made = applications.approving_application(session, settings, here)
        second = organisations.approver(session, here.organisation)
        session.commit()
        actors = [here.approver.actor, second.actor]
    ready, outcomes = threading.Barrier(2), list[Any]()

    def decide(actor: Actor) -> None:
        ready.wait(timeout=10)
        with database.session() as own:
            try:
                approve(own, actor, made)
                own.commit()
                outcomes.append("sealing")
            except Problem as problem:
                own.rollback()
                outcomes.append(problem)

    threads = [threading.Thread(target=decide, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    database.engine.dispose()
    assert len(outcomes) == 2 and outcomes.count("sealing") == 1
    (refused,) = [outcome for outcome in outcomes if outcome != "sealing"]
    assert isinstance(refused, WrongState) and "正在签章" in refused.message
