"""The process is killed between any two statements of issuing; afterwards everything is there once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.fixtures import Simulators

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.faults


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
