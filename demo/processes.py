"""Child processes of the demonstration: started together, logged to files, ended together."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import httpx

_OPEN_SECONDS = 60
_END_SECONDS = 10


class Processes:
    """Runs commands in the background; leaving the block ends them, last first."""

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        self.logs = logs
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one; what it prints goes to its log."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                list(command),
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd=Path(__file__).parents[1],
                start_new_session=True,
            )

    def until_open(self, urls: Sequence[str]) -> None:
        """Wait until every address answers, or stop with the log of who died."""
        deadline = time.monotonic() + _OPEN_SECONDS
        for url in urls:
            while not _answers(url):
                self._refuse_dead()
                if time.monotonic() > deadline:
                    sys.exit(f"{url} 在 {_OPEN_SECONDS} 秒内没有响应，日志在 {self.logs}")
                time.sleep(0.1)

    def wait(self) -> int:
        """Until one of them ends (that is a fault) or the user interrupts."""
        while True:
            self._refuse_dead()
            time.sleep(0.5)

    def _refuse_dead(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                tail = (self.logs / f"{name}.log").read_text(errors="replace")[-2000:]
                sys.exit(f"{name} 意外结束(退出码 {process.returncode}):\n{tail}")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
