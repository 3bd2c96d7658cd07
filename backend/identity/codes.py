"""Codes sent to a phone (短信验证码): six digits, five minutes, five tries, for one purpose and one subject.

Sending answers the same whether anybody knows the number or not; the message itself is outbox work.
"""

import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.identity import limits
from backend.identity.models import SmsCode
from backend.notifications import outbox
from backend.problems import InvalidInput
from backend.settings import Settings

LOG_IN, CONSENT, STEP_UP, INVITATION = "log_in", "consent", "step_up", "invitation"
TOPIC = "identity.send_code"

_DIGITS = 6
_TRIES = 5
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_TOO_MANY_PHONE = "这个手机号索取验证码太频繁，请一小时后再试，或直接使用最近一次收到的验证码"
_TOO_MANY_ADDRESS = "您所在网络索取验证码太频繁，请稍后再试"
_TOO_MANY_DAY = "今天的短信已发完，请改用微信登录，或明天再试"


class WrongCode(InvalidInput):
    """Wrong, used, expired or tried too often: deliberately one answer. The try stays counted."""

    code = "wrong_code"
    detail = "验证码不对或已过期，请核对最近一条短信；多次输错请重新获取"
    keeps_changes = True

    def __init__(self, field: str = "code") -> None:
        super().__init__(errors={f"json.{field}": [self.detail]})


def send(
    session: Session,
    *,
    phone: str,
    purpose: str,
    subject_id: uuid.UUID | None,
    address: str,
    settings: Settings,
) -> SmsCode:
    """Make a code for the phone (11 digits) and ask for its sending; only the newest of a purpose counts.

    Raises TooMany past the limits per number and hour, per address and hour, and per day for all together.
    """
    limits.count(
        session,
        name="sms.phone",
        key=phone,
        limit=settings.sms_per_phone_per_hour,
        window=_HOUR,
        detail=_TOO_MANY_PHONE,
    )
    limits.count(
        session,
        name="sms.address",
        key=limits.network(address),
        limit=settings.sms_per_address_per_hour,
        window=_HOUR,
        detail=_TOO_MANY_ADDRESS,
    )
    limits.count(
        session, name="sms.all", key="", limit=settings.sms_per_day, window=_DAY, detail=_TOO_MANY_DAY
    )
    row = _made(phone, purpose, subject_id, minutes=settings.sms_code_minutes)
    session.add(row)
    outbox.enqueue(session, TOPIC, {"code_id": str(row.id)}, dedup_key=str(row.id))
    return row


def check(
    session: Session,
    *,
    phone: str,
    purpose: str,
    subject_id: uuid.UUID | None,
    code: str,
    field: str = "code",
) -> None:
    """Spend the code, or raise WrongCode, which commits the counted try: call it before any other change.

    `field`: where the person typed it.
    """
    row = _newest(session, phone, purpose, subject_id)
    alive = row is not None and _counted(session, row)
    expected = row.code if row is not None else ""
    right = hmac.compare_digest(expected.encode(), privacy.normalise(code).encode())
    if row is None or not alive or not right:  # a dead code lets nobody in, however the guess fell out
        raise WrongCode(field)
    row.used_at = clock.now()
    session.flush()


def _made(phone: str, purpose: str, subject_id: uuid.UUID | None, *, minutes: int) -> SmsCode:
    now = clock.now()
    return SmsCode(
        phone_index=privacy.blind_index("phone", phone),
        phone=phone,
        code=f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}",
        purpose=purpose,
        subject_id=subject_id,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )


def _newest(session: Session, phone: str, purpose: str, subject_id: uuid.UUID | None) -> SmsCode | None:
    same = select(SmsCode).where(
        SmsCode.phone_index == privacy.blind_index("phone", phone),
        SmsCode.purpose == purpose,
        SmsCode.subject_id == subject_id,
    )
    return session.scalars(same.order_by(SmsCode.created_at.desc(), SmsCode.id.desc()).limit(1)).first()


def _counted(session: Session, row: SmsCode) -> bool:
    """Take one of the tries; False when the code is dead. One statement, so that two at once take two."""
    alive = (
        update(SmsCode)
        .where(
            SmsCode.id == row.id,
            SmsCode.tries < _TRIES,
            SmsCode.used_at.is_(None),
            SmsCode.expires_at > clock.now(),
        )
        .values(tries=SmsCode.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], session.execute(alive)).rowcount == 1
