"""The circuit breaker: opens, rests, lets one probe through; callers never queue behind each other."""

import threading
import time

import pytest

from backend.outside.errors import OutsideUnavailable, Trouble
from backend.outside.http import OutsideClient
from backend.outside.wechat import WeChatClient
from backend.outside.wechat_errors import CodeInvalid
from tests.backend.outside.conftest import FAR_TOO_SLOW, Clock, Connect
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators


@pytest.fixture
def wechat_http(simulators: Simulators, connect: Connect) -> OutsideClient:
    return connect("wechat", simulators.wechat.url, attempts=1, failures=3)


def fail(wechat: WeChatClient, why: Trouble) -> None:
    with pytest.raises(OutsideUnavailable) as caught:
        wechat.code_to_session("any")
    assert caught.value.why is why


def wait_for_calls(simulators: Simulators, count: int) -> None:
    """Until so many calls have reached WeChat."""
    ends = time.monotonic() + FAR_TOO_SLOW / 2
    while simulators.wechat.calls() < count:
        assert time.monotonic() < ends, f"only {simulators.wechat.calls()} calls arrived"
        time.sleep(0.005)


def opened(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.down()
    for _ in range(3):
        fail(wechat, Trouble.BUSY)


def test_opens_after_failures_in_a_row_and_then_asks_no_more(
    simulators: Simulators, wechat: WeChatClient, wechat_http: OutsideClient, clock: Clock
) -> None:
    opened(simulators, wechat)
    simulators.wechat.well()
    clock.advance(19.9)
    for _ in range(5):
        fail(wechat, Trouble.BREAKER)
    assert simulators.wechat.calls() == 3
    assert wechat_http.breaker.state == "open"


def test_a_good_probe_closes_it(
    simulators: Simulators, wechat: WeChatClient, wechat_http: OutsideClient, clock: Clock
) -> None:
    opened(simulators, wechat)
    simulators.wechat.well()
    clock.advance(20)
    assert wechat.code_to_session(simulators.wechat.js_code("openid-1")).openid == "openid-1"
    assert wechat_http.breaker.state == "closed"


def test_a_bad_probe_opens_it_for_another_rest(
    simulators: Simulators, wechat: WeChatClient, wechat_http: OutsideClient, clock: Clock
) -> None:
    opened(simulators, wechat)
    clock.advance(20)
    fail(wechat, Trouble.BUSY)
    fail(wechat, Trouble.BREAKER)
    clock.advance(19)
    fail(wechat, Trouble.BREAKER)
    clock.advance(1)
    fail(wechat, Trouble.BUSY)
    assert simulators.wechat.calls() == 5


def test_only_one_probe_at_a_time(simulators: Simulators, wechat: WeChatClient, clock: Clock) -> None:
    opened(simulators, wechat)
    simulators.wechat.well()
    simulators.wechat.slow(FAR_TOO_SLOW)
    clock.advance(20)
    code = simulators.wechat.js_code("openid-1")
    probe = threading.Thread(target=wechat.code_to_session, args=(code,))
    probe.start()
    wait_for_calls(simulators, 4)
    fail(wechat, Trouble.BREAKER)
    simulators.wechat.well()
    probe.join()
    assert simulators.wechat.calls() == 4


def test_a_straggler_from_before_is_not_taken_for_the_probe(
    wechat_http: OutsideClient, simulators: Simulators, wechat: WeChatClient, clock: Clock
) -> None:
    """It was let go while all was well, and comes back when one probe is out."""
    breaker = wechat_http.breaker
    straggler = breaker.admit()
    opened(simulators, wechat)
    clock.advance(20)
    probe = breaker.admit()
    breaker.report(straggler, well=True)
    assert breaker.state == "half-open"
    fail(wechat, Trouble.BREAKER)
    breaker.report(probe, well=True)
    assert breaker.state == "closed"


def test_a_success_between_failures_starts_the_count_anew(
    simulators: Simulators, wechat: WeChatClient, wechat_http: OutsideClient
) -> None:
    for _ in range(3):
        simulators.wechat.fault("status", 503, times=2)
        fail(wechat, Trouble.BUSY)
        fail(wechat, Trouble.BUSY)
        wechat.code_to_session(simulators.wechat.js_code("openid-1"))
    assert wechat_http.breaker.state == "closed"


def test_a_refusal_is_a_working_service(
    simulators: Simulators, wechat: WeChatClient, wechat_http: OutsideClient
) -> None:
    for _ in range(6):
        with pytest.raises(CodeInvalid):
            wechat.code_to_session("no such code")
    assert wechat_http.breaker.state == "closed"


def test_callers_do_not_queue_behind_a_slow_one(simulators: Simulators, wechat: WeChatClient) -> None:
    simulators.wechat.slow(FAR_TOO_SLOW)
    codes = [simulators.wechat.js_code(f"openid-{n}") for n in range(6)]
    threads = [threading.Thread(target=wechat.code_to_session, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    wait_for_calls(simulators, 6)  # all six are out there at once
    simulators.wechat.well()
    for thread in threads:
        thread.join()


def test_retries_end_when_it_opens(simulators: Simulators, connect: Connect) -> None:
    client = connect("wechat", simulators.wechat.url, attempts=5, failures=2)
    simulators.wechat.down()
    wechat = WeChatClient(client, appid=defaults.APPID, secret=defaults.SECRET)
    fail(wechat, Trouble.BREAKER)
    assert simulators.wechat.calls() == 2
