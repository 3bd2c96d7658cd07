"""`python -m signing verify WHAT`: checks a token, a scanned URL or a sealed PDF with nothing but published
keys.

The only place of this package that asks the system's clock. No database, no network.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .authority import from_pem
from .claims import CertificateClaims, Kind, TokenClaims
from .errors import SigningError, VerificationFailed
from .keyring import KeyRing
from .keysets import from_cose_keys, from_jwks
from .seal_check import check_pdf
from .tokens import verify_token

VALID, NOT_VALID = 0, 1
_BEIJING = ZoneInfo("Asia/Shanghai")
_KINDS = {Kind.CERTIFICATE: "证明", Kind.NOTICE: "告知单或回执", Kind.SHOW: "亮证码"}
_STATUS_HINT = "说明：只核对了签名和有效期；是否已被吊销、暂停或更正，请扫码联网查询。"


class _CannotCheck(Exception):
    """Something to check with, or to check, is missing; the message is for the person at the keyboard."""


def main(arguments: list[str] | None = None) -> int:
    """Prints the verdict in Chinese and a reason code; 0 when valid, 1 when not, 2 for a wrong command
    line.
    """
    options = _parser().parse_args(arguments)
    try:
        return _verify(options.what, options.keys, options.root, datetime.now(UTC))
    except (_CannotCheck, SigningError) as error:
        return _say("无法确认", "cannot_check", str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m signing", description="核验掌上证的证明码和盖章文件")
    verify = parser.add_subparsers(dest="command", required=True).add_parser("verify", help="核验")
    verify.add_argument("what", help="码中的网址或数字，或 PDF 文件的路径")
    verify.add_argument("--keys", type=Path, help="公钥名单：/.well-known/jwks.json 或 cose-keys 的副本")
    verify.add_argument("--root", type=Path, help="市级签章根证书（PEM），核验 PDF 时需要")
    return parser


def _verify(what: str, keys: Path | None, root: Path | None, now: datetime) -> int:
    path = Path(what)
    # A token is longer than any file name may be; asking the system about it would be an error, not a "no".
    if len(what) < 200 and path.is_file():
        return _verify_pdf(_read(path), root, now)
    if path.suffix.lower() == ".pdf":
        raise _CannotCheck(f"找不到文件 {what}")
    return _verify_text(what, keys, now)


def _verify_text(text: str, keys: Path | None, now: datetime) -> int:
    if keys is None:
        raise _CannotCheck("核验证明码需要公钥名单，请加 --keys")
    try:
        verified = verify_token(text, ring=_load_ring(keys), now=now)
    except VerificationFailed as failure:
        code = _say(failure.reason.verdict, failure.reason.value, failure.reason.sentence)
        if failure.claims is not None:
            _print_claims(failure.claims)
        return code
    _say("有效", "in_force", "签名正确，在有效期内。")
    _print_claims(verified.claims)
    print(f"密钥：{verified.kid.hex()}（{verified.algorithm}）")
    print(_STATUS_HINT)
    return VALID


def _verify_pdf(data: bytes, root: Path | None, now: datetime) -> int:
    if root is None:
        raise _CannotCheck("核验 PDF 需要市级签章根证书，请加 --root")
    check = check_pdf(data, roots=from_pem(_read(root)), now=now)
    if check.reason is not None:
        return _say(check.reason.verdict, check.reason.value, check.reason.sentence)
    _say("有效", "sealed", "签章有效，文件自签章后未被改动。")
    print(f"签章单位：{check.signer}（{check.uscc}）")
    if check.signed_at is not None:
        print(f"签章时间：{_beijing(check.signed_at)}")
    print(_STATUS_HINT)
    return VALID


def _load_ring(path: Path) -> KeyRing:
    data = _read(path)
    if data.lstrip()[:1] != b"{":
        return from_cose_keys(data)
    try:
        return from_jwks(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise _CannotCheck(f"公钥名单 {path} 不是有效的 JSON") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _CannotCheck(f"无法读取文件 {path}：{error.strerror}") from error


def _say(verdict: str, code: str, sentence: str) -> int:
    print(f"结论：{verdict}")
    print(f"原因：{code}　{sentence}")
    return NOT_VALID


def _print_claims(claims: TokenClaims) -> None:
    print(f"种类：{_KINDS[claims.kind]}　出具地区划代码：{claims.iss}")
    print(f"签发：{_beijing(claims.iat)}　有效期至：{_beijing(claims.exp)}")
    if isinstance(claims, CertificateClaims):
        print(f"文号：{claims.year} 年第 {claims.serial} 号　姓名：{claims.masked_name}")
        print(f"文本摘要（SHA-256）：{claims.digest.hex()}")


def _beijing(moment: datetime) -> str:
    return f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M:%S} 北京时间"


if __name__ == "__main__":
    sys.exit(main())
