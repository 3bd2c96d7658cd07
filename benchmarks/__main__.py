"""`python -m benchmarks [NAME…]`: figures against named rivals in the same run; writes build/benchmarks.json.

Long; never part of the tests, since a noisy machine would make them lie. `--rows 1000,1000000` sets the sizes of the
growth benchmark; a benchmark run alone puts its figures beside those the file already holds. `--report` writes
docs/performance.md from that file.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.databases import POSTGRESQL, SQLITE
from benchmarks.measuring import HEAD, Figure, Options

#: Name -> module with `figures(options) -> list[Figure]`, in the order of docs/performance.md.
NAMES = ("tokens", "documents", "verify_http", "decide", "growth", "client")
ROOT = Path(__file__).parents[1]
RESULT = ROOT / "build" / "benchmarks.json"
PERFORMANCE = ROOT / "docs" / "performance.md"


def main() -> int:
    """Exit status 1 when a target is missed."""
    arguments = _arguments()
    if arguments.report:
        report.write(_known(), PERFORMANCE)
        return 0
    options = Options(arguments.rounds, arguments.rows, arguments.databases)
    results = _known()
    missed = False
    for name in arguments.names or NAMES:
        print(f"\n## {name}\n{HEAD}", flush=True)
        measured = _measure(name, options)
        for figure in measured:
            print(figure.as_row(), flush=True)
        missed |= any(figure.met is False for figure in measured)
        results[name] = {**_circumstances(), "figures": [figure.as_json() for figure in measured]}
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=1))
    return int(missed)


def _measure(name: str, options: Options) -> list[Figure]:
    figures: Callable[[Options], list[Figure]] = import_module(f"benchmarks.{name}").figures
    return figures(options)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which ones; all when none is named")
    parser.add_argument("--rounds", type=int, default=Options.rounds)
    parser.add_argument("--rows", type=_sizes, default=Options.rows, help="sizes, separated by commas")
    parser.add_argument("--databases", type=lambda text: tuple(text.split(",")), default=(SQLITE, POSTGRESQL))
    parser.add_argument("--report", action="store_true", help="measure nothing, write docs/performance.md")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(",")))


def _known() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    return known


def _circumstances() -> dict[str, Any]:
    """When, on what, and of which commit."""
    git = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    sys.exit(main())
