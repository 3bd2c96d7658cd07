"""Do pages stay flat as the tables grow? Inbox, wallet and look-ups from 10^3 to 10^6 rows, each beside a primary-key read.

The ratio of a round is (page at N rows / page at the least rows) / (primary-key read at N / at the least): how much more
a page slows down than the plainest read of the same table does. Target: at most 3. What a page costs by itself is
recorded. 10^6 rows take minutes and gigabytes, so they are asked for: `--rows 1000,1000000`.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.access import Actor, Grant, Role
from backend.applications import inbox
from backend.applications.models import Application
from backend.db import Base, Database
from backend.engines import gather_statistics
from backend.identity import service as identity
from backend.identity.models import Person
from backend.organisations.models import Organisation
from backend.paging import Page
from backend.wallet import service as wallet
from backend.wallet.models import WalletItem
from benchmarks.databases import POSTGRESQL, database_urls, use_demo_keys
from benchmarks.measuring import Figure, Options, in_turns, middle, ratios
from benchmarks.rows import IN_THE_WALLET, ON_THE_TABLE, Filling

TARGET = 3.0
REPEATS = 40
_SAMPLE = 500
_PAGE = 20
_LEAST, _GROWN = "least", "grown"
_US = 1e6
#: Seconds by (which database, piece), a value a round.
Times = dict[tuple[str, str], list[float]]


@dataclass(frozen=True)
class Subject:
    """Something to read: the work of one page, and the table whose primary-key read stands beside it."""

    name: str
    work: Callable[[Session], object]
    beside: type[Base]


def figures(options: Options) -> list[Figure]:
    """Every page on each database, at each size but the least."""
    use_demo_keys()
    return [figure for kind in options.databases for figure in _on(kind, options)]


def _on(kind: str, options: Options) -> Iterator[Figure]:
    """The least size and the greater one take turns too, in two databases."""
    with database_urls(kind, "least", "growing") as urls:
        least, growing = (Filling(Database(url)) for url in urls)
        for filling, size in ((least, options.rows[0]), *((growing, size) for size in options.rows[1:])):
            filling.grow_to(size)
            _settle(filling.database, kind)
            if filling is growing:
                yield from _compared(kind, least, growing, options)
        for filling in (least, growing):
            filling.database.engine.dispose()


def _compared(kind: str, least: Filling, growing: Filling, options: Options) -> Iterator[Figure]:
    chosen = subjects(growing)
    pieces = {
        **{(_LEAST, name): piece for name, piece in _pieces(least, subjects(least)).items()},
        **{(_GROWN, name): piece for name, piece in _pieces(growing, chosen).items()},
    }
    times = in_turns(pieces, rounds=options.rounds, repeats=REPEATS)
    for subject in chosen:
        yield _figure(kind, growing.size, subject, times)


def _settle(database: Database, kind: str) -> None:
    """What happens by itself some time after a change: autovacuum, or for SQLite the worker's housekeeping."""
    gather_statistics(database.engine)
    if kind == POSTGRESQL:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _figure(kind: str, size: int, subject: Subject, times: Times) -> Figure:
    beside = _read_of(subject.beside)
    page = ratios(times[_GROWN, subject.name], times[_LEAST, subject.name])
    read = ratios(times[_GROWN, beside], times[_LEAST, beside])
    absolute = {
        "us": middle(times[_GROWN, subject.name]) * _US,
        "us at the least": middle(times[_LEAST, subject.name]) * _US,
        "key read us": middle(times[_GROWN, beside]) * _US,
        "key read us at the least": middle(times[_LEAST, beside]) * _US,
    }
    name = f"{subject.name}, {size:,} rows, {kind}"
    return Figure(name, beside, ratios(page, read), TARGET, absolute=absolute)


def _pieces(filling: Filling, chosen: list[Subject]) -> dict[str, Callable[[], object]]:
    pieces: dict[str, Callable[[], object]] = {}
    for model in dict.fromkeys(subject.beside for subject in chosen):
        pieces[_read_of(model)] = partial(_in_session, filling.database, _key_read(filling.database, model))
    for subject in chosen:
        pieces[subject.name] = partial(_in_session, filling.database, subject.work)
    return pieces


def _read_of(model: type[Base]) -> str:
    return f"{model.__tablename__} by primary key"


def _in_session(database: Database, work: Callable[[Session], object]) -> None:
    with database.session(read_only=True) as session:
        work(session)


def _key_read(database: Database, model: Any) -> Callable[[Session], object]:
    """Another row each time, from all over the table."""
    with database.session(read_only=True) as session:
        step = session.scalars(select(model.id).order_by(model.id)).all()
    sample = cycle(step[:: max(1, len(step) // _SAMPLE)])
    return lambda session: session.get_one(model, next(sample))


def subjects(filling: Filling) -> list[Subject]:
    city = filling.city
    clerk = _actor(Role.CLERK, city.measured)
    town = _actor(Role.TOWN_REVIEWER, city.town)
    holder = Actor(account_id=uuid.uuid4(), person_id=city.holder)
    numbers = cycle(
        city.id_number(serial) for serial in range(0, filling.size, max(1, filling.size // _SAMPLE))
    )
    return [
        Subject(
            "inbox of a clerk, to be claimed",
            lambda session: _full(inbox.rows(session, clerk, tab="unclaimed", cursor=None, limit=_PAGE)),
            Application,
        ),
        Subject("inbox of a clerk, counts", lambda session: inbox.counts(session, clerk), Application),
        Subject(
            "inbox of a clerk, done",
            lambda session: _full(inbox.rows(session, clerk, tab="done", cursor=None, limit=_PAGE)),
            Application,
        ),
        Subject(
            "inbox of a town, overdue",
            lambda session: _full(inbox.rows(session, town, tab="overdue", cursor=None, limit=_PAGE)),
            Application,
        ),
        Subject(
            "inbox, search by ID number",
            lambda session: inbox.search(
                session, clerk, kind="id_number", words=next(numbers), cursor=None, limit=_PAGE
            ),
            Application,
        ),
        Subject(
            "wallet, first page",
            lambda session: _full(wallet.items(session, holder, holder_id=None, cursor=None, limit=_PAGE)),
            WalletItem,
        ),
        Subject(
            "look-up by ID number",
            lambda session: _found(identity.find_by_id_number(session, next(numbers))),
            Person,
        ),
    ]


def _actor(role: Role, organisation: Organisation) -> Actor:
    kind = organisation.kind
    grant = Grant(uuid.uuid4(), role, organisation.id, organisation.path, "经办人", organisation_kind=kind)
    return Actor(account_id=uuid.uuid4(), grants=(grant,))


def _full(page: Page) -> None:
    """A page that measures something: the same number of rows at every size, opened as a list opens them."""
    assert len(page.items) == _PAGE < min(ON_THE_TABLE, IN_THE_WALLET)
    for row in page.items:
        assert getattr(row, "holder_name", row.id)


def _found(person: Person | None) -> None:
    assert person is not None and person.name
