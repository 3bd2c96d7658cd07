"""What a token costs: verifying it against the bare ES256 verification of `cryptography`; digits, suites, QR versions.

The rivals take turns in one loop, so that all feel the same machine. Targets: token verify <= 1.5 x bare; the QR
versions of docs/tokens.md.
"""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.measuring import Figure, Options, in_turns, middle, ratios
from signing import cose, qr
from signing.claims import CertificateClaims, ShowClaims, TokenClaims
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, Purpose, generate_key
from signing.providers import WrappedKeyProvider
from signing.suites import Es256, SuiteName, raw_to_der
from signing.tokens import from_digits, sign_token, to_digits, verify_token
from signing.wrapping import wrap

TARGET = 1.5
REPEATS = 400
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEK = bytes(32)
SHORT, LONG = "https://zs.xn.gov.cn", "https://zheng.xianning.gov.cn:443"
_US, _MS = 1e6, 1e3


def figures(options: Options) -> list[Figure]:
    """Every figure of tokens."""
    return [
        verify_against_bare(options),
        *suites_against_es256(options),
        digits_against_verifying(options),
        drawing_against_keeping(options),
        *versions(),
    ]


def verify_against_bare(options: Options) -> Figure:
    """From the digits of a scanned code to claims whose signature and times are good."""
    key = new_key(Purpose.CERTIFICATE, SuiteName.ES256)
    digits, ring = signed(certificate(), key), KeyRing([key.public])
    message = cose.read1(from_digits(digits))
    public, algorithm = Es256.load_public(key.public.material), ec.ECDSA(hashes.SHA256())
    der = raw_to_der(message.signature)
    times = in_turns(
        {
            "bare": lambda: public.verify(der, message.to_be_signed, algorithm),
            "token": lambda: verify_token(digits, ring=ring, now=NOW),
        },
        rounds=options.rounds,
        repeats=REPEATS,
    )
    return Figure(
        "verify a token, digits to claims",
        "`cryptography`, bare ES256 verify",
        ratios(times["token"], times["bare"]),
        TARGET,
        absolute={"ours us": middle(times["token"]) * _US, "bare us": middle(times["bare"]) * _US},
    )


def suites_against_es256(options: Options) -> list[Figure]:
    """The other suites beside the default one, verifying."""
    verify, sign = {}, {}
    for suite in SuiteName:
        key = new_key(Purpose.CERTIFICATE, suite)
        digits, ring, provider = signed(certificate(), key), KeyRing([key.public]), holding(key)
        verify[str(suite)] = lambda digits=digits, ring=ring: verify_token(digits, ring=ring, now=NOW)
        sign[str(suite)] = lambda kid=key.kid, provider=provider: sign_token(
            certificate(), provider=provider, kid=kid
        )
    verified = in_turns(verify, rounds=options.rounds, repeats=REPEATS // 8)
    signing = in_turns(sign, rounds=options.rounds, repeats=REPEATS // 8)
    return [
        Figure(
            f"verify a token by {suite}",
            "the same by ES256",
            ratios(verified[suite], verified[str(SuiteName.ES256)]),
            absolute={"verify us": middle(verified[suite]) * _US, "sign us": middle(signing[suite]) * _US},
        )
        for suite in verified
        if suite != str(SuiteName.ES256)
    ]


def digits_against_verifying(options: Options) -> Figure:
    """What the decimal number costs of all that."""
    key = new_key(Purpose.CERTIFICATE, SuiteName.ES256)
    digits, ring = signed(certificate(), key), KeyRing([key.public])
    times = in_turns(
        {
            "digits": lambda: from_digits(digits),
            "token": lambda: verify_token(digits, ring=ring, now=NOW),
        },
        rounds=options.rounds,
        repeats=REPEATS,
    )
    return Figure(
        "decode the digits",
        "verifying the whole token",
        ratios(times["digits"], times["token"]),
        absolute={"digits us": middle(times["digits"]) * _US},
    )


def drawing_against_keeping(options: Options) -> Figure:
    """Why clients draw show-codes themselves, and why what the server drew is kept."""
    text = qr.qr_text(SHORT, CertificateClaims.kind, signed(certificate(), new_key(Purpose.CERTIFICATE)))
    times = in_turns(
        {"draw": lambda: qr.matrix.__wrapped__(text), "kept": lambda: qr.svg(text)},
        rounds=options.rounds,
        repeats=3,
    )
    return Figure(
        "SVG of a QR matrix that is kept",
        "making the matrix (`qrcode`)",
        ratios(times["kept"], times["draw"]),
        absolute={"make ms": middle(times["draw"]) * _MS, "kept ms": middle(times["kept"]) * _MS},
    )


def versions() -> list[Figure]:
    """QR version of each kind of token over the most that docs/tokens.md allows."""
    largest = certificate(
        type=255, serial=65535, masked_name="欧阳*", status_list=65535, status_index=2**32 - 1
    )
    rows: list[tuple[str, TokenClaims, str, SuiteName, int]] = [
        ("certificate", certificate(), SHORT, SuiteName.ES256, 10),
        ("certificate, largest", largest, SHORT, SuiteName.ES256, 10),
        ("certificate, largest, long host", largest, LONG, SuiteName.ES256, 11),
        ("certificate by SM2", certificate(), SHORT, SuiteName.SM2, 10),
        ("show-code, long host", show(), LONG, SuiteName.ES256, 9),
    ]
    return [_version(*row) for row in rows]


def _version(name: str, claims: TokenClaims, base_url: str, suite: SuiteName, most: int) -> Figure:
    purpose = Purpose.SHOW if isinstance(claims, ShowClaims) else Purpose.CERTIFICATE
    digits = signed(claims, new_key(purpose, suite))
    version = qr.version(qr.qr_text(base_url, claims.kind, digits))
    sizes = {"version": version, "bytes": len(from_digits(digits)), "digits": len(digits)}
    return Figure(
        f"QR of a {name}", f"version {most}, the most allowed", [version / most], 1.0, absolute=sizes
    )


def certificate(
    *,
    type: int = 3,
    serial: int = 17,
    masked_name: str = "张*",
    status_list: int = 12,
    status_index: int = 4321,
) -> CertificateClaims:
    return CertificateClaims(
        iss="421202001001",
        jti=bytes(range(16)),
        iat=NOW,
        exp=NOW + timedelta(days=30),
        type=type,
        year=2026,
        serial=serial,
        masked_name=masked_name,
        digest=bytes(range(32)),
        status_list=status_list,
        status_index=status_index,
    )


def show() -> ShowClaims:
    return ShowClaims(iss="421202001001", jti=bytes(range(16)), iat=NOW, exp=NOW + timedelta(seconds=60))


def new_key(purpose: Purpose, suite: SuiteName = SuiteName.ES256) -> PrivateKey:
    year = timedelta(days=365)
    return generate_key(purpose, suite, not_before=NOW - year, not_after=NOW + year, state=KeyState.ACTIVE)


def holding(key: PrivateKey) -> WrappedKeyProvider:
    return WrappedKeyProvider([wrap(key, KEK)], KEK)


def signed(claims: TokenClaims, key: PrivateKey) -> str:
    return to_digits(sign_token(claims, provider=holding(key), kid=key.kid))
