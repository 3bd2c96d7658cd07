"""Fixtures of the whole suite: one database per parallel worker, one rolled-back transaction per test.

SQLite by default; `TEST_DATABASE_URL=postgresql://…` runs the same suite on PostgreSQL (one database a worker).
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from backend import work
from backend.app import create_app
from backend.db import Database
from backend.models import Base
from backend.notifications import worker
from backend.privacy import FieldKeys, use
from backend.runtime import Runtime, build
from backend.settings import Settings
from miniprogram_api.app import register
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators, simulator_servers, simulators  # noqa: F401


class JoinedDatabase(Database):
    """Hands out sessions that join one outer transaction by savepoints: what a test commits is undone at its end."""

    connection: Connection

    def session(self, *, read_only: bool = False, lock_late: bool = False) -> Session:
        return Session(
            self.connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            autoflush=not read_only,
        )


def database_url(base: str, worker: str, folder: Path) -> str:
    """This parallel worker's own database, made empty."""
    if not base:
        return f"sqlite:///{folder / 'test.sqlite3'}"
    url = make_url(base)
    name = f"zheng_test_{worker}"
    admin = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def worker_database(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JoinedDatabase]:
    folder = tmp_path_factory.mktemp("database")
    database = JoinedDatabase(database_url(os.environ.get("TEST_DATABASE_URL", ""), worker_id, folder))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, simulator_servers: Simulators) -> Settings:  # noqa: F811
    return Settings(
        environment="test",
        storage_dir=tmp_path_factory.mktemp("blobs"),
        public_url="https://zheng.example.cn",
        wechat_base_url=simulator_servers.wechat.url,
        sms_base_url=simulator_servers.sms.url,
        realname_base_url=simulator_servers.realname.url,
        location_base_url=simulator_servers.location.url,
        outside_read_seconds=1.0,
        _env_file=None,
    )


@pytest.fixture(autouse=True, scope="session")
def _field_keys() -> None:
    defaults = Settings(_env_file=None)
    use(FieldKeys.parse(defaults.field_keys.get_secret_value(), defaults.index_key.get_secret_value()))


@pytest.fixture
def database(worker_database: JoinedDatabase) -> Iterator[JoinedDatabase]:
    """The worker's database inside a transaction that is rolled back after the test."""
    with worker_database.engine.connect() as connection:
        transaction = connection.begin()
        worker_database.connection = connection
        yield worker_database
        transaction.rollback()


@pytest.fixture
def session(database: JoinedDatabase) -> Iterator[Session]:
    """A session of the test itself; `commit()` makes rows visible to requests."""
    with database.session() as opened:
        yield opened


@pytest.fixture
def runtime(settings: Settings, database: JoinedDatabase) -> Runtime:
    worker.install(work.register_all)
    return replace(build(settings), database=database)


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Flask:
    """The application, made once; `app` gives it the test's runtime."""
    app = create_app(settings)
    register(app)
    app.testing = True
    return app


@pytest.fixture
def app(whole_app: Flask, runtime: Runtime) -> Iterator[Flask]:
    from backend.runtime import attach

    attach(whole_app, runtime)
    with whole_app.app_context():
        yield whole_app


@pytest.fixture
def client(app: Flask) -> Caller:
    """Anonymous HTTP caller; `client.as_(token)` speaks for somebody."""
    return Caller(app)
