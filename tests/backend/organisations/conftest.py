"""Fixtures of this folder: a database of its own, for races that must really commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.db import Database
from backend.models import Base


@pytest.fixture
def own_database(worker_database: Database, worker_id: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database of the suite's kind, gone afterwards; sessions commit for real."""
    url = worker_database.engine.url
    if url.get_backend_name() == "sqlite":
        own = Database(f"sqlite:///{tmp_path / 'race.sqlite3'}")
        Base.metadata.create_all(own.engine)
        yield own
        own.engine.dispose()
        return
    name = f"zheng_race_{worker_id}"
    with worker_database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.execute(text(f"CREATE DATABASE {name}"))
        own = Database(url.set(database=name).render_as_string(hide_password=False))
        Base.metadata.create_all(own.engine)
        yield own
        own.engine.dispose()
        admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
