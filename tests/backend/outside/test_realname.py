"""The real-name check: each answer of the register, names as they are, and a register that is away."""

import pytest

from backend.outside.errors import Misconfigured, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.realname import RealNameResult, TencentIdCardVerification
from tests.backend.outside.conftest import FAR_TOO_SLOW
from tests.simulators.fixtures import Simulators
from tests.simulators.realname.persons import DEMO_PERSONS, check_digit, is_id_number

ACTION = "IdCardVerification"
UNKNOWN = "42122119700101009"


@pytest.mark.parametrize(("id_number", "name"), DEMO_PERSONS.items())
def test_everybody_is_found_by_their_true_name(
    realname: TencentIdCardVerification, id_number: str, name: str
) -> None:
    assert is_id_number(id_number)
    assert realname.check(name, id_number) is RealNameResult.MATCH


def test_another_name_is_a_mismatch(realname: TencentIdCardVerification) -> None:
    for id_number, name in DEMO_PERSONS.items():
        if name == "买买提·吐尔逊":
            assert realname.check("买买提吐尔逊", id_number) is RealNameResult.MISMATCH
        if name == "王䶮":
            assert realname.check("王龑", id_number) is RealNameResult.MISMATCH


@pytest.mark.parametrize(
    "id_number",
    [
        "421221196804123011",
        "421221196802303010",
        "42122119680412301x",
        "４２１２２１１９６８０４１２３０１０",
        "",
        "810000199408230021",
    ],
)
def test_impossible_numbers(realname: TencentIdCardVerification, id_number: str) -> None:
    expected = RealNameResult.NO_RECORD if is_id_number(id_number) else RealNameResult.BAD_ID_NUMBER
    assert realname.check("张建国", id_number) is expected


@pytest.mark.parametrize("name", ["", "张", "张3", "张\u202e三", "😀😀", "·张", "张\ud800"])
def test_impossible_names(realname: TencentIdCardVerification, name: str) -> None:
    assert realname.check(name, UNKNOWN + check_digit(UNKNOWN)) is RealNameResult.BAD_NAME


def test_a_stranger_and_then_a_registered_one(
    simulators: Simulators, realname: TencentIdCardVerification
) -> None:
    id_number = UNKNOWN + check_digit(UNKNOWN)
    assert realname.check("周大河", id_number) is RealNameResult.NO_RECORD
    simulators.realname.register("周大河", id_number)
    assert realname.check("周大河", id_number) is RealNameResult.MATCH


def test_a_register_in_trouble_is_asked_again(
    simulators: Simulators, realname: TencentIdCardVerification
) -> None:
    simulators.realname.errcode("-4", times=2)
    assert realname.check("张建国", next(iter(DEMO_PERSONS))) is RealNameResult.MATCH
    assert simulators.realname.calls(ACTION) == 3


@pytest.mark.parametrize(("result", "tries"), [("-4", 3), ("-6", 1)])
def test_no_answer_is_never_a_verdict(
    simulators: Simulators, realname: TencentIdCardVerification, result: str, tries: int
) -> None:
    simulators.realname.errcode(result, times=None)
    with pytest.raises(OutsideUnavailable):
        realname.check("张建国", next(iter(DEMO_PERSONS)))
    assert simulators.realname.calls(ACTION) == tries


@pytest.mark.parametrize("shape", [{}, {"Result": None}, {"Result": 0}, {"Result": "-99"}, {"Result": ["0"]}])
def test_an_unknown_result_is_not_guessed_at(
    simulators: Simulators, realname: TencentIdCardVerification, shape: dict[str, object]
) -> None:
    simulators.realname.fault("wrong", {"Response": shape})
    with pytest.raises(OutsideUnavailable) as caught:
        realname.check("张建国", next(iter(DEMO_PERSONS)))
    assert caught.value.why is Trouble.UNREADABLE


def test_asked_too_often_about_one_person(
    simulators: Simulators, realname: TencentIdCardVerification
) -> None:
    simulators.realname.daily_limit(2)
    id_number = next(iter(DEMO_PERSONS))
    for _ in range(2):
        realname.check("张建国", id_number)
    with pytest.raises(QuotaExceeded):
        realname.check("张建国", id_number)


def test_not_paid(simulators: Simulators, realname: TencentIdCardVerification) -> None:
    simulators.realname.errcode("UnauthorizedOperation.Arrears")
    with pytest.raises(Misconfigured) as caught:
        realname.check("张建国", next(iter(DEMO_PERSONS)))
    assert "张建国" not in str(caught.value)


@pytest.mark.usefixtures("impatient")
def test_slow_three_times_is_away(simulators: Simulators, realname: TencentIdCardVerification) -> None:
    simulators.realname.slow(FAR_TOO_SLOW)
    with pytest.raises(OutsideUnavailable) as caught:
        realname.check("张建国", next(iter(DEMO_PERSONS)))
    assert caught.value.why is Trouble.TIMEOUT
    assert simulators.realname.calls(ACTION) == 3
