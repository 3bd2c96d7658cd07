"""A database and a store that can be put back to how they were, many times a minute."""

import shutil
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from backend.db import Database
from backend.models import Base


class Snapshots:
    """`url` is where the product works; `save` remembers it, `restore` puts it back."""

    def __init__(self, base: str, folder: Path, name: str) -> None:
        self.folder = folder
        self.store = folder / "blobs"
        self.store.mkdir(parents=True)
        self._base = make_url(base) if base else None
        self._name = f"zheng_faults_{name}"
        self.url = self._place()
        if self._base:
            self._admin(f"DROP DATABASE IF EXISTS {self._name}_kept WITH (FORCE)")
            self._recreate("template1")
        database = Database(self.url)
        Base.metadata.create_all(database.engine)
        database.engine.dispose()

    def save(self) -> None:
        shutil.copytree(self.store, self.folder / "blobs_kept")
        if self._base:
            self._admin(f"CREATE DATABASE {self._name}_kept TEMPLATE {self._name}")
        else:
            shutil.copy(self.folder / "faults.sqlite3", self.folder / "kept.sqlite3")

    def restore(self) -> None:
        shutil.rmtree(self.store)
        shutil.copytree(self.folder / "blobs_kept", self.store)
        if self._base:
            self._recreate(f"{self._name}_kept")
            return
        for leftover in self.folder.glob("faults.sqlite3*"):
            leftover.unlink()
        shutil.copy(self.folder / "kept.sqlite3", self.folder / "faults.sqlite3")

    def _place(self) -> str:
        if self._base is None:
            return f"sqlite:///{self.folder / 'faults.sqlite3'}"
        return self._base.set(database=self._name).render_as_string(hide_password=False)

    def _recreate(self, template: str) -> None:
        self._admin(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        self._admin(f"CREATE DATABASE {self._name} TEMPLATE {template}")

    def _admin(self, statement: str) -> None:
        assert self._base is not None
        engine = create_engine(self._base.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
