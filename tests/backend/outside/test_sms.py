"""Text messages: what arrives, and each reason why one does not."""

import pytest

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.sms import NumberBlocked, NumberRefused, TencentSmsClient, TextRefused, e164
from tests.backend.outside.conftest import Connect, tencent
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators

PHONE = "13812345678"


def test_a_code_arrives(simulators: Simulators, sms: TencentSmsClient) -> None:
    serial = sms.send(PHONE, "1000001", ["482913", "5"])
    (message,) = simulators.sms.messages(PHONE)
    assert message["serial"] == serial
    assert (message["phone"], message["template_id"]) == ("+8613812345678", "1000001")
    assert simulators.sms.code(PHONE) == "482913"


def test_hanzi_survive_the_signature(simulators: Simulators, sms: TencentSmsClient) -> None:
    sms.send(PHONE, "1000002", ["王䶮", "居住证明"])
    assert simulators.sms.messages(PHONE)[0]["params"] == ["王䶮", "居住证明"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("FailedOperation.PhoneNumberInBlacklist", NumberBlocked),
        ("InvalidParameterValue.IncorrectPhoneNumber", NumberRefused),
        ("UnsupportedOperation.UnsuportedRegion", NumberRefused),
        ("LimitExceeded.PhoneNumberDailyLimit", QuotaExceeded),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", QuotaExceeded),
        ("FailedOperation.ContainSensitiveWord", TextRefused),
        ("FailedOperation.InsufficientBalanceInSmsPackage", Misconfigured),
        ("UnauthorizedOperation.SerivceSuspendDueToArrears", Misconfigured),
        ("FailedOperation.SomethingNew", OutsideRefused),
    ],
)
def test_a_numbers_own_code(
    simulators: Simulators, sms: TencentSmsClient, code: str, kind: type[OutsideRefused]
) -> None:
    simulators.sms.refuse_number("+86" + PHONE, code)
    with pytest.raises(kind) as caught:
        sms.send(PHONE, "1000001", ["482913"])
    assert type(caught.value) is kind and caught.value.code == code
    assert PHONE not in str(caught.value)
    assert simulators.sms.calls("SendSms") == 1


def test_limits_per_number_end_with_time(simulators: Simulators, connect: Connect) -> None:
    simulators.sms.limits(in_30_seconds=1, hourly=2)
    now = [0.0]
    cloud = tencent(connect("sms", simulators.sms.url), "sms", "2021-01-11")
    cloud._wall_clock, real = (lambda: real() + now[0]), cloud._wall_clock
    sms = TencentSmsClient(cloud, app_id=defaults.SMS_APP_ID, sign_name=defaults.SMS_SIGN_NAME)

    def later(seconds: float) -> None:
        now[0] += seconds
        simulators.sms.advance(seconds)

    sms.send(PHONE, "1000001", ["1111"])
    with pytest.raises(QuotaExceeded, match="ThirtySecond"):
        sms.send(PHONE, "1000001", ["2222"])
    sms.send("13900000000", "1000001", ["3333"])  # another number
    later(31)
    sms.send(PHONE, "1000001", ["4444"])
    later(31)
    with pytest.raises(QuotaExceeded, match="OneHour"):
        sms.send(PHONE, "1000001", ["5555"])
    later(3600)
    sms.send(PHONE, "1000001", ["6666"])


@pytest.mark.parametrize(
    ("template", "params", "kind"),
    [
        ("1000001", ["1234567"], TextRefused),
        ("1000001", ["abc"], TextRefused),
        ("1000002", ["https://example.cn"], TextRefused),
        ("999", ["1234"], Misconfigured),
    ],
)
def test_texts_the_service_refuses(
    sms: TencentSmsClient, template: str, params: list[str], kind: type[OutsideRefused]
) -> None:
    with pytest.raises(kind):
        sms.send(PHONE, template, params)


@pytest.mark.parametrize(
    ("app_id", "sign_name"), [("1", defaults.SMS_SIGN_NAME), (defaults.SMS_APP_ID, "别人")]
)
def test_a_wrong_account(simulators: Simulators, connect: Connect, app_id: str, sign_name: str) -> None:
    cloud = tencent(connect("sms", simulators.sms.url), "sms", "2021-01-11")
    with pytest.raises(OutsideRefused) as caught:
        TencentSmsClient(cloud, app_id=app_id, sign_name=sign_name).send(PHONE, "1000001", ["1234"])
    assert isinstance(caught.value, Misconfigured)


def test_a_message_that_may_be_on_its_way_is_not_sent_again(
    simulators: Simulators, sms: TencentSmsClient
) -> None:
    simulators.sms.fault("half", times=1)
    with pytest.raises(OutsideUnavailable) as caught:
        sms.send(PHONE, "1000001", ["482913"])
    assert (caught.value.why, caught.value.maybe_done) == (Trouble.CUT_OFF, True)
    assert len(simulators.sms.messages(PHONE)) == 1


def test_a_service_that_is_down_is_tried_three_times(simulators: Simulators, sms: TencentSmsClient) -> None:
    simulators.sms.down(times=2)
    sms.send(PHONE, "1000001", ["482913"])
    assert simulators.sms.calls() == 3
    assert len(simulators.sms.messages(PHONE)) == 1


def test_the_services_own_time_out_leaves_it_open(simulators: Simulators, sms: TencentSmsClient) -> None:
    simulators.sms.refuse_number("+86" + PHONE, "InternalError.Timeout")
    with pytest.raises(OutsideUnavailable) as caught:
        sms.send(PHONE, "1000001", ["482913"])
    assert caught.value.maybe_done and simulators.sms.calls() == 1


def test_an_answer_about_no_number_is_none(simulators: Simulators, sms: TencentSmsClient) -> None:
    wrong: list[object] = [None, [], [1], [{}], [{"Code": "Ok"}, {"Code": "Ok"}]]
    for statuses in wrong:
        simulators.sms.fault("wrong", {"Response": {"SendStatusSet": statuses}}, times=1)
        with pytest.raises(OutsideUnavailable):
            sms.send(PHONE, "1000001", ["482913"])


def test_numbers() -> None:
    assert e164("13812345678") == "+8613812345678"
    assert e164("+85251234567") == "+85251234567"
    for wrong in (
        "",
        "8613812345678",
        "１３８１２３４５６７８",
        "138 1234 5678",
        "+0123456789",
        "+86138123456789012",
    ):
        with pytest.raises(ValueError) as caught:
            e164(wrong)
        assert not wrong or wrong not in str(caught.value)
