"""`python -m tests.faults.racing SCENARIO FOLDER SMS_URL`: several processes at once, then count what is
left.

Prints JSON: the answers of the processes, and every count that is wrong.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from backend import runtime as runtimes
from backend.runtime import Runtime
from tests.faults import stage
from tests.faults.stage import Seed

_MANY = 8


def main(scenario: str, folder: Path, sms_url: str) -> int:
    snapshots, settings = stage.set_up(scenario, folder, sms_url)
    applications, approved, racers = SCENARIOS[scenario]
    seed = stage.sow(settings, applications=applications, approved=approved)
    snapshots.save()
    rounds = []
    for _ in range(int(os.environ.get("RACE_ROUNDS", "5"))):
        snapshots.restore()
        answers = _race(racers(seed), seed)
        finished = stage.in_child(lambda: stage.drain(runtimes.build(seed.settings)))
        wrong = stage.count(seed) if finished == 0 else ["the fresh worker failed"]
        rounds.append({"answers": sorted(answers), "wrong": wrong})
    print(json.dumps(rounds, ensure_ascii=False))
    return 0


Racer = Callable[[Runtime], int | None]


def _race(racers: list[Racer], seed: Seed) -> list[int]:
    """All start at the same moment; an exit status holds 8 bits, so an answer's first digit goes without."""
    start = time.monotonic() + 1.5

    def run(racer: Racer) -> Callable[[], int | None]:
        def task() -> int | None:
            runtime = runtimes.build(seed.settings)
            time.sleep(max(0.0, start - time.monotonic()))
            return racer(runtime)

        return task

    children = [stage.forked(run(racer)) for racer in racers]
    return [stage.joined(child) for child in children]


def _same_application(seed: Seed) -> list[Racer]:
    """Two approvers sign the same application."""
    return [lambda runtime, by=by: stage.approve(runtime, seed, 0, by=by) - 200 for by in (0, 1)]  # type: ignore[misc]


def _many_applications(seed: Seed) -> list[Racer]:
    """Eight applications of one committee are signed at once."""
    return [
        lambda runtime, index=index: stage.approve(runtime, seed, index, by=index % 2) - 200  # type: ignore[misc]
        for index in range(_MANY)
    ]


def _many_workers(seed: Seed) -> list[Racer]:
    """Three workers empty one outbox."""
    return [lambda runtime: stage.drain(runtime)] * 3


#: Scenario -> applications, how many of them approved before, the racers.
SCENARIOS: dict[str, tuple[int, int, Callable[[Seed], list[Racer]]]] = {
    "same": (1, 0, _same_application),
    "many": (_MANY, 0, _many_applications),
    "workers": (4, 4, _many_workers),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
