"""WeChat's calls: log-in, phone number, messages, face check; each code as its own error."""

import pytest

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.http import OutsideClient
from backend.outside.message_fields import FieldUnfit
from backend.outside.wechat import WeChatClient, cert_hash
from backend.outside.wechat_errors import (
    CodeInvalid,
    CodeUsed,
    ContentRefused,
    FieldRefused,
    HighRiskUser,
    NotSubscribed,
    UserUnreachable,
)
from tests.backend.outside.conftest import FAR_TOO_SLOW
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators

LOGIN = "/sns/jscode2session"
SEND = "/cgi-bin/message/subscribe/send"
DATA = {"thing1": "居住证明", "phrase2": "已受理"}


def test_log_in(simulators: Simulators, wechat: WeChatClient) -> None:
    session = wechat.code_to_session(simulators.wechat.js_code("openid-1", unionid="union-1"))
    assert (session.openid, session.unionid, len(session.session_key)) == ("openid-1", "union-1", 24)
    assert wechat.code_to_session(simulators.wechat.js_code("openid-2")).unionid is None


def test_a_code_works_once(simulators: Simulators, wechat: WeChatClient) -> None:
    code = simulators.wechat.js_code("openid-1")
    wechat.code_to_session(code)
    with pytest.raises(CodeUsed) as caught:
        wechat.code_to_session(code)
    assert caught.value.code == "40163"
    assert len(caught.value.reference) == 26  # the rid


def test_a_code_lives_five_minutes(simulators: Simulators, wechat: WeChatClient) -> None:
    code = simulators.wechat.js_code("openid-1")
    simulators.wechat.advance(301)
    with pytest.raises(CodeInvalid):
        wechat.code_to_session(code)


@pytest.mark.parametrize("code", ["", "x" * 513, "\ud800", "码", "a b", "a\n", "x" * 100_000])
def test_a_code_that_cannot_be_one_is_not_even_sent(
    simulators: Simulators, wechat: WeChatClient, code: str
) -> None:
    """Else whoever sends nonsense could fill up the breaker's count and close the log-in for all."""
    for ask in (wechat.code_to_session, wechat.phone_number):
        with pytest.raises(CodeInvalid):
            ask(code)
    assert simulators.wechat.calls() == 0


def test_half_a_character_in_a_name_is_no_crash(wechat: WeChatClient) -> None:
    assert wechat.get_verify_id("openid-1", "serial-0001", "张\ud800", "310101199801011234").verify_id


def test_a_user_held_for_risk(simulators: Simulators, wechat: WeChatClient) -> None:
    with pytest.raises(HighRiskUser):
        wechat.code_to_session(simulators.wechat.js_code("openid-1", high_risk=True))


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (45011, QuotaExceeded),
        (45009, QuotaExceeded),
        (40029, CodeInvalid),
        (40163, CodeUsed),
        (40226, HighRiskUser),
        (40164, Misconfigured),
        (40243, Misconfigured),
        (99999, OutsideRefused),
    ],
)
def test_errcodes_of_log_in_are_not_retried(
    simulators: Simulators, wechat: WeChatClient, errcode: int, kind: type[OutsideRefused]
) -> None:
    simulators.wechat.errcode(errcode)
    with pytest.raises(kind) as caught:
        wechat.code_to_session(simulators.wechat.js_code("openid-1"))
    assert type(caught.value) is kind and caught.value.code == str(errcode)
    assert simulators.wechat.calls(LOGIN) == 1


def test_busy_is_retried_even_with_a_code_that_works_once(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    simulators.wechat.errcode(-1, times=2)
    assert wechat.code_to_session(simulators.wechat.js_code("openid-1")).openid == "openid-1"
    simulators.wechat.errcode(-1, times=3)
    with pytest.raises(OutsideUnavailable) as caught:
        wechat.code_to_session(simulators.wechat.js_code("openid-1"))
    assert (caught.value.why, caught.value.maybe_done) == (Trouble.BUSY, False)
    assert simulators.wechat.calls(LOGIN) == 6


def test_an_answer_without_openid_is_none(simulators: Simulators, wechat: WeChatClient) -> None:
    for shape in ({}, {"openid": 7, "session_key": "k"}, {"openid": "o"}, {"errcode": "0"}):
        simulators.wechat.fault("wrong", shape, times=1)
        with pytest.raises(OutsideUnavailable) as caught:
            wechat.code_to_session("any")
        assert caught.value.why is Trouble.UNREADABLE


@pytest.mark.parametrize(
    ("appid", "secret"), [("wxother000000000", defaults.SECRET), (defaults.APPID, "wrong")]
)
def test_a_wrong_account_is_the_operators_business(
    wechat_http: OutsideClient, appid: str, secret: str
) -> None:
    stranger = WeChatClient(wechat_http, appid=appid, secret=secret)
    with pytest.raises(Misconfigured):
        stranger.code_to_session("any")
    with pytest.raises(Misconfigured):
        stranger.phone_number("any")  # already at the token


def test_phone_number(simulators: Simulators, wechat: WeChatClient) -> None:
    code = simulators.wechat.phone_code("13812345678", "openid-1")
    found = wechat.phone_number(code, "openid-1")
    assert (found.full, found.number, found.country_code) == ("13812345678", "13812345678", "86")
    with pytest.raises(CodeInvalid):
        wechat.phone_number(code)


def test_a_phone_code_of_somebody_else_is_refused(simulators: Simulators, wechat: WeChatClient) -> None:
    with pytest.raises(CodeInvalid):
        wechat.phone_number(simulators.wechat.phone_code("13812345678", "openid-1"), "openid-2")


def test_a_log_in_code_is_no_phone_code(simulators: Simulators, wechat: WeChatClient) -> None:
    with pytest.raises(CodeInvalid):
        wechat.phone_number(simulators.wechat.js_code("openid-1"))


def test_a_number_marked_for_another_app_is_not_believed(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    info = {"phoneNumber": "1", "purePhoneNumber": "1", "watermark": {"appid": "wxother", "timestamp": 1}}
    simulators.wechat.fault(
        "wrong", {"errcode": 0, "phone_info": info}, path="/wxa/business/getuserphonenumber"
    )
    with pytest.raises(OutsideUnavailable):
        wechat.phone_number("any")


def test_one_accept_is_one_message(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.grant("openid-1", "T1")
    assert wechat.send_subscribe_message("openid-1", "T1", DATA, "/pages/detail?id=7")
    with pytest.raises(NotSubscribed):
        wechat.send_subscribe_message("openid-1", "T1", DATA)
    (message,) = simulators.wechat.messages("openid-1")
    assert message["page"] == "pages/detail?id=7"
    assert message["data"] == {"thing1": {"value": "居住证明"}, "phrase2": {"value": "已受理"}}


@pytest.mark.usefixtures("impatient")
def test_a_message_that_may_have_gone_is_not_sent_again(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.grant("openid-1", "T1", times=5)
    simulators.wechat.fault("slow", FAR_TOO_SLOW, path=SEND)
    with pytest.raises(OutsideUnavailable) as caught:
        wechat.send_subscribe_message("openid-1", "T1", DATA)
    assert caught.value.maybe_done
    assert simulators.wechat.calls(SEND) == 1


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (43101, NotSubscribed),
        (40003, UserUnreachable),
        (43107, UserUnreachable),
        (45168, ContentRefused),
        (40037, Misconfigured),
        (45009, QuotaExceeded),
    ],
)
def test_errcodes_of_sending(
    simulators: Simulators, wechat: WeChatClient, errcode: int, kind: type[OutsideRefused]
) -> None:
    simulators.wechat.grant("openid-1", "T1")
    simulators.wechat.errcode(errcode, path=SEND)
    with pytest.raises(kind):
        wechat.send_subscribe_message("openid-1", "T1", DATA)


def test_two_sends_at_once_to_one_person_wait_their_turn(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    simulators.wechat.grant("openid-1", "T1")
    simulators.wechat.errcode(43108, path=SEND)
    assert wechat.send_subscribe_message("openid-1", "T1", DATA)


def test_long_words_are_shortened_by_us(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.grant("openid-1", "T1")
    data = {
        "thing1": "关于通山县大畈镇西泉村村民外出务工期间居住情况的证明",
        "phrase2": "需要补充材料",
        "name3": "买买提·吐尔逊·阿卜杜热合曼",
    }
    wechat.send_subscribe_message("openid-1", "T1", data)
    (message,) = simulators.wechat.messages()
    assert {key: part["value"] for key, part in message["data"].items()} == {
        "thing1": "关于通山县大畈镇西泉村村民外出务工期间…",
        "phrase2": "需要补充材",
        "name3": "买买提·吐尔逊·阿…",
    }


def test_a_refused_field_is_named(simulators: Simulators, wechat: WeChatClient) -> None:
    """The template has a key that we do not send: our mistake, so WeChat's word for it is passed on."""
    simulators.wechat.template("T1", "thing1", "time4")
    simulators.wechat.grant("openid-1", "T1")
    with pytest.raises(FieldRefused) as caught:
        wechat.send_subscribe_message("openid-1", "T1", {"thing1": "居住证明"})
    assert caught.value.field == "time4"
    with pytest.raises(Misconfigured):
        wechat.send_subscribe_message("openid-1", "T2", DATA)


def test_a_time_that_is_none_is_not_even_sent(simulators: Simulators, wechat: WeChatClient) -> None:
    with pytest.raises(FieldUnfit):
        wechat.send_subscribe_message("openid-1", "T1", {"time1": "明天"})
    assert simulators.wechat.calls(SEND) == 0


def test_face_check(simulators: Simulators, wechat: WeChatClient) -> None:
    opened = wechat.get_verify_id("openid-1", "serial-0001", "张三", "310101199801011234")
    assert opened.expires_in == 3600
    assert simulators.wechat.hold_up_face(opened.verify_id)
    verdict = wechat.query_verify_info("openid-1", "serial-0001", opened.verify_id, opened.cert_hash)
    assert verdict.passed and not verdict.cancelled


def test_the_published_cert_hash() -> None:
    published = "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"
    assert cert_hash("张三", "310101199801011234") == published


@pytest.mark.parametrize(("verify_ret", "cancelled"), [(90004, True), (10003, False), (90017, False)])
def test_a_failed_face_check_is_no_pass(
    simulators: Simulators, wechat: WeChatClient, verify_ret: int, cancelled: bool
) -> None:
    opened = wechat.get_verify_id("openid-1", "serial-0001", "张三", "310101199801011234")
    simulators.wechat.hold_up_face(opened.verify_id, verify_ret)
    verdict = wechat.query_verify_info("openid-1", "serial-0001", opened.verify_id, opened.cert_hash)
    assert (verdict.passed, verdict.cancelled) == (False, cancelled)


def test_a_face_check_of_another_person_or_account_does_not_count(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    opened = wechat.get_verify_id("openid-1", "serial-0001", "张三", "310101199801011234")
    simulators.wechat.hold_up_face(opened.verify_id)
    for openid, serial, proof in (
        ("openid-2", "serial-0001", opened.cert_hash),
        ("openid-1", "serial-0002", opened.cert_hash),
        ("openid-1", "serial-0001", cert_hash("李四", "310101199801011234")),
    ):
        with pytest.raises(OutsideRefused):
            wechat.query_verify_info(openid, serial, opened.verify_id, proof)


def test_a_face_check_result_may_be_asked_for_twice(simulators: Simulators, wechat: WeChatClient) -> None:
    opened = wechat.get_verify_id("openid-1", "serial-0001", "张三", "310101199801011234")
    simulators.wechat.hold_up_face(opened.verify_id)
    simulators.wechat.fault("half", times=2)
    assert wechat.query_verify_info("openid-1", "serial-0001", opened.verify_id, opened.cert_hash).passed


@pytest.mark.parametrize("serial", ["abcd", "x" * 33, "no spaces", "中文序列号"])
def test_a_serial_that_wechat_would_refuse_is_ours_to_notice(wechat: WeChatClient, serial: str) -> None:
    with pytest.raises(ValueError, match="out_seq_no"):
        wechat.get_verify_id("openid-1", serial, "张三", "310101199801011234")
