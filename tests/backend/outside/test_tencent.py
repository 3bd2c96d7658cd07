"""Tencent's signature against its published example and against the simulator's own reading of it."""

import pytest

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.realname import TencentIdCardVerification
from backend.outside.tencent import TencentCloud, common_refusal, tc3_authorization
from tests.backend.outside.conftest import Connect, tencent
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators


def test_the_published_signature() -> None:
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    header = tc3_authorization(
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret_key="Gu5t9xGARNpq86cd98joQYCN3*******",
        service="cvm",
        host="cvm.tencentcloudapi.com",
        body=body,
        timestamp=1551113065,
    )
    assert header == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )


def test_a_wrong_key_is_the_operators_business(simulators: Simulators, connect: Connect) -> None:
    cloud = tencent(connect("realname", simulators.realname.url), "faceid", "2018-03-01", secret_key="wrong")
    with pytest.raises(Misconfigured) as caught:
        TencentIdCardVerification(cloud).check("张建国", "421221196804123010")
    assert caught.value.code == "AuthFailure.SignatureFailure"
    assert len(caught.value.reference) == 36
    assert simulators.realname.calls() == 1


def test_a_clock_ten_minutes_off_is_the_operators_business(simulators: Simulators, connect: Connect) -> None:
    simulators.realname.advance(600)
    cloud = tencent(connect("realname", simulators.realname.url), "faceid", "2018-03-01")
    with pytest.raises(Misconfigured) as caught:
        cloud.call("IdCardVerification", {}, repeatable=True)
    assert caught.value.code == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize(
    ("product", "version", "action", "code"),
    [
        ("sms", "2018-03-01", "IdCardVerification", "AuthFailure.SignatureFailure"),
        ("faceid", "2099-01-01", "IdCardVerification", "NoSuchVersion"),
        ("faceid", "2018-03-01", "SendSms", "InvalidAction"),
    ],
)
def test_the_gate_checks_what_it_signs_for(
    simulators: Simulators, connect: Connect, product: str, version: str, action: str, code: str
) -> None:
    cloud: TencentCloud = tencent(connect("realname", simulators.realname.url), product, version)
    with pytest.raises(Misconfigured) as caught:
        cloud.call(action, {}, repeatable=True)
    assert caught.value.code == code


def test_an_answer_without_response_is_none(simulators: Simulators, connect: Connect) -> None:
    cloud = tencent(connect("realname", simulators.realname.url), "faceid", "2018-03-01")
    shapes: list[object] = [{}, {"Response": []}, {"Response": {"Error": "x"}}, {"Response": {"Error": {}}}]
    for shape in shapes:
        simulators.realname.fault("wrong", shape, times=1)
        with pytest.raises(OutsideUnavailable) as caught:
            cloud.call("IdCardVerification", {}, repeatable=True)
        assert caught.value.why is Trouble.UNREADABLE


def test_too_many_requests_a_second_are_retried(simulators: Simulators, connect: Connect) -> None:
    simulators.realname.errcode("RequestLimitExceeded.UinLimitExceeded", times=2)
    cloud = tencent(connect("realname", simulators.realname.url), "faceid", "2018-03-01")
    assert TencentIdCardVerification(cloud).check("某人", defaults.SMS_APP_ID).name == "BAD_ID_NUMBER"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AuthFailure.TokenFailure", Misconfigured),
        ("UnauthorizedOperation.SerivceSuspendDueToArrears", Misconfigured),
        ("LimitExceeded.AppDailyLimit", QuotaExceeded),
        ("FailedOperation.Whatever", OutsideRefused),
        ("InternalError.Timeout", OutsideUnavailable),
    ],
)
def test_families_of_codes(code: str, kind: type[Exception]) -> None:
    assert type(common_refusal("sms", code, "")) is kind
