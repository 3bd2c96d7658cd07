"""The process is killed between any two statements of issuing; afterwards everything is there once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from backend.notifications.worker import drain
from backend.runtime import Runtime
from tests.factories import certificates as make
from tests.faults import counting
from tests.simulators.fixtures import Simulators

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.faults


def test_the_count_notices_what_is_missing(session: Session, runtime: Runtime) -> None:
    desk = make.desk(session, runtime)
    desk.issue()
    drain(runtime)
    assert counting.faults(session, runtime.storage) == []
    certificate = desk.approve()
    assert {"all are issued", "one seal use each", "one announcement each"} <= found(session, runtime)
    certificate.serial = 3
    session.flush()
    assert "serials run without gap" in found(session, runtime)


def found(session: Session, runtime: Runtime) -> set[str]:
    """What the count says where some papers are not there yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_whole", lambda *_: True)
        return set(counting.faults(session, runtime.storage))


@pytest.mark.parametrize(("scenario", "fewest"), [("worker", 60), ("approval", 25)])
def test_killed_anywhere_each_approval_is_one_certificate(
    scenario: str, fewest: int, tmp_path: Path, simulators: Simulators
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.killing", scenario, str(tmp_path), simulators.sms.url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["wrong"] == {}, (result, done.stderr[-4000:])
    assert result["points"] >= fewest, "points were missed: the test kills too little"
