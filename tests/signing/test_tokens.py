from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.claims import CertificateClaims, Kind, NoticeClaims, ShowClaims, TokenClaims
from signing.errors import ClaimsInvalid, KeyUnusable, Reason, VerificationFailed
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey
from signing.providers import WrappedKeyProvider
from signing.suites import SuiteName
from signing.tokens import SKEW, from_digits, sign_token, to_digits, verify_bytes, verify_token
from tests.signing.conftest import NOW, MakeKey, certificate_fields, holding
from tests.signing.vectors import make


def refusal(text: str, ring: KeyRing, now: datetime = NOW, kind: Kind | None = None) -> VerificationFailed:
    with pytest.raises(VerificationFailed) as caught:
        verify_token(text, ring=ring, now=now, kind=kind)
    return caught.value


def test_certificate_of_every_suite_comes_back(
    make_key: MakeKey, suite: SuiteName, certificate: CertificateClaims
) -> None:
    key = make_key(suite=suite)
    token = sign_token(certificate, provider=holding(key), kid=key.kid)
    verified = verify_token(to_digits(token), ring=KeyRing([key.public]), now=NOW)
    assert (verified.claims, verified.kid, verified.algorithm) == (certificate, key.kid, suite.value)


def test_notice_is_signed_by_the_certificates_key(
    provider: WrappedKeyProvider, ring: KeyRing, city_key: PrivateKey, notice: NoticeClaims
) -> None:
    token = sign_token(notice, provider=provider, kid=city_key.kid)
    assert verify_bytes(token, ring=ring, now=NOW, kind=Kind.NOTICE).claims == notice


def test_show_code_tells_no_fact(
    provider: WrappedKeyProvider, ring: KeyRing, show_key: PrivateKey, show: ShowClaims
) -> None:
    token = sign_token(show, provider=provider, kid=show_key.kid)
    assert verify_bytes(token, ring=ring, now=NOW, kind=Kind.SHOW).claims == show
    assert show.to_map().keys() == {1, 4, 6, 7}


@pytest.fixture
def token(provider: WrappedKeyProvider, city_key: PrivateKey, certificate: CertificateClaims) -> bytes:
    return sign_token(certificate, provider=provider, kid=city_key.kid)


@pytest.fixture
def digits(token: bytes) -> str:
    return to_digits(token)


@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        "HTTPS://ZS.EXAMPLE.CN/V/{}",
        "https://zs.example.cn/V/{}/",
        "HTTPS://X/V/{}?from=singlemessage",
        " {}\n",
    ],
)
def test_url_and_bare_digits_are_read_alike(digits: str, ring: KeyRing, shape: str) -> None:
    assert verify_token(shape.format(digits), ring=ring, now=NOW)


def test_wrong_kind_is_refused_when_a_kind_is_asked(digits: str, ring: KeyRing) -> None:
    assert refusal(digits, ring, kind=Kind.SHOW).reason is Reason.WRONG_KIND
    assert refusal(digits, ring, kind=Kind.NOTICE).reason is Reason.WRONG_KIND


def test_sm2_without_its_library_is_unconfirmed_not_forged(
    make_key: MakeKey, certificate: CertificateClaims, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(suite=SuiteName.SM2)
    text = to_digits(sign_token(certificate, provider=holding(key), kid=key.kid))
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    ring = KeyRing([replace(key.public)])
    failure = refusal(text, ring)
    assert (failure.reason, failure.reason.verdict) == (Reason.SUITE_UNAVAILABLE, "无法确认")


class TestOrder:
    """Each stage speaks before the next one: a token with every fault at once is named after the earliest."""

    def faults(self, *, upto: str) -> str:
        payload = {1: 421202001001, 4: make.SECONDS - 100, 6: make.SECONDS - 200, 7: bytes(16)}
        shape = make.claims(iat=make.SECONDS - 200, exp=make.SECONDS - 100)
        key = {"shape": "unknown", "key": "unknown", "purpose": "show"}.get(upto, "eddsa")
        protected, _, body, signature = make.parts(key, payload if upto == "shape" else shape)
        if upto != "times":
            signature = make.flipped(signature, 10)
        return make.digits(make.cbor2.dumps([protected, {}, body, signature]))

    @pytest.mark.parametrize(
        ("stage", "reason"),
        [
            ("shape", Reason.BAD_CLAIMS),
            ("key", Reason.UNKNOWN_KEY),
            ("purpose", Reason.WRONG_PURPOSE),
            ("signature", Reason.BAD_SIGNATURE),
            ("times", Reason.EXPIRED),
        ],
    )
    def test_earliest_fault_is_named(self, stage: str, reason: Reason) -> None:
        ring = KeyRing(item.public for name, item in make.KEYS.items() if name != "unknown")
        assert refusal(self.faults(upto=stage), ring).reason is reason

    def test_length_comes_before_digits(self, ring: KeyRing) -> None:
        assert refusal("x" * 1201, ring).reason is Reason.TOO_LONG
        assert refusal("1" * 20_000, ring).reason is Reason.TOO_LONG

    def test_a_forged_token_of_a_compromised_key_is_forged(self) -> None:
        ring = KeyRing([make.KEYS["compromised"].public])
        data = make.token("compromised")
        assert refusal(make.digits(make.flipped(data, len(data) - 1)), ring).reason is Reason.BAD_SIGNATURE


class TestTimes:
    def test_valid_to_the_last_second_of_the_skew(
        self, digits: str, ring: KeyRing, certificate: CertificateClaims
    ) -> None:
        last = certificate.exp + SKEW - timedelta(microseconds=1)
        assert verify_token(digits, ring=ring, now=last)
        assert refusal(digits, ring, certificate.exp + SKEW).reason is Reason.EXPIRED

    def test_valid_from_the_first_second_of_the_skew(self, digits: str, ring: KeyRing) -> None:
        assert verify_token(digits, ring=ring, now=NOW - SKEW)
        assert refusal(digits, ring, NOW - SKEW - timedelta(seconds=1)).reason is Reason.NOT_YET_VALID

    def test_expired_token_still_says_what_it_was(
        self, digits: str, ring: KeyRing, city_key: PrivateKey, certificate: CertificateClaims
    ) -> None:
        failure = refusal(digits, ring, NOW + timedelta(days=31))
        assert (failure.reason, failure.claims, failure.kid) == (Reason.EXPIRED, certificate, city_key.kid)

    def test_forged_token_says_nothing(self, token: bytes, ring: KeyRing) -> None:
        forged = make.flipped(token, len(token) - 1)
        failure = refusal(to_digits(forged), ring)
        assert (failure.reason, failure.claims, failure.kid) == (Reason.BAD_SIGNATURE, None, None)

    def test_no_skew_when_the_caller_is_the_issuer(
        self, digits: str, ring: KeyRing, certificate: CertificateClaims
    ) -> None:
        with pytest.raises(VerificationFailed):
            verify_token(digits, ring=ring, now=certificate.exp, skew=timedelta(0))


class TestKeyStates:
    @pytest.mark.parametrize("state", [KeyState.PUBLISHED, KeyState.ACTIVE, KeyState.RETIRED])
    def test_is_believed(self, digits: str, city_key: PrivateKey, state: KeyState) -> None:
        assert verify_token(digits, ring=KeyRing([city_key.public.with_state(state)]), now=NOW)

    @pytest.mark.parametrize("state", [KeyState.PENDING, KeyState.DESTROYED])
    def test_is_unknown(self, digits: str, city_key: PrivateKey, state: KeyState) -> None:
        assert refusal(digits, KeyRing([city_key.public.with_state(state)])).reason is Reason.UNKNOWN_KEY

    def test_compromised_hands_over_the_claims_for_the_log(
        self, digits: str, city_key: PrivateKey, certificate: CertificateClaims
    ) -> None:
        failure = refusal(digits, KeyRing([city_key.public.with_state(KeyState.COMPROMISED)]))
        assert (failure.reason, failure.claims) == (Reason.COMPROMISED_KEY, certificate)

    def test_compromised_goes_before_expired(self, digits: str, city_key: PrivateKey) -> None:
        ring = KeyRing([city_key.public.with_state(KeyState.COMPROMISED)])
        assert refusal(digits, ring, NOW + timedelta(days=400)).reason is Reason.COMPROMISED_KEY


class TestSigning:
    @pytest.mark.parametrize("state", [state for state in KeyState if state is not KeyState.ACTIVE])
    def test_only_an_active_key_signs(
        self, make_key: MakeKey, certificate: CertificateClaims, state: KeyState
    ) -> None:
        key = make_key(state=state)
        with pytest.raises(KeyUnusable, match=state.value):
            sign_token(certificate, provider=holding(key), kid=key.kid)

    def test_a_key_of_another_purpose_does_not_sign(
        self, provider: WrappedKeyProvider, show_key: PrivateKey, certificate: CertificateClaims
    ) -> None:
        with pytest.raises(KeyUnusable, match="show"):
            sign_token(certificate, provider=provider, kid=show_key.kid)

    @pytest.mark.parametrize("days", [-31, 366])
    def test_nothing_is_signed_outside_the_keys_time(
        self, provider: WrappedKeyProvider, city_key: PrivateKey, days: int
    ) -> None:
        iat = NOW + timedelta(days=days)
        claims = CertificateClaims(**certificate_fields(iat=iat, exp=iat + timedelta(days=1)))
        with pytest.raises(KeyUnusable):
            sign_token(claims, provider=provider, kid=city_key.kid)

    def test_a_key_that_is_not_held_does_not_sign(
        self, provider: WrappedKeyProvider, certificate: CertificateClaims
    ) -> None:
        with pytest.raises(KeyUnusable):
            sign_token(certificate, provider=provider, kid=bytes(8))


class TestClaims:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("iss", "42120200100"),
            ("iss", "４２１２０２００１００１"),
            ("iss", "021202001001"),
            ("iss", 421202001001),
            ("jti", bytes(15)),
            ("jti", "0" * 16),
            ("iat", NOW.replace(tzinfo=None)),
            ("iat", NOW.replace(microsecond=1)),
            ("exp", NOW),
            ("exp", (NOW + timedelta(days=1)).replace(tzinfo=None)),
            ("type", 256),
            ("type", True),
            ("year", -1),
            ("serial", 65536),
            ("status_list", 65536),
            ("status_index", 2**32),
            ("masked_name", ""),
            ("masked_name", "欧阳**"),
            ("digest", bytes(31)),
        ],
    )
    def test_out_of_range_is_refused_by_name(self, field: str, value: object) -> None:
        with pytest.raises(ClaimsInvalid) as caught:
            CertificateClaims(**certificate_fields(**{field: value}))
        assert caught.value.field == field

    @pytest.mark.parametrize("name", ["张*", "欧阳*", "𬭎*", "阿*", "J***"])
    def test_masked_names_of_all_sorts_fit(self, name: str) -> None:
        assert CertificateClaims(**certificate_fields(masked_name=name)).masked_name == name


RING = KeyRing(item.public for name, item in make.KEYS.items() if name != "unknown")
GOOD = [make.token("eddsa"), make.token("es256"), make.token("sm2")]


def survives(text: str) -> TokenClaims | None:
    """The claims, or None when refused; any other exception fails the test."""
    try:
        return verify_token(text, ring=RING, now=NOW).claims
    except VerificationFailed as failure:
        assert failure.reason.sentence and failure.reason.verdict
        return None


class TestFuzz:
    @given(st.binary(max_size=520))
    def test_digits_round_trip(self, data: bytes) -> None:
        if len(to_digits(data)) <= 1200:
            assert from_digits(to_digits(data)) == data

    @given(st.text(max_size=300))
    def test_any_text(self, text: str) -> None:
        assert survives(text) is None

    @given(st.text(alphabet="0123456789", max_size=1300))
    def test_any_digits(self, text: str) -> None:
        assert survives(text) is None

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data: bytes) -> None:
        assert survives(to_digits(data)) is None

    @settings(max_examples=300)
    @given(st.sampled_from(GOOD), st.integers(0, 250), st.binary(max_size=4), st.integers(0, 4))
    def test_any_splice_of_a_good_token(self, token: bytes, place: int, put: bytes, drop: int) -> None:
        changed = token[:place] + put + token[place + drop :]
        assert (survives(to_digits(changed)) is not None) == (changed == token)

    @settings(max_examples=300)
    @given(st.binary(min_size=1, max_size=200), st.sampled_from(["certificate", "show", "notice"]))
    def test_any_payload_that_is_rightly_signed(self, payload: bytes, kind: str) -> None:
        survives(make.digits(make.token("show" if kind == "show" else "eddsa", payload, kind=kind)))

    @given(
        st.dictionaries(
            st.sampled_from([1, 4, 6, 7, -65537]),
            st.integers()
            | st.binary(max_size=20)
            | st.text(max_size=8)
            | st.lists(st.integers(0, 9), max_size=6),
        )
    )
    def test_any_claims_that_are_rightly_signed(self, claims: dict[int, object]) -> None:
        survives(
            make.digits(
                make.token("eddsa", dict(sorted(claims.items(), key=lambda item: (item[0] < 0, item[0]))))
            )
        )
