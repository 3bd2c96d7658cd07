"""WeChat subscription messages (订阅消息) that a person has accepted: one accept is one message, and it
never expires.

We only know what the phone reported; WeChat's own count decides (43101), and then ours is set right.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.access import Actor
from backend.notifications.models import SubscriptionGrant
from backend.notifications.service import TODO
from backend.problems import InvalidInput
from backend.settings import Settings

ACCEPTED, BANNED = "accept", "ban"
#: What wx.requestSubscribeMessage answers for one template.
ANSWERS = (ACCEPTED, "reject", BANNED, "filter")
_MOST = 50


class UnknownTemplate(InvalidInput):
    code = "unknown_template"
    detail = "没有这个消息模板，请更新小程序后重试"


def template_for(kind: str, settings: Settings) -> str:
    """Which template carries messages of a kind."""
    is_todo = kind.split(".")[0] == TODO
    return settings.wechat_template_todo if is_todo else settings.wechat_template_progress


def templates(settings: Settings) -> tuple[str, str]:
    """The templates a phone asks for, at most five in one tap."""
    return settings.wechat_template_progress, settings.wechat_template_todo


def remaining(session: Session, account_id: uuid.UUID, template_id: str) -> int:
    """How many messages of the template the account may still be sent, as far as we know."""
    grant = session.get(SubscriptionGrant, (account_id, template_id))
    return grant.remaining if grant else 0


def report(
    session: Session, actor: Actor, *, template_id: str, answer: str, settings: Settings
) -> SubscriptionGrant:
    """Note what the person answered when the phone asked."""
    if template_id not in templates(settings):
        raise UnknownTemplate(errors={"json.template_id": ["没有这个模板"]})
    grant = session.get(SubscriptionGrant, (actor.account, template_id), with_for_update=True)
    if grant is None:
        grant = SubscriptionGrant(account_id=actor.account, template_id=template_id, remaining=0)
        session.add(grant)
    if answer == ACCEPTED:
        grant.remaining = min(grant.remaining + 1, _MOST)
    elif answer == BANNED:
        grant.remaining = 0
    return grant


def spend(session: Session, account_id: uuid.UUID, template_id: str) -> None:
    """One message was sent."""
    _set(session, account_id, template_id, SubscriptionGrant.remaining - 1)


def exhausted(session: Session, account_id: uuid.UUID, template_id: str) -> None:
    """WeChat says that nothing is left."""
    _set(session, account_id, template_id, 0)


def owned(session: Session, actor: Actor, settings: Settings) -> Sequence[dict[str, object]]:
    """The actor's count for each template."""
    return [
        {"template_id": template, "remaining": remaining(session, actor.account, template)}
        for template in templates(settings)
    ]


def _set(session: Session, account_id: uuid.UUID, template_id: str, value: object) -> None:
    row = update(SubscriptionGrant).where(
        SubscriptionGrant.account_id == account_id,
        SubscriptionGrant.template_id == template_id,
        SubscriptionGrant.remaining > 0,
    )
    session.execute(row.values(remaining=value).execution_options(synchronize_session="fetch"))
