"""ID numbers as people type them, and as they cannot be."""

from datetime import date

import pytest

from backend.identity.id_numbers import InvalidIdNumber, parse
from tests.factories import identity


def test_published_sample_number() -> None:
    number = parse("11010519491231002X")
    assert (number.kind, number.birth_date) == ("resident", date(1949, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
    ],
)
def test_lower_case_blanks_and_full_width_are_understood(typed: str) -> None:
    assert parse(typed).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("110105194912310021", "最后一位对不上"),
        ("110105194912310X21", "只能是数字"),
        ("11010519490230002X", "出生日期不存在"),
        ("11010519491331002X", "出生日期不存在"),
        ("11010529491231002X", "不合理"),
        ("11010517491231002X", "不合理"),
        ("00010519491231002X", "省份"),
        ("1101054912310", "18 位"),
        ("110105491231002", "18 位"),
        ("", "18 位"),
        ("身份证号码是多少呢一二三四五六七八九", "只能是数字"),
        ("٠١٠١٠٥١٩٤٩١٢٣١٠٠٢٣", "只能是数字"),
        ("⑪0105194912310020", "一位对不上"),
    ],
)
def test_what_cannot_be_a_number_is_refused_with_the_place_of_the_fault(typed: str, words: str) -> None:
    with pytest.raises(InvalidIdNumber) as refused:
        parse(typed)
    assert words in refused.value.message
    assert refused.value.errors == {"json.id_number": [refused.value.message]}


@pytest.mark.parametrize(
    ("place", "kind"),
    [("810000", "hong_kong"), ("820000", "macao"), ("830000", "taiwan"), ("911156", "foreigner")],
)
def test_residence_permits_and_foreigners_cards(place: str, kind: str) -> None:
    number = parse(identity.id_number(date(1985, 6, 1), place))
    assert number.kind == kind
    assert not number.in_register


def test_old_foreigners_card() -> None:
    number = parse("usa110075062315")
    assert (number.number, number.kind, number.birth_date) == (
        "USA110075062315",
        "foreigner_old",
        date(1975, 6, 23),
    )


def test_old_foreigners_card_with_an_impossible_day() -> None:
    with pytest.raises(InvalidIdNumber):
        parse("USA110075023015")


def test_leap_day() -> None:
    assert parse(identity.id_number(date(2000, 2, 29))).birth_date == date(2000, 2, 29)
