"""What the worker does for certificates."""

from backend.certificates import issuing
from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable
from backend.papers.making import FAILED, SEALED

_HOUR = 3600


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics and jobs of this capability."""
    handlers.add(f"{SEALED}.certificate", issuing.issue)
    handlers.add(f"{FAILED}.certificate", issuing.cannot_be_made)
    timetable.every("certificates.refresh_expired", _HOUR, issuing.refresh_expired)
