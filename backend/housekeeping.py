"""What time makes worthless is removed: expired tokens, codes, answers kept for repeats, and blobs no row names."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, select

from backend import clock
from backend.db import Base
from backend.runtime import Runtime

#: (table, column): rows are removed when the moment in the column lies this far back.
_PERISHABLE: dict[tuple[str, str], timedelta] = {
    ("access_token", "expires_at"): timedelta(days=1),
    ("refresh_token", "expires_at"): timedelta(days=1),
    ("sms_code", "expires_at"): timedelta(days=7),
    ("rate_count", "window_start"): timedelta(days=2),
    ("desk_login", "expires_at"): timedelta(days=1),
    ("show_code", "expires_at"): timedelta(days=7),
}
_YOUNG = timedelta(days=1)


def purge(runtime: Runtime) -> int:
    """Remove perished rows; answers how many. One short transaction a table."""
    ages = {
        **_PERISHABLE,
        ("idempotent_answer", "created_at"): timedelta(days=runtime.settings.idempotency_days),
    }
    removed = 0
    for (name, column), age in ages.items():
        table = Base.metadata.tables[name]
        with runtime.database.session() as session:
            done = session.execute(delete(table).where(table.c[column] < clock.now() - age))
            session.commit()
            removed += getattr(done, "rowcount", 0)
    return removed


def sweep_blobs(runtime: Runtime) -> int:
    """Remove blobs that no row names. A blob is written before its row, so young ones are left alone."""
    before = clock.now() - _YOUNG
    held = set(runtime.storage.addresses(older_than=before))
    if not held:
        return 0
    with runtime.database.session(read_only=True) as session:
        for column in _blob_columns():
            held -= set(session.scalars(select(column).where(column.is_not(None))))
    # Stored again meanwhile, it is young again: its row comes after it.
    return sum(runtime.storage.delete(address, older_than=before) for address in held)


def _blob_columns() -> list[Any]:
    """Every column that names a blob: by convention `blob` or `…_blob`."""
    tables: list[Table] = list(Base.metadata.tables.values())
    return [
        column
        for table in tables
        for column in table.c
        if column.name == "blob" or column.name.endswith("_blob")
    ]
