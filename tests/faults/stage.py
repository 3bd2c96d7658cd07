"""The stage of kill and race tests: a seeded database and store, real processes by fork, the real worker and
HTTP.

Only for scripts without threads of their own: each child is then as fresh as a process can be.
"""

import json
import os
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
from tests.factories import organisations as offices
from tests.factories.certificates import PIN
from tests.faults import counting
from tests.faults.snapshots import Snapshots

_LEASE = timedelta(milliseconds=300)
_PATIENCE = 60.0


@dataclass(frozen=True)
class Seed:
    """What every run starts from: a committee with two approvers, a certificate, applications to sign."""

    settings: Settings
    tokens: list[str]
    applications: list[uuid.UUID]
    digests: list[str]  # of what the approvers read of each


def set_up(name: str, folder: Path, sms_url: str) -> tuple[Snapshots, Settings]:
    """An empty database and store, and the settings that name them."""
    snapshots = Snapshots(os.environ.get("TEST_DATABASE_URL", ""), folder, name)
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
    return snapshots, settings


def sow(settings: Settings, *, applications: int, approved: int = 0) -> Seed:
    """The seed, made in a child (typst's threads would not survive later forks) and handed over a pipe."""
    reader, writer = os.pipe()

    def tell() -> None:
        runtime = runtimes.build(settings)
        os.write(writer, json.dumps(_sow(runtime, applications, approved)).encode())

    assert in_child(tell) == 0, "the seed could not be sown"
    facts = json.loads(os.read(reader, 65536))
    waiting = [uuid.UUID(one) for one in facts["applications"]]
    return Seed(settings, facts["tokens"], waiting, facts["digests"])


def _sow(runtime: Runtime, applications: int, approved: int) -> dict[str, list[str]]:
    with runtime.database.session() as session:
        desk = make.desk(session, runtime)
        second = offices.approver(session, desk.village)
        make.pin(session, second.account)
        desk.issue()
        drain(runtime)
        waiting = [desk.application() for _ in range(applications)]
        for application in waiting[:approved]:
            desk.approve(application)
        session.commit()
        tokens = [desk.approver.token, second.token]
        read = [make.read(session, desk.approver.actor, application.id) for application in waiting]
    runtime.database.engine.dispose()
    made = [application.id.hex for application in waiting]
    return {"tokens": tokens, "applications": made, "digests": read}


def drain(runtime: Runtime) -> None:
    """The real worker, until nothing is left undone; waits for the leases of dead ones."""
    works = Worker(runtime, lease=_LEASE)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if works.run_once():
            continue
        with runtime.database.session(read_only=True) as session:
            left = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state == "pending")
            if not session.scalar(left):
                return
        time.sleep(0.05)
    raise TimeoutError("the outbox does not empty")


def approve(runtime: Runtime, seed: Seed, index: int, *, by: int = 0) -> int:
    """Over HTTP, the real application, with the phone's own Idempotency-Key: a retry uses the same."""
    app = create_app(own=runtime)
    register(app)
    application_id = seed.applications[index]
    answer = app.test_client().post(
        f"/mp/v1/committee/applications/{application_id}/approve",
        json={"pin": PIN, "digest": seed.digests[index]},
        headers={"Authorization": f"Bearer {seed.tokens[by]}", "Idempotency-Key": application_id.hex},
    )
    return answer.status_code


def count(seed: Seed) -> list[str]:
    """What is wrong with what is left."""
    runtime = runtimes.build(seed.settings)
    try:
        with runtime.database.session(read_only=True) as session:
            return counting.faults(session, runtime.storage)
    finally:
        runtime.database.engine.dispose()


def in_child(task: Callable[[], int | None]) -> int:
    """Run in a forked process; its exit status: what the task returns, 1 if it raised."""
    return joined(forked(task))


def forked(task: Callable[[], int | None]) -> int:
    """Start a forked process; its id."""
    child = os.fork()
    if child:
        return child
    try:
        status = task() or 0
    except BaseException:
        traceback.print_exc()
        status = 1
    os._exit(status)


def joined(child: int) -> int:
    """Wait for a forked process."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
