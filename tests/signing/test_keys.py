from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import KeyInvalid, KeyUnusable, Reason, UnwrapFailed, VerificationFailed
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, PublicKey, Purpose, private_key, thumbprint
from signing.keysets import from_cose_keys, from_jwks, to_cose_keys, to_jwks
from signing.providers import HeldKey, WrappedKeyProvider
from signing.suites import SuiteName
from signing.wrapping import WrappedKey, kek_from_passphrase, unwrap, wrap
from tests.signing.conftest import KEK, NOW, MakeKey


class TestKeyId:
    def test_thumbprint_of_rfc_9679_section_6(self) -> None:
        x = bytes.fromhex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d")
        y = bytes.fromhex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c")
        expected = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
        assert thumbprint(SuiteName.ES256, x + y).hex() == expected

    def test_circumstances_do_not_change_it(self, city_key: PrivateKey) -> None:
        other = replace(city_key.public, purpose=Purpose.SHOW, state=KeyState.RETIRED)
        assert other.kid == city_key.kid


class TestPublicKey:
    def test_material_of_another_size_is_refused(self) -> None:
        with pytest.raises(KeyInvalid):
            PublicKey(Purpose.SHOW, SuiteName.ES256, bytes(65), NOW, NOW + timedelta(days=1))

    def test_naive_times_are_refused(self) -> None:
        naive = NOW.replace(tzinfo=None)
        with pytest.raises(KeyInvalid):
            PublicKey(Purpose.SHOW, SuiteName.EDDSA, bytes(32), naive, naive + timedelta(days=1))

    def test_a_life_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(KeyInvalid):
            PublicKey(Purpose.SHOW, SuiteName.EDDSA, bytes(32), NOW, NOW)

    def test_a_key_made_this_second_signs_in_this_second(self, make_key: MakeKey) -> None:
        public = make_key(not_before=NOW + timedelta(milliseconds=300)).public
        assert public.may_sign_at(NOW)
        assert next(iter(from_jwks(to_jwks(KeyRing([public]))))) == public

    def test_private_material_shows_in_no_repr(self, city_key: PrivateKey) -> None:
        assert repr(city_key.material) not in repr(city_key)
        assert city_key.material.hex() not in repr(city_key)


class TestKeyRing:
    def test_a_point_off_the_curve_does_not_get_in(self) -> None:
        bad = PublicKey(Purpose.SHOW, SuiteName.ES256, b"\x01" * 64, NOW, NOW + timedelta(days=1))
        with pytest.raises(KeyInvalid):
            KeyRing([bad])

    def test_the_same_key_twice_is_refused(self, city_key: PrivateKey) -> None:
        with pytest.raises(KeyInvalid):
            KeyRing([city_key.public, city_key.public.with_state(KeyState.RETIRED)])

    def test_purpose_is_asked_after_the_key_is_found(self, ring: KeyRing, city_key: PrivateKey) -> None:
        assert ring.find(city_key.kid, Purpose.CERTIFICATE) == city_key.public
        for kid, purpose, reason in [
            (city_key.kid, Purpose.SHOW, Reason.WRONG_PURPOSE),
            (bytes(8), Purpose.CERTIFICATE, Reason.UNKNOWN_KEY),
        ]:
            with pytest.raises(VerificationFailed) as caught:
                ring.find(kid, purpose)
            assert caught.value.reason is reason


class TestKeySets:
    @pytest.fixture
    def keys(self, make_key: MakeKey) -> KeyRing:
        made = [make_key(suite=suite).public for suite in SuiteName]
        states = [make_key(Purpose.SHOW, state=state).public for state in KeyState]
        return KeyRing([*made, *states])

    def test_jwks_comes_back_through_json(self, keys: KeyRing) -> None:
        assert list(from_jwks(json.loads(json.dumps(to_jwks(keys))))) == list(keys.published())

    def test_cose_keys_come_back(self, keys: KeyRing) -> None:
        assert list(from_cose_keys(to_cose_keys(keys))) == list(keys.published())

    def test_pending_and_destroyed_keys_are_not_told(self, keys: KeyRing) -> None:
        told = {entry["state"] for entry in to_jwks(keys)["keys"]}
        assert told == {"published", "active", "retired", "compromised"}

    def test_private_parts_never_leave(self, keys: KeyRing) -> None:
        assert all("d" not in entry for entry in to_jwks(keys)["keys"])
        assert all(-4 not in entry for entry in cbor2.loads(to_cose_keys(keys)))

    @pytest.mark.parametrize(
        "change",
        [
            {"kid": "0000000000000000"},
            {"kid": "xyz"},
            {"alg": "none"},
            {"alg": "EdDSA"},
            {"crv": "P-384"},
            {"kty": "oct"},
            {"x": "AA"},
            {"x": 5},
            {"x": urlsafe_b64encode(b"\x01" * 32).decode()},
            {"y": None},
            {"purpose": "all"},
            {"state": "fresh"},
            {"nbf": "now"},
            {"exp": 10**20},
            {"exp": 0},
        ],
    )
    def test_a_changed_jwk_is_refused(self, city_key: PrivateKey, change: dict[str, Any]) -> None:
        document = to_jwks(KeyRing([city_key.public]))
        document["keys"][0] |= change
        with pytest.raises(KeyInvalid):
            from_jwks(document)

    @pytest.mark.parametrize(
        "document", [{}, {"keys": None}, {"keys": {}}, {"keys": ""}, {"keys": [1]}, {"keys": [{}]}, []]
    )
    def test_what_is_no_jwks_is_refused(self, document: Any) -> None:
        with pytest.raises(KeyInvalid):
            from_jwks(document)

    @given(st.binary(max_size=80))
    def test_any_bytes_as_cose_keys(self, data: bytes) -> None:
        try:
            from_cose_keys(data)
        except KeyInvalid:
            return
        assert data == b"\x80"

    @pytest.mark.parametrize("place", range(0, 180, 7))
    def test_a_changed_cose_key_is_refused_or_says_another_circumstance(
        self, city_key: PrivateKey, place: int
    ) -> None:
        data = bytearray(to_cose_keys(KeyRing([city_key.public])))
        data[place % len(data)] ^= 0x01
        try:
            changed = next(iter(from_cose_keys(bytes(data))))
        except KeyInvalid:
            return
        assert changed.material == city_key.public.material


class TestWrapping:
    def test_comes_back(self, make_key: MakeKey, suite: SuiteName) -> None:
        key = make_key(suite=suite)
        assert unwrap(wrap(key, KEK), KEK) == key

    def test_never_the_same_twice_and_never_in_the_clear(self, city_key: PrivateKey) -> None:
        one, two = wrap(city_key, KEK).blob, wrap(city_key, KEK).blob
        assert one != two
        assert city_key.material not in one

    def test_wrong_kek_does_not_open(self, city_key: PrivateKey) -> None:
        with pytest.raises(UnwrapFailed):
            unwrap(wrap(city_key, KEK), bytes(32))

    def test_every_changed_byte_is_noticed(self, city_key: PrivateKey) -> None:
        record = wrap(city_key, KEK)
        for place in range(len(record.blob)):
            blob = bytearray(record.blob)
            blob[place] ^= 1
            with pytest.raises(UnwrapFailed):
                unwrap(WrappedKey(record.public, bytes(blob)), KEK)

    def test_the_blob_of_another_key_is_noticed(self, city_key: PrivateKey, show_key: PrivateKey) -> None:
        with pytest.raises(UnwrapFailed):
            unwrap(WrappedKey(show_key.public, wrap(city_key, KEK).blob), KEK)

    def test_another_purpose_for_the_same_key_is_noticed(self, city_key: PrivateKey) -> None:
        record = wrap(city_key, KEK)
        with pytest.raises(UnwrapFailed):
            unwrap(WrappedKey(replace(record.public, purpose=Purpose.SHOW), record.blob), KEK)

    @pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02" + bytes(60), b"\x01" + bytes(28)])
    def test_what_is_no_record_is_refused(self, city_key: PrivateKey, blob: bytes) -> None:
        with pytest.raises(UnwrapFailed):
            unwrap(WrappedKey(city_key.public, blob), KEK)

    @pytest.mark.parametrize("kek", [b"", bytes(16), bytes(33)])
    def test_a_kek_has_32_bytes(self, city_key: PrivateKey, kek: bytes) -> None:
        with pytest.raises(KeyInvalid):
            wrap(city_key, kek)

    def test_kek_from_a_passphrase_depends_on_both(self) -> None:
        one = kek_from_passphrase("口令", bytes(16))
        assert one == hashlib.scrypt(
            "口令".encode(), salt=bytes(16), n=2**16, r=8, p=1, dklen=32, maxmem=2**27
        )
        assert one != kek_from_passphrase("口令", b"\x01" * 16)

    def test_salt_has_16_bytes(self) -> None:
        with pytest.raises(KeyInvalid):
            kek_from_passphrase("口令", b"salt")


class TestProvider:
    def test_signs_with_the_key_asked_for(self, provider: WrappedKeyProvider, city_key: PrivateKey) -> None:
        for _ in range(2):
            assert city_key.public.verify(b"one", provider.sign(city_key.kid, b"one"))

    def test_opens_nothing_until_it_signs(self, city_key: PrivateKey) -> None:
        sleeping = WrappedKeyProvider([wrap(city_key, KEK)], bytes(32))
        assert sleeping.public_keys() == (city_key.public,)
        with pytest.raises(UnwrapFailed):
            sleeping.sign(city_key.kid, b"one")

    def test_unknown_key_is_refused(self, provider: WrappedKeyProvider) -> None:
        with pytest.raises(KeyUnusable):
            provider.sign(bytes(8), b"one")

    def test_a_held_key_signs_without_being_seen(
        self, provider: WrappedKeyProvider, city_key: PrivateKey
    ) -> None:
        held = HeldKey(provider, city_key.kid)
        assert held.public.verify(b"one", held.sign(b"one"))


def test_a_key_of_known_bytes(now: datetime) -> None:
    key = private_key(
        Purpose.SHOW, SuiteName.ES256, b"\x01" * 32, not_before=now, not_after=now + timedelta(days=1)
    )
    assert key.public.state is KeyState.PENDING
    assert key.public.verify(b"one", key.sign(b"one"))
