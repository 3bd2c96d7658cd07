"""Roles given and taken, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE, Role
from backend.audit.models import AuditEntry
from backend.notifications.models import OutboxEntry
from backend.organisations import offices, staff
from backend.organisations.models import RoleGrant
from backend.organisations.offices import LastAdmin, RoleDoesNotFit, RoleTooHigh
from backend.organisations.staff import AlreadyEnded, AlreadyHolds, NotStaff, SelfAppointment
from backend.problems import InvalidInput, NotAllowed, NotFound
from tests.factories import identity
from tests.factories import organisations as make

TODAY = clock.today()
DAY = timedelta(days=1)


def payloads(session: Session, topic: str) -> list[OutboxEntry]:
    return list(session.scalars(select(OutboxEntry).where(OutboxEntry.topic == topic)))


def test_an_admin_gives_a_role_and_it_holds_from_its_first_day(session: Session) -> None:
    village = make.village(session)
    admin, clerk = make.organisation_admin(session, village), make.clerk(session, village)
    row = staff.grant(
        session,
        admin.actor,
        organisation_id=village.id,
        account_id=clerk.account.id,
        role=Role.APPROVER,
        post="副主任",
    )
    assert (row.starts_on, row.ends_on, row.granted_by_account_id) == (TODAY, None, admin.account.id)
    assert Role.APPROVER in clerk.actor.roles
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.grant")).one()
    assert (entry.organisation_id, entry.role, entry.facts["role"]) == (
        village.id,
        "organisation_admin",
        "approver",
    )


def test_a_role_of_tomorrow_does_not_hold_today_nor_one_of_yesterday(session: Session) -> None:
    village = make.village(session)
    who = identity.account(session)
    make.grant(session, who, village, Role.CLERK, starts_on=TODAY + DAY)
    make.grant(session, who, village, Role.APPROVER, starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    make.grant(session, who, village, Role.ORGANISATION_ADMIN, starts_on=TODAY - DAY, ends_on=TODAY)
    actor = make.Staff(session, who, session.scalars(select(RoleGrant)).first()).actor
    assert {grant.role for grant in actor.grants} == {Role.ORGANISATION_ADMIN}


def give(session: Session, actor, where, to, role: Role, **more: object) -> RoleGrant:
    return staff.grant(
        session, actor, organisation_id=where.id, account_id=to, role=role, post="职务", **more
    )


def test_nobody_gives_a_role_to_themselves(session: Session) -> None:
    for who, where in (
        (make.organisation_admin(session), make.village(session)),
        (make.city_admin(session), make.city(session)),
    ):
        with pytest.raises(SelfAppointment):
            give(session, who.actor, where, who.account.id, Role.ORGANISATION_ADMIN)


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.CITY_ADMIN, make.CITY),
        (Role.JUSTICE_REVIEWER, make.COUNTY),
        (Role.AUDITOR, make.COUNTY),
    ],
)
def test_roles_of_the_city_are_given_by_the_city_alone(session: Session, role: Role, code: str) -> None:
    where = make.office(session, code)
    candidate = make.clerk(session).account.id
    with pytest.raises(RoleTooHigh):
        give(session, make.organisation_admin(session, where).actor, where, candidate, role)
    assert give(session, make.city_admin(session).actor, where, candidate, role).role == role


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.APPROVER, make.TOWN),
        (Role.CITY_ADMIN, make.VILLAGE),
        (Role.TOWN_REVIEWER, make.VILLAGE),
        (Role.DEPARTMENT_OFFICER, make.COUNTY),
        (Role.COUNTER, make.VILLAGE),
    ],
)
def test_a_role_is_held_where_it_makes_sense(session: Session, role: Role, code: str) -> None:
    with pytest.raises(RoleDoesNotFit):
        give(
            session,
            make.city_admin(session).actor,
            make.office(session, code),
            make.clerk(session).account.id,
            role,
        )


def test_roles_that_are_none_of_staff_are_refused(session: Session) -> None:
    with pytest.raises(RoleDoesNotFit):
        give(
            session,
            make.city_admin(session).actor,
            make.city(session),
            make.clerk(session).account.id,
            Role.MACHINE,
        )


def test_a_sibling_admin_a_clerk_and_a_citizen_give_nothing(session: Session) -> None:
    village, candidate = make.village(session), make.clerk(session).account.id
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE)).actor
    far = make.organisation_admin(session, make.village(session, make.OTHER_COUNTY_VILLAGE)).actor
    for actor in (sibling, far):
        with pytest.raises(NotFound):
            give(session, actor, village, candidate, Role.CLERK)
    for actor in (make.approver(session, village).actor, make.auditor(session).actor):
        with pytest.raises(NotAllowed):
            give(session, actor, village, candidate, Role.CLERK)


def test_a_village_admin_has_no_say_in_the_town(session: Session) -> None:
    admin = make.organisation_admin(session).actor
    with pytest.raises(NotFound):
        give(session, admin, make.town(session), make.clerk(session).account.id, Role.TOWN_REVIEWER)


def test_only_known_staff_are_given_roles(session: Session) -> None:
    admin, village = make.organisation_admin(session).actor, make.village(session)
    with pytest.raises(NotStaff):
        give(session, admin, village, identity.account(session).id, Role.CLERK)
    gone = make.clerk(session)
    gone.account.state = "closed"
    session.flush()
    with pytest.raises(NotStaff):
        give(session, admin, village, gone.account.id, Role.APPROVER)


def test_the_same_role_twice_is_refused_unless_the_terms_are_apart(session: Session) -> None:
    village, admin, clerk = make.village(session), make.organisation_admin(session).actor, make.clerk(session)
    with pytest.raises(AlreadyHolds):
        give(session, admin, village, clerk.account.id, Role.CLERK)
    staff.end(session, admin, grant_id=clerk.grant.id, on=TODAY + DAY)
    with pytest.raises(AlreadyHolds):
        give(session, admin, village, clerk.account.id, Role.CLERK, starts_on=TODAY + DAY)
    give(session, admin, village, clerk.account.id, Role.CLERK, starts_on=TODAY + 2 * DAY)


def test_terms_begin_no_earlier_than_today_and_end_after_they_begin(session: Session) -> None:
    village, admin, clerk = make.village(session), make.organisation_admin(session).actor, make.clerk(session)
    for term in ({"starts_on": TODAY - DAY}, {"ends_on": TODAY - DAY}):
        with pytest.raises(InvalidInput):
            give(session, admin, village, clerk.account.id, Role.APPROVER, **term)


def test_ending_at_once_takes_the_authority_away_now(session: Session) -> None:
    village, admin = make.village(session), make.organisation_admin(session).actor
    clerk, other = make.clerk(session, village), make.clerk(session, village)
    make.approver(session, village)
    staff.end(session, admin, grant_id=clerk.grant.id)
    assert Role.CLERK not in clerk.actor.roles
    (event,) = payloads(session, offices.TERM_CHANGED)
    assert event.payload == {
        "organisation_id": str(village.id),
        "account_ids": [str(clerk.account.id)],
    }
    assert event.next_at <= clock.now()
    assert payloads(session, offices.VACANT) == []
    with pytest.raises(AlreadyEnded):
        staff.end(session, admin, grant_id=clerk.grant.id)
    staff.end(session, admin, grant_id=other.grant.id)
    assert len(payloads(session, offices.VACANT)) == 1


def test_ending_on_a_day_keeps_the_authority_until_then(session: Session) -> None:
    village, admin, clerk = make.village(session), make.organisation_admin(session).actor, make.clerk(session)
    staff.end(session, admin, grant_id=clerk.grant.id, on=TODAY + 7 * DAY)
    assert Role.CLERK in clerk.actor.roles
    (event,) = payloads(session, offices.TERM_CHANGED)
    assert clock.beijing(event.next_at).date() == TODAY + 8 * DAY
    (vacant,) = payloads(session, offices.VACANT)
    assert (vacant.payload["organisation_id"], vacant.payload["on"]) == (
        str(village.id),
        (TODAY + 8 * DAY).isoformat(),
    )
    with pytest.raises(InvalidInput):
        staff.end(session, admin, grant_id=clerk.grant.id, on=TODAY - DAY)


def test_the_last_admin_of_a_node_stays(session: Session) -> None:
    admin, town_admin = make.organisation_admin(session), make.organisation_admin(session, make.town(session))
    for actor in (admin.actor, town_admin.actor, make.city_admin(session).actor, MACHINE):
        with pytest.raises(LastAdmin):
            staff.end(session, actor, grant_id=admin.grant.id)
    second = make.organisation_admin(session)
    staff.end(session, admin.actor, grant_id=admin.grant.id)
    with pytest.raises(LastAdmin):
        staff.end(session, town_admin.actor, grant_id=second.grant.id)


def test_an_admin_who_leaves_earlier_does_not_count(session: Session) -> None:
    first, second = make.organisation_admin(session), make.organisation_admin(session)
    boss = make.city_admin(session).actor
    staff.end(session, boss, grant_id=second.grant.id, on=TODAY + DAY)
    with pytest.raises(LastAdmin):
        staff.end(session, boss, grant_id=first.grant.id, on=TODAY + 5 * DAY)


def test_the_city_keeps_an_admin_without_end(session: Session) -> None:
    boss = make.city_admin(session)
    for_a_year = make.staff(session, make.city(session), Role.CITY_ADMIN)
    for_a_year.grant.ends_on = TODAY + 365 * DAY
    make.organisation_admin(session, make.city(session))
    session.flush()
    with pytest.raises(LastAdmin):
        staff.end(session, for_a_year.actor, grant_id=boss.grant.id)
    staff.end(session, boss.actor, grant_id=for_a_year.grant.id)


def test_an_organisation_admin_cannot_remove_a_city_role(session: Session) -> None:
    county = make.county(session)
    auditor = make.auditor(session, county)
    with pytest.raises(RoleTooHigh):
        staff.end(session, make.organisation_admin(session, county).actor, grant_id=auditor.grant.id)


def test_staff_over_http(client, session: Session) -> None:
    village = make.village(session)
    admin, clerk = (
        make.organisation_admin(session, village),
        make.staff(session, village, Role.CLERK, name="王小明"),
    )
    make.approver(session, village)
    caller = client.as_(admin.token)
    path = f"/api/v1/organisations/{village.id}/staff"
    listed = caller.get(path).json["items"]
    assert {(row["role"], row["name"]) for row in listed} == {
        ("organisation_admin", "李四"),
        ("clerk", "王小明"),
        ("approver", "李四"),
    }
    body = {"account_id": str(clerk.account.id), "role": "approver", "post": "副主任"}
    made = caller.post(path, body)
    assert (made.status_code, made.json["post"]) == (201, "副主任")
    assert caller.post(path, body).json["code"] == "already_holds"
    assert caller.post(path, body | {"role": "citizen"}).status_code == 422
    assert caller.post(path, body | {"role": "city_admin"}).status_code in (403, 422)
    ended = caller.post(f"/api/v1/staff/grants/{made.json['id']}/end", {})
    assert ended.json["ends_on"] == (TODAY - DAY).isoformat()
    assert len(caller.get(f"{path}?former=true").json["items"]) == 1
    refused = caller.post(f"/api/v1/staff/grants/{admin.grant.id}/end", {})
    assert (refused.status_code, refused.json["code"]) == (409, "last_admin")


def test_staff_lists_are_for_admins_of_the_area(client, session: Session) -> None:
    village = make.village(session)
    path = f"/api/v1/organisations/{village.id}/staff"
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE))
    assert client.get(path).status_code == 401
    assert client.as_(make.clerk(session, village).token).get(path).status_code == 403
    assert client.as_(sibling.token).get(path).status_code == 404
    assert client.as_(make.organisation_admin(session, make.town(session)).token).get(path).status_code == 200


def test_my_roles_on_the_phone(client, session: Session) -> None:
    clerk = make.clerk(session)
    make.grant(session, clerk.account, make.town(session), Role.CLERK, starts_on=TODAY + DAY)
    roles = client.as_(clerk.token).get("/mp/v1/staff/roles").json["items"]
    assert [(row["organisation_name"], row["role_words"], row["in_force"]) for row in roles] == [
        ("万年路社区居民委员会", "经办人", True),
        ("温泉街道办事处", "经办人", False),
    ]
    citizen = identity.citizen(session)
    assert client.as_(citizen.token).get("/mp/v1/staff/roles").json["items"] == []
