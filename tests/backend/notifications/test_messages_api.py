"""Messages and subscriptions over HTTP."""

from sqlalchemy.orm import Session

from backend.notifications import service
from backend.notifications.models import Message
from backend.runtime import Runtime
from tests.factories import identity
from tests.factories.identity import Citizen
from tests.http_client import Caller

PREFIX = "/mp/v1/messages"


def told(session: Session, reader: Citizen, count: int = 1) -> list[Message]:
    messages: list[Message] = []
    for number in range(count):
        messages += service.tell(
            session,
            [reader.account.id],
            kind="progress",
            title=f"第{number}条",
            text="内容",
            target_kind="application",
            target_id=None,
            dedup_key=f"told.{number}",
        )
    session.commit()
    return messages


def test_messages_are_listed_newest_first_by_pages_and_read(client: Caller, session: Session) -> None:
    reader = identity.citizen(session)
    told(session, reader, 3)
    phone = client.as_(reader.token)
    first = phone.get(f"{PREFIX}?limit=2").json
    assert [item["title"] for item in first["items"]] == ["第2条", "第1条"]
    rest = phone.get(f"{PREFIX}?limit=2&cursor={first['next_cursor']}").json
    assert [item["title"] for item in rest["items"]] == ["第0条"] and rest["next_cursor"] is None
    assert phone.get(f"{PREFIX}/unread").json == {"unread": 3}
    answer = phone.post(f"{PREFIX}/{first['items'][0]['id']}/read")
    assert answer.status_code == 200 and answer.json["read_at"]
    assert phone.get(f"{PREFIX}/unread").json == {"unread": 2}
    assert phone.post(f"{PREFIX}/read").json == {"unread": 0}
    assert phone.get(f"{PREFIX}/unread").json == {"unread": 0}


def test_somebody_elses_message_does_not_exist(client: Caller, session: Session) -> None:
    (message,) = told(session, identity.citizen(session))
    stranger = client.as_(identity.citizen(session, "赵四").token)
    assert stranger.post(f"{PREFIX}/{message.id}/read").status_code == 404
    assert stranger.get(PREFIX).json["items"] == []
    assert client.get(PREFIX).status_code == 401


def test_subscriptions_are_counted_as_reported(client: Caller, session: Session, runtime: Runtime) -> None:
    phone = client.as_(identity.citizen(session).token)
    template = runtime.settings.wechat_template_progress

    def report(answer: str, template_id: str = template) -> int:
        return phone.post(
            f"{PREFIX}/subscriptions", json={"template_id": template_id, "answer": answer}
        ).status_code

    assert [report("accept"), report("accept"), report("reject")] == [200, 200, 200]
    listed = phone.get(f"{PREFIX}/subscriptions").json["items"]
    assert {"template_id": template, "remaining": 2} in listed and len(listed) == 2
    assert report("ban") == 200
    assert phone.get(f"{PREFIX}/subscriptions").json["items"][0]["remaining"] == 0
    assert report("accept", "SOMEBODY-ELSES") == 422 and report("maybe") == 422
