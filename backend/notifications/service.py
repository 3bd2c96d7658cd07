"""Messages to people (消息): written beside the change they tell of, sent by the worker;
and what a person reads.
"""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend import clock, ids
from backend.access import Actor
from backend.notifications.models import Message
from backend.notifications.outbox import enqueue
from backend.paging import Key, Page, page
from backend.problems import NotFound

SEND = "notifications.send"
TODO = "todo"  # a message of this kind, or `todo.…`, asks staff to act; every other tells of progress


def tell(
    session: Session,
    account_ids: Iterable[uuid.UUID],
    *,
    kind: str,
    title: str,
    text: str,
    target_kind: str,
    target_id: uuid.UUID | None,
    dedup_key: str,
) -> Sequence[Message]:
    """Tell accounts, each once per `dedup_key`; the messages written now.

    `title` goes out by WeChat and SMS as well and must hold no personal data; `text` stays sealed in the
    app, and
    its first 20 characters go to WeChat. `target` is the thing the alert opens.
    """
    written = []
    for account_id in dict.fromkeys(account_ids):
        message_id = ids.new_id()
        payload = {"message_id": str(message_id)}
        if enqueue(session, SEND, payload, dedup_key=f"{dedup_key}.{account_id.hex}") is None:
            continue
        message = Message(
            id=message_id,
            account_id=account_id,
            kind=kind,
            title=title,
            text=text,
            target_kind=target_kind,
            target_id=target_id,
            created_at=clock.now(),
        )
        session.add(message)
        written.append(message)
    return written


def messages(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """The actor's own messages, newest first."""
    statement = select(Message).where(Message.account_id == actor.account)
    keys = [Key(Message.created_at, "created_at", descending=True), Key(Message.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def unread(session: Session, actor: Actor) -> int:
    """How many of the actor's messages were never opened."""
    statement = select(func.count()).where(Message.account_id == actor.account, Message.read_at.is_(None))
    return session.scalar(statement) or 0


def read(session: Session, actor: Actor, *, message_id: uuid.UUID) -> Message:
    """Mark one message as read; the first time counts."""
    message = session.get(Message, message_id)
    if message is None or message.account_id != actor.account:
        raise NotFound("没有这条消息")
    message.read_at = message.read_at or clock.now()
    return message


def read_all(session: Session, actor: Actor) -> None:
    """Mark all of the actor's messages as read."""
    unseen = update(Message).where(Message.account_id == actor.account, Message.read_at.is_(None))
    session.execute(unseen.values(read_at=clock.now()).execution_options(synchronize_session="fetch"))
