"""Messages (消息) and WeChat subscriptions of whoever is logged in, staff too."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.notifications import service, subscriptions
from backend.notifications.models import Message, SubscriptionGrant
from backend.notifications.schemas import (
    MessageSchema,
    SubscriptionAnswerSchema,
    SubscriptionSchema,
    SubscriptionsSchema,
    UnreadSchema,
)
from backend.paging import Page

blueprint = Blueprint("messages", "messages", url_prefix="/mp/v1/messages", description="我的消息和订阅")


@blueprint.get("", may=Permission.OWN_ACCOUNT, lists=MessageSchema)
def list_messages(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """我的消息，新的在前"""
    return service.messages(session, actor, **query)


@blueprint.get("/unread", may=Permission.OWN_ACCOUNT, gives=UnreadSchema)
def unread_messages(session: Session, actor: Actor) -> dict[str, int]:
    """未读消息数"""
    return {"unread": service.unread(session, actor)}


@blueprint.post("/<uuid:message_id>/read", may=Permission.OWN_ACCOUNT, gives=MessageSchema)
def read_message(session: Session, actor: Actor, message_id: uuid.UUID) -> Message:
    """标为已读"""
    return service.read(session, actor, message_id=message_id)


@blueprint.post("/read", may=Permission.OWN_ACCOUNT, gives=UnreadSchema)
def read_all_messages(session: Session, actor: Actor) -> dict[str, int]:
    """全部标为已读"""
    service.read_all(session, actor)
    return {"unread": 0}


@blueprint.get("/subscriptions", may=Permission.OWN_ACCOUNT, gives=SubscriptionsSchema)
def list_subscriptions(session: Session, actor: Actor) -> dict[str, Any]:
    """可以订阅的微信消息

    小程序用这些 template_id 调用 wx.requestSubscribeMessage,一次允许发一条。
    """
    return {"items": subscriptions.owned(session, actor, runtime.current().settings)}


@blueprint.post(
    "/subscriptions", may=Permission.OWN_ACCOUNT, takes=SubscriptionAnswerSchema, gives=SubscriptionSchema
)
def report_subscription(session: Session, actor: Actor, body: dict[str, Any]) -> SubscriptionGrant:
    """报告订阅选择

    把 wx.requestSubscribeMessage 对每个模板的结果原样报来。
    """
    return subscriptions.report(session, actor, **body, settings=runtime.current().settings)
