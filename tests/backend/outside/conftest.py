"""Clients of the product against the simulators, over loopback HTTP; little patience, our own clock."""

from collections.abc import Callable, Iterator

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


@pytest.fixture
def connect(clock: Clock, pauses: list[float]) -> Iterator[Connect]:
    made: list[OutsideClient] = []

    def connect(service: str, url: str, *, attempts: int = 3, failures: int = 100) -> OutsideClient:
        patience = Patience(connect=1.0, read=0.4, total=1.0, attempts=attempts, sleep=pauses.append)
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
