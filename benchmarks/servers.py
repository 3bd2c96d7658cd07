"""gunicorn on a free loopback port, the way production runs it, ended with the block and in any case by its time limit."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: As the demonstration and the deployment guide start it.
WORKERS, THREADS = 2, 4
_OPEN_SECONDS, _LIVE_SECONDS = 30, 1200


@contextmanager
def gunicorn(app: str, environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve `module:app`; gives the port."""
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
        yield port
    finally:
        process.terminate()
        process.wait(15)


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
