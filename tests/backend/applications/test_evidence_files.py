"""What people upload, honest and hostile, as real bytes: what goes out is always a plain picture."""

import hashlib
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pillow_heif
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw

from backend.applications.evidence_files import (
    CleanFile,
    EvidenceDamaged,
    EvidenceEmpty,
    EvidenceEncrypted,
    EvidenceRefused,
    EvidenceTooComplex,
    EvidenceTooLarge,
    EvidenceTooManyPages,
    EvidenceTooManyPixels,
    EvidenceTypeUnknown,
    Limits,
    clean,
    sniff,
)

FILES = Path(__file__).parents[2] / "files"


def photo(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Left half red, right half white: which way is up can be told."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1]), fill=(200, 0, 0))
    return picture.convert(mode)


def saved(picture: Image.Image, format_: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, format_, **options)
    return out.getvalue()


def opened(clean_file: CleanFile) -> Image.Image:
    return Image.open(BytesIO(clean_file.data))


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda _: None, pages: int = 1, **options: object) -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
            made.pages[-1].contents_add(b"1 0 0 rg 0 421 595 421 re f")
        change(made)
        made.save(out, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises width x height grey pixels and holds a few kilobytes of zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("name", ["photo-with-gps.jpg", "scan.png", "phone.heic"])
def test_each_kind_of_picture_becomes_a_plain_jpeg(name: str) -> None:
    kept = clean((FILES / name).read_bytes())
    assert (kept.kind, kept.media_type, kept.pages) == ("image", "image/jpeg", 1)
    assert (kept.width, kept.height) == opened(kept).size
    assert opened(kept).format == "JPEG" and opened(kept).mode == "RGB"
    assert kept.sha256 == hashlib.sha256(kept.data).hexdigest()


def test_gps_and_all_other_metadata_are_gone_and_the_picture_stands_upright() -> None:
    data = (FILES / "photo-with-gps.jpg").read_bytes()
    before = Image.open(BytesIO(data))
    assert before.getexif().get_ifd(0x8825) and before.getexif()[0x0112] == 6  # turned, with a place
    kept = clean(data)
    after = opened(kept)
    assert dict(after.getexif()) == {} and not set(after.info) & {"exif", "comment", "icc_profile", "xmp"}
    assert b"Exif" not in kept.data and "张三".encode() not in kept.data
    assert after.size == before.size[::-1]
    top, bottom = after.getpixel((10, 10)), after.getpixel((10, after.height - 10))
    assert top[1] < 80 and bottom[1] > 200  # left before, top after a quarter turn clockwise


def test_large_photo_is_made_smaller() -> None:
    kept = clean(saved(photo((4000, 3000)), "JPEG"))
    assert (kept.width, kept.height) == (2600, 1950)


def test_transparency_becomes_white_not_black() -> None:
    kept = clean(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert opened(kept).getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bit_grey_keeps_its_greys() -> None:
    kept = clean(saved(Image.new("I;16", (50, 50), 32768), "PNG"))
    assert abs(opened(kept).getpixel((25, 25))[0] - 128) < 3


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK"])
def test_other_colour_modes_are_kept_readable(mode: str) -> None:
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(clean(saved(photo(mode=mode), format_))).mode == "RGB"


def test_what_hides_behind_a_picture_is_gone() -> None:
    polyglot = saved(photo(), "JPEG", comment=b"<script>") + b"PK\x03\x04 a zip %PDF-1.7 a pdf <script>"
    kept = clean(polyglot)
    assert kept.media_type == "image/jpeg"
    assert not any(trace in kept.data for trace in (b"PK\x03\x04", b"%PDF", b"<script>"))


def test_the_content_decides_whatever_the_name_claims() -> None:
    lying = (FILES / "really-a-png.pdf").read_bytes()
    assert sniff(lying) == "PNG"
    assert clean(lying).media_type == "image/jpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00" + bytes(100),
        b"<html><script>alert(1)</script></html>",
        b"PK\x03\x04" + bytes(100),
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"junk before %PDF-1.7",
        b"\x00\x00\x00\x20ftypavif" + bytes(100),
    ],
)
def test_other_types_are_refused(data: bytes) -> None:
    with pytest.raises(EvidenceTypeUnknown):
        clean(data)


def test_empty_and_too_large_are_refused() -> None:
    with pytest.raises(EvidenceEmpty):
        clean(b"")
    with pytest.raises(EvidenceTooLarge):
        clean(b"\xff\xd8\xff" + bytes(10 * 1024 * 1024))


@pytest.mark.parametrize("name", ["photo-with-gps.jpg", "scan.png", "phone.heic"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_truncated_pictures_are_refused(name: str, share: float) -> None:
    data = (FILES / name).read_bytes()
    with pytest.raises(EvidenceDamaged):
        clean(data[: max(16, int(len(data) * share))])


@pytest.mark.parametrize("side", [8_100, 10_000, 30_000, 60_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(EvidenceTooManyPixels):
        clean(png_header(side, side))


def test_a_text_bomb_inside_a_png_is_refused() -> None:
    picture = saved(photo(), "PNG")
    text = b"x\0\0" + zlib.compress(bytes(80_000_000))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    with pytest.raises(EvidenceDamaged):
        clean(picture[:33] + chunk + picture[33:])


def test_heic_pixels_are_bounded_too() -> None:
    with pytest.raises(EvidenceTooManyPixels):
        clean((FILES / "phone.heic").read_bytes(), limits=Limits(pixels=1000))


def test_heic_keeps_no_metadata() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    pillow_heif.from_pillow(photo()).save(out, exif=exif.tobytes())
    assert b"secret place" in out.getvalue()
    assert b"secret place" not in clean(out.getvalue()).data


def test_pdf_becomes_pictures_of_its_pages() -> None:
    kept = clean(pdf(pages=3))
    assert (kept.kind, kept.media_type, kept.pages) == ("pdf", "application/pdf", 3)
    assert max(kept.width, kept.height) <= 2000
    paper = pdfium.PdfDocument(kept.data)
    page = paper[0].render().to_pil()
    assert page.getpixel((300, 100))[1] < 60 and page.getpixel((300, 800)) == (255, 255, 255)
    assert abs(paper.get_page_size(0)[0] - 595) < 2


def test_same_pdf_same_bytes() -> None:
    assert clean(pdf()).sha256 == clean(pdf()).sha256


def test_scripts_attachments_links_and_text_do_not_survive() -> None:
    kept = clean((FILES / "javascript-and-attachment.pdf").read_bytes())
    with pikepdf.open(BytesIO(kept.data)) as inside:
        assert not {"/Names", "/OpenAction", "/AA", "/AcroForm"} & set(inside.Root.keys())
        assert not inside.attachments and "/Annots" not in inside.pages[0]
        everything = b"".join(thing.unparse(resolved=True) for thing in inside.objects if thing is not None)
    assert b"JavaScript" not in everything and b"app.alert" not in everything


def test_text_typed_into_a_form_stays_visible() -> None:
    def add_field(made: pikepdf.Pdf) -> None:
        look = made.make_stream(b"0 0 1 rg 0 0 100 50 re f", Type=pikepdf.Name.XObject)
        look.Subtype, look.BBox = pikepdf.Name.Form, [0, 0, 100, 50]
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("name"),
            Rect=[100, 100, 200, 150],
            F=4,
            AP=pikepdf.Dictionary(N=look),
        )
        indirect = made.make_indirect(field)
        made.pages[0].Annots = pikepdf.Array([indirect])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([indirect]))

    page = pdfium.PdfDocument(clean(pdf(add_field)).data)[0].render().to_pil()
    assert page.getpixel((150, 842 - 125))[2] > 150 and page.getpixel((150, 842 - 125))[0] < 150


@pytest.mark.parametrize("passwords", [{"user": "123456", "owner": "x"}, {"user": "", "owner": "x"}])
def test_encrypted_pdf_is_refused_with_words(passwords: dict[str, str]) -> None:
    locked = pdf(encryption=pikepdf.Encryption(**passwords))
    with pytest.raises(EvidenceEncrypted, match="取消密码"):
        clean(locked)


def test_too_many_pages_are_refused() -> None:
    assert clean(pdf(pages=20)).pages == 20
    with pytest.raises(EvidenceTooManyPages):
        clean(pdf(pages=21))


@pytest.mark.parametrize("box", [(0, 0, 10, 10), (0, 0, 1_000_000, 1_000_000), (0, 0, 595, 10_000_000)])
def test_a_page_that_is_no_sheet_of_paper_is_refused(box: tuple[int, int, int, int]) -> None:
    def stretch(made: pikepdf.Pdf) -> None:
        made.pages[0].MediaBox = list(box)

    with pytest.raises(EvidenceTooComplex):
        clean(pdf(stretch))


def test_a_large_plan_is_drawn_small() -> None:
    def stretch(made: pikepdf.Pdf) -> None:
        made.pages[0].MediaBox = [0, 0, 10_000, 5_000]

    kept = clean(pdf(stretch))
    assert (kept.width, kept.height) == (2000, 1000)


def test_forms_that_draw_forms_that_draw_forms_end_in_time() -> None:
    """Ten to the ninth rectangles in two kilobytes."""

    def nest(made: pikepdf.Pdf) -> None:
        inner = made.make_stream(b"0 0 1 1 re f " * 10, Type=pikepdf.Name.XObject)
        inner.Subtype, inner.BBox = pikepdf.Name.Form, [0, 0, 595, 842]
        for _ in range(8):
            outer = made.make_stream(b"/X Do " * 10, Type=pikepdf.Name.XObject)
            outer.Subtype, outer.BBox = pikepdf.Name.Form, [0, 0, 595, 842]
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
            inner = outer
        made.pages[0].add_resource(inner, pikepdf.Name.XObject, pikepdf.Name("/X"))
        made.pages[0].contents_add(b"/X Do")

    with pytest.raises(EvidenceTooComplex):
        clean(pdf(nest), limits=Limits(cpu_seconds=2))


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_broken_pdf_is_refused(share: float) -> None:
    data = (FILES / "javascript-and-attachment.pdf").read_bytes()
    with pytest.raises(EvidenceDamaged):
        clean(data[: int(len(data) * share)])


def test_every_refusal_has_a_stable_code_and_says_what_to_do() -> None:
    kinds = EvidenceRefused.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds) == 8
    assert all(kind.code.startswith("evidence_") and "请" in kind.detail for kind in kinds)
