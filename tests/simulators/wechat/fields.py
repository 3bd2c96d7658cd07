"""The limits of a subscription message's fields, as WeChat enforces them: what breaks one is 47003."""

import re
import unicodedata

_MOMENT = r"(\d{4}年\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2}(:\d{2})?"
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日( ?\d{1,2}:\d{2}(:\d{2})?)?"
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LIMITS = {
    "thing": r".{1,20}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "number": r"-?[0-9.]{1,32}",
    "letter": r"[A-Za-z-]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "phrase": rf"[{_HAN}]{{1,5}}",
    "name": r"[\x20-\x7e]{1,20}|.{1,10}",
    "time": rf"{_MOMENT}(~{_MOMENT})?",
    "date": rf"{_DATE}(~{_DATE})?",
    "amount": r"[¥$]?-?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[0-9+*() -]{1,17}",
    "car_number": r".{1,8}",
    "enum": r".+",
}


def fault_of(data: object) -> str | None:
    """Why this `data` is refused, in WeChat's words; None if it is not."""
    if not isinstance(data, dict) or not data:
        return "data is empty"
    return next((fault for key, part in data.items() if (fault := _fault_of_field(key, part))), None)


def _fault_of_field(key: str, part: object) -> str | None:
    value = part.get("value") if isinstance(part, dict) else None
    if not isinstance(value, str) or not value:
        return f"data.{key}.value is empty"
    kind = re.fullmatch(r"([a-z_]+?)\d+", key)
    limit = _LIMITS.get(kind.group(1)) if kind else None
    broken = limit is None or not re.fullmatch(limit, value)
    if broken or any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        return f"data.{key}.value invalid"
    return None
