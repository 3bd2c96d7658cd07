"""When SQLite's write lock is taken: before the first read, at the first write, or never."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from backend import clock
from backend.db import Database
from backend.identity.models import RateCount

KEY = b"k" * 32


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file of its own: these tests really commit."""
    made = Database(f"sqlite:///{tmp_path / 'locks.sqlite3'}")
    RateCount.metadata.create_all(made.engine, tables=[RateCount.__table__])  # type: ignore[list-item]
    with made.session() as session:
        session.add(RateCount(key_hash=KEY, window_start=clock.now(), count=0))
        session.commit()
    yield made
    made.engine.dispose()


def _one_more(database: Database) -> None:
    with database.session() as session:
        session.execute(update(RateCount).values(count=RateCount.count + 1))
        session.commit()


def test_a_late_lock_lets_others_write_while_it_reads_and_then_writes(database: Database) -> None:
    with database.session(lock_late=True) as session:
        assert session.scalar(select(RateCount.count)) == 0
        _one_more(database)
        session.execute(update(RateCount).values(count=RateCount.count + 1))
        session.commit()
    with database.session(read_only=True) as session:
        assert session.scalar(select(RateCount.count)) == 2


def test_a_guard_read_late_decides_between_two_at_once(database: Database) -> None:
    wins: list[int] = []
    both_have_read = threading.Barrier(2)

    def take() -> None:
        with database.session(lock_late=True) as session:
            assert session.scalar(select(RateCount.count)) == 0
            both_have_read.wait(5)
            taken = session.execute(update(RateCount).where(RateCount.count == 0).values(count=1))
            session.commit()
            wins.append(taken.rowcount)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wins) == [0, 1]


def test_what_was_rolled_back_leaves_no_late_lock_behind(database: Database) -> None:
    with database.session(lock_late=True) as session:
        session.execute(update(RateCount).values(count=7))
        session.rollback()
        assert session.scalar(select(RateCount.count)) == 0
    _one_more(database)


def test_an_ordinary_session_locks_others_out_before_it_reads(database: Database) -> None:
    with database.session() as session:
        assert session.scalar(select(RateCount.count)) == 0
        with database.engine.connect() as other, pytest.raises(OperationalError, match="locked"):
            other.connection.driver_connection.execute("PRAGMA busy_timeout=1")  # type: ignore[union-attr]
            other.exec_driver_sql("SELECT 1")
