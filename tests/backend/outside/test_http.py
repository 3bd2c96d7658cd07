"""What every outside call survives: slow, down, cut off, lying, pointing elsewhere; what is retried."""

import logging
import socket
import time
import traceback

import pytest

from backend.outside.errors import OutsideError, OutsideUnavailable, Trouble
from backend.outside.http import OutsideClient
from backend.outside.wechat import WeChatClient
from tests.backend.outside.conftest import FAR_TOO_SLOW, Connect, Limits
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators

TOKEN = "/cgi-bin/stable_token"
LOGIN = "/sns/jscode2session"


def ask(client: OutsideClient, *, repeatable: bool) -> OutsideUnavailable:
    """One call that must fail, and its error."""
    with pytest.raises(OutsideUnavailable) as caught:
        client.call("GET", "/some/path", judge=lambda answer: None, repeatable=repeatable)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "value", "why", "tries_repeatable", "tries_once_only", "maybe_done"),
    [
        ("status", 503, Trouble.BUSY, 3, 3, False),
        ("status", 429, Trouble.BUSY, 3, 3, False),
        ("status", 502, Trouble.GATEWAY, 3, 1, True),
        ("status", 504, Trouble.GATEWAY, 3, 1, True),
        ("status", 500, Trouble.STATUS, 1, 1, True),
        ("status", 404, Trouble.STATUS, 1, 1, True),
        ("html", None, Trouble.UNREADABLE, 1, 1, True),
        ("garbage", None, Trouble.UNREADABLE, 1, 1, True),
        ("wrong", ["a", "list"], Trouble.UNREADABLE, 1, 1, True),
        ("redirect", None, Trouble.REDIRECT, 1, 1, True),
    ],
)
def test_a_bad_answer_is_a_typed_error_and_retried_only_where_safe(
    simulators: Simulators,
    wechat_http: OutsideClient,
    kind: str,
    value: object,
    why: Trouble,
    tries_repeatable: int,
    tries_once_only: int,
    maybe_done: bool,
) -> None:
    simulators.wechat.fault(kind, value)
    error = ask(wechat_http, repeatable=True)
    assert (error.why, error.maybe_done) == (why, maybe_done)
    assert simulators.wechat.calls("/some/path") == tries_repeatable
    ask(wechat_http, repeatable=False)
    assert simulators.wechat.calls("/some/path") == tries_repeatable + tries_once_only
    assert simulators.wechat.calls("trap") == 0


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("repeatable", "tries"), [(True, 3), (False, 1)])
def test_a_slow_answer_is_not_waited_for(
    simulators: Simulators, wechat_http: OutsideClient, repeatable: bool, tries: int
) -> None:
    simulators.wechat.slow(FAR_TOO_SLOW)
    began = time.monotonic()
    error = ask(wechat_http, repeatable=repeatable)
    assert (error.why, error.maybe_done) == (Trouble.TIMEOUT, True)
    assert time.monotonic() - began < FAR_TOO_SLOW
    assert simulators.wechat.calls("/some/path") == tries


def test_an_answer_that_drips_is_cut_by_the_total_limit(
    simulators: Simulators, limits: Limits, connect: Connect
) -> None:
    """Each byte comes within the read time-out; all together, some sixty, would take half a minute."""
    limits.total = 0.5
    http = connect("wechat", simulators.wechat.url)
    wechat = WeChatClient(http, appid=defaults.APPID, secret=defaults.SECRET)
    code = simulators.wechat.js_code("openid-1")
    simulators.wechat.fault("drip", 0.5)
    began = time.monotonic()
    with pytest.raises(OutsideUnavailable) as caught:
        wechat.code_to_session(code)
    assert caught.value.why is Trouble.TIMEOUT
    assert time.monotonic() - began < 15


def test_half_a_body_is_no_answer(simulators: Simulators, wechat: WeChatClient) -> None:
    """A log-in code works once, so it is not asked again: WeChat has used it up."""
    code = simulators.wechat.js_code("openid-1")
    simulators.wechat.fault("half", times=1)
    with pytest.raises(OutsideUnavailable) as caught:
        wechat.code_to_session(code)
    assert (caught.value.why, caught.value.maybe_done) == (Trouble.CUT_OFF, True)
    assert simulators.wechat.calls(LOGIN) == 1


def test_half_a_body_is_asked_again_where_that_is_harmless(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    simulators.wechat.fault("half", times=2, path=TOKEN)
    code = simulators.wechat.phone_code("13800000001")
    assert wechat.phone_number(code).number == "13800000001"
    assert simulators.wechat.calls(TOKEN) == 3


def test_retries_pause_longer_each_time(
    simulators: Simulators, wechat: WeChatClient, pauses: list[float]
) -> None:
    simulators.wechat.fault("status", 503, times=2)
    assert wechat.code_to_session(simulators.wechat.js_code("openid-1")).openid == "openid-1"
    assert len(pauses) == 2
    assert 0.1 <= pauses[0] <= 0.2 <= pauses[1] <= 0.3


def test_nobody_there_is_certainly_not_done(connect: Connect, pauses: list[float]) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        client = connect("wechat", f"http://127.0.0.1:{reserved.getsockname()[1]}")
        error = ask(client, repeatable=False)
    assert (error.why, error.maybe_done, len(pauses)) == (Trouble.CONNECT, False, 2)


def test_an_endless_answer_is_refused(simulators: Simulators, wechat_http: OutsideClient) -> None:
    simulators.wechat.fault("wrong", {"filler": "x" * 1_000_001})
    assert ask(wechat_http, repeatable=True).why is Trouble.UNREADABLE


def test_deeply_nested_json_is_refused(connect: Connect, simulators: Simulators) -> None:
    client = connect("wechat", simulators.wechat.url)
    with pytest.raises(OutsideUnavailable) as caught:
        client._parsed(200, b"[" * 200_000)
    assert caught.value.why is Trouble.UNREADABLE


@pytest.mark.usefixtures("impatient")
def test_neither_logs_nor_errors_carry_secrets_or_people(
    simulators: Simulators, wechat: WeChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = simulators.wechat.js_code("openid-of-somebody")
    for kind, value in (("half", None), ("html", None), ("status", 502), ("errcode", 40029), ("slow", 60)):
        simulators.wechat.fault(kind, value, times=1)
        with pytest.raises(OutsideError) as caught:
            wechat.code_to_session(code)
        told = "".join(traceback.format_exception(caught.value))
        assert code not in told and defaults.SECRET not in told
    said = caplog.text
    assert "outside call failed" in said
    for secret in (code, defaults.SECRET, "openid-of-somebody"):
        assert secret not in said


def test_what_people_are_called_is_not_in_any_repr(simulators: Simulators, wechat: WeChatClient) -> None:
    session = wechat.code_to_session(simulators.wechat.js_code("openid-1", unionid="union-1"))
    number = wechat.phone_number(simulators.wechat.phone_code("13800000001"))
    assert "openid-1" not in repr(session) and session.session_key not in repr(session)
    assert "union-1" not in repr(session) and "138" not in repr(number)
