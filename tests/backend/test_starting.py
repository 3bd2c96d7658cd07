"""A production start over a demonstration's data: refused by the web process and the worker, in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.db import Database
from backend.models import Base
from backend.organisations import credit_codes
from tests.backend.test_core import SAFE
from tests.factories import organisations as make

ROOT = Path(__file__).parents[2]
WEB = ["-c", "import wsgi; print('started', wsgi.app.name)"]
WORKER = ["-m", "flask", "--app", "wsgi", "zheng", "worker"]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'production.sqlite3'}")
    Base.metadata.create_all(made.engine)
    return made


def put_village(database: Database, *, made_up: bool) -> None:
    with database.session() as session:
        make.village(session)
        if made_up:
            credit_codes.make_up_missing(session)
        session.commit()


def start(database: Database, tmp_path: Path, command: list[str], **more: str) -> tuple[int, str]:
    """Exit status and all it said."""
    environment = {
        **os.environ,
        **{f"ZHENG_{name.upper()}": value for name, value in SAFE.items()},
        "ZHENG_ENVIRONMENT": "production",
        "ZHENG_DATABASE_URL": database.engine.url.render_as_string(),
        "ZHENG_STORAGE_DIR": str(tmp_path / "blobs"),
        **more,
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("command", [WEB, WORKER], ids=["web", "worker"])
def test_invented_credit_codes_stop_a_production_start(
    database: Database, tmp_path: Path, command: list[str]
) -> None:
    put_village(database, made_up=True)
    status, said = start(database, tmp_path, command)
    assert status != 0 and "started" not in said and "at work" not in said
    assert "拒绝以生产配置启动：有 1 个机构的统一社会信用代码是演示用的" in said


def test_a_demonstration_starts_with_them(database: Database, tmp_path: Path) -> None:
    put_village(database, made_up=True)
    assert start(database, tmp_path, WEB, ZHENG_ENVIRONMENT="demo") == (0, "started zhangshangzheng\n")


def test_production_starts_without_them(database: Database, tmp_path: Path) -> None:
    put_village(database, made_up=False)
    assert start(database, tmp_path, WEB) == (0, "started zhangshangzheng\n")


def test_commands_run_all_the_same_so_that_the_data_can_be_mended(database: Database, tmp_path: Path) -> None:
    put_village(database, made_up=True)
    status, said = start(
        database, tmp_path, ["-m", "flask", "--app", "wsgi", "zheng", "dead-letters", "list"]
    )
    assert (status, said.strip()) == (0, "没有死信。")
