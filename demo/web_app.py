"""The phone client in a browser (H5): built with the project's own Node when its sources are newer than the build."""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "client"
BUILT = CLIENT / "dist" / "build" / "h5" / "index.html"
#: What the build is made from.
SOURCES = ("src", "public", "tools", "index.html", "vite.config.ts", "package.json", "package-lock.json")


def build_when_stale(console: Console) -> None:
    """Build, or stop with the builder's own words. DEMO_BUILD=0 serves what is there."""
    if os.environ.get("DEMO_BUILD") == "0" or not stale():
        return
    with console.status("构建手机端（第一次约一分钟）"):
        command = [str(ROOT / "scripts" / "in-client"), "node", "--run", "build:h5"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"手机端没有构建成功：\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    console.print("  [green]✓[/green] 手机端网页版")


def stale() -> bool:
    """Whether there is no build, or a source is newer than it."""
    return not BUILT.is_file() or _newest() > BUILT.stat().st_mtime


def _newest() -> float:
    """Seconds since the epoch of the last change among the sources, folders included (a removed file)."""
    named = [CLIENT / name for name in SOURCES]
    inside = [found for folder in named if folder.is_dir() for found in folder.rglob("*")]
    return max(found.stat().st_mtime for found in [*named, *inside])
