from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from signing import qr
from signing.claims import CertificateClaims, Kind, ShowClaims, TokenClaims
from signing.errors import QrTooLarge
from signing.keys import Purpose
from signing.suites import SuiteName
from signing.tokens import sign_token, to_digits
from tests.signing.conftest import NOW, MakeKey, certificate_fields, holding
from tests.signing.vectors import make

HEAD_23 = "https://zs.xn.gov.cn"
HEAD_36 = "https://zheng.xianning.gov.cn:443"
LARGEST = certificate_fields(
    type=255, year=9999, serial=65535, masked_name="欧阳*", status_list=65535, status_index=2**32 - 1
)
"""The longest encoding that the claims' ranges allow."""

VECTORS = json.loads(make.FILE.read_text(encoding="utf-8"))
DIGITS = next(item["digits"] for item in VECTORS["good"] if item["name"] == "certificate by ES256")
TEXT = qr.qr_text(HEAD_23, Kind.CERTIFICATE, DIGITS)


def token_text(make_key: MakeKey, claims: TokenClaims, suite: SuiteName, base_url: str) -> str:
    key = make_key(Purpose.SHOW if claims.kind is Kind.SHOW else Purpose.CERTIFICATE, suite)
    digits = to_digits(sign_token(claims, provider=holding(key), kid=key.kid))
    return qr.qr_text(base_url, claims.kind, digits)


class TestBudget:
    """tokens.md: at most version 10 for a certificate (11 for a longer host), 9 for a show-code."""

    def test_the_heads_measured_here_are_the_longest_allowed(self) -> None:
        assert len(qr.qr_text(HEAD_23, Kind.CERTIFICATE, "")) == 23
        assert len(qr.qr_text(HEAD_36, Kind.CERTIFICATE, "")) == 36

    @pytest.mark.parametrize("suite_name", [SuiteName.ES256, SuiteName.EDDSA])
    @pytest.mark.parametrize(("base_url", "version"), [(HEAD_23, 10), (HEAD_36, 11)])
    def test_largest_certificate(
        self, make_key: MakeKey, suite_name: SuiteName, base_url: str, version: int
    ) -> None:
        text = token_text(make_key, CertificateClaims(**LARGEST), suite_name, base_url)
        assert qr.version(text) <= version

    def test_ordinary_sm2_certificate_keeps_to_the_same_budget(
        self, make_key: MakeKey, certificate: CertificateClaims
    ) -> None:
        assert qr.version(token_text(make_key, certificate, SuiteName.SM2, HEAD_23)) <= 10

    def test_largest_sm2_certificate_needs_one_version_more(self, make_key: MakeKey) -> None:
        text = token_text(make_key, CertificateClaims(**LARGEST), SuiteName.SM2, HEAD_23)
        assert qr.version(text) == 11

    def test_show_code(self, make_key: MakeKey, suite: SuiteName) -> None:
        claims = ShowClaims(iss="421202001001", jti=b"\xff" * 16, iat=NOW, exp=NOW + timedelta(seconds=60))
        for base_url in (HEAD_23, HEAD_36):
            assert qr.version(token_text(make_key, claims, suite, base_url)) <= 9

    def test_ordinary_certificate_has_the_185_bytes_that_were_measured(self) -> None:
        assert len(make.token("es256")) == 185


class TestText:
    def test_is_upper_case_and_plain(self) -> None:
        assert qr.qr_text("https://zs.example.cn/", Kind.CERTIFICATE, "123") == "HTTPS://ZS.EXAMPLE.CN/V/123"
        assert qr.qr_text("http://127.0.0.1:8000", Kind.SHOW, "123") == "HTTP://127.0.0.1:8000/S/123"

    def test_notice_opens_the_same_page_as_a_certificate(self) -> None:
        assert qr.qr_text("https://x", Kind.NOTICE, "1").startswith("HTTPS://X/V/")


def zxing(picture: Image.Image) -> str | None:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None


def zbar(picture: Image.Image) -> str | None:
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return found[0].data.decode() if found else None


DECODERS = [pytest.param(zxing, id="zxing-cpp"), pytest.param(zbar, id="zbar")]


def picture(text: str = TEXT, scale: int = 6) -> Image.Image:
    return Image.open(BytesIO(qr.png(text, scale=scale))).convert("L")


def blurred(image: Image.Image) -> Image.Image:
    # A third of a module; zbar gives up at 2.7 pixels, zxing-cpp at 3, where dark and light run together.
    return image.filter(ImageFilter.GaussianBlur(2.0))


def rotated(image: Image.Image) -> Image.Image:
    return image.rotate(17, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def upside_down(image: Image.Image) -> Image.Image:
    return image.rotate(180)


def jpeg(image: Image.Image) -> Image.Image:
    buffer = BytesIO()
    noisy(image).save(buffer, "JPEG", quality=12)
    return Image.open(buffer).convert("L")


def noisy(image: Image.Image) -> Image.Image:
    # A fifth of every pixel is noise; zbar gives up at 0.3, zxing-cpp holds beyond 0.35.
    dice = random.Random(7)
    grains = Image.frombytes("L", image.size, dice.randbytes(image.width * image.height))
    return Image.blend(image, grains, 0.2)


def tilted(image: Image.Image) -> Image.Image:
    """Seen from the lower right: the far edges shrink by about a tenth."""
    side = image.width
    canvas = Image.new("L", (side + 80, side + 80), 255)
    canvas.paste(image, (40, 40))
    coefficients = (1.0, 0.10, -30.0, 0.06, 1.0, -20.0, 0.00012, 0.00018)
    return canvas.transform(
        canvas.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=255
    )


def dim(image: Image.Image) -> Image.Image:
    return image.point(lambda level: 60 + level * 70 // 255)


HARDSHIPS = [blurred, rotated, upside_down, jpeg, noisy, tilted, dim]


@pytest.mark.parametrize("decode", DECODERS)
class TestDecoders:
    def test_reads_the_plain_code(self, decode: Callable[[Image.Image], str | None]) -> None:
        assert decode(picture()) == TEXT

    @pytest.mark.parametrize("hardship", HARDSHIPS)
    def test_reads_it_after(
        self,
        decode: Callable[[Image.Image], str | None],
        hardship: Callable[[Image.Image], Image.Image],
    ) -> None:
        assert decode(hardship(picture())) == TEXT

    def test_reads_a_small_print(self, decode: Callable[[Image.Image], str | None]) -> None:
        # 30 mm with its quiet zone at 200 dpi: under 4 pixels a module.
        small = picture().resize((236, 236), Image.Resampling.LANCZOS)
        assert decode(small) == TEXT

    @pytest.mark.parametrize(
        "text", ["HELLO WORLD", "https://example.cn/lower", "证明", "12345678901234567890123"]
    )
    def test_reads_other_texts(self, decode: Callable[[Image.Image], str | None], text: str) -> None:
        assert decode(picture(text)) == text


class TestPictures:
    def test_png_has_four_modules_of_quiet_zone(self) -> None:
        image = picture(scale=3)
        side = (17 + 4 * qr.version(TEXT) + 8) * 3
        assert image.size == (side, side)
        assert image.crop((0, 0, side, 12)).getextrema() == (255, 255)
        assert image.crop((0, 0, 12, side)).getextrema() == (255, 255)
        assert image.getpixel((12, 12)) == 0

    def test_svg_draws_the_same_modules(self) -> None:
        root = ElementTree.fromstring(qr.svg(TEXT, size_mm=32))
        side = len(qr.matrix(TEXT)) + 8
        assert (root.get("width"), root.get("viewBox")) == ("32mm", f"0 0 {side} {side}")
        paths = root.findall("{http://www.w3.org/2000/svg}path")
        dark = sum(sum(row) for row in qr.matrix(TEXT))
        runs = paths[1].get("d", "").split("z")[:-1]
        assert sum(int(run.partition("h")[2].partition("v")[0]) for run in runs) == dark

    def test_digits_are_in_numeric_mode(self) -> None:
        assert qr.version(TEXT) == 10
        assert qr.version(TEXT.lower()) > 12

    def test_what_fits_no_code_says_so(self) -> None:
        with pytest.raises(QrTooLarge):
            qr.png("1" * 8000)
