"""Migrations: sequential names, one head kept in a file, the same schema as the models, up and down."""

import re
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from backend.db import Base
from backend.engines import make_engine
from tests.conftest import database_url

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def config() -> Config:
    return Config(ROOT / "alembic.ini")


def test_names_are_sequential() -> None:
    numbers = [path.name[:4] for path in VERSIONS]
    assert numbers == [f"{index:04d}" for index in range(1, len(VERSIONS) + 1)]


def test_the_head_is_the_one_in_the_file() -> None:
    heads = ScriptDirectory.from_config(config()).get_heads()
    assert heads == [(ROOT / "migrations" / "HEAD").read_text().strip()]


def test_migrations_make_what_the_models_say_and_can_be_undone(tmp_path: Path, worker_id: str) -> None:
    import os

    engine = make_engine(database_url(os.environ.get("TEST_DATABASE_URL", ""), f"m_{worker_id}", tmp_path))
    alembic = config()
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        assert differences == []
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_no_migration_rewrites_or_locks_a_big_table_carelessly() -> None:
    """Later migrations (the first makes empty tables) must not add NOT NULL columns without default, nor plain indexes."""
    for path in VERSIONS[1:]:
        text = path.read_text()
        careless = re.findall(r"op\.add_column\([^\n]*nullable=False(?![^\n]*server_default)", text)
        assert not careless, f"{path.name}: {careless}"
