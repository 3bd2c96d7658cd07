"""The pages that must stay flat find their rows by an index, and no table that grows is read from end to end.

The same pages as `benchmarks/growth.py` measures up to a million rows; here their plans are read on a few hundred. On a
SQLite file of its own, whatever database the suite runs on: PostgreSQL rightly reads so few rows from end to end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import Engine, event

from backend.applications import work
from backend.db import Database
from backend.engines import gather_statistics
from backend.runtime import Runtime
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


@contextmanager
def planned(filling: Filling) -> Iterator[list[str]]:
    """How SQLite answers each SELECT made inside: filled when the block ends."""
    asked: list[tuple[str, object]] = []
    plans: list[str] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with filling.database.engine.connect() as connection:
        for statement, parameters in asked:
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
            plans.extend(row.detail for row in explained)


def plan_of(filling: Filling, name: str) -> list[str]:
    """The plan of one of the benchmark's pages."""
    page = next(subject for subject in subjects(filling) if subject.name == name)
    with planned(filling) as plans, filling.database.session(read_only=True) as session:
        page.work(session)
    return plans


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


@pytest.mark.parametrize("job", [work.lapse_claims, work.expire, work.remind, work.escalate])
def test_worker_finds_what_is_due_among_what_is_not_over(
    filling: Filling, job: Callable[[Runtime], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_one", lambda *found: False)
    with planned(filling) as plans:
        job(cast(Runtime, SimpleNamespace(database=filling.database)))
    assert plans and all("ix_application_due" in step for step in plans if "application" in step), plans
