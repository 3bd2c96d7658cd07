"""What the worker does for identity: sends codes, asks the register again, erases replaced log-ins."""

import logging
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from backend import clock
from backend.identity import asking, codes, id_numbers, realname
from backend.identity.models import Account, IdentityAttempt, SmsCode
from backend.notifications import outbox
from backend.notifications.outbox import Handlers, NeverWorks
from backend.notifications.timetable import Timetable
from backend.outside.errors import Misconfigured, OutsideUnavailable, QuotaExceeded
from backend.outside.sms import NumberBlocked, NumberRefused, TextRefused
from backend.runtime import Runtime

log = logging.getLogger("zhangshangzheng.identity")

_DAY = timedelta(days=1)
_QUICK = timedelta(minutes=30)  # the outbox's own quick tries; afterwards one every quarter of an hour
_PATIENCE = timedelta(hours=24)  # then the register is given up on, and a desk decides


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics and jobs of this capability."""
    handlers.add(codes.TOPIC, send_code, outside=True)
    handlers.add(realname.TOPIC, check_person, outside=True)
    timetable.every("identity.erase_replaced", 3600, erase_replaced)


def send_code(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Send one SMS code, unless it is spent or has died meanwhile. A second sending repeats the same code."""
    with runtime.database.session(read_only=True) as session:
        row = session.get(SmsCode, uuid.UUID(payload["code_id"]))
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        return
    settings = runtime.settings
    try:
        runtime.sms.send(row.phone, settings.sms_template_code, [row.code, str(settings.sms_code_minutes)])
    except Misconfigured as error:
        raise NeverWorks(str(error)) from error
    except (NumberRefused, NumberBlocked, TextRefused) as error:
        log.warning("code %s not sent: %s", row.id, error)


def check_person(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Ask the register again for somebody who was told 正在核验; after a day of silence a desk decides."""
    attempt_id = uuid.UUID(payload["attempt_id"])
    with runtime.database.session(read_only=True) as session:
        attempt = session.get(IdentityAttempt, attempt_id)
    if attempt is None or attempt.state != "checking":
        return
    try:
        answer = _answer(runtime, attempt)
    except OutsideUnavailable:
        if clock.now() - attempt.created_at < _QUICK:
            raise
        _ask_later(runtime, attempt_id, payload.get("round", 0) + 1)
        return
    with runtime.database.session() as session:
        realname.decide_later(session, attempt_id=attempt_id, answer=answer)
        session.commit()


def erase_replaced(runtime: Runtime) -> None:
    """Erase phone and WeChat of accounts closed a day ago; until then they are needed to tell their holder."""
    with runtime.database.session() as session:
        session.execute(
            update(Account)
            .where(Account.state == "closed", Account.closed_at < clock.now() - _DAY)
            .values(phone_sealed=None, wechat_openid_sealed=None)
            .execution_options(synchronize_session=False)
        )
        session.commit()


def _ask_later(runtime: Runtime, attempt_id: uuid.UUID, number: int) -> None:
    with runtime.database.session() as session:
        outbox.enqueue(
            session,
            realname.TOPIC,
            {"attempt_id": str(attempt_id), "round": number},
            dedup_key=f"{attempt_id}.{number}",
            not_before=clock.now() + timedelta(minutes=15),
        )
        session.commit()


def _answer(runtime: Runtime, attempt: IdentityAttempt) -> asking.Answer:
    number = id_numbers.parse(attempt.id_number)
    if clock.now() - attempt.created_at > _PATIENCE:
        return asking.Answer("desk", "register_silent")
    try:
        return asking.register_decides(runtime.realname, attempt.name, number)
    except QuotaExceeded:
        return asking.Answer("desk", "register_limit")
