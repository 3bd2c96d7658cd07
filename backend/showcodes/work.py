"""What the worker does for show-codes."""

from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable
from backend.runtime import Runtime
from backend.showcodes import service

_DAY = 24 * 60 * 60


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Jobs of this capability."""
    timetable.every("showcodes.sweep", _DAY, sweep)


def sweep(runtime: Runtime) -> None:
    """Forget codes that died long ago."""
    with runtime.database.session() as session:
        service.forget_old(session)
        session.commit()
