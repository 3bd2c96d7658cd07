"""What may be printed, what may not, and where the offending character stands."""

from pathlib import Path

import pytest

from backend.papers import glyphs
from backend.papers.glyphs import forbidden_characters, missing_glyphs, normalise


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "䶮", "㛃", "\U0002cb4e", "张三", "O'Neil-Smith", "〇"])
def test_real_names_print(name: str) -> None:
    assert missing_glyphs(name) == []
    assert forbidden_characters(name) == []


def test_missing_glyphs_come_once_each_in_order() -> None:
    assert missing_glyphs("张\u0e02三\u0e01\u0e02") == ["\u0e02", "\u0e01"]


@pytest.mark.parametrize(
    ("character", "reason"),
    [
        ("\u202e", "改变文字方向"),
        ("\u2066", "改变文字方向"),
        ("\u200b", "零宽"),
        ("\u200d", "零宽"),
        ("\ufeff", "零宽"),
        ("\x00", "控制字符"),
        ("\n", "控制字符"),
        ("\t", "控制字符"),
        ("\u2028", "行分隔符"),
        ("\ue000", "私用区"),
        ("\U0010fffd", "私用区"),
        ("\U000f0000", "私用区"),
        ("\u0378", "未分配"),
        ("\ufdd0", "非字符"),
        ("\U0001ffff", "非字符"),
        ("\ud800", "代理"),
        ("\U0001f600", "表情"),
        ("\u2f00", "部首"),
        ("\ufe0f", "异体"),
        ("\U000e0100", "异体"),
        ("\u3164", "填充"),
        ("\u00a0", "特殊空格"),
        ("\u0301", "组合"),
        ("\U000e0041", "不可见"),
    ],
)
def test_forbidden_character_is_named_with_its_place(character: str, reason: str) -> None:
    [found] = forbidden_characters(f"张三{character}")
    assert (found.position, found.code_point) == (2, ord(character))
    assert reason in found.reason
    assert f"第3个字是{found.reason}(U+{ord(character):04X})" in str(found)


def test_new_ideograph_is_judged_by_the_font_not_by_pythons_tables() -> None:
    assert forbidden_characters("\U00031350") == []  # CJK extension H, unknown to Unicode 14


def test_ordinary_symbols_with_a_glyph_stay() -> None:
    assert forbidden_characters("★①〔2026〕—…“”") == []


def test_normalise_composes_and_keeps_widths() -> None:
    assert normalise("e\u0301") == "é"
    assert normalise("１２３Ａ") == "１２３Ａ"


def test_without_the_rare_font_a_rare_character_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "_rare_font", glyphs.DEBIAN_RARE_FONT)
    glyphs.use_rare_font(Path("/nowhere/rare.ttf"))
    try:
        assert missing_glyphs("张\U00031350") == ["\U00031350"]
    finally:
        glyphs.use_rare_font(glyphs.DEBIAN_RARE_FONT)
    assert missing_glyphs("张\U00031350") == []
