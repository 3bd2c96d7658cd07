"""`python -m tests.faults.killing SCENARIO FOLDER SMS_URL`: kill a process at every point in turn, count
what is left.

The database is that of TEST_DATABASE_URL, or SQLite in FOLDER. For each point: put the seed back, fork a
child that
dies there, fork a fresh one that finishes, count. Ends when a child lives to its end. Prints JSON: how many
points,
and every count that was wrong. Forked from a process without threads, so that each child is a true fresh
start.
"""

import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from backend import runtime as runtimes
from backend import work
from backend.app import create_app
from backend.notifications import worker
from backend.notifications.models import OutboxEntry
from backend.notifications.worker import Worker
from backend.privacy import FieldKeys, use
from backend.runtime import Runtime
from backend.settings import Settings
from miniprogram_api.app import register
from tests.factories import certificates as make
from tests.factories.certificates import PIN
from tests.faults import counting
from tests.faults.kill_points import KILLED, KillPoints
from tests.faults.snapshots import Snapshots

_LEASE = timedelta(milliseconds=300)
_PATIENCE = 30.0
Work = Callable[[Runtime, "Seed"], None]


@dataclass(frozen=True)
class Seed:
    """What every run starts from: a committee, one issued certificate, and applications that await."""

    settings: Settings
    token: str
    applications: list[uuid.UUID]


def main(scenario: str, folder: Path, sms_url: str) -> int:
    snapshots = Snapshots(os.environ.get("TEST_DATABASE_URL", ""), folder, scenario)
    settings = Settings(
        environment="test",
        database_url=snapshots.url,
        storage_dir=snapshots.store,
        public_url="https://zheng.example.cn",
        sms_base_url=sms_url,
        _env_file=None,
    )
    use(FieldKeys.parse(settings.field_keys.get_secret_value(), settings.index_key.get_secret_value()))
    worker.install(work.register_all)
    seed = _sown(settings, scenario)
    snapshots.save()
    dies, finishes = SCENARIOS[scenario]
    wrong: dict[int, list[str]] = {}
    point = 0
    while True:
        point += 1
        snapshots.restore()
        killed = _in_child(lambda: _work(dies, seed, snapshots, fatal=point)) == KILLED  # noqa: B023
        status = _in_child(lambda: _work(finishes, seed, snapshots, fatal=None))
        found = ["the fresh process failed"] if status else _count(seed)
        if found:
            wrong[point] = found
        if not killed or (os.environ.get("KILL_POINTS") and point >= int(os.environ["KILL_POINTS"])):
            break
    print(json.dumps({"points": point - 1, "wrong": wrong}, ensure_ascii=False))
    return 0


def _sow(settings: Settings, scenario: str) -> Seed:
    """Made in a child, so that the parent never typesets: typst's threads would not survive the forks."""
    runtime = runtimes.build(settings)
    with runtime.database.session() as session:
        desk = make.desk(session, runtime)
        desk.issue()
        applications = [desk.application() for _ in range(2)]
        if scenario == "worker":
            desk.approve(applications[0])
        session.commit()
        seed = Seed(settings, desk.approver.token, [one.id for one in applications])
    _drain(runtime)
    runtime.database.engine.dispose()
    return seed


def _work(task: Work, seed: Seed, snapshots: Snapshots, *, fatal: int | None) -> None:
    runtime = runtimes.build(seed.settings)
    KillPoints(runtime.database.engine, snapshots.store, fatal)
    task(runtime, seed)
    runtime.database.engine.dispose()


def _drain(runtime: Runtime, seed: Seed | None = None) -> None:
    """The real worker, until nothing is left undone; waits for the leases of dead ones."""
    works = Worker(runtime, lease=_LEASE)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if not works.run_once():
            with runtime.database.session(read_only=True) as session:
                left = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state == "pending")
                if not session.scalar(left):
                    return
            time.sleep(0.05)
    raise TimeoutError("the outbox does not empty")


def _approve(runtime: Runtime, seed: Seed, index: int) -> int:
    """Over HTTP, the real application, with the phone's own Idempotency-Key: a retry uses the same."""
    app = create_app(own=runtime)
    register(app)
    application_id = seed.applications[index]
    answer = app.test_client().post(
        f"/mp/v1/committee/applications/{application_id}/approve",
        json={"pin": PIN},
        headers={"Authorization": f"Bearer {seed.token}", "Idempotency-Key": application_id.hex},
    )
    return answer.status_code


def _approve_first(runtime: Runtime, seed: Seed) -> None:
    assert _approve(runtime, seed, 0) == 201


def _approve_again_and_work(runtime: Runtime, seed: Seed) -> None:
    """The phone tries once more; the approver takes the next one; the worker makes both."""
    assert _approve(runtime, seed, 0) == 201
    assert _approve(runtime, seed, 1) == 201
    _drain(runtime)


#: Scenario -> (what is killed, what a fresh process does then).
SCENARIOS: dict[str, tuple[Work, Work]] = {
    "worker": (_drain, _drain),
    "approval": (_approve_first, _approve_again_and_work),
}


def _count(seed: Seed) -> list[str]:
    runtime = runtimes.build(seed.settings)
    try:
        with runtime.database.session(read_only=True) as session:
            return counting.faults(session, runtime.storage)
    finally:
        runtime.database.engine.dispose()


def _in_child(task: Callable[[], None]) -> int:
    """Run in a forked process; its exit status."""
    child = os.fork()
    if child == 0:
        try:
            task()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _sown(settings: Settings, scenario: str) -> Seed:
    """The seed, sown in a child and handed over a pipe."""
    reader, writer = os.pipe()

    def tell() -> None:
        seed = _sow(settings, scenario)
        facts = {"token": seed.token, "applications": [one.hex for one in seed.applications]}
        os.write(writer, json.dumps(facts).encode())

    assert _in_child(tell) == 0, "the seed could not be sown"
    facts = json.loads(os.read(reader, 65536))
    return Seed(settings, facts["token"], [uuid.UUID(one) for one in facts["applications"]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
