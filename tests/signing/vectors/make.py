"""Makes tokens.json: `python -m tests.signing.vectors.make`. Published keys, for tests only.

Built with `cbor2` and the bare suites, not with `signing.tokens`, so that a mistake there cannot hide in
the vectors. EdDSA tokens come out the same each time; ES256 and SM2 signatures are random and only
verified.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2

from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, Purpose, private_key
from signing.keysets import to_jwks
from signing.suites import SuiteName

FILE = Path(__file__).with_name("tokens.json")
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
DAY = 86400
SM2_PRIVATE = bytes.fromhex(
    "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
"""The key of GB/T 32918.5 annex A."""


def key(label: str, purpose: Purpose, suite: SuiteName = SuiteName.ES256, **changes: Any) -> PrivateKey:
    material = SM2_PRIVATE if suite is SuiteName.SM2 else sha256(f"vector {label}".encode()).digest()
    times = {
        "not_before": datetime(2026, 1, 1, tzinfo=UTC),
        "not_after": datetime(2027, 12, 31, tzinfo=UTC),
        "state": KeyState.ACTIVE,
    }
    return private_key(purpose, suite, material, **(times | changes))


KEYS = {
    "es256": key("es256", Purpose.CERTIFICATE),
    "eddsa": key("eddsa", Purpose.CERTIFICATE, SuiteName.EDDSA),
    "sm2": key("sm2", Purpose.CERTIFICATE, SuiteName.SM2),
    "show": key("show", Purpose.SHOW, SuiteName.EDDSA),
    "retired": key("retired", Purpose.CERTIFICATE, SuiteName.EDDSA, state=KeyState.RETIRED),
    "published": key("published", Purpose.CERTIFICATE, SuiteName.EDDSA, state=KeyState.PUBLISHED),
    "compromised": key("compromised", Purpose.CERTIFICATE, SuiteName.EDDSA, state=KeyState.COMPROMISED),
    "new": key("new", Purpose.CERTIFICATE, SuiteName.EDDSA, not_before=NOW),
    "unknown": key("unknown", Purpose.CERTIFICATE, SuiteName.EDDSA),
}
CONTENT = {"certificate": 65001, "show": 65002, "notice": 65003}


def claims(**changes: Any) -> dict[int, Any]:
    facts = changes.pop("facts", [3, [2026, 17], "张*", bytes(range(32)), [12, 4321]])
    labels = {"iss": 1, "exp": 4, "iat": 6, "jti": 7}
    values = {
        "iss": 421202001001,
        "exp": SECONDS + 30 * DAY,
        "iat": SECONDS,
        "jti": bytes(range(16)),
    } | changes
    found = {labels[name]: values[name] for name in labels if values[name] is not None}
    return found | ({-65537: facts} if facts is not None else {})


def show_claims(**changes: Any) -> dict[int, Any]:
    return claims(facts=None, **({"exp": SECONDS + 60} | changes))


def header(signer: PrivateKey, kind: str = "certificate", **changes: Any) -> dict[int, Any]:
    values = {"alg": signer.public.cose_algorithm, "content": CONTENT[kind], "kid": signer.kid} | changes
    return {1: values["alg"], 3: values["content"], 4: values["kid"]}


def parts(name: str, payload: Any = None, head: Any = None, kind: str = "certificate") -> list[Any]:
    """A signed message as its four parts; `payload` and `head` may be raw bytes."""
    signer = KEYS[name]
    protected = as_bytes(head if head is not None else header(signer, kind))
    body = as_bytes(payload if payload is not None else claims())
    signature = signer.sign(cbor2.dumps(["Signature1", protected, b"", body]))
    return [protected, {}, body, signature]


def token(*arguments: Any, **named: Any) -> bytes:
    return cbor2.dumps(parts(*arguments, **named))


def as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else cbor2.dumps(value)


def digits(data: bytes) -> str:
    return str(int.from_bytes(b"\x01" + data, "big"))


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def good() -> dict[str, str]:
    return {
        "certificate by ES256": digits(token("es256")),
        "certificate by EdDSA": digits(token("eddsa")),
        "certificate by SM2": digits(token("sm2")),
        "notice by EdDSA": digits(token("eddsa", kind="notice")),
        "show by EdDSA": digits(token("show", show_claims(), kind="show")),
        "by a retired key": digits(token("retired")),
        "by a key published ahead": digits(token("published")),
        "with labels unknown to this version": digits(token("eddsa", claims() | {-65600: [1, {"a": None}]})),
        "with facts added at the end": digits(
            token("eddsa", claims(facts=[3, [2026, 17], "张*", bytes(range(32)), [12, 4321], "later"]))
        ),
        "clock 20 s behind": digits(token("eddsa", claims(iat=SECONDS + 20))),
        "expired 20 s ago": digits(token("eddsa", claims(iat=SECONDS - DAY, exp=SECONDS - 20))),
    }


def hostile() -> dict[str, list[tuple[str, str]]]:
    return {
        "too_long": [("1201 digits", "1" * 1201)],
        "not_digits": [
            ("a letter", digits(token("eddsa")) + "A"),
            ("full width", "１２３４"),
            ("nothing", ""),
        ],
        "not_ours": not_ours(),
        "not_canonical": not_canonical(),
        "bad_claims": bad_claims(),
        "unknown_key": [("not in the list", digits(token("unknown")))],
        "wrong_purpose": [
            ("show by the certificates' key", digits(token("eddsa", show_claims(), kind="show"))),
            ("certificate by the show-codes' key", digits(token("show"))),
        ],
        "wrong_algorithm": [
            ("EdDSA by an ES256 key", digits(token("es256", head=header(KEYS["es256"], alg=-8)))),
            ("none", digits(token("eddsa", head=header(KEYS["eddsa"], alg=0)))),
            ("HMAC with the public key", digits(token("eddsa", head=header(KEYS["eddsa"], alg=5)))),
        ],
        "bad_signature": bad_signature(),
        "compromised_key": [("in its life", digits(token("compromised")))],
        "key_not_in_force": [("before the key", digits(token("new", claims(iat=SECONDS - 1))))],
        "not_yet_valid": [("31 s ahead", digits(token("eddsa", claims(iat=SECONDS + 31))))],
        "expired": [
            ("30 s ago", digits(token("eddsa", claims(iat=SECONDS - DAY, exp=SECONDS - 30)))),
            ("show-code of two minutes ago", digits(stale_show())),
        ],
    }


def stale_show() -> bytes:
    return token("show", show_claims(iat=SECONDS - 120, exp=SECONDS - 60), kind="show")


def not_ours() -> list[tuple[str, str]]:
    protected, _, payload, signature = parts("eddsa")
    kid = KEYS["eddsa"].kid
    whole = token("eddsa")
    return [
        ("a small number", "7"),
        ("no mark in front", str(int.from_bytes(whole, "big"))),
        ("cut short", digits(whole[:-1])),
        ("last digits missing", digits(whole)[:-9]),
        ("nothing but the mark", digits(b"")),
        ("tagged", digits(b"\xd2" + whole)),
        ("three parts", digits(cbor2.dumps([protected, payload, signature]))),
        ("a map", digits(cbor2.dumps({1: 2}))),
        (
            "key id unprotected",
            digits(cbor2.dumps([cbor2.dumps({1: -8, 3: 65001}), {4: kid}, payload, signature])),
        ),
        ("something unprotected", digits(cbor2.dumps([protected, {9: 1}, payload, signature]))),
        ("payload detached", digits(cbor2.dumps([protected, {}, None, signature]))),
        ("signature of 63 bytes", digits(cbor2.dumps([protected, {}, payload, signature[:-1]]))),
        ("critical header", digits(token("eddsa", head={1: -8, 2: [9], 3: 65001, 4: kid}))),
        ("no content type", digits(token("eddsa", head={1: -8, 4: kid}))),
        ("another content type", digits(token("eddsa", head=header(KEYS["eddsa"], content=60)))),
        ("content type as text", digits(token("eddsa", head=header(KEYS["eddsa"], content="cwt")))),
        ("key id of 7 bytes", digits(token("eddsa", head=header(KEYS["eddsa"], kid=kid[:7])))),
        ("claims are a list", digits(token("eddsa", [1, 2]))),
        ("claims are no CBOR", digits(token("eddsa", b"\x1c"))),
        ("nested 450 deep", digits(b"\x81" * 450 + b"\x01")),
    ]


def not_canonical() -> list[tuple[str, str]]:
    plain = cbor2.dumps(claims())
    protected, _, payload, signature = parts("eddsa")
    backwards = dict(reversed(claims().items()))
    return [
        ("leading zero", "0" + digits(token("eddsa"))),
        ("byte after the message", digits(token("eddsa") + b"\x00")),
        ("message of indefinite length", digits(b"\x9f" + token("eddsa")[1:] + b"\xff")),
        ("length longer than needed", digits(b"\x98\x04" + token("eddsa")[1:])),
        ("byte after the claims", digits(token("eddsa", plain + b"\x00"))),
        ("claims of indefinite length", digits(token("eddsa", b"\xbf" + plain[1:] + b"\xff"))),
        ("expiry twice", digits(token("eddsa", b"\xa6" + plain[1:] + b"\x04\x1a" + bytes(4)))),
        ("unsorted", digits(token("eddsa", cbor2.dumps(backwards)))),
        ("label longer than needed", digits(token("eddsa", plain[:1] + b"\x18\x01" + plain[2:]))),
        ("expiry as a float", digits(token("eddsa", claims(exp=float(SECONDS + DAY))))),
        ("expiry with a tag", digits(token("eddsa", claims(exp=cbor2.CBORTag(1, SECONDS + DAY))))),
        ("bignum", digits(token("eddsa", claims() | {-65600: 2**70}))),
        ("unsorted header", digits(token("eddsa", head=dict(reversed(header(KEYS["eddsa"]).items()))))),
        (
            "header length longer than needed",
            digits(b"\x84\x59\x00" + bytes([len(protected)]) + rest(protected, payload, signature)),
        ),
    ]


def rest(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return protected + b"\xa0" + cbor2.dumps(payload) + cbor2.dumps(signature)


def bad_claims() -> list[tuple[str, str]]:
    cases = {
        "no expiry": claims(exp=None),
        "no facts": claims(facts=None),
        "expiry before issue": claims(exp=SECONDS - 1),
        "expiry past the year 9999": claims(exp=2**62),
        "expiry true": claims(exp=True),
        "negative issue time": claims(iat=-1),
        "jti of 15 bytes": claims(jti=bytes(15)),
        "jti as text": claims(jti="0" * 16),
        "issuer as text": claims(iss="421202001001"),
        "issuer of 11 digits": claims(iss=42120200100),
        "issuer of 13 digits": claims(iss=4212020010010),
        "kind of 256": claims(facts=facts(256)),
        "number no pair": claims(facts=facts(3, [2026])),
        "serial negative": claims(facts=facts(3, [2026, -1])),
        "name too long": claims(facts=facts(3, [2026, 17], "欧阳**")),
        "name empty": claims(facts=facts(3, [2026, 17], "")),
        "digest of 31 bytes": claims(facts=facts(3, [2026, 17], "张*", bytes(31))),
        "status index past 32 bits": claims(facts=facts(3, [2026, 17], "张*", bytes(32), [12, 2**32])),
    }
    return [(name, digits(token("eddsa", payload))) for name, payload in cases.items()]


def facts(*changes: Any) -> list[Any]:
    """The facts with the first ones changed."""
    return [*changes, *claims()[-65537][len(changes) :]]


def bad_signature() -> list[tuple[str, str]]:
    protected, _, payload, signature = parts("eddsa")
    other = cbor2.dumps(claims(exp=SECONDS + 3650 * DAY))
    notice = cbor2.dumps(header(KEYS["eddsa"], "notice"))
    return [
        ("last bit", digits(cbor2.dumps([protected, {}, payload, flipped(signature, 63)]))),
        ("all zero", digits(cbor2.dumps([protected, {}, payload, bytes(64)]))),
        ("expiry moved", digits(cbor2.dumps([protected, {}, other, signature]))),
        ("kind changed", digits(cbor2.dumps([notice, {}, payload, signature]))),
        ("ES256 all zero", digits(cbor2.dumps([*parts("es256")[:3], bytes(64)]))),
        (
            "signed over the claims alone",
            digits(cbor2.dumps([protected, {}, payload, KEYS["eddsa"].sign(payload)])),
        ),
    ]


def build() -> dict[str, Any]:
    published = [item.public for name, item in KEYS.items() if name != "unknown"]
    return {
        "now": NOW.isoformat(),
        "private_keys": {name: item.material.hex() for name, item in KEYS.items()},
        "jwks": to_jwks(KeyRing(published)),
        "claims": {"hex": cbor2.dumps(claims()).hex(), "show_hex": cbor2.dumps(show_claims()).hex()},
        "good": [{"name": name, "digits": text} for name, text in good().items()],
        "hostile": [
            {"name": name, "digits": text, "reason": reason}
            for reason, cases in hostile().items()
            for name, text in cases
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(build(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(FILE)
