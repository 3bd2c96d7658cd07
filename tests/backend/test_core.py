"""Settings, identifiers, privacy and storage: what everything else stands on."""

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import clock, ids, privacy
from backend.logs import redact
from backend.privacy import FieldKeys, Unreadable
from backend.settings import ConfigurationRefused, Settings
from backend.storage import BlobMissing, FileBlobStore

KEYS = FieldKeys.parse("new:" + "ab" * 32 + ",old:" + "cd" * 32, "ef" * 32)
SAFE = {
    "public_url": "https://zheng.example.cn",
    "field_keys": "k1:" + "ab" * 32,
    "index_key": "ac" * 32,
    "key_encryption_key": "ad" * 32,
    "metrics_token": "m" * 40,
    "wechat_secret": "s" * 32,
    "tencent_secret_id": "AKIDreal",
    "tencent_secret_key": "t" * 32,
}


def test_production_refuses_default_secrets_and_says_which() -> None:
    with pytest.raises(ConfigurationRefused) as refusal:
        Settings(environment="production", _env_file=None).refuse_unsafe()
    for name in (
        "FIELD_KEYS",
        "INDEX_KEY",
        "KEY_ENCRYPTION_KEY",
        "WECHAT_SECRET",
        "METRICS_TOKEN",
        "PUBLIC_URL",
    ):
        assert f"ZHENG_{name}" in str(refusal.value)
    Settings(environment="production", _env_file=None, **SAFE).refuse_unsafe()


@pytest.mark.parametrize("name", [name for name in SAFE])
def test_production_refuses_each_single_default(name: str) -> None:
    rest = {key: value for key, value in SAFE.items() if key != name}
    with pytest.raises(ConfigurationRefused, match=f"ZHENG_{name.upper()}"):
        Settings(environment="production", _env_file=None, **rest).refuse_unsafe()


@given(st.integers(0, 999_999))
def test_an_id_is_a_uuid_of_version_8_that_carries_its_county(county: int) -> None:
    made = ids.new_id(f"{county:06d}")
    assert (made.version, made.variant) == (8, uuid.RFC_4122)
    assert ids.county_of(made) == (f"{county:06d}" if county else None)


def test_ids_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 11, 23, tzinfo=UTC)
    made = []
    for step in range(20):
        monkeypatch.setattr("backend.clock.now", lambda step=step: start + timedelta(milliseconds=step))
        made.append(ids.new_id("421202"))
    assert made == sorted(made)


@given(st.text(max_size=200))
def test_a_sealed_field_opens_in_its_own_row_only(text: str) -> None:
    row, other = uuid.uuid4(), uuid.uuid4()
    sealed = KEYS.seal(text.encode(), context=privacy.row_context("person", "name", row))
    assert KEYS.open(sealed, context=privacy.row_context("person", "name", row)).decode() == text
    for table, column, identifier in (
        ("person", "name", other),
        ("person", "x", row),
        ("account", "name", row),
    ):
        with pytest.raises(Unreadable):
            KEYS.open(sealed, context=privacy.row_context(table, column, identifier))


@given(st.binary(max_size=80))
def test_rubbish_does_not_open(data: bytes) -> None:
    with pytest.raises(Unreadable):
        KEYS.open(data, context="x")


def test_old_keys_still_open_and_new_ones_seal() -> None:
    old = FieldKeys.parse("old:" + "cd" * 32, "ef" * 32)
    assert KEYS.open(old.seal(b"value", context="c"), context="c") == b"value"
    with pytest.raises(Unreadable):
        old.open(KEYS.seal(b"value", context="c"), context="c")


def test_the_blind_index_ignores_width_case_and_blanks() -> None:
    assert KEYS.index("id_number", "11010519491231002x") == KEYS.index("id_number", "11010519491231002 X")
    assert KEYS.index("id_number", "1") != KEYS.index("phone", "1")


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (privacy.mask_name, "张三丰", "张**"),
        (privacy.mask_name, "阿依古丽·买买提", "阿*******"),
        (privacy.mask_name, "𬭋", "𬭋*"),
        (privacy.mask_id_number, "11010519491231002X", "1****************X"),
        (privacy.mask_phone, "13800005678", "138****5678"),
    ],
)
def test_masks(mask: object, plain: str, shown: str) -> None:
    assert mask(plain) == shown  # type: ignore[operator]


def test_logs_carry_no_token() -> None:
    assert redact("GET /V/123456789 200 /share/abc?x") == "GET /V/[cut] 200 /share/[cut]?x"


def test_blobs_come_back_are_encrypted_and_stored_once(tmp_path: Path) -> None:
    store = FileBlobStore(tmp_path)
    address = store.put(b"private words")
    assert store.put(b"private words") == address
    assert store.get(address) == b"private words"
    assert list(store.addresses()) == [address]
    assert all(b"private" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_blob_stored_again_is_young_again(tmp_path: Path) -> None:
    """An old blob that no row names any more is put a second time: the sweep must wait for its new row."""
    store = FileBlobStore(tmp_path)
    address = store.put(b"photo")
    long_ago, yesterday = time.time() - 10 * 86400, clock.now() - timedelta(days=1)
    os.utime(tmp_path / address[:2] / address, (long_ago, long_ago))
    assert list(store.addresses(older_than=yesterday)) == [address]
    store.put(b"photo")
    assert list(store.addresses(older_than=yesterday)) == []
    assert store.delete(address, older_than=yesterday) is False  # listed by the sweep just before
    assert store.get(address) == b"photo"
    assert store.delete(address) and store.delete(address)


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "0" * 63, "0" * 64, "Z" * 64])
def test_unknown_and_hostile_addresses_are_missing(tmp_path: Path, address: str) -> None:
    with pytest.raises(BlobMissing):
        FileBlobStore(tmp_path).get(address)


def test_a_blob_moved_to_another_address_does_not_open(tmp_path: Path) -> None:
    store = FileBlobStore(tmp_path)
    one, two = store.put(b"one"), store.put(b"two")
    (tmp_path / one[:2] / one).replace(tmp_path / two[:2] / two)
    with pytest.raises(Unreadable):
        store.get(two)
