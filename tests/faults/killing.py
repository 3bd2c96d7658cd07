"""`python -m tests.faults.killing SCENARIO FOLDER SMS_URL`: kill a process at every point in turn, count
what is left.

The database is that of TEST_DATABASE_URL, or SQLite in FOLDER. For each point: put the seed back, fork a
child that
dies there, fork a fresh one that finishes, count. Ends when a child lives to its end. Prints JSON: how many
points,
and every count that was wrong. KILL_POINTS=n stops after n points.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from backend import runtime as runtimes
from backend.runtime import Runtime
from tests.faults import stage
from tests.faults.kill_points import KILLED, KillPoints
from tests.faults.snapshots import Snapshots
from tests.faults.stage import Seed

Work = Callable[[Runtime, Seed], None]


def main(scenario: str, folder: Path, sms_url: str) -> int:
    snapshots, settings = stage.set_up(scenario, folder, sms_url)
    seed = stage.sow(settings, applications=2, approved=1 if scenario == "worker" else 0)
    snapshots.save()
    most = int(os.environ.get("KILL_POINTS", "100000"))
    wrong: dict[int, list[str]] = {}
    point, killed = 0, True
    while killed and point < most:
        point += 1
        snapshots.restore()
        killed, found = _round(scenario, seed, snapshots, point)
        if found:
            wrong[point] = found
    print(json.dumps({"points": point - (not killed), "wrong": wrong}, ensure_ascii=False))
    return 0


def _round(scenario: str, seed: Seed, snapshots: Snapshots, point: int) -> tuple[bool, list[str]]:
    """One kill, one recovery, one count: whether it was killed, and what is wrong."""
    dies, finishes = SCENARIOS[scenario]
    status = stage.in_child(lambda: _work(dies, seed, snapshots, fatal=point))
    if status not in (0, KILLED):
        return False, ["the process failed before it was killed"]
    if stage.in_child(lambda: _work(finishes, seed, snapshots, fatal=None)):
        return status == KILLED, ["the fresh process failed"]
    return status == KILLED, stage.count(seed)


def _work(task: Work, seed: Seed, snapshots: Snapshots, *, fatal: int | None) -> None:
    runtime = runtimes.build(seed.settings)
    KillPoints(runtime.database.engine, snapshots.store, fatal)
    task(runtime, seed)


def _drain(runtime: Runtime, seed: Seed) -> None:
    stage.drain(runtime)


def _approve_first(runtime: Runtime, seed: Seed) -> None:
    assert stage.approve(runtime, seed, 0) == 201


def _approve_again_and_work(runtime: Runtime, seed: Seed) -> None:
    """The phone tries once more; the approver takes the next one; the worker makes both."""
    assert stage.approve(runtime, seed, 0) == 201
    assert stage.approve(runtime, seed, 1) == 201
    stage.drain(runtime)


#: Scenario -> (what is killed, what a fresh process does then).
SCENARIOS: dict[str, tuple[Work, Work]] = {
    "worker": (_drain, _drain),
    "approval": (_approve_first, _approve_again_and_work),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
