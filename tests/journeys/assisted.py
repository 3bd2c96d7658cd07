"""What the main journey does not walk: 代办, return, deputy, co-sign, refusal, transfer, sharing, other log-ins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.journeys import acts, judges
from tests.journeys.entrances import Entrances
from tests.journeys.helping import Helping
from tests.journeys.phone import Phone, expect
from tests.journeys.turns import Turns
from tests.journeys.world import APPROVER, CLERK, COUNTER, TOWN, World

Steps = Iterator[tuple[str, Callable[[], object]]]
_HOME = ("柏树村", "421224102206")
_NEXT = ("晨光村", "421224102200")


@dataclass
class Cast:
    """Those who are needed in every part: staff, logged in, and the villages."""

    world: World
    clerk: Phone
    approver: Phone
    town: Phone
    counter: Phone
    stranger: Phone
    home: acts.Facts
    elsewhere: acts.Facts


class Journey:
    """Three parts: for those who cannot, where it turns out otherwise, and by other doors."""

    def __init__(self, world: World) -> None:
        clerk, approver, town, counter, stranger = (world.phone() for _ in range(5))
        self.cast = Cast(world, clerk, approver, town, counter, stranger, {}, {})

    def steps(self) -> Steps:
        """The story, in order."""
        yield "检验工具齐全，工作人员登录", self.everybody_is_in
        yield from Helping(self.cast).steps()
        yield from Turns(self.cast).steps()
        yield from Entrances(self.cast).steps()

    def everybody_is_in(self) -> None:
        judges.tools_are_there()
        cast = self.cast
        expect(cast.stranger.answer("GET", "/readyz").status_code == 200, "服务没有就绪")
        for phone, number in (
            (cast.clerk, CLERK),
            (cast.approver, APPROVER),
            (cast.town, TOWN),
            (cast.counter, COUNTER),
        ):
            acts.log_in_by_sms(cast.world, phone, number)
        cast.home, cast.elsewhere = (acts.village(cast.clerk, *place) for place in (_HOME, _NEXT))
