"""The worker: leases, back-off, dead letters, the timetable; each with the day it goes wrong."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.access import ANONYMOUS, MACHINE
from backend.notifications import dead_letters, leases, worker
from backend.notifications.leases import Lane
from backend.notifications.models import OutboxEntry
from backend.notifications.outbox import Handlers, NeverWorks, enqueue
from backend.notifications.timetable import Timetable
from backend.notifications.worker import Worker, drain
from backend.problems import NotFound, NotLoggedIn
from backend.runtime import Runtime
from tests.factories import notifications as make

Register = Callable[[Handlers, Timetable], None]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def register() -> Iterator[Callable[[Register], None]]:
    """Install other handlers for one test."""
    before = worker._Installed.register
    yield worker.install
    worker._Installed.register = before


@pytest.fixture
def seen(register: Callable[[Register], None]) -> list[dict[str, Any]]:
    """What the handler of `test.topic` was given."""
    found: list[dict[str, Any]] = []
    register(lambda handlers, _: handlers.add("test.topic", lambda _, payload: found.append(payload)))
    return found


def reload(session: Session, entry: OutboxEntry) -> OutboxEntry:
    session.expire_all()
    return session.get_one(OutboxEntry, entry.id)


def test_entry_is_handled_once_and_done(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    entry = make.entry(session, thing="a")
    assert drain(runtime) == 1
    assert drain(runtime) == 0
    assert seen == [{"thing": "a"}]
    assert reload(session, entry).state == "done"


def test_same_dedup_key_is_asked_once(session: Session) -> None:
    assert enqueue(session, "test.topic", {}, dedup_key="one") is not None
    assert enqueue(session, "test.topic", {}, dedup_key="one") is None


def test_entry_not_yet_due_waits(session: Session, runtime: Runtime, seen: list[dict[str, Any]]) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        enqueue(session, "test.topic", {}, dedup_key="late", not_before=NOON + timedelta(hours=1))
        session.commit()
        assert drain(runtime) == 0
        traveller.shift(timedelta(hours=1))
        assert drain(runtime) == 1


def test_failure_comes_back_after_a_growing_wait(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    def fail(_: Runtime, __: dict[str, Any]) -> None:
        raise ValueError("张三 420000199001010000")

    register(lambda handlers, _: handlers.add("test.topic", fail))
    with time_machine.travel(NOON, tick=False) as traveller:
        entry = make.entry(session)
        assert Worker(runtime).run_once() and not Worker(runtime).run_once()
        row = reload(session, entry)
        assert (row.state, row.attempts, row.lease_owner) == ("pending", 1, None)
        assert NOON + timedelta(seconds=0.5) <= row.next_at <= NOON + timedelta(seconds=1.5)
        assert "张三" not in (row.last_error or "") and (row.last_error or "").startswith("ValueError (test_")
        traveller.shift(timedelta(seconds=2))
        assert Worker(runtime).run_once()
        row = reload(session, entry)
        assert row.attempts == 2 and row.next_at >= NOON + timedelta(seconds=3)


def test_back_off_is_bounded_and_jittered() -> None:
    waits = {leases.back_off(15) for _ in range(50)}
    assert len(waits) > 1 and max(waits) <= timedelta(minutes=22.5) and min(waits) >= timedelta(minutes=7.5)


def test_tried_too_often_is_a_dead_letter_and_can_be_driven_again(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    good: list[int] = []

    def handler(_: Runtime, __: dict[str, Any]) -> None:
        if not good:
            raise OSError(28, "No space left on device", "/secret/path")

    register(lambda handlers, _: handlers.add("test.topic", handler))
    entry = make.entry(session)
    entry.attempts = leases.MOST_ATTEMPTS - 1
    session.commit()
    assert Worker(runtime).run_once()
    row = reload(session, entry)
    assert row.state == "dead"
    assert "No space left" in (row.last_error or "") and "secret" not in (row.last_error or "")
    assert [e.id for e in dead_letters.dead_letters(session, MACHINE, cursor=None, limit=9).items] == [
        entry.id
    ]
    good.append(1)
    dead_letters.redrive(session, MACHINE, entry_id=entry.id)
    session.commit()
    assert drain(runtime) == 1
    assert reload(session, entry).state == "done"
    with pytest.raises(NotFound):
        dead_letters.redrive(session, MACHINE, entry_id=entry.id)


def test_dead_letters_of_a_topic_are_driven_again_together(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    for _ in range(3):
        make.entry(session).state = "dead"
    session.commit()
    assert dead_letters.redrive_topic(session, MACHINE, topic="test.topic") == 3
    session.commit()
    assert drain(runtime) == 3 == len(seen)


def test_hopeless_work_dies_at_once(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    def hopeless(_: Runtime, __: dict[str, Any]) -> None:
        raise NeverWorks("模板未获批准")

    register(lambda handlers, _: handlers.add("test.topic", hopeless))
    entry = make.entry(session)
    Worker(runtime).run_once()
    row = reload(session, entry)
    assert row.state == "dead" and row.attempts == 1 and "模板未获批准" in (row.last_error or "")


def test_entry_that_kills_its_worker_every_time_dies(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    entry = make.entry(session)
    entry.attempts = leases.MOST_ATTEMPTS
    session.commit()
    Worker(runtime).run_once()
    assert reload(session, entry).state == "dead" and seen == []


def test_lease_of_a_dead_worker_ends_and_the_late_one_cannot_finish(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    lease = timedelta(seconds=60)
    with time_machine.travel(NOON, tick=False) as traveller:
        entry = make.entry(session)
        first = leases.take(session, owner="first", lease=lease, lane=Lane())
        session.commit()
        assert first is not None
        assert leases.take(session, owner="second", lease=lease, lane=Lane()) is None
        traveller.shift(timedelta(seconds=61))
        second = leases.take(session, owner="second", lease=lease, lane=Lane())
        session.commit()
        assert second is not None and second.attempts == 2
        assert not leases.finish(session, first)
        assert not leases.give_back(session, first, error="late")
        assert leases.finish(session, second)
        session.commit()
        assert reload(session, entry).state == "done"


def test_lanes_take_their_own_topics(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    def fill(handlers: Handlers, _: Timetable) -> None:
        handlers.add("slow", lambda _, __: None, outside=True)
        handlers.add("quick", lambda _, __: None)

    register(fill)
    make.entry(session, "slow")
    make.entry(session, "quick")
    works = Worker(runtime)
    outside = frozenset(works.handlers.outside)
    assert works.run_once(Lane(without=outside)) and not works.run_once(Lane(without=outside))
    assert works.run_once(Lane(only=outside)) and not works.run_once(Lane(only=outside))


def test_unknown_topic_waits_for_a_newer_worker(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    entry = make.entry(session, "of.tomorrow")
    assert Worker(runtime).run_once()
    row = reload(session, entry)
    assert row.state == "pending" and "LookupError" in (row.last_error or "")


def test_two_workers_run_a_slot_once(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    runs: list[datetime] = []
    register(lambda _, timetable: timetable.every("tick", 30, lambda _: runs.append(datetime.now(UTC))))
    one, two = Worker(runtime), Worker(runtime)
    with time_machine.travel(NOON, tick=False) as traveller:
        for works in (one, two, one, two):
            works.timetable.ask(runtime)
            works.run_once()
        assert len(runs) == 1
        traveller.shift(timedelta(seconds=30))
        one.timetable.ask(runtime)
        traveller.shift(timedelta(seconds=30))
        two.timetable.ask(runtime)
        assert drain(runtime) == 2
        assert len(runs) == 2, "a slot whose successor has begun is left to it"


def test_worker_finishes_the_entry_at_hand_and_stops(
    session: Session, runtime: Runtime, register: Callable[[Register], None]
) -> None:
    works: list[Worker] = []
    register(lambda handlers, _: handlers.add("test.topic", lambda _, __: works[0].stopping.set()))
    first, second = make.entry(session), make.entry(session)
    works.append(Worker(runtime))
    works[0]._loop(Lane())
    assert reload(session, first).state == "done"
    assert reload(session, second).state == "pending"
    assert threading.active_count() >= 1


def test_trouble_beside_the_work_does_not_end_a_lane(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make.entry(session)
    works = Worker(runtime)
    real, fails = works.run_once, iter([True, False])

    def run_once(lane: Lane) -> bool:
        if next(fails, False):
            raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
        done = real(lane)
        works.stopping.set()
        return done

    monkeypatch.setattr(worker, "_TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(works, "run_once", run_once)
    works._loop(Lane())
    assert reload(session, entry).state == "done"


def test_old_done_entries_are_swept_and_dead_ones_stay(
    session: Session, runtime: Runtime, seen: list[dict[str, Any]]
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        make.entry(session)
        dead = make.entry(session, "other")
        dead.state = "dead"
        session.commit()
        drain(runtime)
        traveller.shift(timedelta(days=31))
        assert leases.sweep(session, before=NOON + timedelta(days=1)) == 1
        assert session.scalars(select(OutboxEntry.id)).all() == [dead.id]


def test_dead_letters_are_for_operators(session: Session) -> None:
    with pytest.raises(NotLoggedIn):
        dead_letters.dead_letters(session, ANONYMOUS, cursor=None, limit=1)


def test_handlers_and_jobs_are_registered_once() -> None:
    handlers, timetable = Handlers({}), Timetable()
    handlers.add("a", lambda _, __: None)
    timetable.every("a", 1, lambda _: None)
    with pytest.raises(ValueError, match="handler already"):
        handlers.add("a", lambda _, __: None)
    with pytest.raises(ValueError, match="timetable already"):
        timetable.every("a", 1, lambda _: None)
