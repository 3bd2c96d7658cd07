"""Walks every route with every role: the permission table is what the doors do, no more and no less.

Which place an actor stands in is proved with real things in `test_access_places.py`.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend.access import TABLE, Permission, Role
from backend.desk.web import COOKIE
from backend.problems import NotAllowed
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

_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
#: Pages that lead to the log-in whoever asks: proved in tests/backend/identity/test_desk_login.py.
_LOG_IN_ITSELF = {"/desk/login", "/desk/login/code", "/desk/login/sms", "/desk/logout"}


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
            elif part.startswith("<int"):
                part = "2026"
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


def log_ins(session: Session) -> dict[Role, Callable[[], str | None]]:
    """For every role somebody who holds that role and no other: a fresh log-in at each call."""
    account, citizen = identity.account(session), identity.citizen(session)
    people: dict[Role, Callable[[], str | None]] = {
        Role.ANYONE: lambda: None,
        Role.ACCOUNT: lambda: identity.log_in(session, account),
        Role.CITIZEN: lambda: identity.log_in(session, citizen.account),
    }
    for role in set(Role) - set(people) - {Role.MACHINE}:
        staff = organisations.staff(session, _AT.get(role, organisations.village)(session), role)
        people[role] = lambda staff=staff: staff.token  # type: ignore[misc]
    session.commit()
    return people


def refused(answer: Any) -> bool:
    """Whether the door itself (not the thing behind it) said no."""
    if answer.status_code in (301, 302, 303):
        return "log-in" in answer.headers["Location"] or "login" in answer.headers["Location"]
    if answer.status_code == 401:
        return True
    return answer.status_code == 403 and '"code":"not_allowed"' in answer.text


def test_every_door_opens_to_the_roles_of_the_table_and_to_no_other(app: Flask, session: Session) -> None:
    wrong = []
    everybody = log_ins(session)
    for door in doors(app):
        for role, log_in in everybody.items():
            caller = Caller(app, log_in())
            held = {Role.ANYONE, role} | ({Role.ACCOUNT} if role is not Role.ANYONE else set())
            allowed = bool(held & TABLE[door.permission])
            answer = caller.call(door.method, door.path(), json=None if door.method == "GET" else {})
            assert answer.status_code != 500, (door, role, answer.text)
            if not door.rule.startswith(("/mp/", "/api/")):
                continue  # pages know their visitor by cookie
            if not allowed and '"code":"real_name_required"' in answer.text:
                continue
            if refused(answer) is allowed:
                wrong.append(
                    (door.method, door.rule, str(role), allowed, answer.status_code, answer.text[:120])
                )
    assert wrong == []


class Browser:
    """A browser at a desk: the visitor's cookie, and a form token from a page of ours."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.browser = app.test_client()
        self.page_with_a_form = "/desk" if token else "/desk/login/sms"
        if token:
            self.browser.set_cookie(COOKIE, token)

    def call(self, method: str, path: str) -> TestResponse:
        """One request, the form left empty."""
        more: dict[str, Any] = {}
        if method == "POST":
            found = _FORM_TOKEN.search(self.browser.get(self.page_with_a_form).text)
            assert found, self.page_with_a_form
            more["data"] = {"form_token": found.group(1)}
        headers = {"Accept": "text/html", "Origin": "http://localhost"}
        return self.browser.open(path, method=method, headers=headers, **more)


def shown_out(answer: TestResponse) -> bool:
    """Whether a page's door said no: sent to the log-in, or told in words."""
    if answer.status_code == 303:
        return "/desk/login" in answer.headers["Location"]
    return answer.status_code == 401 or (answer.status_code == 403 and NotAllowed.detail in answer.text)


def test_every_page_opens_to_the_roles_of_the_table_and_to_no_other(app: Flask, session: Session) -> None:
    wrong = []
    everybody = log_ins(session)
    pages = [
        door for door in doors(app) if door.rule.startswith("/desk/") and door.rule not in _LOG_IN_ITSELF
    ]
    assert len(pages) > 25
    for door in pages:
        for role, log_in in everybody.items():
            held = {Role.ANYONE, role} | ({Role.ACCOUNT} if role is not Role.ANYONE else set())
            allowed = bool(held & TABLE[door.permission])
            answer = Browser(app, log_in()).call(door.method, door.path())
            assert answer.status_code != 500, (door, role, answer.text)
            if shown_out(answer) is allowed:
                wrong.append((door.method, door.rule, str(role), allowed, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MACHINE])
def test_no_role_is_useless(role: Role) -> None:
    assert any(role in roles for roles in TABLE.values())
