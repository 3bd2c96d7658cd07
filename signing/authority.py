"""The city's own certificate authority (市级签章根证书) and the seal certificates (印章证书) under it:
X.509, RFC 5280.

One root, no intermediates: a citizen's PDF reader then needs one file to trust. ECDSA P-256 with SHA-256
throughout.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .errors import KeyInvalid, SealFailed
from .keys import PrivateKey, PublicKey, Purpose
from .suites import Es256, SuiteName

IDENTIFIER_SCHEME = "NTRCN-"
"""ETSI EN 319 412-1 section 5.1.4: national trade register of CN, followed by the 18-character USCC
(统一社会信用代码).
"""

_CA_USES = ("key_cert_sign", "crl_sign")
_SEAL_USES = ("digital_signature", "content_commitment")
_ALL_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def city_root(
    key: PrivateKey, *, common_name: str, organization: str, province: str, city: str
) -> x509.Certificate:
    """The self-signed root, valid as long as its key is (`not_before` to `not_after`)."""
    _require(key.public, Purpose.CA)
    subject = _name(
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.STATE_OR_PROVINCE_NAME, province),
        (NameOID.LOCALITY_NAME, city),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.COMMON_NAME, common_name),
    )
    public = Es256.load_public(key.public.material)
    builder = _builder(subject, subject, key.public).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    builder = builder.add_extension(_key_usage(_CA_USES), critical=True).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
    )
    return builder.sign(Es256.load(key.material), hashes.SHA256())


def seal_certificate(
    public: PublicKey,
    *,
    root: x509.Certificate,
    root_key: PrivateKey,
    organization: str,
    uscc: str,
    common_name: str | None = None,
) -> x509.Certificate:
    """The certificate of a committee's or office's seal key.

    `organization`: full legal name, at most 64 characters; `uscc`: 18 characters, stands in serialNumber
    and, with its scheme, in organizationIdentifier; `common_name` when it differs from the name
    (业务专用章). Valid as long as the key.
    """
    _require(public, Purpose.SEAL, Purpose.PERSON)
    _require(root_key.public, Purpose.CA)
    if public_material(root) != root_key.public.material:
        raise KeyInvalid("根证书与根密钥不成对")
    subject = _name(
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.ORGANIZATION_IDENTIFIER, IDENTIFIER_SCHEME + uscc),
        (NameOID.SERIAL_NUMBER, uscc),
        (NameOID.COMMON_NAME, common_name or organization),
    )
    builder = _builder(subject, root.subject, public).add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_key_usage(_SEAL_USES), critical=True).add_extension(
        _authority_of(root), critical=False
    )
    return builder.sign(Es256.load(root_key.material), hashes.SHA256())


def to_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def from_pem(data: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM file; SealFailed when there is none."""
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise SealFailed("根证书文件无法读取，应为 PEM 格式") from error


def public_material(certificate: x509.Certificate) -> bytes:
    """x || y of the certificate's key, to compare it with a key of ours; KeyInvalid unless P-256."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyInvalid("证书的密钥不是 P-256")
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def _builder(subject: x509.Name, issuer: x509.Name, public: PublicKey) -> x509.CertificateBuilder:
    key = Es256.load_public(public.material)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(public.not_before)
        .not_valid_after(public.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _authority_of(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _key_usage(granted: tuple[str, ...]) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in granted for use in _ALL_USES})


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    try:
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])
    except ValueError as error:
        raise SealFailed(f"证书名称不合规（每项 1 到 64 字）：{error}") from error


def _require(public: PublicKey, *purposes: Purpose) -> None:
    if public.suite is not SuiteName.ES256 or public.purpose not in purposes:
        raise KeyInvalid(f"证书密钥应为 ES256，用途为 {'、'.join(purposes)}")
