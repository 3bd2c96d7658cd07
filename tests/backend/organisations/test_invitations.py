"""Invitations: the right code on the right phone, and nothing else."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Role
from backend.organisations import accepting, invitations, staff
from backend.organisations.accepting import (
    InviterLeft,
    NameMismatch,
    NeedsPhone,
    NoInvitation,
    WrongInvitationCode,
)
from backend.organisations.invitations import InvitationOver, Invited
from backend.organisations.models import StaffInvitation, StaffMember
from backend.organisations.offices import RoleDoesNotFit, RoleTooHigh
from backend.organisations.staff import AlreadyHolds, SelfAppointment
from backend.problems import NotFound, TooMany
from tests.factories import identity
from tests.factories import organisations as make

TODAY = clock.today()
DAY = timedelta(days=1)
PHONE = "13912345678"


def invite(session: Session, actor: Actor, role: Role = Role.CLERK, **more: object) -> Invited:
    values = {"post": "文书", "name": "王小明", "phone": PHONE} | more
    return invitations.invite(session, actor, organisation_id=make.village(session).id, role=role, **values)


def invitee(session: Session, phone: str = PHONE) -> Actor:
    return Actor(account_id=identity.account(session, by_phone=phone).id)


@pytest.fixture
def admin(session: Session) -> make.Staff:
    return make.organisation_admin(session)


def test_the_invited_takes_office_with_the_code(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    who = invitee(session)
    row = accepting.accept(session, who, code=made.code)
    assert (row.role, row.post, row.starts_on, row.granted_by_account_id) == (
        Role.CLERK,
        "文书",
        TODAY,
        admin.account.id,
    )
    member = staff.member(session, who.account)
    assert member is not None
    assert member.name == "王小明"
    with pytest.raises(NoInvitation):
        accepting.accept(session, who, code=made.code)


def test_the_code_is_stored_nowhere(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    assert len(made.code) == 8
    assert made.code.isdigit()
    values = [getattr(made.invitation, column.key) for column in StaffInvitation.__mapper__.columns]
    assert all(made.code not in str(value) and made.code.encode() != value for value in values)


def test_full_width_digits_and_blanks_are_read(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in made.code)
    assert accepting.accept(session, invitee(session), code=wide).role == Role.CLERK


def test_the_right_code_on_another_phone_is_worth_nothing(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    with pytest.raises(NoInvitation):
        accepting.accept(session, invitee(session, "13912345679"), code=made.code)
    unbound = identity.account(session)
    unbound.phone = None
    session.flush()
    with pytest.raises(NeedsPhone):
        accepting.accept(session, Actor(account_id=unbound.id), code=made.code)


def test_after_five_wrong_codes_the_right_one_is_dead_until_renewed(
    session: Session, admin: make.Staff
) -> None:
    made, who = invite(session, admin.actor), invitee(session)
    for _ in range(5):
        with pytest.raises(WrongInvitationCode) as wrong:
            accepting.accept(session, who, code="no such")
        assert wrong.value.keeps_changes
    with pytest.raises(NoInvitation):
        accepting.accept(session, who, code=made.code)
    again = invitations.renew(session, admin.actor, invitation_id=made.invitation.id)
    assert accepting.accept(session, who, code=again.code).role == Role.CLERK


def test_an_account_that_keeps_guessing_is_stopped(session: Session, admin: make.Staff) -> None:
    who = invitee(session)
    with pytest.raises(TooMany):
        for _ in range(20):
            invite(session, admin.actor)
            with pytest.raises((WrongInvitationCode, NoInvitation)):
                accepting.accept(session, who, code="00")


def test_a_renewed_invitation_kills_the_old_code(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    invitations.renew(session, admin.actor, invitation_id=made.invitation.id)
    with pytest.raises(WrongInvitationCode):
        accepting.accept(session, invitee(session), code=made.code)


def test_two_invitations_of_one_phone_are_told_apart_by_their_codes(
    session: Session, admin: make.Staff
) -> None:
    clerk, approver = invite(session, admin.actor), invite(session, admin.actor, Role.APPROVER, post="主任")
    who = invitee(session)
    assert accepting.accept(session, who, code=approver.code).post == "主任"
    assert accepting.accept(session, who, code=clerk.code).post == "文书"
    assert len(session.scalars(select(StaffMember)).all()) == 2  # the admin and the invited, once


def test_an_invitation_dies_after_fourteen_days(session: Session, admin: make.Staff) -> None:
    made, who = invite(session, admin.actor), invitee(session)
    with time_machine.travel(clock.now() + 15 * DAY, tick=False), pytest.raises(NoInvitation):
        accepting.accept(session, who, code=made.code)


def test_an_invitation_whose_term_is_over_is_over(session: Session, admin: make.Staff) -> None:
    made, who = invite(session, admin.actor, ends_on=TODAY), invitee(session)
    with time_machine.travel(clock.now() + 2 * DAY, tick=False), pytest.raises(InvitationOver):
        accepting.accept(session, who, code=made.code)


def test_a_cancelled_invitation_is_over(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    invitations.cancel(session, admin.actor, invitation_id=made.invitation.id)
    with pytest.raises(NoInvitation):
        accepting.accept(session, invitee(session), code=made.code)
    for verb in (invitations.cancel, invitations.renew):
        with pytest.raises(InvitationOver):
            verb(session, admin.actor, invitation_id=made.invitation.id)


def test_an_invitation_outlives_not_its_senders_power(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor)
    successor = make.organisation_admin(session)
    staff.end(session, successor.actor, grant_id=admin.grant.id)
    who = invitee(session)
    with pytest.raises(InviterLeft):
        accepting.accept(session, who, code=made.code)
    again = invitations.renew(session, successor.actor, invitation_id=made.invitation.id)
    assert accepting.accept(session, who, code=again.code)


def test_nobody_invites_themselves(session: Session, admin: make.Staff) -> None:
    own = admin.account.phone
    with pytest.raises(SelfAppointment):
        invite(session, admin.actor, Role.APPROVER, phone=own)
    made = invite(session, admin.actor, Role.APPROVER)
    admin.account.phone = PHONE  # the admin takes the number over afterwards
    session.flush()
    with pytest.raises(SelfAppointment):
        accepting.accept(session, admin.actor, code=made.code)


def test_the_name_must_be_that_of_the_confirmed_person(session: Session, admin: make.Staff) -> None:
    made = invite(session, admin.actor, name="阿依古丽•买买提")
    account = identity.account(session, by_phone=PHONE, of=identity.person(session, "欧阳春燕"))
    with pytest.raises(NameMismatch):
        accepting.accept(session, Actor(account_id=account.id), code=made.code)
    account.person_id = identity.person(session, "阿依古丽·买买提").id
    session.flush()
    assert accepting.accept(session, Actor(account_id=account.id), code=made.code)


def test_an_office_once_held_is_not_taken_twice(session: Session, admin: make.Staff) -> None:
    first, second, who = invite(session, admin.actor), invite(session, admin.actor), invitee(session)
    accepting.accept(session, who, code=first.code)
    with pytest.raises(AlreadyHolds):
        accepting.accept(session, who, code=second.code)


def test_invitations_keep_to_the_powers_of_their_sender(session: Session, admin: make.Staff) -> None:
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE)).actor
    with pytest.raises(NotFound):
        invite(session, sibling)
    with pytest.raises(RoleDoesNotFit):
        invite(session, admin.actor, Role.COUNTER)
    county = make.county(session)
    county_admin = make.organisation_admin(session, county).actor
    with pytest.raises(RoleTooHigh):
        invitations.invite(
            session,
            county_admin,
            organisation_id=county.id,
            role=Role.AUDITOR,
            post="审计",
            name="王小明",
            phone=PHONE,
        )
    made = invite(session, admin.actor)
    for verb in (invitations.cancel, invitations.renew):
        with pytest.raises(NotFound):
            verb(session, sibling, invitation_id=made.invitation.id)


def test_the_whole_way_over_http(client, session: Session, admin: make.Staff) -> None:
    village = make.village(session)
    caller = client.as_(admin.token)
    path = f"/api/v1/organisations/{village.id}/invitations"
    body = {"role": "clerk", "post": "文书", "name": "王小明", "phone": "+86 139-1234-5678"}
    made = caller.post(path, body)
    assert (made.status_code, made.json["phone"], made.json["name"]) == (201, "139****5678", "王**")
    listed = caller.get(path).json["items"]
    assert [row["id"] for row in listed] == [made.json["id"]]
    assert "code" not in listed[0]
    who = client.as_(identity.log_in(session, identity.account(session, by_phone=PHONE)))
    waiting = who.get("/mp/v1/staff/invitations").json["items"]
    assert [(row["organisation_name"], row["post"]) for row in waiting] == [("万年路社区居民委员会", "文书")]
    wrong = who.post("/mp/v1/staff/invitations/accept", {"code": "not it"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "wrong_invitation_code")
    row = session.scalars(select(StaffInvitation)).one()
    session.refresh(row)
    assert row.tries == 1  # the refusal kept its count
    taken = who.post("/mp/v1/staff/invitations/accept", {"code": made.json["code"]})
    assert (taken.status_code, taken.json["role_words"]) == (200, "经办人")
    assert who.get("/mp/v1/staff/invitations").json["items"] == []
    assert caller.get(path).json["items"] == []


def test_the_first_city_admin_is_invited_from_the_command_line(app, session: Session) -> None:
    runner = app.test_cli_runner()
    early = runner.invoke(args=["zheng", "invite-city-admin", "王小明", PHONE])
    assert (early.exit_code, "import-divisions" in early.output) == (1, True)
    make.city(session)
    session.commit()
    assert runner.invoke(args=["zheng", "invite-city-admin", "王小明", "12345"]).exit_code == 2
    done = runner.invoke(args=["zheng", "invite-city-admin", "王小明", PHONE])
    assert done.exit_code == 0, done.output
    code = re.search(r"\d{8}", done.output)
    assert code
    row = accepting.accept(session, invitee(session), code=code.group())
    assert (row.role, row.granted_by_account_id, row.ends_on) == (Role.CITY_ADMIN, None, None)


def test_the_doors_of_invitations(client, session: Session, admin: make.Staff) -> None:
    village = make.village(session)
    path = f"/api/v1/organisations/{village.id}/invitations"
    body = {"role": "clerk", "post": "文书", "name": "王小明", "phone": PHONE}
    assert client.post(path, body).status_code == 401
    assert client.as_(make.clerk(session, village).token).post(path, body).status_code == 403
    assert client.post("/mp/v1/staff/invitations/accept", {"code": "12345678"}).status_code == 401
    caller = client.as_(admin.token)
    for bad in (
        {"phone": "12345"},
        {"role": "king"},
        {"name": ""},
        {"post": "x" * 21},
        {"starts_on": "2026-02-30"},
    ):
        assert caller.post(path, body | bad).status_code == 422, bad
    made = caller.post(path, body).json
    assert caller.post(f"/api/v1/staff/invitations/{made['id']}/renew").json["code"] != made["code"]
    assert caller.post(f"/api/v1/staff/invitations/{made['id']}/cancel").status_code == 200
    assert caller.post(f"/api/v1/staff/invitations/{made['id']}/cancel").status_code == 409
