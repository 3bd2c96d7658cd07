"""gunicorn on a free loopback port, the way production runs it, ended with the block and in any case by its time limit."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: As the demonstration and the deployment guide start it.
WORKERS, THREADS = 2, 4
_OPEN_SECONDS, _LIVE_SECONDS = 30, 1200


@dataclass(frozen=True)
class Server:
    """A server at work."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far: what a request costs even where the machine is busy."""
        return sum(map(_cpu_seconds, _family(self.pid)))


@contextmanager
def gunicorn(app: str, environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Serve `module:app`."""
    port = free_port()
    command = [
        *("timeout", "--kill-after=5", str(_LIVE_SECONDS)),
        *(sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--access-logfile", "/dev/null"),
    ]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _until_open(port, process, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(15)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _OPEN_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
