"""docs/performance.md from build/benchmarks.json: the same rows the run printed, with when and where they were taken."""

from pathlib import Path
from typing import Any

from benchmarks.measuring import HEAD, Figure

INTRODUCTION = """# Measured speed

Written by `python -m benchmarks --report` from the figures of the last runs. Ratios against a named rival in the same
run, taking turns round by round; absolute values are only recorded. `make bench` runs every part, `python -m benchmarks
NAME` one. The load average stands beside each part: above 2 other work ran on the machine's two cores, and the spread
shows it. Nothing in the tests asserts a time.
"""
WORDS = {
    "tokens": "Signing, verifying and drawing tokens (docs/tokens.md sets the QR versions).",
    "documents": "A document typeset, sealed and read again by a second reader.",
    "verify_http": "`POST /mp/v1/counter/verify` over gunicorn, against a hand-written flask-smorest route that checks"
    " one signature, reads one row and inserts one row in a transaction.",
    "decide": "decide() from words over a catalogue of 5,000 items with 100,000 names, synthetic names beside the real"
    " items and rules.",
    "growth": "(page at many rows / page at 1,000) over (primary-key read at many / at 1,000).",
    "client": "The web app in Chromium at 400 kbit/s, 400 ms and a processor slowed down four times.",
}
_FIELDS = ("name", "rival", "ratios", "target", "sense", "absolute")


def write(results: dict[str, Any], path: Path) -> None:
    """Every part in the order it is known."""
    parts = [_part(name, results[name]) for name in WORDS if name in results]
    path.write_text("\n".join([INTRODUCTION, *parts]), encoding="utf-8")


def _part(name: str, measured: dict[str, Any]) -> str:
    taken = f"Taken {measured['at'][:16].replace('T', ' ')} UTC at commit `{measured['commit']}`"
    taken += f", Python {measured['python']}, {measured['machine']}, load {measured['load']:.1f}."
    rows = [Figure(**{key: figure[key] for key in _FIELDS}).as_row() for figure in measured["figures"]]
    return "\n".join([f"## {name}\n", f"{WORDS[name]} {taken}\n", HEAD, *rows, ""])
