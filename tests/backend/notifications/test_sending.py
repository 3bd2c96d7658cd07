"""A message on its way: WeChat, else SMS, else in the app; with WeChat refusing, away, or full of quirks."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.identity.models import Account
from backend.notifications import service, subscriptions
from backend.notifications.models import Message, OutboxEntry
from backend.notifications.worker import drain
from backend.runtime import Runtime
from tests.factories import identity
from tests.factories import notifications as make
from tests.simulators.fixtures import Simulators

LONG = "您申请的居住情况证明已经由村民委员会签章并放入您的卡包请打开查看"


@pytest.fixture
def account(session: Session) -> Account:
    made = identity.account(session)
    session.commit()
    return made


def tell(session: Session, account: Account, **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "kind": "progress",
        "title": "证明已出具",
        "text": LONG,
        "target_kind": "application",
        "target_id": None,
        "dedup_key": "once",
        **changes,
    }
    (message,) = service.tell(session, [account.id, account.id], **fields)
    session.commit()
    return message


def subscribe(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account, **more: int
) -> str:
    template = runtime.settings.wechat_template_progress
    make.subscription(session, account.id, template, more.get("ours", 1))
    simulators.wechat.grant(account.wechat_openid, template, times=more.get("theirs", 1))
    return template


def state(session: Session, message: Message) -> str | None:
    session.expire_all()
    return session.get_one(Message, message.id).sent_by


def test_subscribed_person_is_told_by_wechat_with_fields_kept_short(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    template = subscribe(session, runtime, simulators, account)
    message = tell(session, account, target_id=account.id)
    drain(runtime)
    assert state(session, message) == "wechat"
    (sent,) = simulators.wechat.messages(account.wechat_openid)
    assert len(sent["data"]["thing2"]["value"]) == 20 and sent["data"]["thing2"]["value"].endswith("…")
    assert sent["page"] == f"pages/open/open?kind=application&id={account.id}"
    assert subscriptions.remaining(session, account.id, template) == 0
    assert simulators.sms.messages() == []


def test_without_a_subscription_an_sms_carries_the_title_only(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    message = tell(session, account)
    drain(runtime)
    assert state(session, message) == "sms"
    (sent,) = simulators.sms.messages(account.phone)
    assert sent["params"] == ["证明已出具"] and simulators.wechat.calls() == 0


def test_wechat_that_says_43101_sets_our_count_right_and_sms_goes_out(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    template = subscribe(session, runtime, simulators, account, ours=3, theirs=0)
    message = tell(session, account)
    drain(runtime)
    assert state(session, message) == "sms"
    assert subscriptions.remaining(session, account.id, template) == 0


@pytest.mark.parametrize("errcode", [47003, 40003, 45168, 40037])
def test_whatever_else_wechat_refuses_goes_by_sms(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account, errcode: int
) -> None:
    subscribe(session, runtime, simulators, account)
    simulators.wechat.errcode(errcode, path="/cgi-bin/message/subscribe/send")
    message = tell(session, account)
    drain(runtime)
    assert state(session, message) == "sms"


def test_wechat_away_is_waited_for_and_after_ten_minutes_sms_goes_out(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    subscribe(session, runtime, simulators, account)
    simulators.wechat.down()
    with time_machine.travel(clock.now(), tick=True) as traveller:
        message = tell(session, account)
        drain(runtime, strict=False)
        assert state(session, message) is None
        entry = session.scalars(select(OutboxEntry)).one()
        assert entry.state == "pending" and "OutsideUnavailable" in (entry.last_error or "")
        traveller.shift(timedelta(minutes=11))
        drain(runtime)
        assert state(session, message) == "sms"


def test_wechat_back_in_time_gets_the_message(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    subscribe(session, runtime, simulators, account)
    simulators.wechat.fault("html", times=1, path="/cgi-bin/message/subscribe/send")
    with time_machine.travel(clock.now(), tick=True) as traveller:
        message = tell(session, account)
        drain(runtime, strict=False)
        traveller.shift(timedelta(minutes=2))
        drain(runtime)
        assert state(session, message) == "wechat"


def test_number_that_takes_no_sms_leaves_the_message_in_the_app(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    simulators.sms.refuse_number(f"+86{account.phone}")
    message = tell(session, account)
    drain(runtime)
    assert state(session, message) == "app"


def test_sms_account_unpaid_is_a_dead_letter_at_once(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    simulators.sms.errcode("FailedOperation.InsufficientBalanceInSmsPackage")
    tell(session, account)
    drain(runtime, strict=False)
    entry = session.scalars(select(OutboxEntry)).one()
    session.refresh(entry)
    assert entry.state == "dead" and account.phone not in (entry.last_error or "")


def test_sms_quota_used_up_is_tried_again(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    simulators.sms.limits(hourly=0)
    message = tell(session, account)
    drain(runtime, strict=False)
    entry = session.scalars(select(OutboxEntry)).one()
    session.refresh(entry)
    assert (entry.state, state(session, message)) == ("pending", None)


def test_told_twice_is_told_once(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    tell(session, account)
    fields = {
        "kind": "progress",
        "title": "再",
        "text": "再",
        "target_kind": "application",
        "target_id": None,
    }
    assert service.tell(session, [account.id], **fields, dedup_key="once") == []
    drain(runtime)
    entry = session.scalars(select(OutboxEntry)).one()
    entry.state, entry.next_at = "pending", clock.now()  # a worker died after sending and before it said so
    session.commit()
    drain(runtime)
    assert len(simulators.sms.messages(account.phone)) == 1


def test_staff_messages_use_the_template_of_things_to_do(runtime: Runtime) -> None:
    settings = runtime.settings
    assert subscriptions.template_for("todo", settings) == settings.wechat_template_todo
    assert subscriptions.template_for("todo.sign", settings) == settings.wechat_template_todo
    assert subscriptions.template_for("progress", settings) == settings.wechat_template_progress


def test_closed_account_is_told_nothing_outside(
    session: Session, runtime: Runtime, simulators: Simulators, account: Account
) -> None:
    message = tell(session, account)
    account.phone = account.wechat_openid = None
    session.commit()
    drain(runtime)
    assert state(session, message) == "app"
