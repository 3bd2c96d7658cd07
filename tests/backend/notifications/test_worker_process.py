"""The worker as operators run it: a process of its own, told to stop by SIGTERM;
and the dead-letter commands.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backend.db import Database
from backend.models import Base
from backend.notifications import service
from backend.notifications.models import Message
from tests.factories import identity
from tests.factories import notifications as make
from tests.simulators.fixtures import Simulators

ROOT = Path(__file__).parents[3]


@pytest.fixture
def told(tmp_path: Path) -> tuple[Database, Message]:
    """A database of its own, with somebody who is to be told something."""
    database = Database(f"sqlite:///{tmp_path / 'worker.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        account = identity.account(session)
        (message,) = service.tell(
            session,
            [account.id],
            kind="progress",
            title="证明已出具",
            text="内容",
            target_kind="application",
            target_id=None,
            dedup_key="once",
        )
        session.commit()
    return database, message


def test_worker_process_works_and_stops_when_told(
    told: tuple[Database, Message], tmp_path: Path, simulators: Simulators
) -> None:
    database, message = told
    environment = {
        **os.environ,
        "ZHENG_ENVIRONMENT": "test",
        "ZHENG_DATABASE_URL": database.engine.url.render_as_string(),
        "ZHENG_STORAGE_DIR": str(tmp_path / "blobs"),
        "ZHENG_SMS_BASE_URL": simulators.sms.url,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "zheng", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert sent_by(database, message, patience=60) == "sms"
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert "has stopped" in log and message.text not in log


def sent_by(database: Database, message: Message, *, patience: float) -> str | None:
    """How it went out, as soon as it has."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with database.session(read_only=True) as session:
            found = session.get_one(Message, message.id).sent_by
        if found:
            return found
        time.sleep(0.1)
    return None


def test_dead_letters_are_listed_and_driven_again(app: Flask, session: Session) -> None:
    cli = app.test_cli_runner()
    assert "没有死信" in cli.invoke(args=["zheng", "dead-letters", "list"]).output
    entry = make.entry(session, "test.topic")
    entry.state, entry.last_error = "dead", "OSError No space left on device (storage.py:60)"
    session.commit()
    listed = cli.invoke(args=["zheng", "dead-letters", "list"], env={"COLUMNS": "200"}).output
    assert "test.topic" in listed and "No space left" in listed
    assert "二选一" in cli.invoke(args=["zheng", "dead-letters", "redrive"]).output
    assert "已重新排队 1 条" in cli.invoke(args=["zheng", "dead-letters", "redrive", str(entry.id)]).output
    assert "没有这条死信" in cli.invoke(args=["zheng", "dead-letters", "redrive", str(entry.id)]).output
    assert "0 条" in cli.invoke(args=["zheng", "dead-letters", "redrive", "--topic", "test.topic"]).output
