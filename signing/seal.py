"""The electronic seal (电子签章) on a PDF: PAdES B-B (ETSI EN 319 142-1) by pyHanko.

The signature field is invisible: the round seal that people see is drawn by the typesetter, under the
signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from .authority import public_material
from .errors import SealFailed
from .keys import PublicKey
from .suites import raw_to_der

FIELD_NAME = "Seal"
_LONGEST_DER = 72
UNREADABLE = (PdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError)
"""What a damaged or hostile PDF makes pyHanko raise."""


class SealKey(Protocol):
    """What seals: a `keys.PrivateKey`, or a `providers.HeldKey` whose private half lies elsewhere."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, data: bytes, /) -> bytes: ...


def seal_pdf(
    pdf: bytes,
    *,
    certificate: x509.Certificate,
    private_key: SealKey,
    chain: Sequence[x509.Certificate],
    reason: str,
    location: str,
    name: str,
    now: datetime,
) -> bytes:
    """`pdf` with the seal added as an incremental update, so that PDF/A and every earlier byte stay as they
    are.

    `chain`: the certificates above `certificate`, embedded for validators; `name`: who seals, as readers
    show it; `now`: the claimed signing time. SealFailed for a damaged or encrypted PDF, or a certificate of
    another key.
    """
    if public_material(certificate) != private_key.public.material:
        raise SealFailed("印章证书与印章密钥不成对")
    _check_in_force(certificate, now)
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        name=name,
    )
    signer = _PdfSigner(metadata, _Signer(certificate, private_key, chain), now)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _refuse_encrypted(writer)
        writer.document_meta.last_modified = now
        sealed: BytesIO = signer.sign_pdf(writer)
    except (PyHankoSigningError, *UNREADABLE) as error:
        raise SealFailed(f"PDF 无法签章：{error}") from error
    return sealed.getvalue()


def to_asn1(certificate: x509.Certificate) -> Any:
    """The same certificate as pyHanko holds it (an `asn1crypto.x509.Certificate`, which has no types)."""
    return next(iter(load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))))


class _Signer(Signer):
    """Lets any SealKey sign for pyHanko: the private key itself never comes here."""

    def __init__(
        self, certificate: x509.Certificate, key: SealKey, chain: Sequence[x509.Certificate]
    ) -> None:
        super().__init__(signing_cert=to_asn1(certificate))
        self.cert_registry.register_multiple([to_asn1(item) for item in chain])
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(_LONGEST_DER)
        return raw_to_der(self._key.sign(data))


class _PdfSigner(PdfSigner):
    """pyHanko asks the system's clock for the time of signing; this library has no clock."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: Signer, now: datetime) -> None:
        # Printable and not hidden, with an empty rectangle: PDF/A-2 (ISO 19005-2, 6.3.2) allows no other
        # invisible field.
        field = SigFieldSpec(
            FIELD_NAME,
            on_page=0,
            box=(0, 0, 0, 0),
            invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False),
        )
        super().__init__(metadata, signer, new_field_spec=field)
        self._now = now

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._now
        return session


def _check_in_force(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SealFailed("印章证书不在有效期内")


def _refuse_encrypted(writer: IncrementalPdfFileWriter) -> None:
    if writer.prev.encrypted:
        raise SealFailed("PDF 已加密，不能签章")
