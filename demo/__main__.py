"""`make demo`: prepare, start everything, print the addresses, walk the main journey, serve until Ctrl-C.

DEMO_EXIT=1 ends with the journey's exit status. DEMO_PORT, DEMO_DIR choose where; ZHENG_DATABASE_URL another database;
DEMO_BUILD=0 serves the phone client as it was built last.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from demo import web_app
from demo.processes import Processes
from demo.world import World

console = Console()


def main() -> int:
    given = _arguments()
    world = World.from_environment()
    if given.reset or given.fresh:
        shutil.rmtree(world.folder, ignore_errors=True)
        console.print(f"已清空演示数据 {world.folder}")
    if given.reset:
        return 0
    os.environ.update(world.environment())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Processes(world.folder / "logs", world.environment()) as processes:
        _start(world, processes)
        status = _walk(world)
        if os.environ.get("DEMO_EXIT") == "1":
            return status
        console.print("\n演示正在运行，按 Ctrl-C 结束。")
        return processes.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="清空演示数据后结束")
    parser.add_argument("--fresh", action="store_true", help="清空演示数据后重新开始")
    return parser.parse_args()


def _start(world: World, processes: Processes) -> None:
    """Simulators first (seeding talks to them), then schema and data, then the product's two processes."""
    from demo.seeding import seed

    web_app.build_when_stale(console)
    processes.start("simulators", [sys.executable, "-m", "tests.simulators", *world.simulator_ports()])
    processes.until_open(world.simulator_urls())
    seed(world, console)
    gunicorn = [
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{world.port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    processes.start("app", [sys.executable, "-m", *gunicorn, "--access-logfile", "/dev/null"])
    processes.start("worker", [sys.executable, "-m", "flask", "--app", "wsgi", "zheng", "worker"])
    processes.until_open([f"{world.url}/readyz"])
    world.introduce(console)


def _walk(world: World) -> int:
    """The main journey; DEMO_JOURNEYS names others (`certificate assisted`). The first that fails decides."""
    for name in os.environ.get("DEMO_JOURNEYS", "certificate").split():
        command = [sys.executable, "-m", "tests.journeys", name, "--base-url", world.url]
        status = subprocess.run(command, cwd=Path(__file__).parents[1], env={**os.environ}).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        console.print("\n演示已结束。")
