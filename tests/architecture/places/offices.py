"""Probes of offices and their staff, of complaints and of what auditors read."""

from typing import Any

from backend import clock
from tests.architecture.places.committee import (
    FROM_ABOVE,
    NEVER,
    approver_away,
    nobody_to_sign,
    overseen,
)
from tests.architecture.places.people import LADDER, Who
from tests.architecture.places.probes import Ask, Make, Probe, listed, staff
from tests.architecture.places.world import World
from tests.factories import identity

#: What only an office above may do: the village's own admin is told so.
ONLY_FROM_ABOVE = {"village": 403}
#: A move needs both ends: the town has the village, but not the town it would go to.
BOTH_ENDS = {"village": 403, "town": 404}
PHONE = {"phone": "0715-8123456"}
ANSWER = {"text": "经核实，办理没有超期。"}


def office(json: Any = None, form: Any = None, **query: Any) -> Make:
    """The village."""
    return lambda world, who: Ask({"organisation_id": world.village.id}, json=json, form=form, query=query)


def office_with(body: Any, *, as_form: bool = False) -> Make:
    """The village, with a body that needs the world."""

    def make(world: World, who: Who) -> Ask:
        sent = body(world, who)
        where = {"organisation_id": world.village.id}
        return Ask(where, form=sent) if as_form else Ask(where, json=sent)

    return make


def _without(name: str, body: Any) -> Any:
    """The same body where the address already names the thing."""
    return lambda world, who: {key: value for key, value in body(world, who).items() if key != name}


def approvers_grant(body: Any = None, *, as_form: bool = False) -> Make:
    """The grant of the village's approver."""

    def make(world: World, who: Who) -> Ask:
        sent = body(world, who) if body else None
        where = {"grant_id": world.approver.grant.id}
        return Ask(where, form=sent) if as_form else Ask(where, json=sent)

    return make


def clerks_grant(json: Any = None, form: Any = None) -> Make:
    """The grant of the village's clerk."""
    return lambda world, who: Ask({"grant_id": world.clerk.grant.id}, json=json, form=form)


def deputy(form: Any = None) -> Make:
    """Who stands in for the village's approver."""
    return lambda world, who: Ask({"grant_id": world.deputy().id}, form=form)


def invitation(form: Any = None) -> Make:
    """A clerk of the village, invited."""
    return lambda world, who: Ask({"invitation_id": world.invitation().id}, form=form)


def _spent_invitation(form: Any = None) -> Make:
    """Cancelled: whether it is over is told to who manages the office, to nobody else."""

    def make(world: World, who: Who) -> Ask:
        row = world.invitation()
        row.cancelled_at = clock.now()
        world.session.commit()
        return Ask({"invitation_id": row.id}, form=form)

    return make


def new_hall(world: World) -> dict[str, Any]:
    """A service hall of the town."""
    return {"kind": "service_hall", "name": "便民服务中心", **PHONE}


def _create(world: World, who: Who) -> Ask:
    return Ask(json={**new_hall(world), "parent_id": str(world.town.id)})


def next_town(world: World, who: Who) -> dict[str, Any]:
    """Where the village would be moved to."""
    return {"parent_id": str(world.people.offices["next_town"].id)}


def short_code(*, as_form: bool = False) -> Make:
    """Another short code for the village."""

    def make(world: World, who: Who) -> Ask:
        where, body = {"organisation_id": world.fresh_short_code().id}, {"short_code": "温万年"}
        return Ask(where, form=body) if as_form else Ask(where, json=body)

    return make


def invited(world: World, who: Who) -> dict[str, Any]:
    """Whom the village invites."""
    return {"role": "clerk", "post": "经办人", "name": "钟离来日", "phone": identity.phone()}


def _granted(world: World, who: Who) -> dict[str, Any]:
    account = world.approver.account.id
    return {"account_id": str(account), "role": "clerk", "post": "经办人"}


def term_change(world: World, who: Who) -> dict[str, Any]:
    """The village's clerk leaves."""
    return {"on": str(clock.today()), "leaving": [str(world.clerk.grant.id)]}


def _others_term(world: World, who: Who) -> Ask:
    """The village's term change, with somebody of another county's office among those who leave."""
    leaving = [str(world.clerk.grant.id), str(world.officer_elsewhere().id)]
    body = {"on": str(clock.today()), "leaving": leaving}
    return Ask({"organisation_id": world.village.id}, json=body)


def complaint(body: Any = None, *, as_form: bool = False) -> Make:
    """A complaint about the village, which is the town's to answer."""

    def make(world: World, who: Who) -> Ask:
        where = {"complaint_id": world.complaint().id}
        return Ask(where, form=body) if as_form else Ask(where, json=body)

    return make


def complaints(world: World, who: Who) -> Ask:
    """The list that has it."""
    row = world.complaint()
    return Ask(shows=row.number)


def _invitations(world: World, who: Who) -> Ask:
    return Ask({"organisation_id": world.village.id}, shows=str(world.invitation().id))


def _audited(world: World, who: Who) -> Ask:
    """What the village's approver did."""
    return Ask(query={"organisation_id": world.village.id}, shows="certificate.approve")


def _overruled(world: World, who: Who) -> Ask:
    return Ask(shows=str(world.finding(world.application("reviewing"), overruled=True).id))


def village_in_list(world: World, who: Who) -> Ask:
    """The village, searched for by its name."""
    return Ask(query={"words": "万年路"}, shows=str(world.village.id))


def _pin(world: World, who: Who) -> Ask:
    return Ask({"account_id": world.approver.account.id})


def _former_officers_pin(world: World, who: Who) -> Ask:
    return Ask({"account_id": world.former_officer()})


AWAY = _without("grant_id", approver_away)
ACTING = _without("organisation_id", nobody_to_sign)

PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "organisations.list_organisations": listed(village_in_list),
    "organisations.read_organisation": staff(office()),
    "organisations.create_organisation": staff(_create, owner="town"),
    "organisations.edit_organisation": (
        staff(office(json=PHONE)),
        staff(office(json={"name": "万年路新社区"}), at=ONLY_FROM_ABOVE),
    ),
    "organisations.change_short_code": staff(short_code()),
    "organisations.move_organisation": staff(office_with(next_town), at=BOTH_ENDS),
    "staff.list_staff": staff(office()),
    "staff.grant_role": staff(office_with(_granted)),
    "staff.list_invitations": staff(_invitations),
    "staff.invite_staff": staff(office_with(invited)),
    "staff.change_term": (staff(office_with(term_change)), staff(_others_term, at=NEVER)),
    "staff.name_acting_approver": staff(office_with(ACTING), at=FROM_ABOVE),
    "grants.end_role": staff(clerks_grant(json={})),
    "grants.list_candidates": overseen(approvers_grant()),
    "grants.name_deputy": overseen(approvers_grant(AWAY)),
    "grants.end_deputy": overseen(deputy()),
    "grants.renew_invitation": (
        staff(invitation()),
        staff(_spent_invitation(), at=dict.fromkeys(NEVER, 409)),
    ),
    "grants.cancel_invitation": (
        staff(invitation()),
        staff(_spent_invitation(), at=dict.fromkeys(NEVER, 409)),
    ),
    "persons.unlock_pin": (
        staff(_pin),
        # Who left the village is no longer its admin's to unlock.
        staff(_former_officers_pin, at={"village": 404, "town": 404, "county": 404}, only=frozenset(LADDER)),
    ),
    "complaints.list_complaints": listed(complaints, owner="town"),
    "complaints.read_complaint": staff(complaint(), owner="town"),
    "complaints.answer_complaint": staff(complaint(ANSWER), owner="town"),
    "audit.list_audit_entries": listed(_audited),
    "overrules.list_overrules": listed(_overruled),
}
