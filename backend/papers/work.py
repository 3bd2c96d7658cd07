"""What the worker does for papers: makes them, and lets published keys begin to sign."""

from backend.access import MACHINE
from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable
from backend.papers import key_rotation
from backend.papers.making import make
from backend.papers.service import MAKE
from backend.runtime import Runtime

_MINUTE = 60


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics and jobs of this capability."""
    handlers.add(MAKE, make)
    timetable.every("papers.activate_keys", _MINUTE, activate_keys)


def activate_keys(runtime: Runtime) -> None:
    """Keys published one cache life ago begin to sign."""
    with runtime.database.session() as session:
        key_rotation.activate_due(session, MACHINE)
        session.commit()
