"""Periodic jobs (定时任务): each slot of each job is one outbox row, so that many workers run it once.

Slots are whole multiples of the period since 1970 in UTC; a period of a day therefore begins at 08:00
北京时间.
A slot missed while no worker ran is not made up for: jobs look at what is due, not at what they missed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.notifications.outbox import enqueue
from backend.runtime import Runtime

PREFIX = "timetable."
Job = Callable[[Runtime], object]


@dataclass(frozen=True)
class _Entry:
    seconds: int
    run: Job


@dataclass
class Timetable:
    """Name -> period and job. Filled once, by each capability's `work.py`."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)

    def every(self, name: str, seconds: int, job: Job) -> None:
        """Run `job` once in every `seconds`, in whichever worker is first."""
        if name in self.entries:
            raise ValueError(f"job {name} is in the timetable already")
        self.entries[name] = _Entry(seconds, job)

    def ask(self, runtime: Runtime) -> None:
        """Put the slots that have begun into the outbox; cheap when there is none."""
        for name, entry in self.entries.items():
            slot = _slot(entry)
            if self._asked.get(name) != slot:
                _enqueue(runtime, name, slot)
                self._asked[name] = slot

    def run(self, runtime: Runtime, topic: str, slot: int) -> None:
        """Do a slot's work, unless the next slot has begun meanwhile and will do it."""
        entry = self.entries[topic.removeprefix(PREFIX)]
        if slot >= _slot(entry):
            entry.run(runtime)


def _slot(entry: _Entry) -> int:
    return int(clock.now().timestamp()) // entry.seconds


def _enqueue(runtime: Runtime, name: str, slot: int) -> None:
    with runtime.database.session() as session:
        try:
            enqueue(session, PREFIX + name, {"slot": slot}, dedup_key=str(slot))
            session.commit()
        except IntegrityError:  # another worker asked in the same moment
            session.rollback()
