"""The one tree of errors. No exception of a library below ever leaves this package."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .claims import TokenClaims


class Reason(StrEnum):
    """Why a token is not accepted: stable codes, in the order in which they are found (docs/tokens.md)."""

    TOO_LONG = "too_long"
    NOT_DIGITS = "not_digits"
    NOT_OURS = "not_ours"
    NOT_CANONICAL = "not_canonical"
    WRONG_KIND = "wrong_kind"
    BAD_CLAIMS = "bad_claims"
    UNKNOWN_KEY = "unknown_key"
    WRONG_PURPOSE = "wrong_purpose"
    WRONG_ALGORITHM = "wrong_algorithm"
    SUITE_UNAVAILABLE = "suite_unavailable"
    BAD_SIGNATURE = "bad_signature"
    COMPROMISED_KEY = "compromised_key"
    KEY_NOT_IN_FORCE = "key_not_in_force"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"

    @property
    def verdict(self) -> str:
        """The word that the counter sees (结论)."""
        return EXPLANATIONS[self][0]

    @property
    def sentence(self) -> str:
        """What it means and what to do next, in plain Chinese."""
        return EXPLANATIONS[self][1]


NOT_OUR_CODE, NOT_TRUSTED, UNCONFIRMED, OVER = "不是本系统的码", "不可信", "无法确认", "已过期"

EXPLANATIONS: dict[Reason, tuple[str, str]] = {
    Reason.TOO_LONG: (NOT_OUR_CODE, "内容过长，不是本系统的码。请对准证明上的二维码重新扫描。"),
    Reason.NOT_DIGITS: (NOT_OUR_CODE, "内容不是本系统的格式。请对准证明上的二维码重新扫描。"),
    Reason.NOT_OURS: (NOT_OUR_CODE, "内容不是本系统的码，或没有扫描完整。请重新扫描。"),
    Reason.NOT_CANONICAL: (NOT_TRUSTED, "码的编码不规范，可能被改动过。请勿采信，可向出具单位核实。"),
    Reason.WRONG_KIND: (NOT_TRUSTED, "码的种类与用处不符。请让对方出示正确的码。"),
    Reason.BAD_CLAIMS: (NOT_TRUSTED, "码中的内容不完整或不合规。请勿采信，可向出具单位核实。"),
    Reason.UNKNOWN_KEY: (NOT_TRUSTED, "签发密钥不在本市公布的名单内。请更新密钥后再试；仍然如此请勿采信。"),
    Reason.WRONG_PURPOSE: (NOT_TRUSTED, "签发密钥无权签发这种码。请勿采信，可向出具单位核实。"),
    Reason.WRONG_ALGORITHM: (NOT_TRUSTED, "签名算法与密钥不符。请勿采信，可向出具单位核实。"),
    Reason.SUITE_UNAVAILABLE: (UNCONFIRMED, "本机未安装该签名算法的组件，无法验证。请安装国密组件后再试。"),
    Reason.BAD_SIGNATURE: (NOT_TRUSTED, "签名不符，内容被改动过或系伪造。请勿采信。"),
    Reason.COMPROMISED_KEY: (NOT_TRUSTED, "签发密钥已被盗用，仅凭签名不能采信。请联网核验或联系出具单位。"),
    Reason.KEY_NOT_IN_FORCE: (NOT_TRUSTED, "签发时间不在密钥的有效期内。请勿采信，可向出具单位核实。"),
    Reason.NOT_YET_VALID: (UNCONFIRMED, "尚未生效，或本机时钟不准。请校准时钟后再试。"),
    Reason.EXPIRED: (OVER, "已超过有效期。证明请重新申请；亮证码请让持有人刷新后再扫。"),
}


class SigningError(Exception):
    """Root of every error of this package."""


class VerificationFailed(SigningError):
    """A token was not accepted.

    `claims` and `kid` are there only when the signature was good (expired, not yet valid, compromised or
    overdue key), so that a page can still say which certificate it was; with any other reason nothing may
    be believed.
    """

    def __init__(
        self, reason: Reason, *, claims: TokenClaims | None = None, kid: bytes | None = None
    ) -> None:
        super().__init__(f"{reason.value}: {reason.sentence}")
        self.reason = reason
        self.claims = claims
        self.kid = kid


class ClaimsInvalid(SigningError):
    """A claim is missing, of the wrong type or out of its range."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"令牌字段 {field} 不合规，应为{expected}")
        self.field = field


class NotEncodable(SigningError):
    """A value outside the profile of CBOR or JSON that we sign: a float in a token, a NaN in a document."""


class KeyInvalid(SigningError):
    """Key material that is no key, or a record that contradicts itself (kid against thumbprint)."""


class KeyUnusable(SigningError):
    """Signing was asked of a key that is unknown, not active, out of its time or meant for something else."""

    def __init__(self, kid: bytes, why: str) -> None:
        super().__init__(f"密钥 {kid.hex()} 不能用于签名：{why}")
        self.kid = kid


class UnwrapFailed(SigningError):
    """A wrapped private key did not open: wrong key-encryption key, or the record was altered."""


class SuiteUnavailable(SigningError):
    """The library behind a suite is not installed."""


class QrTooLarge(SigningError):
    """The text does not fit any QR code."""


class SealFailed(SigningError):
    """A PDF could not be sealed or read: not a PDF, encrypted, damaged, or key and certificate do not
    belong together.
    """
