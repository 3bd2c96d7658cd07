"""The worker (后台任务进程): takes outbox entries one by one and does them, for ever, until SIGTERM.

Two lanes, a thread each: what waits for other people's servers (WeChat, SMS) and everything else, so that a
seal
never waits for a message. Any number of worker processes may run; with SQLite one needs nothing else
installed.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from backend.notifications import leases
from backend.notifications.leases import Lane, Taken
from backend.notifications.outbox import Handlers, NeverWorks
from backend.notifications.timetable import PREFIX, Timetable
from backend.outside.errors import OutsideError
from backend.problems import Problem
from backend.runtime import Runtime
from signing.errors import SigningError

__all__ = ["Register", "Timetable", "Worker", "describe", "drain", "install"]

log = logging.getLogger("zhangshangzheng.worker")

Register = Callable[[Handlers, Timetable], None]
Start = Callable[[Runtime], None]
_EVERYTHING = Lane()
_IDLE_SECONDS = 0.2
_TROUBLE_SECONDS = 2.0
#: Errors whose words are ours and hold no personal data: kept for operators. Of others only the kind and the
#: place.
_SPEAKABLE = (NeverWorks, OutsideError, SigningError, Problem, OSError)


class _Installed:
    register: Register | None = None
    start: Start | None = None


def install(register: Register, start: Start | None = None) -> None:
    """Say once how all handlers are registered. `backend.work` knows every capability;
    this module may know none. `start`: asked before a worker process begins; what it raises stops it.
    """
    _Installed.register, _Installed.start = register, start


class Worker:
    """One worker process. `lease`: how long a dead worker's entry stays out of reach;
    longer than any handler takes.
    """

    def __init__(self, runtime: Runtime, *, lease: timedelta = timedelta(seconds=60)) -> None:
        if _Installed.register is None:
            raise RuntimeError("worker.install(register) was not called")
        self.runtime = runtime
        self.handlers = Handlers({})
        self.timetable = Timetable()
        self.stopping = threading.Event()
        self._lease = lease
        self._owner = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"
        _Installed.register(self.handlers, self.timetable)

    def run_once(self, lane: Lane = _EVERYTHING, *, strict: bool = False) -> bool:
        """Do the entry that is due longest; False when nothing is due.

        `strict` lets its error through afterwards.
        """
        taken = self._take(lane)
        if taken is None:
            return False
        try:
            self._handle(taken)
        except Exception as error:
            self._failed(taken, error)
            if strict:
                raise
            return True
        with self.runtime.database.session() as session:
            if not leases.finish(session, taken):
                log.warning("lease had ended: %s %s", taken.topic, taken.id)
            session.commit()
        return True

    def run_forever(self) -> None:
        """Until SIGTERM or SIGINT; the entry at hand is finished first."""
        if _Installed.start is not None:
            _Installed.start(self.runtime)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        outside = frozenset(self.handlers.outside)
        lane = threading.Thread(target=self._loop, args=(Lane(only=outside),), name="outside")
        lane.start()
        log.info("worker %s at work", self._owner)
        self._loop(Lane(without=outside), timetable=True)
        lane.join()
        log.info("worker %s has stopped", self._owner)

    def _loop(self, lane: Lane, *, timetable: bool = False) -> None:
        while not self.stopping.is_set():
            try:
                if timetable:
                    self.timetable.ask(self.runtime)
                if not self.run_once(lane):
                    self.stopping.wait(_IDLE_SECONDS)
            except Exception as error:  # the database away, or a fault of ours: neither may end a lane
                kind = type(error.orig) if isinstance(error, DBAPIError) else type(error)
                log.error("trouble beside the work: %s", kind.__name__)
                self.stopping.wait(_TROUBLE_SECONDS)

    def _take(self, lane: Lane) -> Taken | None:
        with self.runtime.database.session(read_only=True) as session:
            if not leases.is_due(session, lane):
                return None
        with self.runtime.database.session() as session:
            taken = leases.take(session, owner=self._owner, lease=self._lease, lane=lane)
            session.commit()
            return taken

    def _handle(self, taken: Taken) -> None:
        if taken.attempts > leases.MOST_ATTEMPTS:
            raise NeverWorks("每次处理时进程都中途退出")
        if taken.topic.startswith(PREFIX) and taken.topic.removeprefix(PREFIX) in self.timetable.entries:
            self.timetable.run(self.runtime, taken.topic, taken.payload["slot"])
            return
        handler = self.handlers.by_topic.get(taken.topic)
        if handler is None:  # perhaps a newer worker's: that one will know it
            raise LookupError(f"no handler of {taken.topic}")
        handler(self.runtime, taken.payload)

    def _failed(self, taken: Taken, error: Exception) -> None:
        words = describe(error)
        with self.runtime.database.session() as session:
            dead = leases.give_back(session, taken, error=words, hopeless=isinstance(error, NeverWorks))
            session.commit()
        level = logging.ERROR if dead else logging.WARNING
        log.log(level, "%s %s attempt %d: %s", taken.topic, taken.id, taken.attempts, words)


def describe(error: Exception) -> str:
    """What operators may read of an error: its kind, where it arose, and its words only where they are
    ours.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    kind = type(error).__name__
    if isinstance(error, OSError):
        return f"{kind} {error.strerror or ''} ({place})"  # never the path
    return f"{kind}: {error} ({place})" if isinstance(error, _SPEAKABLE) else f"{kind} ({place})"


def drain(runtime: Runtime, *, strict: bool = True) -> int:
    """Work until nothing is due; how many entries. For tests and one-off commands;
    `strict` raises the first error.
    """
    worker = Worker(runtime)
    count = 0
    while worker.run_once(strict=strict):
        count += 1
    return count
