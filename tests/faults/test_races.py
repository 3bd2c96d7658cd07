"""Several at once, in processes of their own: two approvers, eight approvals of one committee, three
workers.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.fixtures import Simulators

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.faults
CREATED, CONFLICT = 1, 209  # HTTP status less 200


def rounds(scenario: str, folder: Path, simulators: Simulators) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.faults.racing", scenario, str(folder), simulators.sms.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-4000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    assert [one["wrong"] for one in found] == [[]] * len(found), (found, done.stderr[-4000:])
    return found


def test_two_approvers_at_once_end_as_one_approval_and_one_409(
    tmp_path: Path, simulators: Simulators
) -> None:
    for one in rounds("same", tmp_path, simulators):
        assert one["answers"] == [CREATED, CONFLICT]


def test_eight_approvals_at_once_take_eight_numbers(tmp_path: Path, simulators: Simulators) -> None:
    for one in rounds("many", tmp_path, simulators):
        assert one["answers"] == [CREATED] * 8


def test_three_workers_make_each_paper_once(tmp_path: Path, simulators: Simulators) -> None:
    for one in rounds("workers", tmp_path, simulators):
        assert one["answers"] == [0, 0, 0]
