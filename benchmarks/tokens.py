"""What a token costs: verifying it against the bare ES256 verification of `cryptography`, digits, QR
versions.

`python -m benchmarks.tokens [ROUNDS]`. The two rivals take turns within one loop, so that both feel the
same machine;
medians in microseconds. Targets: token verify <= 1.5 x bare; the QR versions of docs/tokens.md. Exits 1
when missed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter_ns

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing import cose, qr
from signing.claims import CertificateClaims, ShowClaims, TokenClaims
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, Purpose, generate_key
from signing.providers import WrappedKeyProvider
from signing.suites import Es256, SuiteName, raw_to_der
from signing.tokens import from_digits, sign_token, to_digits, verify_token
from signing.wrapping import wrap

TARGET = 1.5
ROUNDS = 3000
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEK = bytes(32)
SHORT, LONG = "https://zs.xn.gov.cn", "https://zheng.xianning.gov.cn:443"


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    met = [verify_against_bare(rounds), *versions()]
    print_others(rounds)
    return 0 if all(met) else 1


def verify_against_bare(rounds: int) -> bool:
    key = new_key(Purpose.CERTIFICATE, SuiteName.ES256)
    digits, ring = signed(certificate(), key), KeyRing([key.public])
    message = cose.read1(from_digits(digits))
    public, algorithm = Es256.load_public(key.public.material), ec.ECDSA(hashes.SHA256())
    der = raw_to_der(message.signature)
    bare, token = alternate(
        lambda: public.verify(der, message.to_be_signed, algorithm),
        lambda: verify_token(digits, ring=ring, now=NOW),
        rounds,
    )
    ratio = token / bare
    print(f"bare ES256 verify     {bare:8.1f} us")
    print(f"token verify          {token:8.1f} us   {ratio:.2f} x   (target {TARGET} x)")
    return ratio <= TARGET


def print_others(rounds: int) -> None:
    data = bytes(range(185))
    digits = to_digits(data)
    encode, decode = alternate(lambda: to_digits(data), lambda: from_digits(digits), rounds)
    print(f"digits of 185 bytes   {encode:8.1f} us to, {decode:.1f} us from")
    for suite in SuiteName:
        key = new_key(Purpose.CERTIFICATE, suite)
        provider, ring = holding(key), KeyRing([key.public])
        claims = certificate()
        digits = signed(claims, key)
        sign, verify = alternate(
            lambda: sign_token(claims, provider=provider, kid=key.kid),  # noqa: B023  # called at once
            lambda: verify_token(digits, ring=ring, now=NOW),  # noqa: B023  # called at once
            max(rounds // 10, 50),
        )
        print(f"{suite:6} token          {sign:8.1f} us to sign, {verify:.1f} us to verify")
    text = qr.qr_text(SHORT, CertificateClaims.kind, signed(certificate(), new_key(Purpose.CERTIFICATE)))
    draw, keep = alternate(lambda: qr.matrix.__wrapped__(text), lambda: qr.svg(text), 20)
    print(
        f"QR matrix             {draw / 1000:8.1f} ms to make, {keep / 1000:.1f} ms for an SVG of a kept one"
    )


def versions() -> list[bool]:
    """QR version and bytes of each kind of token, against tokens.md."""
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
    return [print_version(*row) for row in rows]


def print_version(name: str, claims: TokenClaims, base_url: str, suite: SuiteName, most: int) -> bool:
    purpose = Purpose.SHOW if isinstance(claims, ShowClaims) else Purpose.CERTIFICATE
    digits = signed(claims, new_key(purpose, suite))
    version = qr.version(qr.qr_text(base_url, claims.kind, digits))
    size = len(from_digits(digits))
    print(f"{name:32} {size} bytes, {len(digits)} digits, QR version {version} (at most {most})")
    return version <= most


def alternate(one: Callable[[], object], two: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median microseconds of each, taking turns."""
    first, second = [], []
    for _ in range(rounds):
        start = perf_counter_ns()
        one()
        between = perf_counter_ns()
        two()
        end = perf_counter_ns()
        first.append(between - start)
        second.append(end - between)
    return median(first) / 1000, median(second) / 1000


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


if __name__ == "__main__":
    sys.exit(main())
