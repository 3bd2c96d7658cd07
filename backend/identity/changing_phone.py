"""Changing a bound phone number: by a code sent to the old one; where that phone is lost, by face or at a desk.

A stolen log-in must not become an account: codes to the number sign, close and disclose.
"""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import attempts, codes, desk_codes, id_numbers, limits, service
from backend.identity.models import Account, IdentityAttempt
from backend.problems import Conflict, NotAllowed

LOST = "lost_phone"
_USED = "lost_phone_used"
_HOLDS = timedelta(hours=24)
_A_DAY = 5


class OldPhoneFirst(NotAllowed):
    """The number may change only with the old phone in hand, or after a fresh proof in person."""

    code = "old_phone_first"
    detail = (
        "更换手机号要先确认是您本人：请获取原手机号的短信验证码，与新手机号的验证码一起填写；"
        "原手机号已停用或丢失的，请选“原手机号不能用了”，做人脸核身，或带证件到村（社区）、办事窗口当面确认"
    )


class NothingToReplace(Conflict):
    code = "no_phone_bound"
    detail = "您还没有绑定手机号，直接绑定新手机号即可"


class NobodyConfirmed(Conflict):
    code = "nobody_confirmed"
    detail = "这个账号还没有实名，无法核对是您本人。请先完成实名认证，再更换手机号"


def lost(session: Session, actor: Actor) -> IdentityAttempt:
    """The old phone is gone: opens a face check, or a confirmation at a desk where there can be no face check."""
    account = service.account(session, actor.account)
    if account.phone is None:
        raise NothingToReplace()
    if account.person_id is None:
        raise NobodyConfirmed()
    limits.count(session, name="phone.lost", key=account.id.hex, limit=_A_DAY, window=timedelta(days=1))
    person = service.person(session, account.person_id)
    attempt = attempts.start(
        session, account.id, name=person.name, id_number=person.id_number, state="face", reason=LOST
    )
    if account.wechat_openid is None or person.id_kind != id_numbers.RESIDENT:
        desk_codes.send_to_desk(session, attempt, reason=LOST)
    audit.record(session, actor, "identity.phone_lost", subject_kind="account", subject_id=account.id)
    return attempt


def require_proof(session: Session, account: Account, *, old_code: str | None) -> str:
    """Which proof allows the account to leave its number: `old_phone` or `in_person`. OldPhoneFirst when there is
    none, WrongCode (counted) when the code to the old phone is not right. A proof in person serves once.
    """
    if old_code is None:
        if not _spent(session, account):
            raise OldPhoneFirst(phone=privacy.mask_phone(account.phone or ""))
        return "in_person"
    codes.check(
        session,
        phone=account.phone or "",
        purpose=codes.STEP_UP,
        subject_id=account.id,
        code=old_code,
        field="old_code",
    )
    return "old_phone"


def _spent(session: Session, account: Account) -> bool:
    """Take the account's fresh proof in person, if it has one. One statement, so that it serves once."""
    fresh = (
        update(IdentityAttempt)
        .where(
            IdentityAttempt.account_id == account.id,
            IdentityAttempt.state == "matched",
            IdentityAttempt.reason == LOST,
            IdentityAttempt.decided_at > clock.now() - _HOLDS,
        )
        .values(reason=_USED)
        .execution_options(synchronize_session="fetch")
    )
    return cast(CursorResult[Any], session.execute(fresh)).rowcount > 0
