"""Walks every route that names a thing, as everybody its permission admits, from every place they may stand in.

Inside the thing's area the request is done; outside, the thing does not exist: 404 or a list without it, nothing
changed, nothing told. What is asked, and how, stands in `places/table.py`; a route that is not there fails the suite.
Roles that a permission does not admit at all are proved at the door: `test_access_matrix.py`.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from backend import work
from backend.access import STAFF, TABLE, Permission, Role
from backend.notifications import worker
from backend.organisations.offices import WHERE
from backend.runtime import attach, build
from backend.settings import Settings
from tests.architecture.places import people, table, world
from tests.architecture.places.walking import Route, Walker, routes, writes
from tests.conftest import JoinedDatabase


@pytest.fixture(scope="module")
def walker(whole_app: Flask, settings: Settings, worker_database: JoinedDatabase) -> Iterator[Walker]:
    """The world, made once; every probe is rolled back."""
    with worker_database.engine.connect() as connection, whole_app.app_context():
        transaction = connection.begin()
        worker_database.connection = connection
        worker.install(work.register_all)
        runtime = replace(build(settings), database=worker_database)
        attach(whole_app, runtime)
        with worker_database.session() as session, writes(connection.engine) as written:
            made = world.build(session, runtime, connection, people.people(session))
            yield Walker(whole_app, made, written)
        transaction.rollback()


def the_route(app: Flask, endpoint: str) -> Route:
    (found,) = [route for route in routes(app) if route.endpoint == endpoint]
    return found


@pytest.mark.parametrize("endpoint", sorted(table.PROBES))
def test_a_thing_exists_for_those_whose_area_it_is_in(walker: Walker, endpoint: str) -> None:
    route = the_route(walker.app, endpoint)
    wrong = [fault for probe in table.PROBES[endpoint] for fault in walker.wrong(route, probe)]
    assert wrong == [], f"{route.method} {route.rule.rule}"


def test_every_route_says_how_its_place_is_proved(whole_app: Flask) -> None:
    known = {route.endpoint for route in routes(whole_app)}
    told = set(table.PROBES) | set(table.NOTHING_NAMED)
    assert known - told == set(), "new route: say in places/table.py how its place is proved"
    assert told - known == set(), "no such route any more"
    assert set(table.PROBES) & set(table.NOTHING_NAMED) == set()


def test_no_route_that_names_a_thing_goes_unproved(whole_app: Flask) -> None:
    wrong = [
        route.rule.rule
        for route in routes(whole_app)
        if route.endpoint in table.NOTHING_NAMED
        and table.NOTHING_NAMED[route.endpoint] not in table.MAY_NAME
        and "<uuid" in route.rule.rule
    ]
    assert wrong == []


def test_every_role_that_the_table_admits_is_sent_to_every_door(whole_app: Flask) -> None:
    missing = []
    for route in routes(whole_app):
        probes = table.PROBES.get(route.endpoint, ())
        sent = {role for probe in probes for role in probe.staff(route.permission)}
        citizens = any(probe.citizens for probe in probes)
        admitted = TABLE[route.permission] if route.permission is not Permission.OWN_ACCOUNT else set()
        if probes and (sent != admitted & STAFF or citizens < (Role.CITIZEN in admitted)):
            missing.append((route.endpoint, sorted(admitted - sent)))
    assert missing == []


def test_the_city_admin_sits_at_the_city() -> None:
    assert WHERE[Role.CITY_ADMIN] == {"city"}
    for permission in (Permission.MERGE_PERSONS, Permission.MANAGE_CALENDAR, Permission.OPERATE):
        assert TABLE[permission] == {Role.CITY_ADMIN}


def test_a_link_to_evidence_dies_with_the_authority_of_who_got_it(walker: Walker) -> None:
    link = the_route(walker.app, "evidence.link_evidence")
    probes = [probe for probe in table.PROBES[link.endpoint] if not probe.at]
    wrong = [fault for probe in probes for fault in walker.wrong_links(link, probe)]
    assert wrong == []
