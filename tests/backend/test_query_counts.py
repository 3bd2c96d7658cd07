"""Every list asks the database the same number of times for three rows and for thirty, and that number is written here.

Counted over real requests, so that finding out who calls (one query) is in the number. A number that must grow is
changed here on purpose; one that grows with the rows cannot be.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from backend import clock, ids
from backend.complaints.models import Complaint
from backend.desk.web import COOKIE
from backend.identity import sessions
from backend.notifications import service as notifications
from backend.organisations.models import Organisation
from backend.runtime import Runtime
from backend.wallet.models import WalletItem
from tests.factories import certificates, identity, organisations
from tests.factories.identity import Citizen
from tests.factories.organisations import Staff
from tests.http_client import Caller

FEW, MANY = 3, 30


@dataclass
class World:
    """Who asks, and where the rows come from."""

    session: Session
    runtime: Runtime
    villages: list[Organisation]
    clerk: Staff
    town: Staff
    citizen: Citizen

    def village(self, place: int) -> Organisation:
        """Rows of a list belong to several committees: that is where queries multiply."""
        return self.villages[place % len(self.villages)]


@pytest.fixture
def world(session: Session, runtime: Runtime) -> World:
    villages = [organisations.village(session, f"421202001{number:03d}") for number in (2, 3, 4)]
    clerk = organisations.clerk(session, villages[0])
    town = organisations.town_reviewer(session)
    made = World(session, runtime, villages, clerk, town, identity.citizen(session))
    session.commit()
    return made


def applications(world: World, places: range, **changes: Any) -> None:
    late = clock.now() - timedelta(hours=1)
    for place in places:
        certificates.approving_application(
            world.session,
            world.village(0 if "state" in changes else place),
            world.citizen,
            world.clerk.account,
            step_due_at=late,
            **changes,
        )


def submitted_applications(world: World, places: range) -> None:
    applications(world, places, state="submitted", claimed_by_account_id=None)


def wallet_items(world: World, places: range) -> None:
    at = clock.now()
    for place in places:
        row = WalletItem(
            holder_id=world.citizen.person.id,
            kind="certificate",
            item_id=ids.new_id(),
            title="居住情况证明",
            number=f"温万证〔2026〕{place + 1}号",
            issuer=world.village(place).name,
            state="in_force",
            issued_on=at.date(),
            valid_until=at.date(),
            sort_at=at,
        )
        world.session.add(row)


def complaints(world: World, places: range) -> None:
    now, town = clock.now(), world.town.grant.organisation_id
    for place in places:
        row = Complaint(
            county_code="421202",
            division_code=world.village(place).division_code,
            number=f"TS{place:04d}",
            kind="application",
            subject_kind="application",
            subject_id=ids.new_id(),
            person_id=world.citizen.person.id,
            account_id=world.citizen.account.id,
            text="三天没有人受理",
            organisation_id=town,
            due_at=now + timedelta(days=place),
            created_at=now,
        )
        world.session.add(row)


def messages(world: World, places: range) -> None:
    for place in places:
        notifications.tell(
            world.session,
            [world.citizen.account.id],
            kind="progress",
            title="申请有进展",
            text="您的申请已受理。",
            target_kind="application",
            target_id=ids.new_id(),
            dedup_key=f"count.{place}",
        )


def committees(world: World, places: range) -> None:
    for place in places:
        organisations.village(world.session, f"421202003{100 + place:03d}")


def issued(world: World, places: range) -> None:
    desks = [certificates.desk(world.session, world.runtime, village) for village in world.villages]
    for place in places:
        desks[place % len(desks)].approve()


@dataclass(frozen=True)
class Listing:
    """A list: its address, who asks for it, its rows, and how many statements it takes."""

    path: str
    who: Callable[[World], str]
    rows: Callable[[World, range], None]
    statements: int
    search: dict[str, str] | None = None


def clerk(world: World) -> str:
    return world.clerk.token


def town(world: World) -> str:
    return world.town.token


def citizen(world: World) -> str:
    return world.citizen.token


LISTINGS = [
    Listing("/mp/v1/committee/inbox?tab=unclaimed&limit=50", clerk, submitted_applications, 3),
    Listing("/mp/v1/committee/inbox?tab=overdue&limit=50", town, applications, 3),
    Listing(
        "/mp/v1/committee/inbox/search",
        town,
        applications,
        3,
        search={"kind": "name", "words": "欧阳春燕"},
    ),
    Listing("/mp/v1/applications?limit=50", citizen, applications, 3),
    Listing("/mp/v1/wallet?limit=50", citizen, wallet_items, 3),
    Listing("/mp/v1/committee/certificates?limit=50", town, issued, 3),
    Listing("/api/v1/complaints?limit=50", town, complaints, 2),
    Listing("/mp/v1/complaints?limit=50", citizen, complaints, 2),
    Listing("/mp/v1/organisations?words=第&division_code=421202003000&limit=50", citizen, committees, 5),
    Listing("/mp/v1/messages?limit=50", citizen, messages, 2),
]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements inside; the test's own savepoints are not the product's."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "SAVEPOINT" not in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def ask(client: Caller, listing: Listing, limit: int = 50) -> int:
    """Rows answered."""
    if listing.search is not None:
        answer = client.post(listing.path, json=listing.search | {"limit": limit})
    else:
        answer = client.get(listing.path)
    assert answer.status_code == 200, answer.text
    return len(answer.json["items"])


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.path.partition("&")[0])
def test_a_list_asks_as_often_for_thirty_rows_as_for_three(
    client: Caller, world: World, listing: Listing
) -> None:
    caller = client.as_(listing.who(world))
    listing.rows(world, range(FEW))
    world.session.commit()
    with counted(world.runtime.database.engine) as for_few:
        assert ask(caller, listing) == FEW
    listing.rows(world, range(FEW, MANY))
    world.session.commit()
    with counted(world.runtime.database.engine) as for_many:
        assert ask(caller, listing) == MANY
    assert len(for_many) == len(for_few), for_many
    assert len(for_many) == listing.statements, for_many


def test_counts_of_all_tabs_are_one_query_beside_the_callers(client: Caller, world: World) -> None:
    submitted_applications(world, range(MANY))
    world.session.commit()
    caller = client.as_(world.clerk.token)
    with counted(world.runtime.database.engine) as asked:
        tabs = caller.get("/mp/v1/committee/inbox/tabs").json["items"]
    assert {tab["key"]: tab["count"] for tab in tabs}["unclaimed"] == MANY
    assert len(asked) == 2, asked


def test_a_desks_list_asks_as_often_as_the_phones(app: Flask, world: World) -> None:
    complaints(world, range(MANY))
    browser = app.test_client()
    browser.set_cookie(COOKIE, identity.log_in(world.session, world.town.account, sessions.DESK))
    with counted(world.runtime.database.engine) as asked:
        page = browser.get("/desk/complaints")
    assert page.status_code == 200 and page.text.count("TS00") >= 20
    assert len(asked) == 2, asked
