"""What the worker does for offices: telling the invited, and the town when a committee stands empty."""

import logging
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.notifications import service as notifications
from backend.notifications.outbox import Handlers, NeverWorks
from backend.notifications.timetable import Timetable
from backend.organisations import offices
from backend.organisations.invitations import INVITED
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation
from backend.organisations.service import get, staff_accounts
from backend.organisations.words import ROLES
from backend.outside.errors import Misconfigured, OutsideRefused, QuotaExceeded
from backend.runtime import Runtime

log = logging.getLogger("zhangshangzheng.organisations")
_DAY = 24 * 60 * 60
_INVITED_WORDS = "您有一份岗位邀请，请登录小程序接受"


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics and jobs of this capability."""
    handlers.add(INVITED, tell_invited, outside=True)
    handlers.add(offices.VACANT, tell_vacancy)
    timetable.every("organisations.lapsed_terms", _DAY, watch_lapsed_terms)


def tell_invited(runtime: Runtime, payload: dict[str, Any]) -> None:
    """An SMS that an invitation waits; the code itself comes from the admin, by another way."""
    with runtime.database.session(read_only=True) as session:
        row = session.get(StaffInvitation, uuid.UUID(payload["invitation_id"]))
    if row is None or row.accepted_at or row.cancelled_at or row.expires_at <= clock.now():
        return
    try:
        runtime.sms.send(row.phone, runtime.settings.sms_template_news, [_INVITED_WORDS])
    except QuotaExceeded:
        raise
    except Misconfigured as error:
        raise NeverWorks(str(error)) from error
    except OutsideRefused as error:
        log.warning("invitation %s not announced: %s", row.id, error)


def tell_vacancy(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Tell the town's reviewers and every admin above, unless somebody has taken office meanwhile."""
    with runtime.database.session() as session:
        organisation = get(session, uuid.UUID(payload["organisation_id"]))
        missing = offices.vacancies(session, organisation, on=clock.today())
        if missing:
            _tell(session, organisation, missing, dedup_key=f"vacant:{organisation.id}:{payload['on']}")
        session.commit()


def _tell(session: Session, organisation: Organisation, missing: list[Role], *, dedup_key: str) -> None:
    reviewers = staff_accounts(session, organisation.id, Role.TOWN_REVIEWER, include_above=True)
    admins = staff_accounts(session, organisation.id, Role.ORGANISATION_ADMIN, include_above=True)
    city = staff_accounts(session, organisation.id, Role.CITY_ADMIN, include_above=True)
    words = "、".join(ROLES[role] for role in missing)
    notifications.tell(
        session,
        [*reviewers, *admins] or city,
        kind="todo.vacancy",
        title="村（社区）岗位空缺待安排",
        text=f"{organisation.name}没有在任的{words}，请邀请继任者或指定代理，以免群众的事停下来。",
        target_kind="organisation",
        target_id=organisation.id,
        dedup_key=dedup_key,
    )


def watch_lapsed_terms(runtime: Runtime) -> None:
    """Terms that ended by their own date yesterday: hand over their work, and tell of vacancies."""
    with runtime.database.session() as session:
        yesterday = clock.today() - timedelta(days=1)
        for organisation, ended in _lapsed(session, yesterday):
            offices.hand_over(session, organisation, ended)
            offices.report_vacancies(session, organisation, on=clock.today())
        session.commit()


def _lapsed(session: Session, last: date) -> Iterator[tuple[Organisation, list[RoleGrant]]]:
    by_office: dict[uuid.UUID, list[RoleGrant]] = {}
    for row in session.scalars(select(RoleGrant).where(RoleGrant.ends_on == last).order_by(RoleGrant.id)):
        by_office.setdefault(row.organisation_id, []).append(row)
    for organisation_id, rows in by_office.items():
        yield get(session, organisation_id), rows
