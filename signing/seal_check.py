"""Reading a sealed PDF back (验章): intact, valid, by whom, and whether nothing was added after the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .errors import NOT_OUR_CODE, NOT_TRUSTED, SealFailed
from .seal import UNREADABLE, to_asn1


class SealReason(StrEnum):
    """Why a PDF's seal is not accepted; stable codes beside those of tokens."""

    NO_SEAL = "no_seal"
    ALTERED = "altered_document"
    UNTRUSTED_SEAL = "untrusted_seal"
    ADDED_AFTER_SEAL = "added_after_seal"

    @property
    def verdict(self) -> str:
        return NOT_OUR_CODE if self is SealReason.NO_SEAL else NOT_TRUSTED

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES: dict[SealReason, str] = {
    SealReason.NO_SEAL: "文件上没有电子签章。请向持有人索要原始文件，或扫描纸面上的二维码。",
    SealReason.ALTERED: "文件在签章之后被改动过。请勿采信。",
    SealReason.UNTRUSTED_SEAL: "签章证书不是本市签发的，或已失效。请勿采信，可向出具单位核实。",
    SealReason.ADDED_AFTER_SEAL: "签章之后又添加了内容。请勿采信，请索要原始文件。",
}


@dataclass(frozen=True)
class SealCheck:
    """What the last seal on a PDF says.

    `intact`: the signed bytes are unchanged; `valid`: the signature fits the certificate; `trusted`: the
    certificate leads to a root and is in force; `whole_file`: nothing follows the seal. `signer`, `uscc`,
    `signed_at` are what the seal claims, to be believed only when `good`. `good` says that *someone* of
    this city
    sealed the file: whoever knows which committee it should be compares `uscc`, and that `seals` is 1.
    """

    intact: bool = False
    valid: bool = False
    trusted: bool = False
    whole_file: bool = False
    signer: str | None = None
    uscc: str | None = None
    signed_at: datetime | None = None
    seals: int = 1

    @property
    def reason(self) -> SealReason | None:
        """The first thing that is wrong, or None."""
        if not self.seals:
            return SealReason.NO_SEAL
        if not (self.intact and self.valid):
            return SealReason.ALTERED
        if not self.trusted:
            return SealReason.UNTRUSTED_SEAL
        return None if self.whole_file else SealReason.ADDED_AFTER_SEAL

    @property
    def good(self) -> bool:
        return self.reason is None


def check_pdf(pdf: bytes, *, roots: Sequence[x509.Certificate], now: datetime) -> SealCheck:
    """Checks the last seal of `pdf` against `roots` as of `now`; no network. SealFailed when it is no
    readable PDF.
    """
    if not roots:
        raise SealFailed("验章需要至少一张根证书")
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        if not signatures:
            return SealCheck(seals=0)
        return replace(_check(signatures[-1], roots, now), seals=len(signatures))
    except UNREADABLE as error:
        raise SealFailed(f"不是可以读取的 PDF 文件：{error}") from error


def _check(signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], now: datetime) -> SealCheck:
    context = ValidationContext(
        trust_roots=[to_asn1(root) for root in roots],
        moment=now,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    usage = KeyUsageConstraints(key_usage={"non_repudiation"})
    try:
        status = validate_pdf_signature(signature, context, key_usage_settings=usage)
    except (SignatureValidationError, PyHankoSigningError):
        # A signature object that does not even parse: changed bytes inside the container itself.
        return SealCheck()
    return _summary(status)


def _summary(status: PdfSignatureStatus) -> SealCheck:
    subject = status.signing_cert.subject.native
    return SealCheck(
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        whole_file=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        signer=subject.get("organization_name"),
        uscc=subject.get("serial_number"),
        signed_at=status.signer_reported_dt,
    )
