"""The second reader passes what is right and stops, naming the part, whatever differs."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from backend.papers.second_reader import PaperMismatch, reread
from backend.papers.typesetting import typeset
from tests.backend.papers.samples import ALL_KINDS, CHECK_CODE, QR_TEXT, certificate, correction_notice


@pytest.fixture(scope="module")
def paper() -> bytes:
    return typeset(certificate(), qr_text=QR_TEXT, check_code=CHECK_CODE)


def altered(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("make", ALL_KINDS)
def test_every_kind_passes(make: Callable[[], dict[str, Any]]) -> None:
    pdf = typeset(make(), qr_text=QR_TEXT, check_code=CHECK_CODE)
    reread(pdf, document=make(), qr_text=QR_TEXT, check_code=CHECK_CODE)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("body", {"body": certificate()["body"][::-1]}),
        ("body", {"body": [*certificate()["body"], "另有一段。"]}),
        ("purpose", {"purpose": "另一个用途"}),
        ("receiver", {"receiver": "另一个单位"}),
        ("metadata", {"number": "高新村证〔2026〕13号"}),
        ("metadata", {"title": "另一个标题"}),
        ("metadata", {"issuer": {"name": "别的村村民委员会", "code": "421202102203"}}),
        ("issued_on", {"issued_on": "2026-11-24"}),
        ("valid_until", {"valid_until": "2026-12-23"}),
        ("holder.id_number", {"holder": {**certificate()["holder"], "id_number": "421221198605124038"}}),
        ("facts", {"facts": [["住址", "别处"]]}),
        ("remark", {"remark": "一人签批"}),
    ],
)
def test_a_paper_that_says_otherwise_is_stopped(paper: bytes, what: str, changes: dict[str, Any]) -> None:
    with pytest.raises(PaperMismatch) as stopped:
        reread(paper, document=certificate(**changes), qr_text=QR_TEXT, check_code=CHECK_CODE)
    assert stopped.value.what == what
    assert "另" not in str(stopped.value)  # what people wrote stays out of logs


def test_wrong_item_is_stopped() -> None:
    pdf = typeset(correction_notice(), qr_text=QR_TEXT, check_code=None)
    other = correction_notice(items=correction_notice()["items"][::-1])
    with pytest.raises(PaperMismatch, match="items"):
        reread(pdf, document=other, qr_text=QR_TEXT)


def test_wrong_check_code_is_stopped(paper: bytes) -> None:
    with pytest.raises(PaperMismatch, match="check_code"):
        reread(paper, document=certificate(), qr_text=QR_TEXT, check_code="AAAA-BBBB")


def test_wrong_code_is_stopped(paper: bytes) -> None:
    with pytest.raises(PaperMismatch, match="qr"):
        reread(paper, document=certificate(), qr_text=QR_TEXT[:-1] + "0", check_code=CHECK_CODE)


def test_unreadable_code_is_stopped(paper: bytes) -> None:
    def cover(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"q 1 1 1 rg 80 0 130 842 re f Q")

    with pytest.raises(PaperMismatch, match="qr: 0 codes"):
        reread(altered(paper, cover), document=certificate(), qr_text=QR_TEXT, check_code=CHECK_CODE)


def test_javascript_is_stopped(paper: bytes) -> None:
    def add_script(pdf: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        names = pikepdf.Array([pikepdf.String("x"), pdf.make_indirect(action)])
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))

    with pytest.raises(PaperMismatch, match="javascript"):
        reread(altered(paper, add_script), document=certificate(), qr_text=QR_TEXT)


def test_attachment_is_stopped(paper: bytes) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["x.txt"] = b"hello"

    with pytest.raises(PaperMismatch, match="attachment"):
        reread(altered(paper, attach), document=certificate(), qr_text=QR_TEXT)


def test_font_that_is_not_embedded_is_stopped(paper: bytes) -> None:
    def write_in_helvetica(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].add_resource(font, pikepdf.Name.Font, pikepdf.Name("/F99"))
        pdf.pages[0].contents_add(b"BT /F99 12 Tf 100 100 Td (x) Tj ET")

    with pytest.raises(PaperMismatch, match="font"):
        reread(altered(paper, write_in_helvetica), document=certificate(), qr_text=QR_TEXT)


def test_a_picture_of_the_paper_is_no_paper() -> None:
    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).rectangle((10, 10, 50, 50), fill="red")
    out = BytesIO()
    picture.save(
        out, "PDF", title="居住情况证明 高新村证〔2026〕12号", author=certificate()["issuer"]["name"]
    )
    with pytest.raises(PaperMismatch, match=r"number|title"):
        reread(out.getvalue(), document=certificate(), qr_text=QR_TEXT)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7 nothing", b"\x00" * 100])
def test_what_is_no_pdf_is_stopped(junk: bytes) -> None:
    with pytest.raises(PaperMismatch, match="file"):
        reread(junk, document=certificate(), qr_text=QR_TEXT)
