from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.scanned import ScanKind, Scanned, classify

OURS = ["https://zs.example.cn", "HTTP://127.0.0.1:8000/"]
DIGITS = "8" * 440


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"HTTPS://ZS.EXAMPLE.CN/V/{DIGITS}", ScanKind.CERTIFICATE),
        (f"https://zs.example.cn/v/{DIGITS}", ScanKind.CERTIFICATE),
        (f"HTTPS://ZS.EXAMPLE.CN/V/{DIGITS}?from=timeline", ScanKind.CERTIFICATE),
        (f"  HTTPS://ZS.EXAMPLE.CN/V/{DIGITS}\n", ScanKind.CERTIFICATE),
        (f"HTTP://127.0.0.1:8000/S/{DIGITS}", ScanKind.SHOW),
        ("HTTPS://ZS.EXAMPLE.CN/V/12", ScanKind.CERTIFICATE),
        (DIGITS, ScanKind.TOKEN),
    ],
)
def test_ours_is_known(text: str, kind: ScanKind) -> None:
    found = classify(text, base_urls=OURS)
    assert found.kind is kind
    assert found.digits and found.digits.isdigit()


def test_offline_show_code_keeps_what_follows() -> None:
    assert classify("ZS1:" + DIGITS, base_urls=OURS) == (ScanKind.OFFLINE_SHOW, DIGITS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"HTTPS://ZS.OTHER-CITY.CN/V/{DIGITS}", ScanKind.OTHER_CITY),
        (f"HTTPS://ZS.EXAMPLE.CN.EVIL.CN/V/{DIGITS}", ScanKind.OTHER_CITY),
        (f"HTTPS://ZS.EXAMPLE.CN@EVIL.CN/V/{DIGITS}", ScanKind.OTHER_CITY),
        (f"HTTPS://ZS.EXAMPLE.CN:8443/V/{DIGITS}", ScanKind.OTHER_CITY),
        (f"HTTPS://EVIL.CN/ZS.EXAMPLE.CN/V/{DIGITS}", ScanKind.WEB_PAGE),
        ("https://video.example.com/v/12345", ScanKind.WEB_PAGE),
        ("wxp://f2f0abcDEF", ScanKind.PAYMENT),
        ("weixin://wxpay/bizpayurl?pr=abc", ScanKind.PAYMENT),
        ("HTTPS://QR.ALIPAY.COM/FKX01234", ScanKind.PAYMENT),
        ("https://qr.alipay.com/fkx01234", ScanKind.PAYMENT),
        ("https://wx.tenpay.com/f2f?t=abc", ScanKind.PAYMENT),
        ("https://qr.95516.com/00010000/62", ScanKind.PAYMENT),
        ("134567890123456789", ScanKind.PAYMENT),
        ("100000000000000000", ScanKind.PAYMENT),
        ("281234567890123456", ScanKind.PAYMENT),
        ("301234567890123456789012", ScanKind.PAYMENT),
        ("6212345678901234567", ScanKind.PAYMENT),
        ("https://qr.alipay.com.evil.cn/x", ScanKind.WEB_PAGE),
        ("https://www.example.com/", ScanKind.WEB_PAGE),
        ("www.example.com/a", ScanKind.WEB_PAGE),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:张三\nEND:VCARD", ScanKind.CONTACT_CARD),
        ("MECARD:N:张三;TEL:13800000000;;", ScanKind.CONTACT_CARD),
        ("WIFI:T:WPA;S:home;P:secret;;", ScanKind.WIFI),
        ("wifi:T:WPA;S:home;;", ScanKind.WIFI),
        ("", ScanKind.RUBBISH),
        ("你好", ScanKind.RUBBISH),
        ("6901234567892", ScanKind.RUBBISH),
        ("421202199001011234", ScanKind.RUBBISH),
        ("１３４５６７８９０１２３４５６７８９", ScanKind.RUBBISH),
        ("HTTPS://ZS.EXAMPLE.CN/V/" + "1" * 20_000, ScanKind.RUBBISH),
        ("javascript:alert(1)", ScanKind.RUBBISH),
        ("\u202ehttps://zs.example.cn", ScanKind.RUBBISH),
    ],
)
def test_foreign_codes_are_named(text: str, kind: ScanKind) -> None:
    assert classify(text, base_urls=OURS) == Scanned(kind)


def test_every_kind_has_a_sentence() -> None:
    assert all(kind.sentence.endswith("。") for kind in ScanKind)


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    assert classify(text, base_urls=OURS).kind in ScanKind
