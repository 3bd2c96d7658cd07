"""The pages that must stay flat find their rows by an index, and no table that grows is read from end to end.

The same pages as `benchmarks/growth.py` measures up to a million rows; here their plans are read on a few hundred. On a
SQLite file of its own, whatever database the suite runs on: PostgreSQL rightly reads so few rows from end to end.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from backend.db import Database
from backend.engines import gather_statistics
from benchmarks.growth import subjects
from benchmarks.rows import Filling

ROWS = 300


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filling]:
    """A city with a few hundred rows a table, and statistics as the worker gathers them."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plans') / 'city.sqlite3'}")
    made = Filling(database)
    made.grow_to(ROWS)
    gather_statistics(database.engine)
    yield made
    database.engine.dispose()


def plan_of(filling: Filling, name: str) -> list[str]:
    """How SQLite answers each statement of one page."""
    asked: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        asked.append((statement, parameters))

    work = next(subject.work for subject in subjects(filling) if subject.name == name)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        with filling.database.session(read_only=True) as session:
            work(session)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with filling.database.engine.connect() as connection:
        return [
            row.detail
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[call-overload]
        ]


@pytest.mark.parametrize(
    ("page", "index"),
    [
        ("inbox of a clerk, to be claimed", "ix_application_inbox"),
        ("inbox of a clerk, counts", "ix_application_inbox"),
        ("inbox of a clerk, done", "ix_application_inbox"),
        ("inbox of a town, overdue", "ix_application_inbox"),
        ("inbox, search by ID number", "ix_application_holder"),
        ("wallet, first page", "ix_wallet_item_list"),
        ("look-up by ID number", "id_number_lookup"),
    ],
)
def test_page_is_answered_by_its_index(filling: Filling, page: str, index: str) -> None:
    plan = plan_of(filling, page)
    tables = ("application", "organisation", "wallet_item", "person", "id_number_lookup")
    assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] in tables], plan
    assert any(index in step for step in plan), plan


def test_a_clerks_list_needs_no_sorting(filling: Filling) -> None:
    for page in ("inbox of a clerk, to be claimed", "inbox of a clerk, done", "wallet, first page"):
        assert not [step for step in plan_of(filling, page) if "TEMP B-TREE" in step], page
