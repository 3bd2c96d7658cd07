"""换届: who leaves, who follows, what happens to the work; deputies and acting approvers."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Permission, Role
from backend.notifications.models import OutboxEntry
from backend.organisations import deputies, offices, staff, term_change
from backend.organisations.deputies import AbsenceTooLong, NotACandidate
from backend.organisations.offices import LastAdmin
from backend.organisations.staff import AlreadyHolds, SelfAppointment
from backend.organisations.term_change import Successor, TermChange
from backend.problems import InvalidInput, NotAllowed, NotFound
from tests.factories import organisations as make

TODAY = clock.today()
DAY = timedelta(days=1)


def payloads(session: Session, topic: str) -> list[dict]:
    return list(session.scalars(select(OutboxEntry.payload).where(OutboxEntry.topic == topic)))


def change(session: Session, who: make.Staff, leaving: list, successors: list[Successor]) -> TermChange:
    return term_change.change_term(
        session,
        who.actor,
        organisation_id=make.village(session).id,
        on=TODAY + 3 * DAY,
        leaving=[one.grant.id for one in leaving],
        successors=successors,
    )


def test_one_act_ends_the_old_and_begins_the_new(session: Session) -> None:
    admin, clerk, approver = make.organisation_admin(session), make.clerk(session), make.approver(session)
    done = change(
        session,
        admin,
        [clerk, approver],
        [
            Successor(Role.APPROVER, "主任", account_id=clerk.account.id),
            Successor(Role.CLERK, "文书", name="新来的人", phone="13900001111"),
        ],
    )
    assert {row.ends_on for row in done.ended} == {TODAY + 3 * DAY}
    assert [(row.role, row.starts_on) for row in done.granted] == [(Role.APPROVER, TODAY + 4 * DAY)]
    assert done.invited[0].invitation.starts_on == TODAY + 4 * DAY
    assert done.vacant == [Role.CLERK]
    assert Role.CLERK in clerk.actor.roles
    with time_machine.travel(clock.now() + 4 * DAY, tick=False):
        assert {grant.role for grant in clerk.actor.grants} == {Role.APPROVER}
        assert approver.actor.grants == ()


def test_the_work_of_those_who_leave_is_released_once_for_all(session: Session) -> None:
    admin, clerk, approver = make.organisation_admin(session), make.clerk(session), make.approver(session)
    change(session, admin, [clerk, approver], [])
    (event,) = session.scalars(select(OutboxEntry).where(OutboxEntry.topic == offices.TERM_CHANGED))
    assert set(event.payload["account_ids"]) == {str(clerk.account.id), str(approver.account.id)}
    assert clock.beijing(event.next_at).date() == TODAY + 4 * DAY
    assert len(payloads(session, offices.VACANT)) == 1


def test_no_vacancy_is_told_when_the_offices_are_filled(session: Session) -> None:
    admin, clerk, approver = make.organisation_admin(session), make.clerk(session), make.approver(session)
    new = Successor(Role.APPROVER, "主任", account_id=clerk.account.id)
    assert change(session, admin, [approver], [new]).vacant == []
    assert payloads(session, offices.VACANT) == []


def test_the_last_admin_leaves_only_when_another_is_in_office(session: Session) -> None:
    admin, clerk = make.organisation_admin(session), make.clerk(session)
    invited = Successor(Role.ORGANISATION_ADMIN, "管理员", name="新来的人", phone="13900001111")
    with pytest.raises(LastAdmin):
        change(session, admin, [admin], [invited])
    known = Successor(Role.ORGANISATION_ADMIN, "管理员", account_id=clerk.account.id)
    assert change(session, admin, [admin], [known]).granted[0].role == Role.ORGANISATION_ADMIN


def test_all_or_nothing(session: Session) -> None:
    admin, clerk = make.organisation_admin(session), make.clerk(session)
    bad = [
        ([], [], InvalidInput),
        ([clerk], [Successor(Role.CLERK, "文书")], InvalidInput),
        ([clerk], [Successor(Role.CLERK, "文书", account_id=uuid.uuid4())], NotFound),
        ([clerk], [Successor(Role.APPROVER, "主任", account_id=admin.account.id)], SelfAppointment),
        ([clerk], [Successor(Role.COUNTER, "窗口", account_id=clerk.account.id)], InvalidInput),
        ([make.clerk(session, make.village(session, make.SIBLING_VILLAGE))], [], NotFound),
    ]
    for leaving, successors, problem in bad:
        with session.begin_nested() as attempt:
            with pytest.raises(problem):
                change(session, admin, leaving, successors)
            attempt.rollback()
    session.refresh(clerk.grant)
    assert clerk.grant.ends_on is None
    assert payloads(session, offices.TERM_CHANGED) == []


def test_a_sibling_admin_changes_no_term(session: Session) -> None:
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE))
    with pytest.raises(NotFound):
        change(session, sibling, [make.clerk(session)], [])
    with pytest.raises(NotAllowed):
        change(session, make.approver(session), [make.clerk(session)], [])


def test_term_change_over_http(client, session: Session) -> None:
    admin, clerk, approver = make.organisation_admin(session), make.clerk(session), make.approver(session)
    caller = client.as_(admin.token)
    path = f"/api/v1/organisations/{make.village(session).id}/term-change"
    body = {
        "on": (TODAY + DAY).isoformat(),
        "leaving": [str(clerk.grant.id)],
        "successors": [
            {"role": "clerk", "post": "文书", "name": "新来的人", "phone": "13900001111"},
            {"role": "clerk", "post": "会计", "account_id": str(approver.account.id)},
        ],
    }
    done = caller.post(path, body)
    assert done.status_code == 200, done.json
    assert (len(done.json["ended"]), len(done.json["granted"]), done.json["vacant"]) == (1, 1, [])
    assert len(done.json["invited"][0]["code"]) == 8
    assert caller.post(path, body | {"on": (TODAY - DAY).isoformat()}).status_code == 422
    assert caller.post(path, body | {"leaving": []}).status_code == 422


def absent(session: Session, approver: make.Staff, deputy: make.Staff, actor=None, **more):
    term = {"starts_on": TODAY, "ends_on": TODAY + 10 * DAY} | more
    return deputies.name_deputy(
        session,
        actor or approver.actor,
        grant_id=approver.grant.id,
        account_id=deputy.account.id,
        **term,
    )


def test_a_deputy_signs_while_the_approver_is_away_and_no_longer(session: Session) -> None:
    approver, clerk = make.approver(session), make.clerk(session)
    row = absent(session, approver, clerk, starts_on=TODAY + DAY)
    assert (row.role, row.post, row.deputy_for_id) == (Role.APPROVER, "代主任", approver.grant.id)
    assert not clerk.actor.may(Permission.APPROVE_CERTIFICATES)
    with time_machine.travel(clock.now() + 2 * DAY, tick=False):
        grant = clerk.actor.grant_over(Permission.APPROVE_CERTIFICATES, make.village(session).path)
        assert grant is not None
        assert (grant.deputy, grant.post) == (True, "代主任")
    with time_machine.travel(clock.now() + 11 * DAY, tick=False):
        assert not clerk.actor.may(Permission.APPROVE_CERTIFICATES)


def test_who_may_be_named(session: Session) -> None:
    approver, sibling = make.approver(session), make.village(session, make.SIBLING_VILLAGE)
    reviewer, stranger = make.town_reviewer(session), make.clerk(session, sibling)
    absent(session, approver, reviewer)
    for who in (stranger, make.city_admin(session)):
        with pytest.raises(NotACandidate):
            absent(session, approver, who)
    with pytest.raises(SelfAppointment):
        absent(session, approver, approver)
    with pytest.raises(AlreadyHolds):
        absent(session, approver, reviewer)


def test_who_may_name(session: Session) -> None:
    approver, clerk = make.approver(session), make.clerk(session)
    fellow = make.approver(session)
    sibling = make.approver(session, make.village(session, make.SIBLING_VILLAGE))
    for stranger in (fellow, sibling):
        with pytest.raises(NotFound):
            absent(session, approver, clerk, stranger.actor)
    with pytest.raises(NotAllowed):
        absent(session, approver, clerk, clerk.actor)
    with pytest.raises(SelfAppointment):
        reviewer = make.town_reviewer(session)
        absent(session, approver, reviewer, reviewer.actor)
    row = absent(session, approver, clerk, make.town_reviewer(session).actor)
    assert row.acting


def test_absences_that_cannot_be(session: Session) -> None:
    approver, clerk = make.approver(session), make.clerk(session)
    with pytest.raises(AbsenceTooLong):
        absent(session, approver, clerk, ends_on=TODAY + 181 * DAY)
    for term in ({"starts_on": TODAY - DAY}, {"ends_on": TODAY - DAY}):
        with pytest.raises(InvalidInput):
            absent(session, approver, clerk, **term)
    approver.grant.ends_on = TODAY + 5 * DAY
    session.flush()
    with pytest.raises(InvalidInput, match="任期"):
        absent(session, approver, clerk)
    with pytest.raises(InvalidInput, match="负责人"):
        absent(session, clerk, approver, make.organisation_admin(session).actor)


def test_a_deputy_names_no_deputy(session: Session) -> None:
    approver, clerk, second = make.approver(session), make.clerk(session), make.clerk(session)
    row = absent(session, approver, clerk)
    with pytest.raises(InvalidInput):
        deputies.name_deputy(
            session,
            clerk.actor,
            grant_id=row.id,
            account_id=second.account.id,
            starts_on=TODAY,
            ends_on=TODAY,
        )


def test_the_approver_comes_back_early(session: Session) -> None:
    approver, clerk = make.approver(session), make.clerk(session)
    row = absent(session, approver, clerk)
    with pytest.raises(NotFound):
        deputies.end_early(session, make.approver(session).actor, grant_id=row.id)
    deputies.end_early(session, approver.actor, grant_id=row.id)
    assert not clerk.actor.may(Permission.APPROVE_CERTIFICATES)
    with pytest.raises(NotFound):
        deputies.end_early(session, approver.actor, grant_id=approver.grant.id)


def test_a_deputy_goes_with_the_one_they_stand_in_for(session: Session) -> None:
    approver, clerk = make.approver(session), make.clerk(session)
    row = absent(session, approver, clerk)
    staff.end(session, make.organisation_admin(session).actor, grant_id=approver.grant.id)
    session.refresh(row)
    assert row.ends_on == TODAY - DAY
    (told,) = payloads(session, offices.TERM_CHANGED)
    assert set(told["account_ids"]) == {str(approver.account.id), str(clerk.account.id)}
    assert len(payloads(session, offices.VACANT)) == 1


def acting(session: Session, actor, who: make.Staff):
    return deputies.name_acting(
        session,
        actor,
        organisation_id=make.village(session).id,
        account_id=who.account.id,
        starts_on=TODAY,
        ends_on=TODAY + 30 * DAY,
    )


def test_the_town_names_an_acting_approver(session: Session) -> None:
    clerk, reviewer = make.clerk(session), make.town_reviewer(session)
    row = acting(session, reviewer.actor, clerk)
    assert (row.post, row.acting, row.deputy_for_id) == ("代理负责人", True, None)
    grant = clerk.actor.grant_over(Permission.APPROVE_CERTIFICATES, make.village(session).path)
    assert grant is not None
    assert grant.deputy
    deputies.end_early(session, reviewer.actor, grant_id=row.id)
    assert not clerk.actor.may(Permission.APPROVE_CERTIFICATES)


def test_nobody_below_or_beside_names_an_acting_approver(session: Session) -> None:
    clerk = make.clerk(session)
    own_admin, fellow = make.organisation_admin(session), make.approver(session)
    other_town = make.town_reviewer(session, make.town(session, "421202002000"))
    for who in (own_admin, fellow, other_town):
        with pytest.raises(NotFound):
            acting(session, who.actor, clerk)
    reviewer = make.town_reviewer(session)
    with pytest.raises(SelfAppointment):
        acting(session, reviewer.actor, reviewer)
    with pytest.raises(NotACandidate):
        acting(session, reviewer.actor, make.clerk(session, make.village(session, make.OTHER_COUNTY_VILLAGE)))


def test_absence_on_the_phone(client, session: Session) -> None:
    approver, clerk = (
        make.approver(session),
        make.staff(session, make.village(session), Role.CLERK, name="王小明"),
    )
    caller = client.as_(approver.token)
    people = caller.get("/mp/v1/absences/candidates").json["items"]
    assert people == [{"account_id": str(clerk.account.id), "name": "王**", "post": "经办人"}]
    body = {
        "grant_id": str(approver.grant.id),
        "account_id": str(clerk.account.id),
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + DAY).isoformat(),
    }
    made = caller.post("/mp/v1/absences", body)
    assert (made.status_code, made.json["post"], made.json["acting"]) == (201, "代主任", True)
    assert len(caller.get("/mp/v1/absences").json["items"]) == 1
    assert caller.post(f"/mp/v1/absences/{made.json['id']}/end").status_code == 200
    assert caller.get("/mp/v1/absences").json["items"] == []
    assert client.as_(clerk.token).post("/mp/v1/absences", body).status_code == 403
    reviewer = client.as_(make.town_reviewer(session).token)
    village = str(make.village(session).id)
    found = reviewer.get(f"/mp/v1/absences/candidates?organisation_id={village}").json["items"]
    assert len(found) == 2
    whom = {key: body[key] for key in ("account_id", "starts_on", "ends_on")} | {"organisation_id": village}
    assert reviewer.post("/mp/v1/absences/acting-approvers", whom).status_code == 201
    assert caller.get(f"/mp/v1/absences/candidates?organisation_id={village}").status_code == 404
