"""Shapes of messages, subscriptions and dead letters."""

from marshmallow import fields, validate

from backend.notifications.subscriptions import ANSWERS
from backend.schemas import Moment, Schema


class MessageSchema(Schema):
    """A message as its reader sees it."""

    id = fields.UUID(required=True)
    kind = fields.String(metadata={"description": "todo 待办；其余为进展", "example": "progress"})
    title = fields.String(metadata={"description": "标题", "example": "证明已出具"})
    text = fields.String(metadata={"description": "内容"})
    target_kind = fields.String(metadata={"description": "点开去哪里", "example": "application"})
    target_id = fields.UUID(allow_none=True, metadata={"description": "点开哪一件"})
    created_at = Moment()
    read_at = Moment(allow_none=True, metadata={"description": "没有读过为 null"})


class UnreadSchema(Schema):
    """The number on the bell."""

    unread = fields.Integer(required=True, metadata={"description": "未读条数"})


class SubscriptionSchema(Schema):
    """A WeChat template and how many messages of it may still be sent."""

    template_id = fields.String(required=True, metadata={"description": "订阅消息模板"})
    remaining = fields.Integer(metadata={"description": "还能发几条"})


class SubscriptionsSchema(Schema):
    """All templates a phone may ask for."""

    items = fields.List(fields.Nested(SubscriptionSchema), required=True)


class SubscriptionAnswerSchema(Schema):
    """What the person answered when wx.requestSubscribeMessage asked."""

    template_id = fields.String(
        required=True, validate=validate.Length(1, 100), metadata={"description": "订阅消息模板"}
    )
    answer = fields.String(
        required=True,
        validate=validate.OneOf(ANSWERS, error="应为 accept、reject、ban 或 filter"),
        metadata={"description": "微信返回的选择", "example": "accept"},
    )
