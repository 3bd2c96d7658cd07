"""Finding one's committee by address, by position and by one's own ID number; over HTTP, with the real places' names."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.logs import redact
from backend.organisations import finding
from backend.runtime import Runtime, attach, build
from backend.settings import Settings
from tests.factories import identity
from tests.factories import organisations as offices
from tests.http_client import Caller
from tests.simulators import defaults
from tests.simulators.fixtures import Simulators

PATH = "/mp/v1/organisations"
BAISHU, NAMESAKE, HUANGSHA = "421224102206", "421222106203", "421224102001"
OLD_VILLAGE, COMMUNITY = "421202107207", "421202107001"
_PLACES = {
    "421224000000": "通山县",
    "421224102000": "黄沙铺镇",
    BAISHU: "柏树村委会",
    HUANGSHA: "黄沙社区",
    "421222000000": "通城县",
    "421222106000": "麦市镇",
    NAMESAKE: "柏树村委会",
    "421202107000": "桂花镇",
    OLD_VILLAGE: "柏墩村村委会",
    COMMUNITY: "柏墩社区",
    "421281000000": "赤壁市",
    "421281104000": "赤壁镇",
    "421281104201": "洪山村委会",
}
HERE = {"latitude": "29.7421", "longitude": "114.6418"}


@pytest.fixture(autouse=True)
def places(session: Session) -> None:
    for code, name in _PLACES.items():
        offices.division(session, code, name)
    for code in (BAISHU, HUANGSHA, NAMESAKE, OLD_VILLAGE, COMMUNITY, "421281104201"):
        offices.village(session, code).phone = f"0715-{code[-7:]}"
    session.commit()


@pytest.fixture
def mapped(client: Caller, runtime: Runtime, settings: Settings) -> Iterator[Caller]:
    """The application with a key of the location service."""
    changed = settings.model_copy(
        update={
            "location_key": type(settings.location_key)(defaults.LOCATION_KEY),
            "location_per_address_per_hour": 5,
        }
    )
    attach(client.app, replace(runtime, settings=changed, location=build(changed).location))
    yield client
    attach(client.app, runtime)


def ask(caller: Caller, **query: Any) -> Any:
    answer = caller.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def codes(answer: Any) -> list[str]:
    return [item["division_code"] for item in answer["items"]]


@pytest.mark.parametrize(
    ("address", "text", "rest"),
    [
        ("湖北省通山县黄沙铺镇柏树村3组12号", "通山县黄沙铺镇柏树村", "3组12号"),
        ("湖北省咸宁市通山县黄沙铺镇柏树村三组", "通山县黄沙铺镇柏树村", "三组"),
        ("通山县黄沙铺镇柏树村", "通山县黄沙铺镇柏树村", ""),
        ("湖北通山黄沙铺柏树村", "通山县黄沙铺镇柏树村", ""),
        ("通山 黄沙铺 柏树", "通山县黄沙铺镇柏树村", ""),
        ("通山县黄沙铺乡柏树村", "通山县黄沙铺镇柏树村", ""),
        ("通山县柏树村", "通山县柏树村", ""),
        (
            "家住湖北省，通山县，黄沙铺镇（原黄沙公社）柏树村村委会旁",
            "通山县黄沙铺镇柏树村",
            "原黄沙公社村委会旁",
        ),
        ("湖北省通山县黄沙铺镇柏树村３组", "通山县黄沙铺镇柏树村", "3组"),
    ],
)
def test_an_address_leads_to_its_village(client: Caller, address: str, text: str, rest: str) -> None:
    answer = ask(client, address=address)
    assert codes(answer)[0] == BAISHU
    understood = answer["understood"]
    assert (understood["source"], understood["text"], understood["rest"]) == ("address", text, rest)
    assert understood["levels"][-1] == {"level": "village", "name": "柏树村", "code": BAISHU}
    assert answer["items"][0]["phone"] == "0715-4102206"


def test_a_namesake_elsewhere_comes_after_what_matches_more_levels(client: Caller) -> None:
    assert codes(ask(client, address="湖北省通山县黄沙铺镇柏树村")) == [BAISHU, NAMESAKE]
    assert codes(ask(client, address="通城县柏树村")) == [NAMESAKE, BAISHU]
    assert sorted(codes(ask(client, address="柏树村3组"))) == sorted([BAISHU, NAMESAKE])


def test_a_village_and_a_community_of_one_name_are_told_apart(client: Caller) -> None:
    assert codes(ask(client, address="咸安区桂花镇柏墩村2组"))[0] == OLD_VILLAGE
    assert codes(ask(client, address="咸安区桂花镇柏墩社区"))[0] == COMMUNITY
    assert sorted(codes(ask(client, address="咸安区桂花镇柏墩2组"))) == sorted([OLD_VILLAGE, COMMUNITY])


def test_a_misspelt_village_leaves_its_town_to_choose_from(client: Caller) -> None:
    answer = ask(client, address="通山县黄沙铺镇百树村3组")
    assert sorted(codes(answer)) == [HUANGSHA, BAISHU]
    assert (answer["understood"]["text"], answer["understood"]["rest"]) == ("通山县黄沙铺镇", "百树村3组")
    assert "输入村名" in answer["understood"]["advice"]


def test_a_wrong_county_is_named_as_not_understood(client: Caller) -> None:
    answer = ask(client, address="咸安区柏树村")
    assert sorted(codes(answer)) == sorted([BAISHU, NAMESAKE])
    assert (answer["understood"]["text"], answer["understood"]["rest"]) == ("柏树村", "咸安区")


@pytest.mark.parametrize(
    "address",
    [
        "广东省深圳市南山区桂花镇柏树村",
        "湖北省武汉市江夏区柏树村",
        "深圳市南山区柏树路",
        "北京市朝阳区",
        "广西壮族自治区南宁市",
        "不知道",
        "３",
        "<script>alert(1)</script>",
        "%_%",
        "\u202e村树柏",
    ],
)
def test_elsewhere_and_nonsense_find_nothing_and_say_so(client: Caller, address: str) -> None:
    answer = ask(client, address=address)
    assert answer["items"] == [] and answer["next_cursor"] is None
    assert answer["understood"]["levels"] == [] and "逐级选择" in answer["understood"]["advice"]


def test_blank_address_is_no_hint_and_a_long_one_is_refused(client: Caller) -> None:
    assert ask(client, address="  ")["understood"] is None
    refused = client.get(PATH, query_string={"address": "柏" * 121})
    assert refused.status_code == 422 and "query.address" in refused.json["errors"]


def test_a_city_and_a_town_of_one_name(client: Caller) -> None:
    assert ask(client, address="赤壁市")["understood"]["text"] == "赤壁市"
    assert ask(client, address="赤壁市赤壁镇洪山村")["understood"]["text"] == "赤壁市赤壁镇洪山村"


def test_pages_of_a_ranked_list_go_on_where_they_stopped(client: Caller) -> None:
    first = ask(client, address="通山县黄沙铺镇柏树村", limit=1)
    second = ask(client, address="通山县黄沙铺镇柏树村", limit=1, cursor=first["next_cursor"])
    assert (codes(first), codes(second), second["next_cursor"]) == ([BAISHU], [NAMESAKE], None)


def test_every_row_says_whom_to_call_in_one_query_more(client: Caller, session: Session) -> None:
    town = offices.town(session, "421224102000")
    town.phone = "0715-8222222"
    offices.village(session, BAISHU).phone = None
    session.commit()
    found = {one["division_code"]: one for one in ask(client, words="黄沙铺")["items"]}
    assert found[BAISHU]["phone"] is None
    assert found[BAISHU]["contact"] == {"office": town.name, "phone": "0715-8222222"}
    assert found[HUANGSHA]["contact"]["phone"] == found[HUANGSHA]["phone"]
    with statements(session) as with_some:
        ask(client, words="黄沙铺")
    offices.village(session, HUANGSHA).phone = None
    session.commit()
    with statements(session) as with_none:
        ask(client, words="黄沙铺")
    assert len(with_none) == len(with_some)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*about: Any) -> None:
        if "SAVEPOINT" not in about[2]:
            sent.append(about[2])

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


# -- one's own county ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", ["421281", "422302"])
def test_the_county_of_one_s_own_number_comes_first(session: Session, client: Caller, head: str) -> None:
    """Numbers given out before 1998 carry codes that no longer exist."""
    person = identity.citizen(session, number=identity.id_number(place=head))
    session.commit()
    found = ask(client.as_(person.token), suggested="true")
    assert codes(found)[0] == "421281104201" and found["items"][0]["in_home_county"]
    assert codes(found)[1:] == sorted(codes(found)[1:]) and not found["items"][1]["in_home_county"]
    assert codes(ask(client.as_(person.token))) == sorted(codes(found))


def test_suggested_pages_go_on_past_the_county(session: Session, client: Caller) -> None:
    person = identity.citizen(session, number=identity.id_number(place="421281"))
    session.commit()
    caller, seen, cursor = client.as_(person.token), [], None
    while cursor is not None or not seen:
        page = ask(caller, suggested="true", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += codes(page)
        cursor = page["next_cursor"]
    assert seen == ["421281104201", *sorted(set(seen) - {"421281104201"})] and len(seen) == 6


def test_who_is_not_known_or_from_elsewhere_gets_the_plain_order(session: Session, client: Caller) -> None:
    stranger = identity.citizen(session, number=identity.id_number(place="440305"))
    unnamed = identity.account(session)
    session.commit()
    for caller in (client, client.as_(stranger.token), client.as_(identity.log_in(session, unnamed))):
        found = ask(caller, suggested="true")
        assert codes(found) == sorted(codes(found)) and not any(
            one["in_home_county"] for one in found["items"]
        )


def test_former_codes_lead_to_counties_of_today() -> None:
    assert {finding.county_of(code + "19600101000X") for code in finding._FORMER} <= {
        f"4212{end}" for end in ("02", "21", "22", "23", "24", "81")
    }


# -- where one stands ----------------------------------------------------------------------------------------------------


def test_a_position_leads_to_the_village_then_its_town(mapped: Caller, simulators: Simulators) -> None:
    answer = ask(mapped, **HERE)
    assert codes(answer) == [BAISHU, HUANGSHA]
    assert (answer["understood"]["source"], answer["understood"]["text"]) == ("location", "通山县黄沙铺镇")
    assert simulators.location.calls() == 1


def test_a_town_of_a_later_edition_is_found_by_its_name(mapped: Caller, simulators: Simulators) -> None:
    facts = {"adcode": "421224", "province": "湖北省", "city": "咸宁市", "district": "通山县"}
    simulators.location.place(29.7, 114.6, **facts, town_id="421224999", town="黄沙铺镇")
    assert sorted(codes(ask(mapped, **HERE))) == [HUANGSHA, BAISHU]
    simulators.location.place(29.7, 114.6, **facts, town_id="421224998", town="新设的镇")
    assert ask(mapped, **HERE)["understood"]["text"] == "通山县"


def test_a_position_outside_the_city_finds_nothing(mapped: Caller) -> None:
    for latitude, longitude in (("22.5333", "113.9305"), ("0", "0")):
        answer = ask(mapped, latitude=latitude, longitude=longitude)
        assert answer["items"] == [] and answer["understood"]["text"] == ""


def test_without_a_key_the_answer_says_what_to_do(client: Caller, simulators: Simulators) -> None:
    answer = client.get(PATH, query_string=HERE)
    assert (answer.status_code, answer.json["code"]) == (422, "location_unavailable")
    assert "请输入村名" in answer.json["detail"] and simulators.location.calls() == 0


@pytest.mark.parametrize("status", [110, 121, 122, 190, 199, 311, 348, 500])
def test_a_service_that_says_no_is_unavailable(mapped: Caller, simulators: Simulators, status: int) -> None:
    simulators.location.errcode(status)
    answer = mapped.get(PATH, query_string=HERE)
    assert (answer.status_code, answer.json["code"]) == (422, "location_unavailable")
    assert "请输入村名" in answer.json["detail"]


@pytest.mark.parametrize("kind", ["html", "garbage", "wrong", "redirect", "half"])
def test_a_service_that_answers_nonsense_is_unavailable(
    mapped: Caller, simulators: Simulators, kind: str
) -> None:
    simulators.location.fault(kind)
    assert mapped.get(PATH, query_string=HERE).json["code"] == "location_unavailable"


def test_busy_for_a_second_is_asked_again(mapped: Caller, simulators: Simulators) -> None:
    simulators.location.errcode(120, times=1)
    assert codes(ask(mapped, **HERE))[0] == BAISHU
    assert simulators.location.calls() == 2


def test_asking_for_positions_is_limited_by_address(mapped: Caller, simulators: Simulators) -> None:
    for _ in range(5):
        ask(mapped, **HERE)
    late = mapped.get(PATH, query_string=HERE)
    assert late.status_code == 429 and "输入村名" in late.json["detail"] and late.headers["Retry-After"]
    assert simulators.location.calls() == 5
    assert codes(ask(mapped, words="柏树"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"latitude": "29.7"}, "longitude"),
        ({"longitude": "114"}, "latitude"),
        ({"latitude": "91", "longitude": "114"}, "latitude"),
        ({"latitude": "nan", "longitude": "114"}, "latitude"),
        ({"latitude": "29", "longitude": "inf"}, "longitude"),
        ({"latitude": "x", "longitude": "114"}, "latitude"),
        ({**HERE, "address": "柏树村"}, "address"),
    ],
)
def test_half_a_position_or_an_impossible_one_is_refused(
    mapped: Caller, simulators: Simulators, query: dict[str, str], field: str
) -> None:
    refused = mapped.get(PATH, query_string=query)
    assert refused.status_code == 422 and f"query.{field}" in refused.json["errors"], refused.text
    assert simulators.location.calls() == 0


def test_no_position_is_stored_or_logged(
    mapped: Caller, session: Session, simulators: Simulators, caplog: pytest.LogCaptureFixture
) -> None:
    written: list[str] = []
    engine = session.get_bind()
    note = lambda conn, cursor, statement, values, *_: written.append(f"{statement} {values}")  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        with caplog.at_level(logging.DEBUG):
            ask(mapped, **HERE)
            simulators.location.fault("html")
            mapped.get(PATH, query_string=HERE)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written
    for text in ("\n".join(written), caplog.text):
        assert "29.74" not in text and "114.64" not in text
    line = redact("GET /mp/v1/organisations?latitude=29.74&longitude=114.64&address=%E6%9F%8F HTTP/1.1")
    assert line == "GET /mp/v1/organisations?latitude=[cut]&longitude=[cut]&address=[cut] HTTP/1.1"
