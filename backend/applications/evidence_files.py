"""Evidence files (申请材料) made safe: whatever comes in, a plain JPEG or a PDF of plain pictures goes out.

The type is told by content, never by name. Pictures are decoded and encoded anew: orientation applied,
EXIF, GPS and anything hidden behind the picture gone. PDFs are drawn page by page by a limited process of
its own (`pdf_flattening`).
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import pillow_heif
import pypdfium2 as pdfium
from PIL import Image, ImageOps

from backend.applications import pdf_flattening
from backend.applications.pdf_flattening import Exit
from backend.problems import Problem

pillow_heif.register_heif_opener()

Format = Literal["JPEG", "PNG", "HEIF", "PDF"]

_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_SECONDS = 40  # wall clock for one PDF, waiting for a busy machine included


@dataclass(frozen=True)
class Limits:
    """What is accepted and how it is kept."""

    size: int = 10 * 1024 * 1024  # bytes of the file as it comes
    pixels: int = 64_000_000  # of a picture, known from its header before anything is decoded
    pages: int = 20  # of a PDF
    edge: int = 2600  # pixels, longest side of a kept picture
    page_edge: int = 2000  # pixels, longest side of a kept PDF page
    quality: int = 85  # of JPEG
    cpu_seconds: int = 20  # for drawing one PDF


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class CleanFile:
    """A file that may be stored and shown.

    `sha256` is hex, of `data`; width and height are pixels of the first page.
    """

    kind: Literal["image", "pdf"]
    media_type: str
    data: bytes
    pages: int
    width: int
    height: int
    sha256: str


class EvidenceRefused(Problem):
    """A file that is not kept; `code` is stable, the message says what to do instead."""

    status = 422
    code = "evidence_refused"
    detail = "这个文件不能使用，请换一个文件"


class EvidenceEmpty(EvidenceRefused):
    code = "evidence_empty"
    detail = "文件是空的，请重新选择"


class EvidenceTooLarge(EvidenceRefused):
    code = "evidence_too_large"
    detail = "文件超过10MB,请压缩，或拍照后上传"


class EvidenceTypeUnknown(EvidenceRefused):
    code = "evidence_type_unknown"
    detail = "只接受JPEG、PNG、HEIC图片和PDF文件；这个文件的内容不是其中任何一种（改文件名没有用）,请拍照上传"


class EvidenceDamaged(EvidenceRefused):
    code = "evidence_damaged"
    detail = "文件不完整或已损坏，请重新拍照或重新导出后上传"


class EvidenceTooManyPixels(EvidenceRefused):
    code = "evidence_too_many_pixels"
    detail = "图片尺寸过大，请用手机普通模式重新拍摄，或缩小后上传"


class EvidenceEncrypted(EvidenceRefused):
    code = "evidence_encrypted"
    detail = "PDF设有密码或限制，无法查看；请取消密码后另存，或打印后拍照上传"


class EvidenceTooManyPages(EvidenceRefused):
    code = "evidence_too_many_pages"
    detail = "PDF页数过多，请只保留与申请有关的页"


class EvidenceTooComplex(EvidenceRefused):
    code = "evidence_too_complex"
    detail = "PDF内容异常，无法安全打开；请打印后拍照上传"


_PDF_REFUSALS: dict[int, type[EvidenceRefused]] = {
    Exit.DAMAGED: EvidenceDamaged,
    Exit.NO_PAGE: EvidenceDamaged,
    Exit.ENCRYPTED: EvidenceEncrypted,
    Exit.TOO_MANY_PAGES: EvidenceTooManyPages,
    Exit.STRANGE_PAGE: EvidenceTooComplex,
}


def clean(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> CleanFile:
    """Return the harmless form of one uploaded file, or raise a kind of EvidenceRefused."""
    if not data:
        raise EvidenceEmpty
    if len(data) > limits.size:
        raise EvidenceTooLarge
    format_ = sniff(data)
    return _clean_pdf(data, limits) if format_ == "PDF" else _clean_picture(data, format_, limits)


def sniff(data: bytes) -> Format:
    """The type by the file's own first bytes; the signature must stand at the very beginning."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "HEIF"
    if data.startswith(b"%PDF-"):
        return "PDF"
    raise EvidenceTypeUnknown


def _clean_picture(data: bytes, format_: Format, limits: Limits) -> CleanFile:
    try:
        with Image.open(BytesIO(data), formats=(format_,)) as picture:
            if picture.width * picture.height > limits.pixels:
                raise EvidenceTooManyPixels
            # Lets the JPEG decoder shrink while it reads: a tenth of the memory for a large photo.
            picture.draft("RGB", (limits.edge, limits.edge))
            plain = _plain(picture, limits.edge)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise EvidenceTooManyPixels from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
    ) as error:  # Pillow's ways of saying broken or truncated
        raise EvidenceDamaged from error
    out = BytesIO()
    plain.save(out, "JPEG", quality=limits.quality, optimize=True)
    return _kept("image", "image/jpeg", out.getvalue(), pages=1, size=plain.size)


def _plain(picture: Image.Image, edge: int) -> Image.Image:
    """Upright, at most `edge` long, RGB on white, and a new image, because Pillow saves what `info`
    carries.
    """
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    if upright.mode.startswith("I"):  # 16-bit grey: Pillow would clip it to white
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    coloured = upright.convert("RGBA")
    plain = Image.new("RGB", coloured.size, "white")
    plain.paste(coloured, mask=coloured.getchannel("A"))
    return plain


def _clean_pdf(data: bytes, limits: Limits) -> CleanFile:
    arguments = {"most_pages": limits.pages, "edge": limits.page_edge, "quality": limits.quality}
    command = [sys.executable, "-I", pdf_flattening.__file__, str(limits.cpu_seconds), json.dumps(arguments)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise EvidenceTooComplex from error
    if done.returncode != 0:
        raise _PDF_REFUSALS.get(done.returncode, EvidenceTooComplex)
    pages, size = _measure(done.stdout)
    return _kept("pdf", "application/pdf", done.stdout, pages=pages, size=size)


def _measure(flattened: bytes) -> tuple[int, tuple[int, int]]:
    """Pages and the first page's pixels of our own flattened PDF."""
    paper = pdfium.PdfDocument(flattened)
    try:
        width, height = paper.get_page_size(0)
        scale = pdf_flattening.DPI / 72
        return len(paper), (round(width * scale), round(height * scale))
    finally:
        paper.close()


def _kept(
    kind: Literal["image", "pdf"], media_type: str, data: bytes, *, pages: int, size: tuple[int, int]
) -> CleanFile:
    return CleanFile(kind, media_type, data, pages, *size, sha256=hashlib.sha256(data).hexdigest())
