"""Every handler and every periodic job of the worker, in one screen."""

from backend import housekeeping
from backend.identity import service as identity
from backend.notifications import work as notifications
from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable

_HOUR = 3600


def register_all(handlers: Handlers, timetable: Timetable) -> None:
    """Fill the worker's tables; called once per worker."""
    notifications.register(handlers, timetable, find_reach=identity.reach)
    timetable.every("housekeeping.purge", _HOUR, housekeeping.purge)
    timetable.every("housekeeping.sweep_blobs", 24 * _HOUR, housekeeping.sweep_blobs)
