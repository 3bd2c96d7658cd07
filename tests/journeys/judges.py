"""Independent judges of the paper: the QR off the rendered page, the PDF's seal, its text."""

import importlib
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from tests.journeys.phone import Untruth, expect

_DPI = 200


def tools_are_there() -> None:
    """A check whose tool is missing fails and says so."""
    for name in ("zxingcpp", "pypdfium2", "pyhanko", "pyhanko_certvalidator"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise Untruth(f"缺少检验工具 {name}:请先 make setup") from error


def page_picture(pdf: bytes, page: int = 0) -> Any:
    """The page as a picture, as a printer would see it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=_DPI / 72).to_pil()
    finally:
        document.close()


def page_text(pdf: bytes) -> str:
    """All text of the PDF, without white space."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
    return "".join("".join(texts).split())


def qr_on(picture: Any) -> str:
    """The one QR code on a picture."""
    import zxingcpp

    found = zxingcpp.read_barcodes(picture)
    expect(len(found) == 1, f"页面上应有一个二维码，实有 {len(found)} 个")
    return str(found[0].text)


def seal_is_valid(pdf: bytes, city_root_pem: bytes) -> str:
    """pyHanko says: intact, covering the whole file, trusted under the city root. Answers who signed."""
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    _, _, der = pem.unarmor(city_root_pem)
    root = x509.Certificate.load(der)
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    expect(len(signatures) == 1, f"应有一个数字签名，实有 {len(signatures)} 个")
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    status = validate_pdf_signature(signatures[0], context)
    expect(status.bottom_line, f"数字签名无效：{status.pretty_print_details()[:800]}")
    return str(status.signing_cert.subject.human_friendly)


def contains(text: str, parts: Iterable[str], where: str) -> None:
    """Every part stands in the text."""
    for part in parts:
        expect("".join(part.split()) in text, f"{where} 缺少：{part}")


def altered(pdf: bytes) -> bytes:
    """The same file with one byte of a stream changed: no validator may accept it."""
    position = pdf.index(b"stream") + 40
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def moment(text: str) -> datetime:
    """A time of the API: it must carry its offset."""
    value = datetime.fromisoformat(text)
    expect(value.tzinfo is not None, f"时间没有时区：{text}")
    return value
