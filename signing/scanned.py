"""What a scanned text is (扫到的是什么): ours, another city's, a payment code, a card, a web page, or
rubbish.

People hold whatever code they have up to the counter. Naming its kind tells them what to show instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

MAX_TEXT = 4096
_SHORTEST_TOKEN = 200


class ScanKind(StrEnum):
    CERTIFICATE = "certificate"
    SHOW = "show"
    OFFLINE_SHOW = "offline_show"
    TOKEN = "token"
    OTHER_CITY = "other_city"
    PAYMENT = "payment"
    WEB_PAGE = "web_page"
    CONTACT_CARD = "contact_card"
    WIFI = "wifi"
    RUBBISH = "rubbish"

    @property
    def sentence(self) -> str:
        """What to tell the one who showed it, in plain Chinese."""
        return SENTENCES[self]


SENTENCES: dict[ScanKind, str] = {
    ScanKind.CERTIFICATE: "这是证明上的验证码。",
    ScanKind.SHOW: "这是亮证码。",
    ScanKind.OFFLINE_SHOW: "这是离线亮证码。",
    ScanKind.TOKEN: "这是证明或亮证码中的数字部分。",
    ScanKind.OTHER_CITY: "这是其他地方的证明验证码，本系统不能验证。请到码中网址所属的机关核验。",
    ScanKind.PAYMENT: "这是收付款码，请勿出示。请打开“掌上证”，在卡包中选择证明后点“亮证”。",
    ScanKind.WEB_PAGE: "这是一个网页的码，不是证明。请打开“掌上证”亮证，或出示证明上的二维码。",
    ScanKind.CONTACT_CARD: "这是名片码，不是证明。请打开“掌上证”亮证，或出示证明上的二维码。",
    ScanKind.WIFI: "这是无线网络的码，不是证明。请打开“掌上证”亮证，或出示证明上的二维码。",
    ScanKind.RUBBISH: "认不出这个码。请打开“掌上证”亮证，或出示证明上的二维码。",
}


class Scanned(NamedTuple):
    """`digits`: the decimal token of a code of ours (or the text after `ZS1:`), else None; not verified
    yet.
    """

    kind: ScanKind
    digits: str | None = None


_TOKEN_URL = re.compile(r"https?://([^/?#\s]+)/([VS])/([0-9]+)/?(?:[?#]\S*)?", re.IGNORECASE | re.ASCII)
_OUR_KINDS = {"V": ScanKind.CERTIFICATE, "S": ScanKind.SHOW}
_WEB_PAGE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PAYMENT_URL = re.compile(
    r"(?:wxp://|weixin://wxpay/|alipays?://|alipayqr://|upwallet://"
    r"|https?://(?:qr\.alipay\.com|wx\.tenpay\.com|payapp\.weixin\.qq\.com|qr\.95516\.com)(?:[/?#]|$))",
    re.IGNORECASE,
)
_PAYMENT_BARCODE = re.compile(r"(?:1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}|62\d{17})", re.ASCII)
"""What a customer's app shows a cashier: WeChat 18 digits from 10 to 15, Alipay 16 to 24 from 25 to 30,
UnionPay 19 from 62.
"""
_PREFIXES: dict[str, ScanKind] = {
    "BEGIN:VCARD": ScanKind.CONTACT_CARD,
    "MECARD:": ScanKind.CONTACT_CARD,
    "BIZCARD:": ScanKind.CONTACT_CARD,
    "WIFI:": ScanKind.WIFI,
}


def classify(text: str, *, base_urls: Iterable[str]) -> Scanned:
    """Tells what `text` is. `base_urls`: this city's own (`https://host[:port]`), case does not matter.
    Never raises.
    """
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        return Scanned(ScanKind.RUBBISH)
    if match := _TOKEN_URL.fullmatch(text):
        return _token_url(match, base_urls)
    if text.startswith("ZS1:"):
        return Scanned(ScanKind.OFFLINE_SHOW, text[4:])
    if len(text) >= _SHORTEST_TOKEN and text.isascii() and text.isdigit():
        return Scanned(ScanKind.TOKEN, text)
    return Scanned(_foreign(text))


def _token_url(match: re.Match[str], base_urls: Iterable[str]) -> Scanned:
    host, letter, digits = match.groups()
    ours = {url.rstrip("/").partition("://")[2].lower() for url in base_urls}
    if host.lower() in ours:
        return Scanned(_OUR_KINDS[letter.upper()], digits)
    # A short number after /v/ or /s/ is some web page; only a long one has the shape of a token.
    return Scanned(ScanKind.OTHER_CITY if len(digits) >= _SHORTEST_TOKEN else ScanKind.WEB_PAGE)


def _foreign(text: str) -> ScanKind:
    if _PAYMENT_URL.match(text) or _PAYMENT_BARCODE.fullmatch(text):
        return ScanKind.PAYMENT
    for prefix, kind in _PREFIXES.items():
        if text[: len(prefix)].upper() == prefix:
            return kind
    return ScanKind.WEB_PAGE if _WEB_PAGE.match(text) else ScanKind.RUBBISH
