"""Fixtures: the simulators on free ports. Import both names in a conftest.py."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.simulators.control import LocationControl, RealNameControl, SmsControl, WeChatControl
from tests.simulators.location import LocationSimulator
from tests.simulators.realname import RealNameSimulator
from tests.simulators.serving import Serving
from tests.simulators.sms import SmsSimulator
from tests.simulators.wechat import WeChatSimulator


@dataclass(frozen=True)
class Simulators:
    """Handles; each has `.url` for the product's configuration."""

    wechat: WeChatControl
    sms: SmsControl
    realname: RealNameControl
    location: LocationControl

    def reset(self) -> None:
        for control in (self.wechat, self.sms, self.realname, self.location):
            control.reset()


@pytest.fixture(scope="session")
def simulator_servers() -> Iterator[Simulators]:
    """Running through the session, in threads."""
    with ExitStack() as stack:
        wechat, sms, realname, location = (
            stack.enter_context(Serving(simulator))
            for simulator in (WeChatSimulator(), SmsSimulator(), RealNameSimulator(), LocationSimulator())
        )
        controls = (
            WeChatControl(wechat.url),
            SmsControl(sms.url),
            RealNameControl(realname.url),
            LocationControl(location.url),
        )
        for control in controls:
            stack.enter_context(control)
        yield Simulators(*controls)


@pytest.fixture
def simulators(simulator_servers: Simulators) -> Simulators:
    """Fresh for each test."""
    simulator_servers.reset()
    return simulator_servers
