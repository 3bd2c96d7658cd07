"""Which characters a paper may carry: each must be drawable, visible and come back from the PDF unchanged.

Three questions, asked before an approval may commit: `normalise` (one spelling of a character),
`forbidden_characters` (what no paper may carry, whatever the font) and `missing_glyphs` (what our fonts
cannot draw). The fonts are Noto Serif SC from its wheel and, for rare names (䶮, 㛃, U+2CB4E), BabelStone
Han from Debian's `fonts-babelstone-han`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as noto
from fontTools.ttLib import TTFont

DEBIAN_RARE_FONT = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")

_rare_font = DEBIAN_RARE_FONT

#: Why a character is refused, by Unicode general category.
_REASONS = {
    "Cc": "控制字符",
    "Cf": "不可见的格式字符",
    "Cs": "残缺的代理字符",
    "Co": "私用区字符",
    "Cn": "未分配的字符",
    "Zl": "行分隔符",
    "Zp": "段分隔符",
    "Mn": "组合附加符号",
    "Mc": "组合附加符号",
    "Me": "组合附加符号",
}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH = frozenset("\u00ad\u034f\u200b\u200c\u200d\u2060\u180e\ufeff")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_OTHER_SPACES = frozenset("\u00a0\u1680\u202f\u205f") | frozenset(map(chr, range(0x2000, 0x200B)))
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_RADICALS = range(0x2E80, 0x2FE0)
_IDEOGRAPHIC_PLANES = range(0x20000, 0x3FFFE)


@dataclass(frozen=True)
class ForbiddenCharacter:
    """One character that may not be printed. `position` counts characters from 0."""

    position: int
    code_point: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.position + 1}个字是{self.reason}(U+{self.code_point:04X}),请删去或改写"


def use_rare_font(path: Path) -> None:
    """Say once, at start-up and before anything is typeset, where the font for rare characters lies."""
    global _rare_font
    _rare_font = path
    _drawable.cache_clear()


def serif_font() -> Path:
    """Noto Serif SC, the face of every paper and seal."""
    return noto.serif_path()


def rare_font() -> Path | None:
    """The fallback font for rare characters, or None where it is not installed."""
    return _rare_font if _rare_font.is_file() else None


def font_paths() -> list[Path]:
    """Font files in the order in which a character is looked for."""
    fallback = rare_font()
    return [serif_font()] if fallback is None else [serif_font(), fallback]


@cache
def _drawable() -> frozenset[int]:
    points: set[int] = set()
    for path in font_paths():
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def normalise(text: str) -> str:
    """NFC.

    One spelling for each character, so that equal names are equal strings (UAX 15). Widths stay as typed.
    """
    return unicodedata.normalize("NFC", text)


def missing_glyphs(text: str) -> list[str]:
    """Characters of `text` that no font of ours can draw, each once, in order of appearance."""
    drawable = _drawable()
    return list(dict.fromkeys(character for character in text if ord(character) not in drawable))


def forbidden_characters(text: str) -> list[ForbiddenCharacter]:
    """Every character that no paper may carry, with its place: invisible, reordering, private, unassigned,
    emoji.

    Line breaks are among them: a paragraph is one string, and several paragraphs are a list.
    """
    return list(_forbidden(text))


def _forbidden(text: str) -> Iterator[ForbiddenCharacter]:
    for position, character in enumerate(text):
        reason = _reason(character)
        if reason is not None:
            yield ForbiddenCharacter(position, ord(character), reason)


def _reason(character: str) -> str | None:
    point = ord(character)
    for reason, found in (
        ("改变文字方向的控制字符", character in _BIDI),
        ("零宽字符", character in _ZERO_WIDTH),
        ("空白填充字符", character in _FILLERS),
        ("特殊空格", character in _OTHER_SPACES),
        ("异体选择符", any(point in block for block in _VARIATION_SELECTORS)),
        # Looks just like the ideograph (⼀ and 一) but is another character: no name would be found again.
        ("部首符号，不是汉字", point in _RADICALS),
        ("非字符", point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF),
        ("表情符号", _is_emoji(character)),
    ):
        if found:
            return reason
    return _REASONS.get(_category(character))


def _category(character: str) -> str:
    """The general category.

    Python's tables are older than the newest ideographs, which our fonts may well draw.
    """
    category = unicodedata.category(character)
    point = ord(character)
    is_new_ideograph = category == "Cn" and point in _IDEOGRAPHIC_PLANES and point in _drawable()
    return "Lo" if is_new_ideograph else category


def _is_emoji(character: str) -> bool:
    """Pictographs; ★ or ① are ordinary symbols as long as a font of ours has them."""
    if unicodedata.category(character) not in ("So", "Sk"):
        return False
    return ord(character) > 0xFFFF or ord(character) not in _drawable()
