"""Smallest valid offices and the people in office there.

Codes name the place: `village(session, "421202001003")` makes what is missing of the tree above it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock, ids
from backend.access import Actor, Role
from backend.identity import sessions
from backend.identity.models import Account
from backend.organisations import naming, places
from backend.organisations.authority import grants_of
from backend.organisations.models import Division, Organisation, RoleGrant, StaffMember
from tests.factories import identity

CITY, COUNTY, TOWN, VILLAGE = "421200000000", "421202000000", "421202001000", "421202001002"
SIBLING_VILLAGE, OTHER_TOWN_VILLAGE, OTHER_COUNTY_VILLAGE = "421202001003", "421202002001", "421221100201"
_NAMES = {
    "420000000000": "湖北省",
    CITY: "咸宁市",
    COUNTY: "咸安区",
    TOWN: "温泉街道",
    VILLAGE: "万年路社区",
    SIBLING_VILLAGE: "滨河社区",
    "421202002000": "浮山街道",
    OTHER_TOWN_VILLAGE: "银泉社区",
    "421221000000": "嘉鱼县",
    "421221100000": "陆溪镇",
    OTHER_COUNTY_VILLAGE: "界石村委会",
}
_KINDS = {"city": "city", "county": "county", "township": "township", "village": "committee"}


def division(session: Session, code: str = VILLAGE, name: str = "") -> Division:
    """The place and those above it."""
    found = session.get(Division, code)
    if found is not None:
        return found
    level, parent = places.level_of(code), places.parent_code(code)
    if parent:
        division(session, parent)
    name = name or _NAMES.get(
        code, f"第{int(code[:12]) % 10000}村委会" if level == "village" else f"{code[:9]}镇"
    )
    row = Division(code=code, name=name, level=level, parent_code=parent, initials=naming.initials(name))
    session.add(row)
    session.flush()
    return row


def office(
    session: Session, code: str, kind: str = "", *, name: str = "", parent: Organisation | None = None
) -> Organisation:
    """The office of a place; with a `kind` of its own (department, service_hall, zone), one more there."""
    place = division(session, code)
    usual = _KINDS[place.level]
    made = session.scalar(
        select(Organisation).where(Organisation.division_code == code, Organisation.kind == (kind or usual))
    )
    if made is not None and not name:
        return made
    if parent is None and place.level != "city":
        parent = (
            office(session, places.parent_code(code) or "")
            if not kind or kind == usual
            else office(session, code)
        )
    elif parent is None and kind and kind != "city":
        parent = office(session, code)
    return _add(session, kind or usual, name or naming.office_name(place.name, place.level), code, parent)


def _add(session: Session, kind: str, name: str, code: str, parent: Organisation | None) -> Organisation:
    office_id = ids.new_id()
    row = Organisation(
        id=office_id,
        kind=kind,
        name=name,
        initials=naming.initials(name),
        division_code=code,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{office_id}/",
        short_code=f"简{code[4:]}" if kind == "committee" else None,
    )
    session.add(row)
    session.flush()
    return row


def city(session: Session) -> Organisation:
    """咸宁市, the root."""
    return office(session, CITY)


def county(session: Session, code: str = COUNTY) -> Organisation:
    """A county; by default 咸安区."""
    return office(session, code)


def town(session: Session, code: str = TOWN) -> Organisation:
    """A town or street; by default 温泉街道."""
    return office(session, code)


def village(session: Session, code: str = VILLAGE) -> Organisation:
    """A committee; by default 万年路社区居民委员会, under 温泉街道."""
    return office(session, code)


def service_hall(session: Session, code: str = COUNTY) -> Organisation:
    """A service hall (政务服务大厅) of a county or town."""
    return office(session, code, "service_hall", name="政务服务中心")


def department(session: Session, code: str = COUNTY) -> Organisation:
    """A department of a county."""
    return office(session, code, "department", name="民政局")


@dataclass
class Staff:
    """Somebody in office: account, grant, the actor services take, and the token HTTP takes."""

    session: Session = field(repr=False)
    account: Account
    grant: RoleGrant

    @property
    def actor(self) -> Actor:
        """With the grants as they stand now."""
        return Actor(
            account_id=self.account.id,
            person_id=self.account.person_id,
            grants=grants_of(self.session, self.account.id, today=clock.today()),
        )

    @property
    def token(self) -> str:
        """A fresh access token; visible to requests."""
        tokens = sessions.open_device(self.session, self.account, kind="wechat", name="测试手机")
        self.session.commit()
        return tokens.access_token


def grant(
    session: Session,
    who: Account,
    organisation: Organisation,
    role: Role,
    *,
    post: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """A role held since yesterday, without end."""
    row = RoleGrant(
        account_id=who.id,
        organisation_id=organisation.id,
        role=role,
        post=post or _POSTS.get(role, "工作人员"),
        starts_on=starts_on or clock.today() - timedelta(days=1),
        ends_on=ends_on,
    )
    session.add(row)
    session.flush()
    return row


_POSTS = {Role.CLERK: "经办人", Role.APPROVER: "主任", Role.TOWN_REVIEWER: "复核人", Role.COUNTER: "窗口人员"}


def staff(
    session: Session, organisation: Organisation, role: Role, *, post: str = "", name: str = "李四"
) -> Staff:
    """A new account in this role at this office."""
    who = identity.account(session)
    session.add(StaffMember(account_id=who.id, name=name, created_at=clock.now()))
    return Staff(session, who, grant(session, who, organisation, role, post=post))


def clerk(session: Session, organisation: Organisation | None = None) -> Staff:
    """A committee's clerk (经办人)."""
    return staff(session, organisation or village(session), Role.CLERK)


def approver(session: Session, organisation: Organisation | None = None) -> Staff:
    """A committee's approver (负责人)."""
    return staff(session, organisation or village(session), Role.APPROVER)


def town_reviewer(session: Session, organisation: Organisation | None = None) -> Staff:
    """A town's reviewer."""
    return staff(session, organisation or town(session), Role.TOWN_REVIEWER)


def counter_clerk(session: Session, organisation: Organisation | None = None) -> Staff:
    """Somebody behind a counter (窗口人员)."""
    return staff(session, organisation or service_hall(session), Role.COUNTER)


def organisation_admin(session: Session, organisation: Organisation | None = None) -> Staff:
    """An office's admin (机构管理员)."""
    return staff(session, organisation or village(session), Role.ORGANISATION_ADMIN, post="机构管理员")


def city_admin(session: Session) -> Staff:
    """The city's admin."""
    return staff(session, city(session), Role.CITY_ADMIN, post="市级管理员")


def auditor(session: Session, organisation: Organisation | None = None) -> Staff:
    """An auditor; by default of the whole city."""
    return staff(session, organisation or city(session), Role.AUDITOR, post="审计员")
