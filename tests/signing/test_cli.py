"""`python -m signing verify` as someone at a keyboard meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.__main__ import main
from signing.authority import to_pem
from signing.claims import CertificateClaims
from signing.keyring import KeyRing
from signing.keys import KeyState, PrivateKey, Purpose, generate_key
from signing.keysets import to_cose_keys, to_jwks
from signing.qr import qr_text
from signing.tokens import sign_token, to_digits
from tests.signing.conftest import certificate_fields, holding
from tests.signing.test_seal import make_city, page

__all__ = ["page"]

TODAY = datetime.now(UTC).replace(microsecond=0)
"""The command asks the system's clock, so what it reads is made for today."""


@pytest.fixture
def key() -> PrivateKey:
    return generate_key(
        Purpose.CERTIFICATE,
        not_before=TODAY - timedelta(days=90),
        not_after=TODAY + timedelta(days=90),
        state=KeyState.ACTIVE,
    )


@pytest.fixture
def keys(tmp_path: Path, key: PrivateKey) -> str:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(to_jwks(KeyRing([key.public]))), encoding="utf-8")
    return str(path)


def token(key: PrivateKey, *, days_ago: int = 1) -> str:
    iat = TODAY - timedelta(days=days_ago)
    claims = CertificateClaims(**certificate_fields(iat=iat, exp=iat + timedelta(days=30)))
    return to_digits(sign_token(claims, provider=holding(key), kid=key.kid))


def test_good_token(key: PrivateKey, keys: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["verify", qr_text("https://zs.example.cn", CertificateClaims.kind, token(key)), "--keys", keys])
        == 0
    )
    said = capsys.readouterr().out
    assert "结论：有效" in said
    assert "in_force" in said
    assert "2026 年第 17 号" in said and "张*" in said
    assert "联网查询" in said


def test_cose_keys_do_as_well(tmp_path: Path, key: PrivateKey) -> None:
    path = tmp_path / "cose-keys"
    path.write_bytes(to_cose_keys(KeyRing([key.public])))
    assert main(["verify", token(key), "--keys", str(path)]) == 0


def test_expired_token_says_what_it_was(
    key: PrivateKey, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", token(key, days_ago=40), "--keys", keys]) == 1
    said = capsys.readouterr().out
    assert "结论：已过期" in said and "expired" in said and "2026 年第 17 号" in said


def test_forged_token_says_nothing_of_its_content(
    key: PrivateKey, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = token(key)
    forged = forged[:-3] + str((int(forged[-3:]) + 1) % 1000).zfill(3)
    assert main(["verify", forged, "--keys", keys]) == 1
    said = capsys.readouterr().out
    assert "结论：不可信" in said and "bad_signature" in said and "张*" not in said


def test_rubbish(keys: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "你好", "--keys", keys]) == 1
    assert "结论：不是本系统的码" in capsys.readouterr().out


def test_sealed_pdf(tmp_path: Path, page: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    city = make_city()
    (tmp_path / "root.pem").write_bytes(to_pem(city.root))
    (tmp_path / "page.pdf").write_bytes(city.seal(page))
    command = ["verify", str(tmp_path / "page.pdf"), "--root", str(tmp_path / "root.pem")]
    assert main(command) == 0
    assert "签章单位：咸安区永安街道某某社区居民委员会" in capsys.readouterr().out
    (tmp_path / "page.pdf").write_bytes(page)
    assert main(command) == 1
    assert "no_seal" in capsys.readouterr().out
    (tmp_path / "page.pdf").write_bytes(b"rubbish")
    assert main(command) == 1
    assert "cannot_check" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["verify", "123"], "--keys"),
        (["verify", "123", "--keys", "/nowhere/keys.json"], "无法读取文件"),
        (["verify", "nowhere.pdf"], "找不到文件"),
        (["verify", __file__], "--root"),
        (["verify", "123", "--keys", __file__], "无法读取"),
        (["verify", __file__, "--root", __file__], "PEM"),
    ],
)
def test_what_is_missing_is_named(
    arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "结论：无法确认" in said and hint in said


def test_broken_json_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    assert main(["verify", "123", "--keys", str(tmp_path / "keys.json")]) == 1
    assert "JSON" in capsys.readouterr().out


def test_runs_as_a_program_and_imports_nothing_of_the_product(key: PrivateKey, keys: str) -> None:
    script = (
        "import sys, signing.__main__ as cli; code = cli.main();"
        "bad = {'flask', 'sqlalchemy', 'backend', 'miniprogram_api'} & set(sys.modules);"
        "sys.exit(f'imports {bad}' if bad else code)"
    )
    for command in (["-m", "signing"], ["-c", script]):
        result = subprocess.run(
            [sys.executable, *command, "verify", token(key), "--keys", keys],
            capture_output=True,
            timeout=60,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        assert (result.returncode, result.stderr) == (0, b"")
        assert "结论：有效" in result.stdout.decode()
