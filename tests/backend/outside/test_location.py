"""Reverse geocoding: what a position is called, and each way the service has of not saying."""

import pytest

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.location import Place, TencentLocation
from tests.backend.outside.conftest import Connect
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators

PATH = "/ws/geocoder/v1/"
HERE = (29.7421, 114.6418)


@pytest.fixture
def location(simulators: Simulators, connect: Connect) -> TencentLocation:
    return TencentLocation(connect("location", simulators.location.url), key=defaults.LOCATION_KEY)


def test_county_town_and_village_of_a_position(location: TencentLocation) -> None:
    assert location.locate(*HERE) == Place("421224", "通山县", "421224102", "黄沙铺镇", "柏树")


def test_what_the_service_does_not_know_is_empty(location: TencentLocation) -> None:
    assert location.locate(22.53, 113.93) == Place("440305", "南山区", "440305001", "南头街道", "")
    assert location.locate(0, 0) == Place("", "")
    assert location.locate(-33.85, 151.21) == Place("", "")


def test_tiny_numbers_are_not_written_as_powers(location: TencentLocation) -> None:
    """1e-07 is no coordinate to the service."""
    assert location.locate(0.0000001, -0.0000001) == Place("", "")


@pytest.mark.parametrize("key", ["", "short", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF"])
def test_a_wrong_key_is_ours_to_mend(simulators: Simulators, connect: Connect, key: str) -> None:
    client = TencentLocation(connect("location", simulators.location.url), key=key)
    with pytest.raises(Misconfigured) as caught:
        client.locate(*HERE)
    assert caught.value.code in ("190", "301", "311") and caught.value.reference
    assert "29.74" not in str(caught.value) and "114.64" not in str(caught.value)


@pytest.mark.parametrize("status", [110, 111, 112, 113, 123, 199])
def test_not_allowed(simulators: Simulators, location: TencentLocation, status: int) -> None:
    simulators.location.errcode(status)
    with pytest.raises(Misconfigured):
        location.locate(*HERE)
    assert simulators.location.calls(PATH) == 1


@pytest.mark.parametrize("status", [121, 122])
def test_used_up_for_today(simulators: Simulators, location: TencentLocation, status: int) -> None:
    simulators.location.errcode(status)
    with pytest.raises(QuotaExceeded):
        location.locate(*HERE)


def test_a_position_it_does_not_take(simulators: Simulators, location: TencentLocation) -> None:
    simulators.location.errcode(348)
    with pytest.raises(OutsideRefused) as caught:
        location.locate(*HERE)
    assert type(caught.value) is OutsideRefused


def test_too_many_this_second_is_tried_again(simulators: Simulators, location: TencentLocation) -> None:
    simulators.location.errcode(120, times=2)
    assert location.locate(*HERE).adcode == "421224"
    assert simulators.location.calls(PATH) == 3


@pytest.mark.parametrize(("status", "tries"), [(120, 3), (500, 1), (-1, 1), (9999, 1)])
def test_its_own_trouble(simulators: Simulators, location: TencentLocation, status: int, tries: int) -> None:
    simulators.location.errcode(status, times=None)
    with pytest.raises(OutsideUnavailable):
        location.locate(*HERE)
    assert simulators.location.calls(PATH) == tries


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"status": "0"},
        {"status": True},
        {"status": 0},
        {"status": 0, "result": []},
        {"status": 0, "result": {}},
        {"status": 0, "result": {"ad_info": None}},
    ],
)
def test_another_shape_is_no_answer(
    simulators: Simulators, location: TencentLocation, shape: dict[str, object]
) -> None:
    simulators.location.fault("wrong", shape)
    with pytest.raises(OutsideUnavailable) as caught:
        location.locate(*HERE)
    assert caught.value.why is Trouble.UNREADABLE


@pytest.mark.parametrize(
    "near", [None, [], {"town": None}, {"town": {"id": 7, "title": ["x"]}, "village": "x"}]
)
def test_odd_surroundings_are_left_out(
    simulators: Simulators, location: TencentLocation, near: object
) -> None:
    result = {"ad_info": {"adcode": "421224", "district": "通山县"}, "address_reference": near}
    simulators.location.fault("wrong", {"status": 0, "result": result})
    assert location.locate(*HERE) == Place("421224", "通山县")


@pytest.mark.parametrize("kind", ["html", "garbage", "redirect"])
def test_a_captive_portal_is_no_answer(simulators: Simulators, location: TencentLocation, kind: str) -> None:
    simulators.location.fault(kind)
    with pytest.raises(OutsideUnavailable):
        location.locate(*HERE)
    assert simulators.location.calls(PATH) == 1 and simulators.location.calls("trap") == 0
