"""The second reader: before a paper leaves, another PDF library reads it again and compares it with what
was decided.

The paper is made by typst and signed by pyHanko; it is read here by PDFium and zxing. Nothing is shared with
`typesetting` but the canonical document, so that a fault there cannot hide itself here.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import zxingcpp

from backend.papers.paper_shape import FORMS, printed_date

_MARGIN_BOTTOM = 70.0  # pt: below it only rules and page numbers, which may fall between two lines of a text
_QR_SCALE = 150 / 72  # 150 dpi: three pixels for each module of a version 11 code
_NOT_PRINTED = frozenset({"kind", "schema", "issuer.code"})
_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
#: PDFium's marks for a hyphen at the end of a line.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})


class PaperMismatch(Exception):
    """The finished PDF is not what was decided. `what` names the part; the paper must not leave."""

    def __init__(self, what: str, detail: str = "") -> None:
        self.what = what
        super().__init__(f"{what}: {detail}" if detail else what)


def reread(pdf: bytes, *, document: Mapping[str, Any], qr_text: str, check_code: str | None = None) -> None:
    """Return only if `pdf`, signed or not, says exactly what `document` says; else raise PaperMismatch.

    Compared: every string of the document in its order within the text (white space aside), the check code,
    title and author in the metadata, the decoded QR code, that all fonts are embedded and that nothing
    active or attached is inside. The texts themselves never appear in the exception, only the field's path.
    """
    try:
        paper = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        raise PaperMismatch("file", "PDFium cannot open it") from error
    try:
        _check_nothing_active(paper)
        _check_metadata(paper, document)
        _check_text(paper, document, check_code)
        _check_fonts(paper)
        _check_qr(paper, qr_text)
    finally:
        paper.close()


def _check_nothing_active(paper: pdfium.PdfDocument) -> None:
    if pdfium_raw.FPDFDoc_GetJavaScriptActionCount(paper.raw) != 0:
        raise PaperMismatch("javascript")
    if paper.count_attachments() != 0:
        raise PaperMismatch("attachment")


def _check_metadata(paper: pdfium.PdfDocument, document: Mapping[str, Any]) -> None:
    if paper.get_metadata_value("Author") != document["issuer"]["name"]:
        raise PaperMismatch("metadata", "Author")
    if paper.get_metadata_value("Title") != f"{document['title']} {document['number']}":
        raise PaperMismatch("metadata", "Title")


def _check_text(paper: pdfium.PdfDocument, document: Mapping[str, Any], check_code: str | None) -> None:
    said = _compact("".join(_page_texts(paper)))
    for field, expected in _expected(document):
        if _compact(expected) not in said:
            raise PaperMismatch(field, "not in the text of the PDF as decided")
    if check_code is not None and check_code.replace("-", "") not in said.replace("-", ""):
        raise PaperMismatch("check_code")


def _page_texts(paper: pdfium.PdfDocument) -> Iterator[str]:
    """The text above each page's foot, in reading order."""
    for page in paper:
        text = page.get_textpage()
        yield text.get_text_bounded(bottom=_MARGIN_BOTTOM)
        text.close()
        page.close()


def _expected(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What must stand in the PDF, field by field.

    Paragraphs joined, so that none is missing, moved or put between.
    """
    for field, value in document.items():
        if field in _NOT_PRINTED:
            continue
        match FORMS[field]:
            case "date":
                yield field, printed_date(value)
            case "text":
                yield field, value
            case "texts":
                yield from [(field, "".join(value))] if field == "body" else [(field, one) for one in value]
            case "pairs":
                yield from ((field, "".join(row)) for row in value)
            case "triples":
                yield from ((field, f"{place}{''.join(row)}") for place, row in enumerate(value, start=1))
            case "issuer" | "holder":
                yield from _expected_parts(field, value)


def _expected_parts(field: str, parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    paths = ((f"{field}.{part}", text) for part, text in parts.items())
    return ((path, text) for path, text in paths if path not in _NOT_PRINTED)


def _compact(text: str) -> str:
    """Without white space, which a PDF does not keep at the ends of lines.

    Characters are otherwise compared exactly.
    """
    return unicodedata.normalize("NFC", re.sub(r"\s+", "", text.translate(_HYPHENS)))


def _check_fonts(paper: pdfium.PdfDocument) -> None:
    for page in paper:
        for thing in page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_TEXT]):
            if isinstance(thing, pdfium.PdfTextObj) and not thing.get_font().is_embedded:
                raise PaperMismatch("font", thing.get_font().get_base_name())
        page.close()


def _check_qr(paper: pdfium.PdfDocument, qr_text: str) -> None:
    """Exactly one code on the paper, on its last page, readable at 150 dpi, saying `qr_text`."""
    page = paper[len(paper) - 1]
    picture = page.render(scale=_QR_SCALE, grayscale=True).to_pil()
    page.close()
    read = [code.text for code in zxingcpp.read_barcodes(picture, formats=_QR_ONLY)]
    if read != [qr_text]:
        raise PaperMismatch("qr", f"{len(read)} codes read" if len(read) != 1 else "another text")
