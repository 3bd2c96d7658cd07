"""PINs that somebody could guess: runs, repeats, and the owner's own birthday, ID number or phone."""

import re
from datetime import date

from backend.identity.models import Person
from backend.problems import InvalidInput

_RUNS = "0123456789" * 2, "9876543210" * 2
_COMMON = frozenset(
    {"112233", "223344", "334455", "123321", "147258", "159357", "258369", "520131", "131452"}
)


class WeakPin(InvalidInput):
    code = "weak_pin"
    detail = "签批密码太容易被猜到，请换一个"

    def __init__(self, why: str) -> None:
        super().__init__(why, errors={"json.pin": [why]})


def refuse_weak(pin: str, *, person: Person | None, phone: str | None) -> None:
    """Raise WeakPin, in words that say what to avoid."""
    if not re.fullmatch(r"\d{6}", pin, re.ASCII):
        raise WeakPin("签批密码是 6 位数字")
    if any(pin in run for run in _RUNS) or _repeats(pin) or pin in _COMMON:
        raise WeakPin("不要用连续、重复或常见的数字，例如 123456、111111、121212")
    if phone and pin in phone:
        raise WeakPin("不要用手机号里的数字")
    if person is not None and (pin in person.id_number or _is_birthday(pin, person.birth_date)):
        raise WeakPin("不要用生日或身份证号里的数字")


def _repeats(pin: str) -> bool:
    """`111111`, `121212`, `123123`, `111222`."""
    halves = pin[:3], pin[3:]
    return len(set(pin)) <= 2 or pin == pin[:2] * 3 or halves[0] == halves[1]


def _is_birthday(pin: str, born: date | None) -> bool:
    if born is None:
        return False
    return pin in {f"{born:%y%m%d}", f"{born:%d%m%y}", f"{born:%m%d%y}", f"{born:%Y%m}", f"{born:%m%Y}"}
