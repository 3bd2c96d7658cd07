"""Dying at a chosen moment, from outside the product: before any SQL statement, around any commit, at any
file step.

`os._exit` runs no clean-up, as a power cut would: what is not in the database or on disk by then is gone.
"""

import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

KILLED = 9


class KillPoints:
    """Counts the points a process passes; dies at number `fatal` (from 1), never when it is None."""

    def __init__(self, engine: Engine, folder: Path, fatal: int | None) -> None:
        self.passed = 0
        self._folder = str(folder)
        self._fatal = fatal
        event.listen(engine, "before_cursor_execute", self._at_statement)
        event.listen(engine, "commit", self._at_statement)
        event.listen(Session, "after_commit", self._at_statement)
        sys.addaudithook(self._at_audit)

    def _at_statement(self, *_: Any) -> None:
        self._pass()

    def _at_audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Opening, renaming and removing files of the store."""
        touches = name in ("os.rename", "os.remove", "os.mkdir", "tempfile.mkstemp", "open")
        if touches and str(arguments[0]).startswith(self._folder):
            self._pass()

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self._fatal:
            os._exit(KILLED)
