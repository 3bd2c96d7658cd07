"""What people are told about their own log-in and powers: plain words, no personal data in titles."""

import uuid

from sqlalchemy.orm import Session

from backend import clock
from backend.identity.models import ActingConsent, Correction, Device
from backend.notifications import service as messages

_KIND = "security"


def device_logged_out(session: Session, device: Device) -> None:
    """A stolen or copied credential was used."""
    messages.tell(
        session,
        [device.account_id],
        kind=_KIND,
        title="有一台设备已被强制退出登录",
        text=f"{device.name} 的登录凭证在 {clock.spoken(clock.now())} 被重复使用，可能已被他人复制。"
        "我们已让这台设备退出。如果不是您本人操作，请在“我的-登录设备”里退出所有设备。",
        target_kind="devices",
        target_id=None,
        dedup_key=f"identity.replayed.{device.id.hex}",
    )


def person_moved(session: Session, old: list[uuid.UUID], new: uuid.UUID, *, attempt_id: uuid.UUID) -> None:
    """The person was found again from another phone: the old one is told too."""
    messages.tell(
        session,
        [*old, new],
        kind=_KIND,
        title="您的账号已换到新设备",
        text=f"{clock.spoken(clock.now())} 经核验身份，您的证明和证照已归到新登录的账号，原来的设备已退出登录。"
        "如果不是您本人操作，请立即到村（社区）或办事窗口说明。",
        target_kind="devices",
        target_id=None,
        dedup_key=f"identity.moved.{attempt_id.hex}",
    )


def identity_decided(session: Session, account_id: uuid.UUID, *, attempt_id: uuid.UUID, words: str) -> None:
    """A real-name check that had kept the person waiting is answered."""
    messages.tell(
        session,
        [account_id],
        kind="identity",
        title="实名核验有结果了",
        text=words,
        target_kind="identity",
        target_id=attempt_id,
        dedup_key=f"identity.decided.{attempt_id.hex}",
    )


def consent_asked(session: Session, account_ids: list[uuid.UUID], consent: ActingConsent, who: str) -> None:
    """Somebody wants to act for the person; `who` is masked."""
    messages.tell(
        session,
        account_ids,
        kind="identity",
        title="有人申请为您代办证明",
        text=f"{who} 申请为您代办证明。同意的话，可以在这里点“同意”，或把短信验证码告诉对方；不认识请不要理会。",
        target_kind="acting_consent",
        target_id=consent.id,
        dedup_key=f"identity.consent_asked.{consent.id.hex}",
    )


def consent_given(session: Session, account_ids: list[uuid.UUID], consent: ActingConsent) -> None:
    """Both sides hear that the authorisation holds."""
    until = f",有效期到 {clock.spoken(consent.until)}" if consent.until else ""
    messages.tell(
        session,
        account_ids,
        kind="identity",
        title="代办授权已生效",
        text=f"代办授权已生效{until}。双方都可以随时在“亲友代办”里取消。",
        target_kind="acting_consent",
        target_id=consent.id,
        dedup_key=f"identity.consent_given.{consent.id.hex}",
    )


def consent_withdrawn(session: Session, account_ids: list[uuid.UUID], consent: ActingConsent) -> None:
    """Either side ended it."""
    messages.tell(
        session,
        account_ids,
        kind="identity",
        title="代办授权已取消",
        text="一项代办授权已取消，从现在起不能再代为办理。已提交的申请不受影响。",
        target_kind="acting_consent",
        target_id=consent.id,
        dedup_key=f"identity.consent_withdrawn.{consent.id.hex}",
    )


def correction_decided(session: Session, correction: Correction) -> None:
    """The answer to a request for correction."""
    done = correction.state == "done"
    messages.tell(
        session,
        [correction.account_id],
        kind="identity",
        title="您的更正申请已办结",
        text=f"{'已更正' if done else '未予更正'}:{correction.answer}",
        target_kind="correction",
        target_id=correction.id,
        dedup_key=f"identity.correction.{correction.id.hex}",
    )
