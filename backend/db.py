"""Sessions, the base class and the column types every table uses.

Each table declares how it would be distributed (`scale.md`): `county`, `holder`, `key hash`, `single` or `reference`.
The same models run on SQLite (WAL, foreign keys on, BEGIN IMMEDIATE for writers) and on PostgreSQL.
"""

import json
import uuid
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, Literal, cast

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Insert,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    insert,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from backend import ids, privacy
from backend.engines import locking, make_engine

Distribution = Literal["county", "holder", "key hash", "single", "reference"]

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


#: A text compared byte by byte, whatever the database's language: SQLite always does.
ByBytes = String().with_variant(String(collation="C"), "postgresql")
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
        self._late = sessionmaker(locking(self.engine, "late"), expire_on_commit=False)
        self._read = sessionmaker(locking(self.engine, "never"), expire_on_commit=False, autoflush=False)

    def session(self, *, read_only: bool = False, lock_late: bool = False) -> Session:
        """A new session; the caller commits once, at its own edge.

        `lock_late`: SQLite locks at the first write (`engines`). For work whose writes are right whatever happened
        since it read: guarded UPDATEs, plain INSERTs.
        """
        if read_only:
            return self._read()
        return (self._late if lock_late else self._write)()


def dumps(value: Any) -> str:
    """Compact JSON with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
