"""The real-name check (实名核验): whose account is it?

asked -> matched | mismatched | checking (the register is away; the worker asks again) | face (the person is registered
already: name and number alone do not take over what they hold) | desk (a clerk sees the person and the document).
"""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import attempts, binding, changing_phone, consents, desk_codes, limits, service, telling
from backend.identity.asking import Answer
from backend.identity.id_numbers import IdNumber
from backend.identity.models import IdentityAttempt
from backend.notifications import outbox
from backend.outside.wechat import FaceSession, FaceVerdict
from backend.problems import Conflict, NotFound

TOPIC = "identity.check_person"
_DAY = timedelta(days=1)
_PER_ACCOUNT, _PER_NUMBER = 5, 8
_TOO_MANY = "今天核验次数已到上限，请明天再试，或带证件到村（社区）、办事窗口确认"


class AlreadyConfirmed(Conflict):
    code = "already_confirmed"
    detail = "您已完成实名认证，不用再做。家人的事可以在“亲友代办”里办理"


WORDS = {
    "matched": "实名认证已完成",
    "checking": "正在核验，通常几分钟内有结果，完成后会通知您，不用重复提交",
    "mismatched": "姓名和证件号码对不上，请对照证件核对；确认无误仍不通过的，可到村（社区）或窗口当面确认",
    "face": "这个身份在掌上证已有登记，为防止冒用，请完成人脸核身；不方便的，可到村（社区）或窗口当面确认",
    "desk": "请带证件原件到村（社区）或办事窗口，出示确认码，由工作人员当面确认",
}
_LOST_PHONE_WORDS = {
    "face": "请完成人脸核身，通过后即可更换手机号；不方便的，可带证件到村（社区）或窗口当面确认",
    "matched": "已确认是您本人，请在 24 小时内更换手机号",
}
_REASON_WORDS = {
    "no_record": "没有查到这个证件号码的记录，请对照证件核对；确认无误的，可到村（社区）或窗口当面确认",
    "bad_name": "姓名里有不能核验的字，请对照证件核对；生僻字核验不了的，可到村（社区）或窗口当面确认",
    "not_in_register": "这类证件不能在线核验，请带证件原件到村（社区）或办事窗口，出示确认码，由工作人员当面确认",
}


def allow(session: Session, actor: Actor, *, number: IdNumber, consent_version: str | None) -> None:
    """Before the register is asked: consent given, not confirmed before, not too often. Committed on its own."""
    if consent_version is not None:
        consents.give(session, actor, kind=consents.ID_NUMBER, text_version=consent_version)
    consents.require(session, actor.account, consents.ID_NUMBER)
    if service.account(session, actor.account).person_id is not None:
        raise AlreadyConfirmed()
    account_key = actor.account.hex
    limits.count(
        session, name="realname.account", key=account_key, limit=_PER_ACCOUNT, window=_DAY, detail=_TOO_MANY
    )
    limits.count(
        session, name="realname.number", key=number.number, limit=_PER_NUMBER, window=_DAY, detail=_TOO_MANY
    )


def record(session: Session, actor: Actor, *, name: str, number: IdNumber, answer: Answer) -> IdentityAttempt:
    """Write down what the register said, and act on it; an older open attempt of the account is replaced."""
    attempt = attempts.start(session, actor.account, name=name, id_number=number.number, state="checking")
    if answer.state == "checking":
        outbox.enqueue(session, TOPIC, {"attempt_id": str(attempt.id)}, dedup_key=str(attempt.id))
    else:
        _apply(session, actor, attempt, answer)
    return attempt


def decide_later(session: Session, *, attempt_id: uuid.UUID, answer: Answer) -> IdentityAttempt:
    """The worker's turn: act on a late answer and tell the person. Nothing happens twice."""
    attempt = session.get_one(IdentityAttempt, attempt_id, with_for_update=True)
    if attempt.state == "checking":
        actor = Actor(account_id=attempt.account_id, machine=True)
        try:
            _apply(session, actor, attempt, answer)
        except Conflict:  # another name, a closed record: only somebody who sees the document can tell
            desk_codes.send_to_desk(session, attempt, reason="conflict")
        telling.identity_decided(session, attempt.account_id, attempt_id=attempt.id, words=words_of(attempt))
    return attempt


def latest(session: Session, actor: Actor) -> IdentityAttempt:
    """How the account's own newest check stands; NotFound when there was none."""
    statement = select(IdentityAttempt).where(
        IdentityAttempt.account_id == actor.account, IdentityAttempt.state != "replaced"
    )
    found = session.scalars(
        statement.order_by(IdentityAttempt.created_at.desc(), IdentityAttempt.id.desc()).limit(1)
    ).first()
    if found is None:
        raise NotFound("您还没有做过实名认证")
    return found


def choose_desk(session: Session, actor: Actor) -> IdentityAttempt:
    """The person would rather be confirmed by a clerk: gives the attempt a desk code."""
    attempt = latest(session, actor)
    if attempt.state == "matched":
        raise AlreadyConfirmed()
    return desk_codes.send_to_desk(session, attempt, reason=attempt.reason or "chosen")


def begin_face(
    session: Session, actor: Actor, *, attempt_id: uuid.UUID, serial: str, opened: FaceSession
) -> IdentityAttempt:
    """Keep the face check WeChat has opened for this attempt of the account."""
    attempt = wants_face(session, actor, attempt_id=attempt_id)
    attempt.face = f"{serial} {opened.verify_id} {opened.cert_hash}"
    return attempt


def wants_face(session: Session, actor: Actor, *, attempt_id: uuid.UUID | None = None) -> IdentityAttempt:
    """The attempt that waits for a face check; needs the separate consent.

    `attempt_id`: the one WeChat was asked about. The account may have named somebody else while WeChat answered,
    and one person's face must not open another's account.
    """
    attempt = latest(session, actor)
    if attempt.state != "face":
        raise Conflict("现在不需要人脸核身")
    if attempt_id not in (None, attempt.id):
        raise Conflict("核验的姓名和证件号码已更换，请按新填的重新做人脸核身")
    consents.require(session, actor.account, consents.FACE)
    return attempt


def finish_face(
    session: Session, actor: Actor, *, attempt_id: uuid.UUID, verdict: FaceVerdict
) -> IdentityAttempt:
    """Act on WeChat's own verdict on this attempt: passed binds, cancelled waits on, failed goes to a desk."""
    attempt = wants_face(session, actor, attempt_id=attempt_id)
    if verdict.passed:
        _match(session, actor, attempt, verified_by="face", proven=True)
    elif not verdict.cancelled:
        lost = attempt.reason == changing_phone.LOST
        desk_codes.send_to_desk(session, attempt, reason=changing_phone.LOST if lost else "face_failed")
    return attempt


def words_of(attempt: IdentityAttempt) -> str:
    """What the person is told about it."""
    if attempt.reason == changing_phone.LOST and attempt.state in _LOST_PHONE_WORDS:
        return _LOST_PHONE_WORDS[attempt.state]
    if attempt.reason in _REASON_WORDS and attempt.state in ("mismatched", "desk"):
        return _REASON_WORDS[attempt.reason]
    return WORDS[attempt.state]


def _apply(session: Session, actor: Actor, attempt: IdentityAttempt, answer: Answer) -> None:
    attempt.reason = answer.reason
    if answer.state == "matched":
        _match(session, actor, attempt, verified_by="realname_data", proven=False)
    elif answer.state == "desk":
        desk_codes.send_to_desk(session, attempt, reason=answer.reason or "chosen")
    else:
        attempt.state, attempt.decided_at = answer.state, clock.now()
    audit.record(
        session,
        actor,
        "identity.checked",
        subject_kind="identity_attempt",
        subject_id=attempt.id,
        state=attempt.state,
        reason=attempt.reason,
    )


def _match(
    session: Session, actor: Actor, attempt: IdentityAttempt, *, verified_by: str, proven: bool
) -> None:
    """Bind; somebody registered already must first prove to be here, with or without an account.

    They may hold certificates: helped by a clerk, with a closed account, or merged. Who knows a name and a number
    knows what half a village knows.
    """
    account = service.account(session, attempt.account_id)
    known = service.find_by_id_number(session, attempt.id_number)
    person = service.ensure_person(
        session, name=attempt.name, id_number=attempt.id_number, verified_by=verified_by
    )
    if known is None or proven or account.person_id == person.id:
        binding.bind(session, actor, account=account, person=person, attempt=attempt)
        return
    binding.refuse_closed(person)
    attempt.reason = "has_account" if binding.other_accounts(session, person, account) else "known"
    if account.wechat_openid is None:
        desk_codes.send_to_desk(session, attempt, reason=attempt.reason)
    else:
        attempt.state = "face"
