"""Values are made to fit: whatever people write, WeChat's rules (as simulated) accept it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.outside.message_fields import FieldUnfit, Value, fit, fit_fields, shorten
from tests.simulators.wechat.fields import fault_of

TEXT_KINDS = [
    "thing1",
    "character_string2",
    "phrase3",
    "name4",
    "letter5",
    "symbol6",
    "phone_number7",
    "car_number8",
]


@given(st.sampled_from(TEXT_KINDS), st.text())
def test_no_text_is_ever_refused(key: str, text: str) -> None:
    assert fault_of(fit_fields({key: text})) is None


@given(st.text(), st.integers(2, 40))
def test_shortening_keeps_the_limit_and_the_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short.encode("utf-16-le")) // 2 <= limit
    assert short == text or text.startswith(short[:-1].rstrip())


@pytest.mark.parametrize(
    ("key", "value", "fitted"),
    [
        ("thing1", "二十个字正好不缩短一二三四五六七八九十一", "二十个字正好不缩短一二三四五六七八九十一"),
        ("thing1", "二十一个字就要缩短一二三四五六七八九十一二", "二十一个字就要缩短一二三四五六七八九十…"),
        ("thing1", "𬭎" * 11, "𬭎" * 9 + "…"),
        ("thing1", "第一行\n第二行\t尾", "第一行 第二行 尾"),
        ("thing1", "a\u202egpj\u202c\u200b\x00\ue000b", "agpjb"),
        ("thing1", " \n ", "无"),
        ("character_string2", "咸西泉证字〔2026〕12号", "202612"),
        ("character_string2", "４２１２００", "421200"),
        ("character_string2", "9" * 40, "9" * 29 + "..."),
        ("character_string2", "无", "-"),
        ("phrase3", "已受理 (2)", "已受理"),
        ("phrase3", "等待负责人审批", "等待负责人"),
        ("phrase3", "OK", "无"),
        ("name4", "王䶮", "王䶮"),
        ("name4", "Maria Fernanda da Silva", "Maria Fernanda da..."),
        ("number5", 1193, "1193"),
        ("number5", "１２．５", "12.5"),
        ("amount6", Decimal("12.50"), "12.50"),
        ("amount6", "¥120元", "¥120元"),
        ("time7", datetime(2026, 11, 23, 7, 20, tzinfo=UTC), "2026年11月23日 15:20"),
        ("time7", "08:30~17:30", "08:30~17:30"),
        ("date8", date(2026, 1, 2), "2026年1月2日"),
        ("date8", datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "2026年11月24日 00:00"),
        ("phone_number9", "0715-8888888 转 1", "0715-8888888 1"),
        ("car_number10", "鄂L12345挂教练", "鄂L12345挂"),
        ("enum11", "待办", "待办"),
    ],
)
def test_each_kind(key: str, value: Value, fitted: str) -> None:
    assert fit(key, value) == fitted
    assert fault_of({key: {"value": fitted}}) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number1", "许多"),
        ("number1", "1" * 33),
        ("amount2", "12345678901"),
        ("time3", "明天下午"),
        ("time3", date(2026, 1, 2)),
        ("time3", datetime(2026, 1, 2, 3, 4)),
        ("date4", ""),
        ("enum5", ""),
        ("mystery6", "x"),
        ("thing", "x"),
        ("thing1 ", "x"),
    ],
)
def test_what_cannot_be_shortened_honestly_is_our_mistake(key: str, value: Value) -> None:
    with pytest.raises(FieldUnfit) as caught:
        fit(key, value)
    assert caught.value.key == key
    assert "许多" not in str(caught.value)
