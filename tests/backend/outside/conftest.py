"""Clients of the product against the simulators, over loopback HTTP; our own clock.

They are patient, so that a busy machine changes nothing; who tests a time limit takes `impatient`, and a simulator
that would answer much later still.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from backend.outside.breaker import Breaker
from backend.outside.http import OutsideClient, Patience
from backend.outside.realname import TencentIdCardVerification
from backend.outside.sms import TencentSmsClient
from backend.outside.tencent import TencentCloud
from backend.outside.wechat import WeChatClient
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


Connect = Callable[..., OutsideClient]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pauses() -> list[float]:
    """How long the retries would have slept."""
    return []


#: Seconds a simulator keeps an impatient client waiting: no machine is so busy that it looks like an answer in time.
FAR_TOO_SLOW = 60.0


@dataclass
class Limits:
    """Seconds a client waits for the next byte, and for a whole answer."""

    read: float = 30.0
    total: float = 60.0


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def impatient(limits: Limits) -> None:
    """Clients made in this test wait a moment only for the next byte."""
    limits.read = 0.2


@pytest.fixture
def connect(clock: Clock, pauses: list[float], limits: Limits) -> Iterator[Connect]:
    made: list[OutsideClient] = []

    def connect(service: str, url: str, *, attempts: int = 3, failures: int = 100) -> OutsideClient:
        patience = Patience(
            connect=30.0, read=limits.read, total=limits.total, attempts=attempts, sleep=pauses.append
        )
        breaker = Breaker(service, failures=failures, rest_seconds=20.0, clock=clock)
        made.append(OutsideClient(service, url, patience=patience, breaker=breaker))
        return made[-1]

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def wechat_http(simulators: Simulators, connect: Connect) -> OutsideClient:
    return connect("wechat", simulators.wechat.url)


@pytest.fixture
def wechat(wechat_http: OutsideClient, clock: Clock) -> WeChatClient:
    return WeChatClient(wechat_http, appid=defaults.APPID, secret=defaults.SECRET, clock=clock)


def tencent(
    client: OutsideClient, product: str, version: str, secret_key: str = defaults.SECRET_KEY
) -> TencentCloud:
    return TencentCloud(
        client,
        product=product,
        version=version,
        region="ap-guangzhou",
        secret_id=defaults.SECRET_ID,
        secret_key=secret_key,
    )


@pytest.fixture
def sms(simulators: Simulators, connect: Connect) -> TencentSmsClient:
    cloud = tencent(connect("sms", simulators.sms.url), "sms", "2021-01-11")
    return TencentSmsClient(cloud, app_id=defaults.SMS_APP_ID, sign_name=defaults.SMS_SIGN_NAME)


@pytest.fixture
def realname(simulators: Simulators, connect: Connect) -> TencentIdCardVerification:
    return TencentIdCardVerification(
        tencent(connect("realname", simulators.realname.url), "faceid", "2018-03-01")
    )
