"""ID numbers (证件号码): GB 11643, the permits built like it, and the older foreigner's number.

The county an address code names is not judged: codes of abolished counties stay valid, so today's list would
refuse true people.
"""

import re
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2

from backend import clock, privacy
from backend.problems import InvalidInput

RESIDENT = "resident"
#: What the register of residents (and WeChat's face check) knows nothing of: confirmed at a desk.
_PERMITS = {"81": "hong_kong", "82": "macao", "83": "taiwan"}
_PROVINCES = frozenset(
    map(str, (*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71))
)
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
#: Foreigner's permanent residence card before 2023: nationality, place, birth as YYMMDD, serial, check.
_OLD_FOREIGNER = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)


class InvalidIdNumber(InvalidInput):
    """The number cannot be anybody's; the words say what is wrong with it."""

    code = "invalid_id_number"
    detail = "证件号码有误，请对照证件核对"

    def __init__(self, why: str) -> None:
        super().__init__(why, errors={"json.id_number": [why]})


@dataclass(frozen=True)
class IdNumber:
    """A well-formed number, upper case; `kind` as in `Person.id_kind`."""

    number: str
    kind: str
    birth_date: date

    @property
    def in_register(self) -> bool:
        """Whether the real-name check can know it."""
        return self.kind == RESIDENT


def parse(text: str) -> IdNumber:
    """The number in a text as people type it (blanks, full-width digits, `x`), or InvalidIdNumber."""
    number = privacy.normalise(text)
    if _OLD_FOREIGNER.fullmatch(number):
        return IdNumber(number, "foreigner_old", _old_birth(number[7:13]))
    if len(number) != 18:
        raise InvalidIdNumber(f"证件号码应为 18 位，现在是 {len(number)} 位，请核对")
    if not _SHAPE.fullmatch(number):
        raise InvalidIdNumber("证件号码只能是数字，最后一位可以是 X，请核对")
    kind = _kind(number)
    birth = _birth(number[6:14])
    if not mod_11_2.is_valid(number):
        raise InvalidIdNumber("证件号码的最后一位对不上，可能有一位输错了，请逐位核对")
    return IdNumber(number, kind, birth)


def _kind(number: str) -> str:
    if number[:2] in _PERMITS:
        return _PERMITS[number[:2]]
    if number.startswith("9"):
        return "foreigner"  # 外国人永久居留身份证 since 2023
    if number[:2] not in _PROVINCES:
        raise InvalidIdNumber("证件号码的前两位不是任何省份的代码，请核对")
    return RESIDENT


def _birth(digits: str) -> date:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise InvalidIdNumber("证件号码里的出生日期不存在，请核对第 7 到 14 位") from error
    if day.year < 1880 or day > clock.today():
        raise InvalidIdNumber("证件号码里的出生日期不合理，请核对第 7 到 14 位")
    return day


def _old_birth(digits: str) -> date:
    """Two-digit years: the century that does not lie ahead."""
    try:
        year = 2000 + int(digits[:2])
        day = date(year, int(digits[2:4]), int(digits[4:]))
        return day if day <= clock.today() else date(year - 100, day.month, day.day)
    except ValueError as error:
        raise InvalidIdNumber("证件号码里的出生日期不存在，请核对第 8 到 13 位") from error
