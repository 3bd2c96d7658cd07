"""Asks one thing from one place, and says what came of it; everything it did is undone."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, select
from sqlalchemy.engine import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from backend.access import Permission
from backend.desk.web import COOKIE
from backend.models import Base
from tests.architecture.places.applications import CONTACT_PHONE
from tests.architecture.places.people import STRANGER, Standing, Who
from tests.architecture.places.probes import Ask, Probe
from tests.architecture.places.world import World

_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass(frozen=True)
class Route:
    """One address and method, with what it declares."""

    endpoint: str
    rule: Rule
    method: str
    permission: Permission

    @property
    def is_page(self) -> bool:
        return not self.rule.rule.startswith(("/mp/", "/api/"))


def routes(app: Flask) -> Iterator[Route]:
    """Every route of the application."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        holder = getattr(view, "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            handler = getattr(holder, method.lower(), view) if holder else view
            yield Route(rule.endpoint, rule, method, handler.zheng_permission)


@dataclass
class Walker:
    """Sends requests as a phone or as a browser at the desk would."""

    app: Flask
    world: World
    written: set[str]  # see `writes`
    form_tokens: dict[str, str] = field(default_factory=dict)

    def send(self, route: Route, who: Who, ask: Ask) -> TestResponse:
        """One request."""
        address = self.app.url_map.bind("localhost").build(
            route.endpoint, dict(ask.where), method=route.method
        )
        address = address.removeprefix("http://localhost")
        more: dict[str, Any] = {"query_string": dict(ask.query)}
        browser = self.app.test_client()
        if route.is_page:
            browser.set_cookie(COOKIE, who.token)
            headers = {"Accept": "text/html", "Origin": "http://localhost"}
            if route.method == "POST":
                more["data"] = {**(ask.form or {}), "form_token": self._form_token(who)}
        else:
            headers = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": uuid.uuid4().hex}
            more |= {"data": ask.data} if ask.data is not None else {"json": ask.json}
            if ask.json is None and ask.data is None:
                more.pop("json")
        return browser.open(address, method=route.method, headers=headers, **more)

    def _form_token(self, who: Who) -> str:
        if who.token not in self.form_tokens:
            browser = self.app.test_client()
            browser.set_cookie(COOKIE, who.token)
            found = _FORM_TOKEN.search(browser.get("/desk").text)
            assert found, "the desk's log-out button carries a form token"
            self.form_tokens[who.token] = found.group(1)
        return self.form_tokens[who.token]

    def wrong(self, route: Route, probe: Probe) -> list[str]:
        """What this probe finds wrong with the route, standing by standing."""
        found = []
        with self._undone():
            for who, standings in self._by_person(route, probe):
                with self._undone():
                    ask = probe.make(self.world, who)
                    self.world.session.commit()
                    for standing in standings:
                        fault = self._fault(route, probe, standing, ask)
                        found += [f"{standing}: {fault}"] if fault else []
        return found

    def wrong_links(self, link: Route, probe: Probe) -> list[str]:
        """A link is got from inside; then who got it stands elsewhere, and opens it."""
        found = []
        with self._undone():
            for who, standings in self._by_person(link, probe):
                with self._undone():
                    ask = probe.make(self.world, who)
                    for standing in standings:
                        status = self._opened(link, standing, ask) if standing.name != STRANGER else 410
                        if status != (200 if standing.inside else 410):
                            found.append(f"{standing}: {status}")
        return found

    def _opened(self, link: Route, standing: Standing, ask: Ask) -> int:
        people, session = self.world.people, self.world.session
        with self._undone():
            if standing.who.grant_id is not None:
                people.put(session, replace(standing, name="village"), "village", link.permission)
                session.commit()
            got = self.send(link, standing.who, ask)
            url = str((got.json or {})["url"])
            people.put(session, standing, "village", link.permission)
            session.commit()
            return self.app.test_client().get(url.partition("zheng.example.cn")[2]).status_code

    def _by_person(self, route: Route, probe: Probe) -> Iterator[tuple[Who, list[Standing]]]:
        people = self.world.people
        standings = list(people.citizens()) if probe.citizens else []
        if probe.owner is not None:
            standings += people.staff(route.permission, probe.owner, sorted(probe.staff(route.permission)))
        grouped: dict[str, list[Standing]] = {}
        for standing in standings:
            if not probe.only or standing.name in probe.only:
                grouped.setdefault(standing.who.token, []).append(standing)
        for group in grouped.values():
            yield group[0].who, group

    def _fault(self, route: Route, probe: Probe, standing: Standing, ask: Ask) -> str:
        with self._undone():
            people, session = self.world.people, self.world.session
            people.put(session, standing, probe.owner or "village", route.permission)
            session.commit()
            connection = self.world.connection
            deeper = connection.begin_nested()
            self.written.clear()
            answer = self.send(route, standing.who, ask)
            after = {name: _rows(connection, name) for name in sorted(self.written)}
            deeper.rollback()
            before = {name: _rows(connection, name) for name in after}
            changed = [name for name in after if after[name] != before[name]]
            return self._judged(probe, standing, ask, answer, changed)

    def _judged(
        self, probe: Probe, standing: Standing, ask: Ask, answer: TestResponse, changed: list[str]
    ) -> str:
        status, body = answer.status_code, answer.data.decode(errors="replace")
        said = f"answers {status} {body[:160]!r}"
        special = probe.at.get(standing.name)
        if standing.inside and special is None:
            if not (200 <= status < 300 or (status == 303 and "login" not in answer.headers["Location"])):
                return f"is inside, but {said}"
            return self._ill_shown(probe, standing, ask, body)
        expected = frozenset({special}) if special is not None else probe.outside
        if not standing.in_office:
            expected = frozenset({403, 404})
        if status not in expected:
            return f"should be answered {sorted(expected)}, but {said}"
        if changed:
            return f"changed {changed}"
        if ask.shows and ask.shows in body:
            return f"sees {ask.shows}"
        return "" if standing.inside else self._told(body, self.world.secrets)

    def _ill_shown(self, probe: Probe, standing: Standing, ask: Ask, body: str) -> str:
        """Inside: the thing is there; staff have number and phone masked unless they ask for them."""
        if ask.shows not in body:
            return f"is inside, but does not see {ask.shows}"
        masked = standing.who.grant_id is not None and not probe.unmasked
        in_full = (self.world.people.holder.person.id_number, CONTACT_PHONE)
        return self._told(body, in_full) if masked else ""

    def _told(self, body: str, words: tuple[str, ...]) -> str:
        told = [word for word in words if word in body]
        return f"is told {told}" if told else ""

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self.world.session.commit()
        savepoint = self.world.connection.begin_nested()
        try:
            yield
        finally:
            self.world.session.rollback()
            savepoint.rollback()
            self.world.session.expire_all()


@contextmanager
def writes(engine: Engine) -> Iterator[set[str]]:
    """The tables that statements meanwhile write to."""
    tables: set[str] = set()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found = _WRITES.match(statement)
        if found:
            tables.add(found.group(1))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _rows(connection: Connection, name: str) -> list[str]:
    """Everything a table holds."""
    return sorted(map(repr, connection.execute(select(Base.metadata.tables[name]))))
