"""What a token says: CWT claims (RFC 8392) under integer labels. The table is in docs/tokens.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from .errors import ClaimsInvalid
from .keys import Purpose

ISS, EXP, IAT, JTI = 1, 4, 6, 7
FACTS = -65537
"""Private-use label (RFC 8392: below -65536). It costs 5 bytes, so all our own facts stand in one array
under it.
"""

JTI_SIZE, DIGEST_SIZE, MASKED_NAME_BYTES = 16, 32, 7
_YEAR_9999 = 253402300799


class Kind(StrEnum):
    """Kind of a token: certificate (证明), notice (告知单、回执), show (在线亮证码)."""

    CERTIFICATE = "certificate"
    NOTICE = "notice"
    SHOW = "show"


CONTENT_TYPES: dict[Kind, int] = {Kind.CERTIFICATE: 65001, Kind.SHOW: 65002, Kind.NOTICE: 65003}
PURPOSES: dict[Kind, Purpose] = {
    Kind.CERTIFICATE: Purpose.CERTIFICATE,
    Kind.NOTICE: Purpose.CERTIFICATE,
    Kind.SHOW: Purpose.SHOW,
}


@dataclass(frozen=True, kw_only=True)
class TokenClaims:
    """What every token says. `iss`: 12-digit division code (区划代码); `jti`: 16 random bytes; times aware
    UTC, whole seconds.
    """

    kind: ClassVar[Kind]
    iss: str
    jti: bytes
    iat: datetime
    exp: datetime

    def __post_init__(self) -> None:
        _require("iss", _is_division(self.iss), "12 位区划代码")
        _require("jti", type(self.jti) is bytes and len(self.jti) == JTI_SIZE, "16 字节")
        _require("iat", _is_whole_second(self.iat), "带时区的整秒时间")
        _require("exp", _is_whole_second(self.exp) and self.exp > self.iat, "晚于签发时间的整秒时间")

    def to_map(self) -> dict[int, Any]:
        """The CWT claims set, label to value."""
        return {
            ISS: int(self.iss),
            EXP: int(self.exp.timestamp()),
            IAT: int(self.iat.timestamp()),
            JTI: self.jti,
        }

    @classmethod
    def from_map(cls, claims: dict[Any, Any]) -> Self:
        """The claims of a decoded set, unknown labels ignored; ClaimsInvalid names the first that is
        missing or wrong.
        """
        return cls(**cls._arguments(claims))

    @classmethod
    def _arguments(cls, claims: dict[Any, Any]) -> dict[str, Any]:
        iss = claims.get(ISS)
        _require("iss", type(iss) is int, "12 位区划代码")
        return {
            "iss": str(iss),
            "jti": claims.get(JTI),
            "iat": _time("iat", claims.get(IAT)),
            "exp": _time("exp", claims.get(EXP)),
        }


@dataclass(frozen=True, kw_only=True)
class ShowClaims(TokenClaims):
    """亮证码: no facts at all; what may be shown stays with the server under `jti`."""

    kind = Kind.SHOW


@dataclass(frozen=True, kw_only=True)
class CertificateClaims(TokenClaims):
    """证明.

    `type`: kind of certificate by the catalogue, 0 to 255; number (文号): `year` and `serial`;
    `masked_name`: at most 7 bytes of UTF-8, first character(s) and an asterisk; `digest`: SHA-256 of the
    canonical document; `status_list`, `status_index`: where its status stands. The ranges are what keeps
    the QR code within version 10.
    """

    kind = Kind.CERTIFICATE
    type: int
    year: int
    serial: int
    masked_name: str
    digest: bytes
    status_list: int
    status_index: int

    def __post_init__(self) -> None:
        super().__post_init__()
        _integer("type", self.type, 2**8 - 1)
        _integer("year", self.year, 9999)
        _integer("serial", self.serial, 2**16 - 1)
        _integer("status_list", self.status_list, 2**16 - 1)
        _integer("status_index", self.status_index, 2**32 - 1)
        _require("digest", isinstance(self.digest, bytes) and len(self.digest) == DIGEST_SIZE, "32 字节")
        _require("masked_name", _is_short_text(self.masked_name), "1 到 7 字节的脱敏姓名（如 张*）")

    def to_map(self) -> dict[int, Any]:
        facts = [
            self.type,
            [self.year, self.serial],
            self.masked_name,
            self.digest,
            [self.status_list, self.status_index],
        ]
        return super().to_map() | {FACTS: facts}

    @classmethod
    def _arguments(cls, claims: dict[Any, Any]) -> dict[str, Any]:
        match claims.get(FACTS):
            case [type_, [year, serial], name, digest, [status_list, status_index], *_]:
                arguments = super()._arguments(claims)
                arguments.update(type=type_, year=year, serial=serial, masked_name=name, digest=digest)
                arguments.update(status_list=status_list, status_index=status_index)
                return arguments
        raise ClaimsInvalid("facts", "至少 5 项的数组")


@dataclass(frozen=True, kw_only=True)
class NoticeClaims(CertificateClaims):
    """受理回执、一次性告知书、不予出具告知单: the same fields, under an office's business seal."""

    kind = Kind.NOTICE


CLAIMS: dict[Kind, type[TokenClaims]] = {
    Kind.CERTIFICATE: CertificateClaims,
    Kind.NOTICE: NoticeClaims,
    Kind.SHOW: ShowClaims,
}


def _require(field: str, condition: bool, expected: str) -> None:
    if not condition:
        raise ClaimsInvalid(field, expected)


def _integer(field: str, value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ClaimsInvalid(field, f"0 到 {most} 的整数")
    return value


def _time(field: str, value: object) -> datetime:
    return datetime.fromtimestamp(_integer(field, value, _YEAR_9999), UTC)


def _is_division(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) == 12
        and value.isascii()
        and value.isdigit()
        and value[0] != "0"
    )


def _is_whole_second(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None and value.microsecond == 0


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.encode("utf-8", "replace")) <= MASKED_NAME_BYTES
