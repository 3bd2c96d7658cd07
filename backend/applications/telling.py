"""Messages (消息) of an application: who hears what, in plain words; each opens the thing to do."""

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications.models import Application
from backend.applications.workflow import State
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.organisations import service as organisations

#: News -> (title, text). Titles leave the house by SMS and WeChat: no names, no numbers of people.
_TO_APPLICANT: dict[str, tuple[str, str]] = {
    "received": ("申请已受理", "您的申请已受理，受理回执已放入卡包。"),
    "returned": ("请补正材料", "您的申请需要补正，请打开查看要补的材料并在期限内补齐。"),
    "issued": ("证明已出具", "您申请的证明已签章，已放入卡包，可以出示、下载或分享。"),
    "refused": ("不予出具通知", "您的申请不予出具，通知书写明了理由、去哪里办和如何救济，请打开查看。"),
    "transferred": ("申请已转交", "您的申请已转到负责的村（社区）继续办理，期限不变，无需重新提交。"),
    "expired": ("申请已过期", "您的申请逾期未办理，已自动结束；需要时可以重新申请，内容可以沿用。"),
    "expiring": ("补正期限将到", "您的申请还在等待补正，期限将到，请尽快补齐；逾期将自动结束。"),
    "assisted": (
        "有人为您代办申请",
        "村（社区）经办人正在为您代办一件申请，请打开查看；不是您的意思可以撤回并投诉。",
    ),
}
_TO_STAFF: dict[str, tuple[str, str]] = {
    "to_claim": ("有新的申请待认领", "有一件申请待认领，请在一个工作日内认领。"),
    "transferred_here": ("有转来的申请待认领", "有一件申请由其他村（社区）转来，期限继续计算，请尽快认领。"),
    "answered": ("申请人已补正", "您退回补正的申请已补齐，请继续审核。"),
    "to_sign": ("有申请待签批", "有一件申请已审核完毕，请签批。"),
    "to_refuse": ("有申请拟不予出具", "有一件申请拟不予出具，请决定或退回。"),
    "to_cosign": ("有申请待复核", "有一件申请需要乡镇（街道）复核。"),
    "sent_back": ("申请被退回审核", "您送签的申请被退回，请按意见重新审核。"),
    "voided": ("文号作废，重新审核", "有一件文书无法制作，文号已作废，请改正后重新送签。"),
    "lapsed": ("认领已失效", "您认领的申请超过规定时间没有动作，已重新待认领。"),
    "urged": ("申请人催办", "申请人正在催办一件申请，请尽快办理。"),
    "due_soon": ("办理期限将到", "有一件申请的办理期限将到，请尽快办理。"),
    "overdue": ("有申请超期", "辖区内有一件申请已超过办理期限，请督促办理。"),
    "withdrawn": ("申请已撤回", "您经办的申请已由申请人撤回，无需再办理。"),
}


def applicant(session: Session, application: Application, news: str) -> None:
    """Tell the holder's accounts and those that act for them."""
    accounts = identity.accounts_to_tell(session, application.holder_id)
    _tell(session, accounts, application, news, _TO_APPLICANT[news], kind="progress")


def clerks(session: Session, application: Application, news: str) -> None:
    """Tell the clerk who has it, or all clerks of the committee."""
    accounts = [application.claimed_by_account_id] if application.claimed_by_account_id else None
    accounts = accounts or organisations.staff_accounts(session, application.organisation_id, Role.CLERK)
    staff(session, accounts, application, news)


def approvers(session: Session, application: Application, news: str) -> None:
    """Tell the committee's approvers and their deputies."""
    accounts = organisations.staff_accounts(session, application.organisation_id, Role.APPROVER)
    staff(session, accounts, application, news)


def town(session: Session, application: Application, news: str) -> None:
    """Tell the reviewers of the town or street above."""
    accounts = organisations.staff_accounts(
        session, application.organisation_id, Role.TOWN_REVIEWER, include_above=True
    )
    staff(session, accounts, application, news)


def whoever_has_it(session: Session, application: Application, news: str) -> None:
    """Tell those whose step it is now."""
    if application.state == State.APPROVING and application.cosign_required and not application.cosigned_at:
        town(session, application, news)
    elif application.state in (State.APPROVING, State.REFUSING):
        approvers(session, application, news)
    else:
        clerks(session, application, news)


def staff(session: Session, accounts: Iterable[uuid.UUID], application: Application, news: str) -> None:
    """Tell these accounts; the alert opens the application."""
    _tell(session, accounts, application, news, _TO_STAFF[news], kind="todo")


def _tell(
    session: Session,
    accounts: Iterable[uuid.UUID],
    application: Application,
    news: str,
    words: tuple[str, str],
    *,
    kind: str,
) -> None:
    notifications.tell(
        session,
        accounts,
        kind=kind,
        title=words[0],
        text=words[1],
        target_kind="application",
        target_id=application.id,
        # The version makes a second return or send-back another message, and a retried job the same one.
        dedup_key=f"application.{news}.{application.id.hex}.{application.row_version}.{clock.today()}",
    )
