"""Walks every route with every role: the permission table is what the doors do, no more and no less.

Which place an actor stands in is proved with real things in `test_access_places.py`.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backend.access import TABLE, Permission, Role
from tests.factories import identity, organisations
from tests.http_client import Caller

_AT = {  # where somebody of this role sits
    Role.TOWN_REVIEWER: organisations.town,
    Role.COUNTER: organisations.service_hall,
    Role.DEPARTMENT_OFFICER: organisations.department,
    Role.JUSTICE_REVIEWER: organisations.city,
    Role.AUDITOR: organisations.city,
    Role.ORGANISATION_ADMIN: organisations.county,
    Role.CITY_ADMIN: organisations.city,
}


@dataclass(frozen=True)
class Door:
    """One address and method, and the permission it declares."""

    rule: str
    method: str
    permission: Permission

    def path(self) -> str:
        """The address with some value in each place."""
        parts = []
        for part in self.rule.split("/"):
            if part.startswith("<uuid:"):
                part = str(uuid.uuid4())
            elif part.startswith("<int:"):
                part = "1"
            elif part.startswith("<"):
                part = "123"
            parts.append(part)
        return "/".join(parts)


def doors(app: Flask) -> Iterator[Door]:
    """Every route of the application."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        holder = getattr(view, "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            handler = getattr(holder, method.lower(), view) if holder else view
            yield Door(str(rule), method, handler.zheng_permission)


def callers(session: Session, app: Flask) -> dict[Role, Caller]:
    """Somebody of every role, logged in; each holds that role and no other."""
    people: dict[Role, Caller] = {Role.ANYONE: Caller(app)}
    people[Role.ACCOUNT] = Caller(app, identity.log_in(session, identity.account(session)))
    people[Role.CITIZEN] = Caller(app, identity.citizen(session).token)
    for role in Role:
        if role not in people and role is not Role.MACHINE:
            office = _AT.get(role, organisations.village)(session)
            people[role] = Caller(app, organisations.staff(session, office, role).token)
    session.commit()
    return people


def refused(answer: Any) -> bool:
    """Whether the door itself (not the thing behind it) said no."""
    if answer.status_code in (301, 302, 303):
        return "log-in" in answer.headers["Location"] or "login" in answer.headers["Location"]
    if answer.status_code == 401:
        return True
    return answer.status_code == 403 and '"not_allowed"' in answer.text or "没有办理这件事的权限" in answer.text


def test_every_door_opens_to_the_roles_of_the_table_and_to_no_other(app: Flask, session: Session) -> None:
    wrong = []
    everybody = callers(session, app)
    for door in doors(app):
        for role, caller in everybody.items():
            held = {Role.ANYONE, role} | ({Role.ACCOUNT} if role is not Role.ANYONE else set())
            allowed = bool(held & TABLE[door.permission])
            answer = caller.call(door.method, door.path(), json=None if door.method == "GET" else {})
            assert answer.status_code != 500, (door, role, answer.text)
            if door.rule.startswith("/desk") or not door.rule.startswith(("/mp/", "/api/")):
                continue  # pages know their visitor by cookie: proved in tests/backend/desk
            if refused(answer) is allowed:
                wrong.append((door.method, door.rule, str(role), allowed, answer.status_code, answer.text[:120]))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MACHINE])
def test_no_role_is_useless(role: Role) -> None:
    assert any(role in roles for roles in TABLE.values())
