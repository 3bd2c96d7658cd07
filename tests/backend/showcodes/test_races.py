"""Two verifiers at once, each in a transaction of its own that really commits."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from backend.db import Base, Database
from backend.runtime import Runtime
from backend.showcodes import checking
from tests.conftest import database_url
from tests.factories import organisations as offices
from tests.factories import showcodes
from tests.factories.organisations import Staff

pytestmark = pytest.mark.faults


@pytest.fixture
def own_runtime(runtime: Runtime, tmp_path: Path, worker_id: str) -> Iterator[Runtime]:
    """A database whose sessions really commit, alone in this test."""
    url = database_url(os.environ.get("TEST_DATABASE_URL", ""), f"race_{worker_id}", tmp_path)
    database = Database(url)
    Base.metadata.create_all(database.engine)
    yield replace(runtime, database=database)
    database.engine.dispose()


def test_two_verifiers_at_once_end_as_one_answer_and_one_used(own_runtime: Runtime) -> None:
    with own_runtime.database.session() as session:
        scene = showcodes.scene(session, own_runtime)
        rivals = [scene.counter, offices.counter_clerk(session)]
        session.commit()
        for _ in range(5):
            ended = at_once(own_runtime, scene.text(scene.show()), rivals)
            assert sorted(ended) == ["in_force", "show_used"]


def test_one_verifiers_double_press_is_one_use(own_runtime: Runtime) -> None:
    with own_runtime.database.session() as session:
        scene = showcodes.scene(session, own_runtime)
        session.commit()
        for _ in range(5):
            text = scene.text(scene.show())
            assert at_once(own_runtime, text, [scene.counter] * 3) == ["in_force"] * 3


def at_once(runtime: Runtime, text: str, verifiers: list[Staff]) -> list[str]:
    """The reason that each is told, all scanning in the same moment."""
    start = threading.Barrier(len(verifiers))
    actors = [verifier.actor for verifier in verifiers]
    verifiers[0].session.commit()

    def scan(index: int) -> str:
        with runtime.database.session() as session:
            start.wait(timeout=10)
            verdict = checking.check_text(
                session, actors[index], text=text, matter="事", settings=runtime.settings
            )
            session.commit()
            return verdict.reason

    with ThreadPoolExecutor(len(verifiers)) as pool:
        return list(pool.map(scan, range(len(verifiers))))
