"""One message on its way: by WeChat where the person subscribed, else by SMS, else in the app alone.

At least once: the message's own row says whether it went out. A crash between WeChat's answer and our commit
sends
it a second time; never zero times.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.notifications import subscriptions
from backend.notifications.models import Message
from backend.notifications.outbox import NeverWorks
from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded
from backend.outside.message_fields import shorten
from backend.outside.wechat_errors import NotSubscribed
from backend.runtime import Runtime

log = logging.getLogger("zhangshangzheng.notifications")

#: How long WeChat may be away before the person is told by SMS instead.
_PATIENCE = timedelta(minutes=10)
_SMS_PARAMETER = 20  # characters


@dataclass(frozen=True)
class Reach:
    """How an account can be reached; None where it cannot."""

    openid: str | None = field(repr=False)
    phone: str | None = field(repr=False)


#: (session, account id) -> how to reach it, None when the account is gone. Identity's word, handed in by
#: `backend.work`.
FindReach = Callable[[Session, uuid.UUID], Reach | None]


def sender(find_reach: FindReach) -> Callable[[Runtime, dict[str, Any]], None]:
    """The handler of `notifications.send`."""

    def send(runtime: Runtime, payload: dict[str, Any]) -> None:
        message_id = uuid.UUID(payload["message_id"])
        with runtime.database.session(read_only=True) as session:
            message = session.get(Message, message_id)
            if message is None or message.sent_at is not None:
                return
            reach = find_reach(session, message.account_id)
            template = subscriptions.template_for(message.kind, runtime.settings)
            granted = subscriptions.remaining(session, message.account_id, template) > 0
        if reach is None:
            _mark(runtime, message, "app")
        elif not (granted and reach.openid and _by_wechat(runtime, message, reach.openid, template)):
            _mark(
                runtime, message, "sms" if reach.phone and _by_sms(runtime, message, reach.phone) else "app"
            )

    return send


def _by_wechat(runtime: Runtime, message: Message, openid: str, template: str) -> bool:
    """Whether WeChat took it. Raises OutsideUnavailable while it is worth waiting for WeChat."""
    try:
        runtime.wechat.send_subscribe_message(openid, template, _fields(message), page=_page(message))
    except NotSubscribed:
        with runtime.database.session() as session:
            subscriptions.exhausted(session, message.account_id, template)
            session.commit()
        return False
    except OutsideRefused as error:
        log.warning("message %s refused: %s", message.id, error)
        return False
    except OutsideUnavailable:
        if clock.now() - message.created_at < _PATIENCE:
            raise
        return False
    _mark(runtime, message, "wechat", spent=template)
    return True


def _by_sms(runtime: Runtime, message: Message, phone: str) -> bool:
    """Whether the SMS service took it. A number that takes no messages leaves the one in the app."""
    title = shorten(message.title, _SMS_PARAMETER)
    try:
        runtime.sms.send(phone, runtime.settings.sms_template_news, [title])
    except QuotaExceeded:
        raise  # later it works again
    except Misconfigured as error:
        raise NeverWorks(str(error)) from error
    except OutsideRefused as error:
        log.warning("message %s refused: %s", message.id, error)
        return False
    return True


def _mark(runtime: Runtime, message: Message, by: str, *, spent: str | None = None) -> None:
    with runtime.database.session() as session:
        row = session.get_one(Message, message.id)
        row.sent_by = by
        row.sent_at = clock.now()
        if spent:
            subscriptions.spend(session, row.account_id, spent)
        session.commit()


def _fields(message: Message) -> dict[str, Any]:
    """Both templates have the same three fields: 事项 thing1, 说明 thing2, 时间 time3;
    `outside` keeps their limits.
    """
    return {"thing1": message.title, "thing2": message.text, "time3": message.created_at}


def _page(message: Message) -> str:
    """The mini-program's one landing page, which opens the thing itself."""
    target = f"&id={message.target_id}" if message.target_id else ""
    return f"pages/open/open?kind={message.target_kind}{target}"
