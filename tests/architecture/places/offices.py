"""Probes of offices and their staff, complaints, audit: as JSON and as the desk's pages."""

from datetime import date
from typing import Any

from backend import clock
from backend.identity import corrections, merging
from backend.notifications import outbox
from backend.notifications.models import OutboxEntry
from backend.organisations.models import CalendarDay
from tests.architecture.places.committee import (
    FROM_ABOVE,
    NEVER,
    approver_away,
    certificate,
    nobody_to_sign,
    overseen,
    seal_uses,
)
from tests.architecture.places.people import LADDER, Who
from tests.architecture.places.probes import Ask, Make, Probe, citywide, listed, staff
from tests.architecture.places.world import World
from tests.factories import identity
from tests.factories import organisations as make

#: What only an office above may do: the village's own admin is told so.
_ONLY_FROM_ABOVE = {"village": 403}
#: A move needs both ends: the town has the village, but not the town it would go to.
_BOTH_ENDS = {"village": 403, "town": 404}
_PHONE = {"phone": "0715-8123456"}
_ANSWER = {"text": "经核实，办理没有超期。"}


def office(json: Any = None, form: Any = None, **query: Any) -> Make:
    """The village."""
    return lambda world, who: Ask({"organisation_id": world.village.id}, json=json, form=form, query=query)


def _office(body: Any, *, as_form: bool = False) -> Make:
    """The village, with a body that needs the world."""

    def make(world: World, who: Who) -> Ask:
        sent = body(world, who)
        where = {"organisation_id": world.village.id}
        return Ask(where, form=sent) if as_form else Ask(where, json=sent)

    return make


def _without(name: str, body: Any) -> Any:
    """The same body where the address already names the thing."""
    return lambda world, who: {key: value for key, value in body(world, who).items() if key != name}


def _approvers_grant(body: Any = None, *, as_form: bool = False) -> Make:
    def make(world: World, who: Who) -> Ask:
        sent = body(world, who) if body else None
        where = {"grant_id": world.approver.grant.id}
        return Ask(where, form=sent) if as_form else Ask(where, json=sent)

    return make


def _clerks_grant(json: Any = None, form: Any = None) -> Make:
    return lambda world, who: Ask({"grant_id": world.clerk.grant.id}, json=json, form=form)


def _deputy(form: Any = None) -> Make:
    return lambda world, who: Ask({"grant_id": world.deputy().id}, form=form)


def _invitation(form: Any = None) -> Make:
    return lambda world, who: Ask({"invitation_id": world.invitation().id}, form=form)


def _spent_invitation(form: Any = None) -> Make:
    """Cancelled: whether it is over is told to who manages the office, to nobody else."""

    def make(world: World, who: Who) -> Ask:
        row = world.invitation()
        row.cancelled_at = clock.now()
        world.session.commit()
        return Ask({"invitation_id": row.id}, form=form)

    return make


def _new_hall(world: World) -> dict[str, Any]:
    return {"kind": "service_hall", "name": "便民服务中心", **_PHONE}


def _create(world: World, who: Who) -> Ask:
    return Ask(json={**_new_hall(world), "parent_id": str(world.town.id)})


def _create_by_form(world: World, who: Who) -> Ask:
    return Ask({"organisation_id": world.town.id}, form=_new_hall(world))


def _next_town(world: World, who: Who) -> dict[str, Any]:
    return {"parent_id": str(world.people.offices["next_town"].id)}


def _short_code(*, as_form: bool = False) -> Make:
    def make(world: World, who: Who) -> Ask:
        where, body = {"organisation_id": world.fresh_short_code().id}, {"short_code": "温万年"}
        return Ask(where, form=body) if as_form else Ask(where, json=body)

    return make


def _invited(world: World, who: Who) -> dict[str, Any]:
    return {"role": "clerk", "post": "经办人", "name": "钟离来日", "phone": identity.phone()}


def _granted(world: World, who: Who) -> dict[str, Any]:
    account = world.approver.account.id
    return {"account_id": str(account), "role": "clerk", "post": "经办人"}


def _term_change(world: World, who: Who) -> dict[str, Any]:
    return {"on": str(clock.today()), "leaving": [str(world.clerk.grant.id)]}


def _complaint(body: Any = None, *, as_form: bool = False) -> Make:
    def make(world: World, who: Who) -> Ask:
        where = {"complaint_id": world.complaint().id}
        return Ask(where, form=body) if as_form else Ask(where, json=body)

    return make


def _complaints(world: World, who: Who) -> Ask:
    row = world.complaint()
    return Ask(shows=row.number)


def _invitations(world: World, who: Who) -> Ask:
    return Ask({"organisation_id": world.village.id}, shows=str(world.invitation().id))


def _audited(world: World, who: Who) -> Ask:
    """What the village's approver did."""
    return Ask(query={"organisation_id": world.village.id}, shows="certificate.approve")


def _overruled(world: World, who: Who) -> Ask:
    return Ask(shows=str(world.finding(world.application("reviewing"), overruled=True).id))


def _village_in_list(world: World, who: Who) -> Ask:
    return Ask(query={"words": "万年路"}, shows=str(world.village.id))


def _pin(world: World, who: Who) -> Ask:
    return Ask({"account_id": world.approver.account.id})


def _former_officers_pin(world: World, who: Who) -> Ask:
    return Ask({"account_id": world.former_officer()})


_AWAY = _without("grant_id", approver_away)
_ACTING = _without("organisation_id", nobody_to_sign)

JSON: dict[str, Probe | tuple[Probe, ...]] = {
    "organisations.list_organisations": listed(_village_in_list),
    "organisations.read_organisation": staff(office()),
    "organisations.create_organisation": staff(_create, owner="town"),
    "organisations.edit_organisation": (
        staff(office(json=_PHONE)),
        staff(office(json={"name": "万年路新社区"}), at=_ONLY_FROM_ABOVE),
    ),
    "organisations.change_short_code": staff(_short_code()),
    "organisations.move_organisation": staff(_office(_next_town), at=_BOTH_ENDS),
    "staff.list_staff": staff(office()),
    "staff.grant_role": staff(_office(_granted)),
    "staff.list_invitations": staff(_invitations),
    "staff.invite_staff": staff(_office(_invited)),
    "staff.change_term": staff(_office(_term_change)),
    "staff.name_acting_approver": staff(_office(_ACTING), at=FROM_ABOVE),
    "grants.end_role": staff(_clerks_grant(json={})),
    "grants.list_candidates": overseen(_approvers_grant()),
    "grants.name_deputy": overseen(_approvers_grant(_AWAY)),
    "grants.end_deputy": overseen(_deputy()),
    "grants.renew_invitation": (
        staff(_invitation()),
        staff(_spent_invitation(), at=dict.fromkeys(NEVER, 409)),
    ),
    "grants.cancel_invitation": (
        staff(_invitation()),
        staff(_spent_invitation(), at=dict.fromkeys(NEVER, 409)),
    ),
    "persons.unlock_pin": (
        staff(_pin),
        # Who left the village is no longer its admin's to unlock.
        staff(_former_officers_pin, at={"village": 404, "town": 404, "county": 404}, only=frozenset(LADDER)),
    ),
    "complaints.list_complaints": listed(_complaints, owner="town"),
    "complaints.read_complaint": staff(_complaint(), owner="town"),
    "complaints.answer_complaint": staff(_complaint(_ANSWER), owner="town"),
    "audit.list_audit_entries": listed(_audited),
    "overrules.list_overrules": listed(_overruled),
}

PAGES: dict[str, Probe | tuple[Probe, ...]] = {
    "organisations_pages.organisations": (
        listed(_village_in_list),
        staff(lambda world, who: Ask(query={"parent_id": world.village.id})),
    ),
    "organisations_pages.organisation": staff(office()),
    "organisations_pages.edit": staff(office()),
    "organisations_pages.save": (
        staff(office(form=_PHONE)),
        staff(office(form={"phone": "", "name": "万年路新社区"}), at=_ONLY_FROM_ABOVE),
    ),
    "organisations_pages.save_short_code": staff(_short_code(as_form=True)),
    "organisations_pages.move": staff(_office(_next_town, as_form=True), at=_BOTH_ENDS),
    "organisations_pages.new": staff(
        lambda world, who: Ask({"organisation_id": world.town.id}), owner="town"
    ),
    "organisations_pages.create": staff(_create_by_form, owner="town"),
    "staff_pages.invite": staff(office()),
    "staff_pages.send_invitation": staff(_office(_invited, as_form=True)),
    "staff_pages.renew_invitation": staff(_invitation(form={})),
    "staff_pages.cancel_invitation": staff(_invitation(form={})),
    "staff_pages.leave": staff(_clerks_grant()),
    "staff_pages.end_role": staff(_clerks_grant(form={})),
    "staff_pages.change": staff(office()),
    "staff_pages.change_term": staff(_office(_term_change, as_form=True)),
    "staff_pages.deputy": overseen(_approvers_grant()),
    "staff_pages.name_deputy": overseen(_approvers_grant(_AWAY, as_form=True)),
    "staff_pages.acting": staff(office(), at=FROM_ABOVE),
    "staff_pages.name_acting": staff(_office(_ACTING, as_form=True), at=FROM_ABOVE),
    "staff_pages.end_deputy": overseen(_deputy(form={})),
    "certificate_register_pages.certificates": listed(
        lambda world, who: Ask(shows=str(world.certificate.id))
    ),
    "certificate_register_pages.certificate": staff(certificate()),
    "certificate_register_pages.certificate_pdf": staff(certificate()),
    "seal_register_pages.seal_register": listed(seal_uses),
    "complaints_pages.complaints": listed(_complaints, owner="town"),
    "complaints_pages.complaint": staff(_complaint(), owner="town"),
    "complaints_pages.answer": staff(_complaint(_ANSWER, as_form=True), owner="town"),
}


def _death(world: World, who: Who) -> Ask:
    return Ask({"person_id": world.people.stranger.person.id}, json={"basis": "court"})


def _two_records(world: World) -> dict[str, Any]:
    stranger = world.people.stranger.person
    twin = identity.person(world.session, stranger.name)
    return {"from_person_id": twin.id, "into_person_id": stranger.id, "reason": "同一人两份档案"}


def _merge(world: World, who: Who) -> Ask:
    return Ask(json={name: str(value) for name, value in _two_records(world).items()})


def _split(world: World, who: Who) -> Ask:
    actor = make.city_admin(world.session).actor
    merged = merging.merge(world.session, actor, movers=merging.current(), **_two_records(world))
    return Ask({"merge_id": merged.id})


def _correction(world: World) -> Any:
    actor = world.people.stranger.actor(world.session)
    row = corrections.ask(world.session, actor, field="other", wanted="出生日期有误")
    world.session.flush()
    return row.id


def _decide(world: World, who: Who) -> Ask:
    body = {"accepted": False, "answer": "请带身份证到窗口"}
    return Ask({"correction_id": _correction(world)}, json=body)


def _day(json: Any = None) -> Make:
    def make(world: World, who: Who) -> Ask:
        day = date(2027, 3, 1)
        world.session.add(CalendarDay(day=day, working=False, name="防汛停班"))
        return Ask({"day": day.isoformat()}, json=json)

    return make


def _dead_letter(world: World) -> OutboxEntry:
    row = outbox.enqueue(world.session, "probe", {}, dedup_key="dead")
    assert row is not None
    row.state = "dead"
    world.session.flush()
    return row


_HOLIDAY = {"day": "2027-01-01", "working": False, "name": "元旦"}

#: Of the whole city: the one role that may sits nowhere but there (test_the_city_admin_sits_at_the_city).
CITY: dict[str, Probe | tuple[Probe, ...]] = {
    "persons.record_death": citywide(_death),
    "persons.merge_persons": citywide(_merge),
    "persons.split_persons": citywide(_split),
    "persons.list_open_corrections": citywide(lambda world, who: Ask(shows=str(_correction(world)))),
    "persons.decide_correction": citywide(_decide),
    "calendar.load_calendar": citywide(
        lambda world, who: Ask({"year": 2027}, json={"source": "放假通知", "days": [_HOLIDAY]})
    ),
    "calendar.set_calendar_day": citywide(_day(json={"working": False, "name": "防汛停班"})),
    "calendar.clear_calendar_day": citywide(_day()),
    "dead_letters_pages.letters": citywide(lambda world, who: Ask(shows=str(_dead_letter(world).id))),
    "dead_letters_pages.drive_again": citywide(
        lambda world, who: Ask({"entry_id": _dead_letter(world).id}, form={})
    ),
}
