"""The fuzzer's world: the whole application on a database of its own, seeded once and never changed."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backend.app import create_app
from backend.models import Base
from backend.runtime import build
from backend.settings import Settings
from miniprogram_api.app import register
from tests.conftest import JoinedDatabase, database_url
from tests.simulators.fixtures import Simulators

if TYPE_CHECKING:  # kill tests, which fork, must not load what only the fuzzer needs
    from tests.faults.fuzz_world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, simulator_servers: Simulators) -> "Iterator[World]":
    """Everything seeded sits in one transaction that is rolled back at the end; requests join it by savepoints."""
    from tests.faults.fuzz_seed import Seeding

    folder = tmp_path_factory.mktemp("fuzz")
    url = database_url(os.environ.get("TEST_DATABASE_URL", ""), "fuzz", folder)
    database = JoinedDatabase(url)
    Base.metadata.create_all(database.engine)
    runtime = replace(build(_configured(url, folder, simulator_servers)), database=database)
    app = create_app(own=runtime)
    register(app)
    with database.engine.connect() as connection:
        transaction = connection.begin()
        database.connection = connection
        with database.session() as session:
            built = Seeding(app, runtime, database, simulator_servers).build(session)
        yield built
        transaction.rollback()
    database.engine.dispose()


def _configured(url: str, folder: Path, outside: Simulators) -> Settings:
    """Codes and links that outlive the longest run."""
    return Settings(
        environment="test",
        database_url=url,
        storage_dir=folder / "blobs",
        public_url="https://zheng.example.cn",
        access_token_minutes=24 * 60,
        sms_code_minutes=24 * 60,
        show_code_seconds=24 * 3600,
        evidence_link_minutes=24 * 60,
        wechat_base_url=outside.wechat.url,
        sms_base_url=outside.sms.url,
        realname_base_url=outside.realname.url,
        outside_read_seconds=1.0,
        _env_file=None,
    )
