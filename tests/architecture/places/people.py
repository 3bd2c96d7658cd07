"""Who asks, and where they stand: one account for each role, put into office wherever a probe wants it.

It is always the same account that once claimed, drafted or uploaded the thing, so that nothing but the place can
be what refuses it.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import STAFF, TABLE, Permission, Role
from backend.identity.models import Account, ActingConsent
from backend.organisations.models import Organisation, RoleGrant
from tests.factories import certificates, identity
from tests.factories import organisations as offices
from tests.factories.identity import Citizen

#: From the thing's village up: who sits at the owner or above it is inside, everybody else outside.
LADDER = ("village", "town", "county", "city")
#: Offices that share part of the way up, or none of it.
ASIDE = ("sibling", "next_town", "department", "other_county", "other_village")
ENDED, TOMORROW, SPLIT = "ended yesterday", "starts tomorrow", "right role elsewhere, every other role here"
OWN, ACTED_FOR, WITHDRAWN, LAPSED, ASKED, STRANGER = (
    "own",
    "acted for",
    "consent withdrawn",
    "consent lapsed",
    "consent asked for",
    "stranger",
)
_grants = cast(Table, RoleGrant.__table__)
_PLACE = (
    update(_grants)
    .where(_grants.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("organisation_id", "starts_on", "ends_on")})
)
_FAR = date(2999, 1, 1)  # an officer whom no probe has put anywhere holds nothing yet


@dataclass(frozen=True)
class Who:
    """Somebody with a phone; staff also with a browser at the desk."""

    account: Account
    person_id: uuid.UUID
    token: str
    role: Role = Role.CITIZEN
    grant_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Standing:
    """Who asks from where. `inside`: whether the thing exists for them; `in_office`: whether the door lets them in."""

    who: Who
    name: str
    inside: bool
    in_office: bool = True

    def __str__(self) -> str:
        return f"{self.who.role} ({self.name})"


@dataclass
class People:
    """Everybody who may be sent to a door, and the offices they can sit in."""

    officers: dict[Role, Who]
    holder: Citizen
    helper: Citizen
    stranger: Citizen
    consent: ActingConsent
    offices: dict[str, Organisation]

    def staff(self, permission: Permission, owner: str, roles: Iterable[Role]) -> Iterator[Standing]:
        """Every one of these roles in every place; `owner`: the rung of the ladder that has the thing."""
        above = LADDER[LADDER.index(owner) :]
        for role in roles:
            who = self.officers[role]
            for place in self.offices:
                yield Standing(who, place, inside=place in above)
            for name in (ENDED, TOMORROW):
                yield Standing(who, name, inside=False, in_office=False)
            if STAFF - TABLE[permission]:
                yield Standing(who, SPLIT, inside=False)

    def citizens(self) -> Iterator[Standing]:
        """The holder, the daughter with and without her mother's consent, somebody else."""
        yield Standing(_who(self.holder), OWN, inside=True)
        yield Standing(_who(self.helper), ACTED_FOR, inside=True)
        for name in (WITHDRAWN, LAPSED, ASKED):
            yield Standing(_who(self.helper), name, inside=False)
        yield Standing(_who(self.stranger), STRANGER, inside=False)

    def put(self, session: Session, standing: Standing, owner: str, permission: Permission) -> None:
        """Make the standing true."""
        if standing.who.grant_id is None:
            self._consent(session, standing.name)
            return
        today, day = clock.today(), timedelta(days=1)
        terms = {ENDED: (today - 9 * day, today - day), TOMORROW: (today + day, None)}
        starts_on, ends_on = terms.get(standing.name, (today - day, None))
        place = {ENDED: owner, TOMORROW: owner, SPLIT: "other_county"}.get(standing.name, standing.name)
        values = {"organisation_id": self.offices[place].id, "starts_on": starts_on, "ends_on": ends_on}
        session.execute(_PLACE, {"of": standing.who.grant_id, **values})
        if standing.name == SPLIT:
            for role in STAFF - TABLE[permission]:
                offices.grant(session, standing.who.account, self.offices["city"], role)

    def _consent(self, session: Session, name: str) -> None:
        now = clock.now()
        changes: dict[str, dict[str, Any]] = {
            WITHDRAWN: {"withdrawn_at": now},
            LAPSED: {"until": now - timedelta(seconds=1)},
            ASKED: {"given_at": None},
        }
        if name in changes:
            mine = update(ActingConsent).where(ActingConsent.id == self.consent.id)
            session.execute(mine.values(changes[name]))


def _who(citizen: Citizen) -> Who:
    return Who(citizen.account, citizen.person.id, citizen.token)


def officer(session: Session, role: Role, seat: Organisation) -> Who:
    """An account that holds this role from a far day on: a citizen as well, with a PIN."""
    citizen = identity.citizen(session, "公孙无名")
    grant = offices.grant(session, citizen.account, seat, role, starts_on=_FAR)
    certificates.pin(session, citizen.account)
    return Who(citizen.account, citizen.person.id, citizen.token, role, grant.id)


def seats(session: Session) -> dict[str, Organisation]:
    """The village's ladder, and offices beside it."""
    return {
        "village": offices.village(session),
        "town": offices.town(session),
        "county": offices.county(session),
        "city": offices.city(session),
        "sibling": offices.village(session, offices.SIBLING_VILLAGE),
        "next_town": offices.town(session, offices.OTHER_TOWN_VILLAGE[:9] + "000"),
        "department": offices.department(session),
        "other_county": offices.county(session, offices.OTHER_COUNTY_VILLAGE[:6] + "000000"),
        "other_village": offices.village(session, offices.OTHER_COUNTY_VILLAGE),
    }


def people(session: Session) -> People:
    """Everybody, at home nowhere yet."""
    places = seats(session)
    holder = identity.citizen(session, "司徒望舒")
    helper = identity.citizen(session, "司徒小满")
    consent = identity.acts_for(session, helper, holder.person)
    officers = {role: officer(session, role, places["city"]) for role in sorted(STAFF)}
    return People(officers, holder, helper, identity.citizen(session, "赵四"), consent, places)
