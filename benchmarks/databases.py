"""The two databases of a benchmark: a SQLite file, and a PostgreSQL of our own whose commits reach the disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend import privacy
from backend.privacy import FieldKeys
from backend.settings import Settings
from tests.postgres import Server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def database_urls(kind: str, *names: str) -> Iterator[tuple[str, ...]]:
    """A database for each name, of this kind, gone after the block. On PostgreSQL they share one cluster."""
    with tempfile.TemporaryDirectory(prefix="zheng-bench-") as folder:
        if kind == SQLITE:
            yield tuple(f"sqlite:///{folder}/{name}.sqlite3" for name in names)
            return
        os.chmod(folder, 0o755)  # the server runs as nobody when we are root
        server = Server(_made(Path(folder) / "cluster"), durable=True)
        try:
            yield tuple(_created(server, name) for name in names)
        finally:
            server.stop()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _created(server: Server, name: str) -> str:
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.url.rpartition("/")[0] + f"/{name}"


def use_demo_keys() -> Settings:
    """Field keys and settings of a demonstration, whatever this machine's `.env` says."""
    settings = Settings(_env_file=None)
    privacy.use(
        FieldKeys.parse(settings.field_keys.get_secret_value(), settings.index_key.get_secret_value())
    )
    return settings
