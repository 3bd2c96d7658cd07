"""Keyset paging: `?cursor=&limit=`, never OFFSET. The cursor is the last row's key, opaque to the client."""

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session

from backend.problems import InvalidInput

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """One page of rows and the cursor of the next, None on the last."""

    items: Sequence[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class Key:
    """One column of the order: how to read it off a row, and its direction. Columns must not be NULL."""

    column: Any
    name: str
    descending: bool = False
    #: The value of a row, where `column` is an expression and not an attribute.
    of: Callable[[Any], Any] | None = None

    def value(self, row: Any) -> Any:
        return self.of(row) if self.of else getattr(row, self.name)


def page(
    session: Session, statement: Select[Any], *, keys: Sequence[Key], cursor: str | None, limit: int | None
) -> Page:
    """One page of the statement's entities, ordered by `keys`, whose last must be unique (the id)."""
    size = min(limit or DEFAULT_LIMIT, MAX_LIMIT)
    if cursor:
        statement = statement.where(_after(keys, _read(cursor, keys)))
    order = [key.column.desc() if key.descending else key.column.asc() for key in keys]
    rows = list(session.scalars(statement.order_by(*order).limit(size + 1)).unique())
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _write([key.value(rows[-1]) for key in keys]) if more else None)


def _after(keys: Sequence[Key], values: Sequence[Any]) -> Any:
    """(a, b) > (x, y), written out because directions may differ."""
    alternatives = []
    for index, key in enumerate(keys):
        same = [earlier.column == value for earlier, value in zip(keys, values, strict=False)][:index]
        beyond = key.column < values[index] if key.descending else key.column > values[index]
        alternatives.append(and_(*same, beyond))
    return or_(*alternatives)


def _write(values: Sequence[Any]) -> str:
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_parse(key, text) for key, text in zip(keys, texts, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidInput("翻页位置无效，请从第一页重新打开", errors={"query.cursor": ["无效"]}) from error


def _parse(key: Key, text: str) -> Any:
    kind = key.column.type.python_type
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError("cursor")
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("cursor")
        return moment
    if kind is date:
        return date.fromisoformat(text)
    if kind is uuid.UUID:
        return uuid.UUID(text)
    if kind is int:
        return _bounded(int(text))
    return text


def _bounded(number: int) -> int:
    if abs(number) >= 1 << 62:
        raise ValueError("cursor")
    return number
