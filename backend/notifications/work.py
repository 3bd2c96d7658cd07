"""What the worker does for messages and for the outbox itself."""

from datetime import timedelta

from backend import clock
from backend.notifications import leases
from backend.notifications.outbox import Handlers
from backend.notifications.sending import FindReach, sender
from backend.notifications.service import SEND
from backend.notifications.timetable import Timetable
from backend.runtime import Runtime

_KEPT = timedelta(days=30)
_DAY = 24 * 60 * 60


def register(handlers: Handlers, timetable: Timetable, *, find_reach: FindReach) -> None:
    """Topics and jobs of this capability."""
    handlers.add(SEND, sender(find_reach), outside=True)
    timetable.every("notifications.sweep", _DAY, sweep)


def sweep(runtime: Runtime) -> None:
    """Forget what was done a month ago; keys that guard against doing twice are needed for minutes."""
    with runtime.database.session() as session:
        leases.sweep(session, before=clock.now() - _KEPT)
        session.commit()
