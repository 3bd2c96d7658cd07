"""Two pairs of eyes, two approvers at once, and what comes too late."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Uuid, column, table, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE, Actor
from backend.applications import deciding, following, handling, moving
from backend.applications.guards import OwnCase, SameEyes, WrongState
from backend.applications.models import Application
from backend.applications.refusals import Refusal
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


def test_who_forwarded_it_once_may_not_approve_what_another_forwarded_later(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    forwarding: dict[str, Any] = {"application_id": made.id, "settings": settings}
    handling.forward(session, here.clerk.actor, row_version=made.row_version, **forwarding)
    deciding.send_back(session, here.approver.actor, remark="请核对", **forwarding)
    moving.move(session, MACHINE, made, "hand_over")
    handling.claim(session, here.other_clerk.actor, **forwarding)
    session.flush()
    handling.forward(session, here.other_clerk.actor, row_version=made.row_version, **forwarding)
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    assert made.drafter_account_id == here.other_clerk.account.id
    with pytest.raises(SameEyes):
        approve(session, here.clerk.actor, made)
    assert made.state == "approving"
    assert approve(session, here.approver.actor, made).state == "sealing"


def test_who_only_claimed_it_once_may_approve(session: Session, settings: Settings, here: Village) -> None:
    """The state table asks for other eyes than the drafter's; a claim that lapsed has drafted nothing."""
    made = applications.claimed_application(session, settings, here)
    moving.move(session, MACHINE, made, "lapse")
    handling.claim(session, here.other_clerk.actor, application_id=made.id, settings=settings)
    session.flush()
    handling.forward(
        session,
        here.other_clerk.actor,
        application_id=made.id,
        row_version=made.row_version,
        settings=settings,
    )
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    assert approve(session, here.clerk.actor, made).state == "sealing"


def test_who_proposed_a_refusal_once_may_not_refuse_what_another_proposed(
    session: Session, settings: Settings, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    reason = Refusal("not_true", "与事实不符", (("镇民政办", "到窗口咨询"),))
    proposing: dict[str, Any] = {"application_id": made.id, "settings": settings}
    handling.propose_refusal(session, here.clerk.actor, refusal=reason, **proposing)
    deciding.send_back(session, here.approver.actor, remark="请核对", **proposing)
    moving.move(session, MACHINE, made, "hand_over")
    handling.claim(session, here.other_clerk.actor, **proposing)
    handling.propose_refusal(session, here.other_clerk.actor, refusal=reason, **proposing)
    organisations.grant(session, here.clerk.account, here.organisation, organisations.Role.APPROVER)
    with pytest.raises(SameEyes):
        deciding.refuse(session, here.clerk.actor, pin=applications.PIN, **proposing)
    assert made.state == "refusing"


@pytest.fixture
def to_cosign(session: Session, settings: Settings, here: Village) -> Application:
    return applications.approving_application(
        session, settings, here, item_code="homestead_opinion", title="宅基地申请村级意见", words="翻建老屋"
    )


@pytest.mark.parametrize("one_person", [False, True])
def test_who_cosigned_may_not_approve(
    session: Session, settings: Settings, here: Village, to_cosign: Application, one_person: bool
) -> None:
    """Not even where the committee is set to one person: the town's eyes are meant to be others."""
    here.organisation.one_person = one_person
    organisations.grant(session, here.town_reviewer.account, here.organisation, organisations.Role.APPROVER)
    deciding.cosign(session, here.town_reviewer.actor, application_id=to_cosign.id, settings=settings)
    session.commit()
    with pytest.raises(SameEyes) as refused:
        approve(session, here.town_reviewer.actor, to_cosign)
    assert "复核" in refused.value.message and to_cosign.state == "approving"
    assert approve(session, here.approver.actor, to_cosign).state == "sealing"


@pytest.mark.parametrize("one_person", [False, True])
def test_who_drafted_may_not_cosign(
    session: Session, settings: Settings, here: Village, to_cosign: Application, one_person: bool
) -> None:
    here.organisation.one_person = one_person
    town = here.town_reviewer.grant.organisation_id
    place = session.get_one(type(here.organisation), town)
    organisations.grant(session, here.clerk.account, place, organisations.Role.TOWN_REVIEWER)
    with pytest.raises(SameEyes):
        deciding.cosign(session, here.clerk.actor, application_id=to_cosign.id, settings=settings)
    assert to_cosign.cosigned_at is None


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
