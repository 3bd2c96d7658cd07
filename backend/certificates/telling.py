"""Who hears of a certificate's changes: the wallet's card, the holder, the approver whose paper cannot be
made.
"""

from sqlalchemy.orm import Session

from backend.certificates.models import Certificate
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.outbox import enqueue

#: News -> (title, text). Titles leave the house by SMS and WeChat: no names in them.
_TO_HOLDER = {
    "revoked": ("证明已被吊销", "您的一份证明已被出具单位吊销，原因请打开查看；不同意可以投诉或重新申请。"),
    "superseded": ("证明已更正", "您的一份证明已更正，新的一份已放入卡包，旧的不能再用。"),
    "share_opened": ("分享的证明被打开", "您分享的证明已被对方打开，可以随时收回链接。"),
}


def wallet(session: Session, certificate: Certificate) -> None:
    """The holder's card changes; once for each state and day."""
    item = {"holder_id": str(certificate.holder_id), "kind": "certificate", "item_id": str(certificate.id)}
    enqueue(
        session,
        "wallet.item_changed",
        item,
        dedup_key=f"{certificate.id.hex}.{certificate.state}",
        county_code=certificate.county_code,
    )


def holder(session: Session, certificate: Certificate, news: str) -> None:
    """Tell the holder's accounts and those that act for them."""
    title, text = _TO_HOLDER[news]
    notifications.tell(
        session,
        identity.accounts_to_tell(session, certificate.holder_id),
        kind="progress",
        title=title,
        text=text,
        target_kind="certificate",
        target_id=certificate.id,
        dedup_key=f"certificate.{news}.{certificate.id.hex}",
    )


def approver(session: Session, certificate: Certificate) -> None:
    """Tell who signed that the paper cannot be made: they void the number."""
    notifications.tell(
        session,
        [certificate.approved_by_account_id],
        kind="todo",
        title="有证明无法制作",
        text="您签批的一份证明无法制作成文书，请打开查看原因，作废文号后退回经办人改正。",
        target_kind="certificate",
        target_id=certificate.id,
        dedup_key=f"certificate.failed.{certificate.id.hex}",
    )
