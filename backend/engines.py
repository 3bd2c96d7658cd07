"""The engines: how each database is opened, with the pragmas or time-outs it needs, and when SQLite locks.

SQLite has one writer at a time. A writer that begins deferred and upgrades later fails at once with SQLITE_BUSY,
whatever the time-out; so the lock is taken `first`, before anything is read; or `late`, at the first write, what was
read having been let go before; or `never`, by those who only read. On PostgreSQL the three are one.
"""

import sqlite3
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

Lock = Literal["first", "late", "never"]
# All engines hide parameters: an error that ends in a log line tells the statement, never whose data it was about.
_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=10000")


def make_engine(url: str) -> Engine:
    """The engine of a database; on SQLite it locks first."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        connect_args={"options": "-c lock_timeout=5000 -c statement_timeout=30000 -c timezone=UTC"},
    )


def locking(engine: Engine, lock: Lock) -> Engine:
    """The same connections, locking otherwise. (Execution options would do, but their events cost every statement.)"""
    if engine.dialect.name != "sqlite":
        return engine
    return _begins(create_engine(engine.url, pool=engine.pool, hide_parameters=True), lock)


def gather_statistics(engine: Engine) -> None:
    """Let SQLite look how its indexes are filled; without, it takes a state that half the rows have for a rare one.

    Looks at a sample, in a moment. PostgreSQL's autovacuum does it unasked.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        connection.exec_driver_sql("ANALYZE")


def _sqlite(url: str, database: str | None) -> Engine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"timeout": 10, "check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=connect_args)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return _begins(engine, "first")


def _begins(engine: Engine, lock: Lock) -> Engine:
    begin = "BEGIN IMMEDIATE" if lock == "first" else "BEGIN"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.info["reading"] = True
        _say(connection, begin)

    if lock == "late":

        @event.listens_for(engine, "before_cursor_execute")
        def _lock(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
            if connection.info["reading"] and not statement.startswith("SELECT"):
                connection.info["reading"] = False
                _say(connection, "COMMIT")
                _say(connection, "BEGIN IMMEDIATE")

    return engine


def _say(connection: Connection, sql: str) -> None:
    """To SQLite itself: every request begins a transaction, and the layers between cost more than the word does."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        driver.execute(sql)
    except sqlite3.OperationalError as error:  # locked: as SQLAlchemy says it, so that it is tried again
        raise OperationalError(sql, None, error) from error
