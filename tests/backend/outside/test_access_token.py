"""The access token: asked for once, early, by one thread; replaced when WeChat stops liking it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.outside.access_token import AccessToken
from backend.outside.errors import OutsideUnavailable, Trouble
from backend.outside.wechat import WeChatClient
from tests.backend.outside.conftest import Clock
from tests.simulators.fixtures import Simulators

TOKEN = "/cgi-bin/stable_token"


def use(simulators: Simulators, wechat: WeChatClient) -> str:
    """Any call that needs the token."""
    return wechat.phone_number(simulators.wechat.phone_code("13800000001")).number


def pass_time(simulators: Simulators, clock: Clock, seconds: float) -> None:
    clock.advance(seconds)
    simulators.wechat.advance(seconds)


def test_one_token_serves_many_calls(simulators: Simulators, wechat: WeChatClient) -> None:
    for _ in range(5):
        use(simulators, wechat)
    assert simulators.wechat.calls(TOKEN) == 1


def test_it_is_renewed_before_its_end(simulators: Simulators, wechat: WeChatClient, clock: Clock) -> None:
    use(simulators, wechat)
    pass_time(simulators, clock, 6950)
    use(simulators, wechat)
    assert simulators.wechat.calls(TOKEN) == 1
    pass_time(simulators, clock, 20)
    use(simulators, wechat)
    use(simulators, wechat)
    assert simulators.wechat.calls(TOKEN) == 2
    pass_time(simulators, clock, 6900)  # the second one lives its own two hours
    use(simulators, wechat)
    assert simulators.wechat.calls(TOKEN) == 2


def test_a_failed_early_renewal_harms_nobody(
    simulators: Simulators, wechat: WeChatClient, clock: Clock
) -> None:
    use(simulators, wechat)
    pass_time(simulators, clock, 7000)
    simulators.wechat.fault("status", 503, path=TOKEN)
    assert use(simulators, wechat) == "13800000001"
    pass_time(simulators, clock, 201)
    with pytest.raises(OutsideUnavailable):
        use(simulators, wechat)


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_token_made_bad_by_others_is_replaced_and_the_call_repeated(
    simulators: Simulators, wechat: WeChatClient, errcode: int
) -> None:
    use(simulators, wechat)
    simulators.wechat.spoil_token(errcode)
    assert use(simulators, wechat) == "13800000001"
    assert simulators.wechat.calls(TOKEN) == 2


def test_if_the_service_repeats_the_refused_token_a_new_one_is_forced(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    simulators.wechat.errcode(40001, path="/wxa/business/getuserphonenumber")
    assert use(simulators, wechat) == "13800000001"
    assert simulators.wechat.calls(TOKEN) == 3  # first, the same again, forced


def test_forcing_is_not_repeated_within_thirty_seconds(
    simulators: Simulators, wechat: WeChatClient, clock: Clock
) -> None:
    simulators.wechat.errcode(40001, times=None, path="/wxa/business/getuserphonenumber")
    for expected in (3, 4):
        with pytest.raises(OutsideUnavailable) as caught:
            use(simulators, wechat)
        assert (caught.value.why, caught.value.maybe_done) == (Trouble.BUSY, False)
        assert simulators.wechat.calls(TOKEN) == expected
    clock.advance(30)
    with pytest.raises(OutsideUnavailable):
        use(simulators, wechat)
    assert simulators.wechat.calls(TOKEN) == 6


def test_three_threads_make_one_refresh(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.fault("slow", 0.15, path=TOKEN)
    codes = [simulators.wechat.phone_code(f"1380000000{n}") for n in range(3)]
    with ThreadPoolExecutor(3) as pool:
        found = sorted(answer.number for answer in pool.map(wechat.phone_number, codes))
    assert found == ["13800000000", "13800000001", "13800000002"]
    assert simulators.wechat.calls(TOKEN) == 1


def test_three_threads_with_one_bad_token_make_one_refresh(
    simulators: Simulators, wechat: WeChatClient
) -> None:
    use(simulators, wechat)
    simulators.wechat.spoil_token()
    codes = [simulators.wechat.phone_code("13800000001") for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert len(list(pool.map(wechat.phone_number, codes))) == 3
    assert simulators.wechat.calls(TOKEN) == 2


def test_an_early_refresh_holds_up_only_the_one_who_does_it(clock: Clock) -> None:
    asked, answer = threading.Event(), threading.Event()
    tokens = iter(["first", "second"])

    def fetch(force: bool) -> tuple[str, int]:
        token = next(tokens)
        if token == "second":
            asked.set()
            answer.wait(60)
        return token, 7200

    held = AccessToken(fetch, clock=clock)
    assert held.get() == "first"
    clock.advance(7000)
    refresher = threading.Thread(target=held.get)
    refresher.start()
    asked.wait(60)
    began = time.monotonic()
    assert held.get() == "first"
    assert time.monotonic() - began < 30
    answer.set()
    refresher.join()
    assert held.get() == "second"


def test_a_short_lived_token_is_not_asked_for_on_every_call(clock: Clock) -> None:
    lives = iter([100, 100, 100])
    held = AccessToken(lambda force: (f"token-{next(lives)}", 100), clock=clock)
    for _ in range(10):
        held.get()
    assert len(list(lives)) == 2
