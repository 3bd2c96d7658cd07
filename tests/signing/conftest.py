"""Smallest valid things: a moment, keys of each suite, a provider that holds them, claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signing.claims import CertificateClaims, NoticeClaims, ShowClaims
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, Purpose, generate_key
from signing.providers import WrappedKeyProvider
from signing.suites import SuiteName
from signing.wrapping import wrap

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEK = bytes(range(32))

MakeKey = Callable[..., PrivateKey]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_key() -> MakeKey:
    def make(
        purpose: Purpose = Purpose.CERTIFICATE,
        suite: SuiteName = SuiteName.ES256,
        *,
        state: KeyState = KeyState.ACTIVE,
        not_before: datetime = NOW - timedelta(days=30),
        not_after: datetime = NOW + timedelta(days=365),
    ) -> PrivateKey:
        return generate_key(purpose, suite, not_before=not_before, not_after=not_after, state=state)

    return make


@pytest.fixture(params=list(SuiteName))
def suite(request: pytest.FixtureRequest) -> SuiteName:
    """Each suite in turn."""
    return SuiteName(request.param)


@pytest.fixture
def city_key(make_key: MakeKey) -> PrivateKey:
    return make_key()


@pytest.fixture
def show_key(make_key: MakeKey) -> PrivateKey:
    return make_key(Purpose.SHOW)


@pytest.fixture
def provider(city_key: PrivateKey, show_key: PrivateKey) -> WrappedKeyProvider:
    return holding(city_key, show_key)


@pytest.fixture
def ring(provider: WrappedKeyProvider) -> KeyRing:
    return KeyRing(provider.public_keys())


@pytest.fixture
def certificate() -> CertificateClaims:
    return CertificateClaims(**certificate_fields())


@pytest.fixture
def notice() -> NoticeClaims:
    return NoticeClaims(**certificate_fields())


@pytest.fixture
def show() -> ShowClaims:
    return ShowClaims(iss="421202001001", jti=bytes(16), iat=NOW, exp=NOW + timedelta(seconds=60))


def certificate_fields(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "iss": "421202001001",
        "jti": bytes(range(16)),
        "iat": NOW,
        "exp": NOW + timedelta(days=30),
        "type": 3,
        "year": 2026,
        "serial": 17,
        "masked_name": "张*",
        "digest": bytes(range(32)),
        "status_list": 12,
        "status_index": 4321,
    }
    return fields | changes


def holding(*keys: PrivateKey) -> WrappedKeyProvider:
    """A provider that holds `keys` as a database would give them to it."""
    return WrappedKeyProvider([wrap(key, KEK) for key in keys], KEK)
