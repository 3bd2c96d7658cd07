"""Fits values into the fields of a subscription message (订阅消息), so that WeChat never answers 47003.

A field's key is its kind and a number (`thing1`, `time4`); the limits are in wechat.md section 4. Text is
shortened; a number, an amount or a time cannot be shortened without lying, so a wrong one raises
`FieldUnfit` before anything is sent: that is a mistake in our program, not of the person's data.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from backend import clock

Value = str | int | Decimal | date  # datetime is a date; it must be aware

_KEY = re.compile(r"([a-z_]+?)\d+")
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2})?"
_NOTHING = "无"


class FieldUnfit(ValueError):
    """No honest value fits this field; names the field, never the value."""

    def __init__(self, key: str, rule: str) -> None:
        self.key = key
        super().__init__(f"{key}: {rule}")


def fit_fields(data: Mapping[str, Value]) -> dict[str, dict[str, str]]:
    """`{"thing1": "…"}` to `{"thing1": {"value": "…"}}`, each value within its limit and never empty."""
    return {key: {"value": fit(key, value)} for key, value in data.items()}


def fit(key: str, value: Value) -> str:
    """One value for the field `key`, as WeChat accepts it. Raises FieldUnfit."""
    found = _KEY.fullmatch(key)
    rule = _RULES.get(found.group(1)) if found else None
    if rule is None:
        raise FieldUnfit(key, "unknown kind of field")
    return rule(key, _clean(_spoken(key, value)))


def shorten(text: str, limit: int, ending: str = "…") -> str:
    """At most `limit` UTF-16 units (the stricter way to count: 𬭎 is two), cut between characters."""
    if _units(text) <= limit:
        return text
    room = limit - _units(ending)
    kept = ""
    for character in text:
        if _units(kept + character) > room:
            break
        kept += character
    return kept.rstrip() + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _spoken(key: str, value: Value) -> str:
    match value:
        case datetime():
            if value.tzinfo is None:
                raise FieldUnfit(key, "a moment needs its time zone")
            return clock.spoken(value)
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case _:
            return str(value)


def _clean(text: str) -> str:
    """Without what WeChat refuses or what lies to the eye: controls, bidi, zero-width, private use."""
    kept = (" " if unicodedata.category(c) in ("Zs", "Zl", "Zp") or c in "\t\r\n" else c for c in text)
    visible = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    return re.sub(r" {2,}", " ", visible).strip()


def _thing(key: str, text: str) -> str:
    return shorten(text, 20) or _NOTHING


def _character_string(key: str, text: str) -> str:
    """Digits, letters, symbols of ASCII; full-width ones become half-width, the rest goes."""
    ascii_only = re.sub(r"[^\x20-\x7e]", "", unicodedata.normalize("NFKC", text)).strip()
    return shorten(ascii_only, 32, "...") or "-"


def _phrase(key: str, text: str) -> str:
    return "".join(_HAN.findall(text))[:5] if _HAN.search(text) else _NOTHING


def _name(key: str, text: str) -> str:
    """Ten, or twenty where all is ASCII letters and symbols (`…` would make it a mixed one)."""
    return (shorten(text, 20, "...") if text.isascii() else shorten(text, 10)) or _NOTHING


def _letters(key: str, text: str) -> str:
    return re.sub(r"[^A-Za-z]", "", unicodedata.normalize("NFKC", text))[:32] or "-"


def _symbols(key: str, text: str) -> str:
    return re.sub(r"[^!-/:-@\[-^`{-~]", "", text)[:5] or "-"


def _phone_number(key: str, text: str) -> str:
    kept = re.sub(r"[^0-9+*() -]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r" +", " ", kept)[:17].strip() or "-"


def _car_number(key: str, text: str) -> str:
    return text[:8] or _NOTHING


def _exactly(pattern: str, rule: str, limit: int = 64) -> Callable[[str, str], str]:
    whole = re.compile(pattern)

    def checked(key: str, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text) if pattern.startswith(_ASCII_MARK) else text
        if len(plain) > limit or not whole.fullmatch(plain):
            raise FieldUnfit(key, rule)
        return plain

    return checked


_ASCII_MARK = "(?a)"
_MOMENT = f"(?:{_DAY} ?)?{_HOUR}"
_DATE = f"{_DAY}(?: ?{_HOUR})?"
_RULES: dict[str, Callable[[str, str], str]] = {
    "thing": _thing,
    "character_string": _character_string,
    "phrase": _phrase,
    "name": _name,
    "letter": _letters,
    "symbol": _symbols,
    "phone_number": _phone_number,
    "car_number": _car_number,
    "number": _exactly(rf"{_ASCII_MARK}-?\d+(?:\.\d+)?", "up to 32 digits", 32),
    "amount": _exactly(rf"{_ASCII_MARK}[¥$]?-?\d{{1,10}}(?:\.\d{{1,2}})?元?", "sign, up to 10 digits, 元"),
    "time": _exactly(rf"{_ASCII_MARK}{_MOMENT}(?:~{_MOMENT})?", "HH:MM, a date before it allowed"),
    "date": _exactly(rf"{_ASCII_MARK}{_DATE}(?:~{_DATE})?", "a date, HH:MM after it allowed"),
    "enum": _exactly(r"\S.{0,31}", "one of the template's values"),
}
