"""What the worker does for wallets."""

from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable
from backend.wallet.filling import TOPIC, item_changed


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics of this capability."""
    handlers.add(TOPIC, item_changed)
