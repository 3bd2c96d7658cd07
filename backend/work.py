"""Every handler and every periodic job of the worker, in one screen."""

import uuid

from sqlalchemy.orm import Session

from backend import housekeeping
from backend.applications import work as applications
from backend.certificates import work as certificates
from backend.engines import gather_statistics
from backend.identity import service as identity
from backend.identity import work as identity_work
from backend.notifications import work as notifications
from backend.notifications.outbox import Handlers
from backend.notifications.sending import Reach
from backend.notifications.timetable import Timetable
from backend.organisations import work as organisations
from backend.papers import work as papers
from backend.problems import NotFound
from backend.showcodes import work as showcodes
from backend.wallet import work as wallet

_HOUR = 3600


def register_all(handlers: Handlers, timetable: Timetable) -> None:
    """Fill the worker's tables; called once per worker."""
    notifications.register(handlers, timetable, find_reach=_reach)
    identity_work.register(handlers, timetable)
    organisations.register(handlers, timetable)
    papers.register(handlers, timetable)
    wallet.register(handlers, timetable)
    showcodes.register(handlers, timetable)
    applications.register(handlers, timetable)
    certificates.register(handlers, timetable)
    timetable.every("housekeeping.purge", _HOUR, housekeeping.purge)
    timetable.every("housekeeping.sweep_blobs", 24 * _HOUR, housekeeping.sweep_blobs)
    timetable.every(
        "housekeeping.gather_statistics",
        6 * _HOUR,
        lambda runtime: gather_statistics(runtime.database.engine),
    )


def _reach(session: Session, account_id: uuid.UUID) -> Reach | None:
    """What identity knows of how to reach an account; `notifications` stands to its left and may not ask."""
    try:
        account = identity.account(session, account_id)
    except NotFound:
        return None
    return Reach(openid=account.wechat_openid, phone=account.phone)
