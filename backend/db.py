"""Engine, sessions, the base class and the column types every table uses.

Each table declares how it would be distributed (`scale.md`): `county`, `holder`, `key hash`, `single` or `reference`.
The same models run on SQLite (WAL, foreign keys on, BEGIN IMMEDIATE for writers) and on PostgreSQL.
"""

import json
import sqlite3
import uuid
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, cast

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Insert,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from backend import ids, privacy

Distribution = Literal["county", "holder", "key hash", "single", "reference"]

#: Execution option of a SQLite connection: when it takes the write lock (`first`, `late`, `never`).
_LOCK = "zheng_lock"

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


DivisionCode = String(12)
CountyCode = String(6)


class Base(DeclarativeBase):
    """Base of all tables. A row gets its id when it is made, so that sealed fields can be bound to it."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        date: Date,
        uuid.UUID: Uuid,
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }
    #: How this table is distributed when it outgrows one machine.
    distribution: ClassVar[Distribution]
    #: The column it is distributed by, where the kind alone does not say.
    distribution_key: ClassVar[str | None] = None

    def __init__(self, **values: Any) -> None:
        columns = self.__mapper__.columns
        if "id" in columns and isinstance(columns["id"].type, Uuid):
            cast(Any, self).id = values.pop("id", None) or ids.new_id(values.get("county_code"))
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)


class HasId:
    """A UUIDv8 primary key made by the application."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class InCounty(HasId):
    """A business row: id, its 6-digit county (distribution key) and its 12-digit division."""

    county_code: Mapped[str] = mapped_column(CountyCode)
    division_code: Mapped[str] = mapped_column(DivisionCode)


class Versioned:
    """Lost updates are refused: every UPDATE names the version it read."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.row_version}


class Sealed:
    """A text that is encrypted at rest: `name = Sealed("name_sealed")` beside `name_sealed: Mapped[bytes]`."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        return self.open(row.__tablename__, row.id, getattr(row, self.column))

    def __set__(self, row: Any, value: str | None) -> None:
        setattr(row, self.column, self.seal(row.__tablename__, row.id, value))

    def open(self, table: str, row_id: uuid.UUID, sealed: bytes | None) -> Any:
        """The value that this column of that row stores."""
        if sealed is None:
            return None
        return privacy.keys().open(sealed, context=privacy.row_context(table, self.column, row_id)).decode()

    def seal(self, table: str, row_id: uuid.UUID, value: str | None) -> bytes | None:
        """The value as this column of that row stores it."""
        if value is None:
            return None
        return privacy.keys().seal(value.encode(), context=privacy.row_context(table, self.column, row_id))


def make_engine(url: str) -> Engine:
    """An engine with the pragmas or time-outs its database needs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, parsed.database)
    url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        connect_args={"options": "-c lock_timeout=5000 -c statement_timeout=30000 -c timezone=UTC"},
    )


def _sqlite_engine(url: str, database: str | None) -> Engine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that begins deferred and upgrades later fails at once with SQLITE_BUSY, whatever the time-out.
        how = connection.get_execution_options().get(_LOCK, "first")
        connection.info[_LOCK] = how
        _say(connection, "BEGIN IMMEDIATE" if how == "first" else "BEGIN")

    @event.listens_for(engine, "before_cursor_execute")
    def _lock(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        # Late: what was read is let go before the lock is asked for, so it is no upgrade.
        if connection.info.get(_LOCK) == "late" and not statement.startswith("SELECT"):
            connection.info[_LOCK] = "first"
            _say(connection, "COMMIT")
            _say(connection, "BEGIN IMMEDIATE")

    return engine


def _say(connection: Connection, sql: str) -> None:
    """To SQLite itself: every request begins a transaction, and our layers cost more than the word does."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        driver.execute(sql)
    except sqlite3.OperationalError as error:  # locked: as SQLAlchemy says it, so that it is tried again
        raise OperationalError(sql, None, error) from error


def append(session: Session, model: type[Base], **values: Any) -> None:
    """INSERT one row of an append-only table: by keyword as the model takes them, sealed ones too.

    Goes round the session's unit of work, which takes several times as long; nothing may change such a row later.
    """
    values.setdefault("id", ids.new_id(values.get("county_code")))
    statement, sealed_names = _appending(model)
    for name in sealed_names & values.keys():
        sealed: Sealed = getattr(model, name)
        values[sealed.column] = sealed.seal(model.__tablename__, values["id"], values.pop(name))
    session.connection().execute(statement, values)


@cache
def _appending(model: type[Base]) -> tuple[Insert, frozenset[str]]:
    """The INSERT, built once, and the names of the model's sealed values."""
    sealed = {name for name, value in vars(model).items() if isinstance(value, Sealed)}
    return insert(cast(Table, model.__table__)), frozenset(sealed)


class Database:
    """The engine and its kinds of session."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._late = sessionmaker(self.engine.execution_options(**{_LOCK: "late"}), expire_on_commit=False)
        self._read = sessionmaker(
            self.engine.execution_options(**{_LOCK: "never"}), expire_on_commit=False, autoflush=False
        )

    def session(self, *, read_only: bool = False, lock_late: bool = False) -> Session:
        """A new session; the caller commits once, at its own edge.

        SQLite has one writer at a time: it is locked out before the first read, with `lock_late` at the first write.
        That is for work whose writes are right whatever happened since it read: guarded UPDATEs, plain INSERTs.
        """
        if read_only:
            return self._read()
        return (self._late if lock_late else self._write)()


def dumps(value: Any) -> str:
    """Compact JSON with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
