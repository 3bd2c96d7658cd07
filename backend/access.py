"""Who may do what where: roles, permissions, the one table that joins them, and the one jurisdiction filter.

Imports no capability: an `Actor` is made by identity from an access token and handed to every service.
Roles are granted at a node of the organisation tree and hold for its subtree (its `path` is a prefix of theirs).
"""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Uuid, and_, column, false, or_, select, table, true

from backend.problems import NotAllowed, NotFound, NotLoggedIn


class RealNameRequired(NotAllowed):
    """Logged in, but nobody knows yet who it is."""

    code = "real_name_required"
    detail = "请先完成实名认证"


class Role(StrEnum):
    """What somebody is when they act. The first four need no grant."""

    ANYONE = "anyone"
    ACCOUNT = "account"  # logged in, person not yet confirmed
    CITIZEN = "citizen"  # 群众: logged in, real name confirmed
    MACHINE = "machine"  # the worker and the command line
    CLERK = "clerk"  # 经办人
    APPROVER = "approver"  # 负责人（签批）
    TOWN_REVIEWER = "town_reviewer"  # 乡镇（街道）复核人
    COUNTER = "counter"  # 窗口人员
    DEPARTMENT_OFFICER = "department_officer"  # 部门经办
    JUSTICE_REVIEWER = "justice_reviewer"  # 司法局审查员
    AUDITOR = "auditor"  # 审计
    ORGANISATION_ADMIN = "organisation_admin"  # 机构管理员
    CITY_ADMIN = "city_admin"  # 市级管理员


STAFF = frozenset(Role) - {Role.ANYONE, Role.ACCOUNT, Role.CITIZEN, Role.MACHINE}
_ADMINS = frozenset({Role.ORGANISATION_ADMIN, Role.CITY_ADMIN})
_COMMITTEE = frozenset({Role.CLERK, Role.APPROVER})
_EVERYONE = frozenset(Role) - {Role.MACHINE}
_LOGGED_IN = _EVERYONE - {Role.ANYONE}


class Permission(StrEnum):
    """One action. Every route names exactly one."""

    PUBLIC_READ = "public.read"
    LOG_IN = "identity.log_in"
    OWN_ACCOUNT = "identity.own_account"
    STAFF_SELF = "identity.staff_self"
    ACCEPT_INVITATION = "organisations.accept_invitation"
    CONFIRM_PERSON = "identity.confirm_person"
    MERGE_PERSONS = "identity.merge_persons"
    UNLOCK_PIN = "identity.unlock_pin"
    READ_ORGANISATIONS = "organisations.read"
    MANAGE_ORGANISATIONS = "organisations.manage"
    MANAGE_STAFF = "organisations.manage_staff"
    NAME_DEPUTY = "organisations.name_deputy"
    MANAGE_CALENDAR = "organisations.manage_calendar"
    OWN_APPLICATIONS = "applications.own"
    READ_INBOX = "applications.read"
    HANDLE_APPLICATIONS = "applications.handle"
    ASSIST_APPLICATIONS = "applications.assist"
    ADD_EVIDENCE = "applications.add_evidence"
    SEE_EVIDENCE = "applications.see_evidence"
    DECIDE_APPLICATIONS = "applications.decide"
    COSIGN_APPLICATIONS = "applications.cosign"
    KEEP_SENTENCES = "applications.keep_sentences"
    READ_OVERRULES = "applications.read_overrules"
    READ_CERTIFICATES = "certificates.read"
    APPROVE_CERTIFICATES = "certificates.approve"
    REVOKE_CERTIFICATES = "certificates.revoke"
    READ_SEAL_REGISTER = "papers.read_seal_register"
    OWN_WALLET = "wallet.own"
    VERIFY = "showcodes.verify"
    COMPLAIN = "complaints.file"
    ANSWER_COMPLAINTS = "complaints.answer"
    READ_AUDIT = "audit.read"
    OPERATE = "operations"


TABLE: dict[Permission, frozenset[Role]] = {
    Permission.PUBLIC_READ: _EVERYONE,
    Permission.LOG_IN: _EVERYONE,
    Permission.OWN_ACCOUNT: _LOGGED_IN,
    Permission.STAFF_SELF: STAFF,
    Permission.ACCEPT_INVITATION: _LOGGED_IN,
    Permission.CONFIRM_PERSON: _COMMITTEE | {Role.COUNTER},
    Permission.MERGE_PERSONS: frozenset({Role.CITY_ADMIN}),
    Permission.UNLOCK_PIN: _ADMINS,
    Permission.READ_ORGANISATIONS: STAFF,
    Permission.MANAGE_ORGANISATIONS: _ADMINS,
    Permission.MANAGE_STAFF: _ADMINS,
    Permission.NAME_DEPUTY: _ADMINS | {Role.APPROVER, Role.TOWN_REVIEWER},
    Permission.MANAGE_CALENDAR: frozenset({Role.CITY_ADMIN}),
    Permission.OWN_APPLICATIONS: frozenset({Role.CITIZEN}),
    Permission.READ_INBOX: _COMMITTEE | {Role.TOWN_REVIEWER, Role.AUDITOR},
    Permission.HANDLE_APPLICATIONS: frozenset({Role.CLERK}),
    Permission.ASSIST_APPLICATIONS: frozenset({Role.CLERK}),
    Permission.ADD_EVIDENCE: frozenset({Role.CITIZEN, Role.CLERK}),
    Permission.SEE_EVIDENCE: _COMMITTEE | {Role.CITIZEN, Role.TOWN_REVIEWER, Role.AUDITOR},
    Permission.DECIDE_APPLICATIONS: frozenset({Role.APPROVER}),
    Permission.COSIGN_APPLICATIONS: frozenset({Role.TOWN_REVIEWER}),
    Permission.KEEP_SENTENCES: _COMMITTEE,
    Permission.READ_OVERRULES: frozenset({Role.JUSTICE_REVIEWER, Role.AUDITOR}),
    Permission.READ_CERTIFICATES: _COMMITTEE | {Role.TOWN_REVIEWER, Role.AUDITOR},
    Permission.APPROVE_CERTIFICATES: frozenset({Role.APPROVER}),
    Permission.REVOKE_CERTIFICATES: frozenset({Role.APPROVER}),
    Permission.READ_SEAL_REGISTER: _COMMITTEE | _ADMINS | {Role.TOWN_REVIEWER, Role.AUDITOR},
    Permission.OWN_WALLET: frozenset({Role.CITIZEN}),
    Permission.VERIFY: frozenset({Role.COUNTER, Role.DEPARTMENT_OFFICER}),
    Permission.COMPLAIN: frozenset({Role.CITIZEN}),
    Permission.ANSWER_COMPLAINTS: frozenset({Role.TOWN_REVIEWER, Role.JUSTICE_REVIEWER, Role.CITY_ADMIN}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR}),
    Permission.OPERATE: frozenset({Role.CITY_ADMIN}),
}


@dataclass(frozen=True)
class Grant:
    """A role held at a node of the organisation tree, for its subtree."""

    id: uuid.UUID
    role: Role
    organisation_id: uuid.UUID
    path: str
    post: str
    deputy: bool = False
    organisation_name: str = ""
    organisation_kind: str = ""


@dataclass(frozen=True)
class Actor:
    """Who is calling: an account, the persons it acts for, the grants in force now, and the device."""

    account_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    acts_for: frozenset[uuid.UUID] = frozenset()
    grants: tuple[Grant, ...] = ()
    device_id: uuid.UUID | None = None
    address: str = ""
    machine: bool = False
    trace_id: str = field(default="", compare=False)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this actor holds somewhere."""
        if self.machine:
            return frozenset({Role.MACHINE})
        held = {Role.ANYONE, *(grant.role for grant in self.grants)}
        if self.account_id:
            held.add(Role.ACCOUNT)
        if self.person_id:
            held.add(Role.CITIZEN)
        return frozenset(held)

    @property
    def account(self) -> uuid.UUID:
        """The account's id; refuses those who are not logged in."""
        if self.account_id is None:
            raise NotLoggedIn()
        return self.account_id

    @property
    def person(self) -> uuid.UUID:
        """The actor's own confirmed person."""
        if self.person_id is None:
            raise RealNameRequired()
        return self.person_id

    def may(self, permission: Permission) -> bool:
        """Whether any role of this actor holds the permission, anywhere."""
        return self.machine or bool(self.roles & TABLE[permission])

    def grants_for(self, permission: Permission) -> tuple[Grant, ...]:
        """The grants that carry this permission."""
        return tuple(grant for grant in self.grants if grant.role in TABLE[permission])

    def grant_over(self, permission: Permission, path: str) -> Grant | None:
        """The nearest grant that carries the permission over the organisation at `path`."""
        held = [grant for grant in self.grants_for(permission) if covers(grant.path, path)]
        return max(held, key=lambda grant: len(grant.path), default=None)

    def acting_for(self, person_id: uuid.UUID) -> uuid.UUID:
        """The person, if this account may act for them; else the person does not exist for it."""
        if person_id != self.person_id and person_id not in self.acts_for:
            raise NotFound("没有代办这位亲友的授权，请先取得本人同意")
        return person_id


ANONYMOUS = Actor()
MACHINE = Actor(machine=True)


def covers(path: str, other: str) -> bool:
    """Whether the organisation at `path` is, or stands above, the one at `other`. Paths end in `/`."""
    return other.startswith(path)


def declare(view: Any, permission: Permission) -> None:
    """Write on a view who may call it; the suite refuses a route without."""
    view.zheng_permission = permission


def require(actor: Actor, permission: Permission) -> None:
    """Refuse who does not hold the permission anywhere: the route's door."""
    if actor.may(permission):
        return
    if actor.account_id is None:
        raise NotLoggedIn()
    if TABLE[permission] == {Role.CITIZEN}:
        raise RealNameRequired()
    raise NotAllowed()


def require_over(actor: Actor, permission: Permission, path: str) -> Grant:
    """The grant that lets the actor do this at `path`; outside the area the thing does not exist."""
    require(actor, permission)
    grant = actor.grant_over(permission, path)
    if grant is None:
        raise NotFound()
    return grant


def below(column: Any, path: str) -> ColumnElement[bool]:
    """SQL of `covers`: the paths that begin with `path`, as a range, which the index on them can answer.

    `0` follows `/`, byte by byte; so the column compares by bytes (collation C) on every database.
    """
    return and_(column >= path, column < path[:-1] + "0")


_organisation = table("organisation", column("id", Uuid), column("path", String))


def jurisdiction(actor: Actor, permission: Permission, organisation_id: Any) -> ColumnElement[bool]:
    """The one filter: rows whose organisation lies under a grant that carries the permission."""
    if actor.machine:
        return true()
    paths = [grant.path for grant in actor.grants_for(permission)]
    if not paths:
        return false()
    own = or_(*(below(_organisation.c.path, path) for path in paths))
    inside: ColumnElement[bool] = organisation_id.in_(select(_organisation.c.id).where(own))
    return inside


def within(statement: Select[Any], actor: Actor, permission: Permission, organisation_id: Any) -> Select[Any]:
    """The statement, cut to the actor's jurisdiction."""
    return statement.where(jurisdiction(actor, permission, organisation_id))
