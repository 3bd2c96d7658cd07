"""Separate consents (单独同意, 个人信息保护法 articles 14, 15 and 29): each to one text in one version, withdrawable."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit import service as audit
from backend.identity.models import Consent
from backend.problems import InvalidInput, NotAllowed, NotFound

PRIVACY_POLICY, ID_NUMBER, FACE, SHARE = "privacy_policy", "id_number", "face", "share_with_offices"


@dataclass(frozen=True)
class ConsentText:
    """What somebody agrees to. `after_withdrawal` says what then no longer works."""

    kind: str
    version: str
    title: str
    text: str
    after_withdrawal: str


TEXTS: dict[str, ConsentText] = {
    text.kind: text
    for text in (
        ConsentText(
            PRIVACY_POLICY,
            "2026-01",
            "个人信息处理规则",
            "我们为办理、保管和查验证明处理您的姓名、手机号、住址和您填写的内容，只用于您办理的事项，"
            "保存在本市政务系统内，不对外提供。您可以随时查看、复制、更正您的资料，或注销账号。",
            "撤回后请注销账号；已出具的证明依法保存。",
        ),
        ConsentText(
            ID_NUMBER,
            "2026-01",
            "身份证件号码的单独同意",
            "身份证件号码是敏感个人信息。为核验您是本人、防止冒名办理，我们需要处理您的证件号码，"
            "并向公安等权威数据源核对姓名与号码是否一致。号码加密保存，页面上默认遮盖。",
            "撤回后不能提交新的申请；已提交的申请和已出具的证明不受影响。",
        ),
        ConsentText(
            FACE,
            "2026-01",
            "人脸核身的单独同意",
            "人脸信息是敏感个人信息。仅在更换手机找回账号等情形下，由微信完成人脸核身，"
            "我们只收到通过或不通过的结果，不收集、不保存您的人脸图像。您也可以不同意，改到村（社区）或窗口确认身份。",
            "撤回后不再进行人脸核身，需要核身时请到村（社区）或窗口办理。",
        ),
        ConsentText(
            SHARE,
            "2026-01",
            "向办事单位提供信息的单独同意",
            "您出示证明或证照时，我们按您选择的范围，把内容提供给扫码的办事单位。每次查看都有记录，您随时能看到。",
            "撤回后不能再出示；仍可下载、打印纸质证明。",
        ),
    )
}


class ConsentRequired(NotAllowed):
    """`kind` and `text_version` name what to show and to agree to."""

    code = "consent_required"
    detail = "请先阅读并同意"

    def __init__(self, kind: str) -> None:
        text = TEXTS[kind]
        super().__init__(f"请先阅读并同意《{text.title}》", consent_kind=kind, text_version=text.version)


class ConsentWithdrawn(ConsentRequired):
    """The person took it back; it can be given again at any time."""

    code = "consent_withdrawn"

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        text = TEXTS[kind]
        self.message = (
            f"您已撤回《{text.title}》。{text.after_withdrawal}如要继续办理，请在“我的-我的同意”里重新同意"
        )


class OldText(InvalidInput):
    code = "old_consent_text"
    detail = "同意书已更新，请阅读新的内容后再同意"


def give(session: Session, actor: Actor, *, kind: str, text_version: str) -> Consent:
    """Record the consent to the present text; giving it again changes nothing."""
    text = TEXTS.get(kind)
    if text is None:
        raise NotFound("没有这种同意书")
    if text_version != text.version:
        raise OldText(text_version=text.version)
    held = latest(session, actor.account, kind)
    if held is not None and held.withdrawn_at is None and held.text_version == text.version:
        return held
    row = Consent(account_id=actor.account, kind=kind, text_version=text_version, given_at=clock.now())
    session.add(row)
    audit.record(
        session, actor, "identity.consent_given", subject_kind="consent", subject_id=row.id, kind=kind
    )
    return row


def withdraw(session: Session, actor: Actor, *, kind: str) -> Consent:
    """Take a consent back; NotFound when none is in force."""
    row = latest(session, actor.account, kind)
    if row is None or row.withdrawn_at is not None:
        raise NotFound("您没有给过这项同意，或已经撤回")
    row.withdrawn_at = clock.now()
    audit.record(
        session, actor, "identity.consent_withdrawn", subject_kind="consent", subject_id=row.id, kind=kind
    )
    return row


def latest(session: Session, account_id: uuid.UUID, kind: str) -> Consent | None:
    """The newest consent of this kind, withdrawn or not."""
    statement = select(Consent).where(Consent.account_id == account_id, Consent.kind == kind)
    return session.scalars(statement.order_by(Consent.given_at.desc(), Consent.id.desc()).limit(1)).first()


def require(session: Session, account_id: uuid.UUID, kind: str) -> None:
    """Refuse who never consented (ConsentRequired) or took it back (ConsentWithdrawn)."""
    row = latest(session, account_id, kind)
    if row is None:
        raise ConsentRequired(kind)
    refuse_withdrawn(session, account_id, kind)


def refuse_withdrawn(session: Session, account_id: uuid.UUID, kind: str = ID_NUMBER) -> None:
    """Refuse who took the consent back: asked before every new application, and before every show-code."""
    row = latest(session, account_id, kind)
    if row is not None and row.withdrawn_at is not None:
        raise ConsentWithdrawn(kind)
