"""A PDF in on standard input, the same pages as pictures in a new PDF out on standard output.

Run as a script in a process of its own (see `evidence_files`), which limits itself before it touches the
file: a hostile PDF may exhaust or crash this process and nothing else. It therefore imports nothing of the
product. Exit status: 0 and a PDF, or one of the numbers in `Exit`.
"""

import enum
import json
import math
import resource
import sys
import time
from collections.abc import Iterator
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from PIL import Image

DPI = 160  # sharp enough for the small print of a bank statement
MEMORY = 1 << 30  # bytes of address space
SMALLEST_SIDE, LARGEST_SIDE = 18.0, 20_000.0  # pt; beyond it is no sheet of paper


class Exit(enum.IntEnum):
    """Why there is no PDF."""

    DAMAGED = 10
    ENCRYPTED = 11
    TOO_MANY_PAGES = 12
    NO_PAGE = 13
    STRANGE_PAGE = 14


class _Refused(Exception):
    def __init__(self, reason: Exit) -> None:
        self.reason = reason


def flatten(data: bytes, *, most_pages: int, edge: int, quality: int) -> bytes:
    """Every page drawn (forms and annotations too) at 160 dpi, at most `edge` pixels long.

    Nothing else survives.
    """
    paper = _open(data)
    if len(paper) == 0:
        raise _Refused(Exit.NO_PAGE)
    if len(paper) > most_pages:
        raise _Refused(Exit.TOO_MANY_PAGES)
    paper.init_forms()
    first, *others = _pictures(paper, edge)
    out = BytesIO()
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=DPI,
        quality=quality,
        creationDate=time.gmtime(0),
        modDate=time.gmtime(0),
    )
    return out.getvalue()


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        paper = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        encrypted = error.err_code == pdfium_raw.FPDF_ERR_PASSWORD
        raise _Refused(Exit.ENCRYPTED if encrypted else Exit.DAMAGED) from error
    # An owner's password alone leaves the file readable, but its owner forbade copies: it is refused as well.
    if pdfium_raw.FPDF_GetSecurityHandlerRevision(paper.raw) != -1:
        raise _Refused(Exit.ENCRYPTED)
    return paper


def _pictures(paper: pdfium.PdfDocument, edge: int) -> Iterator[Image.Image]:
    for number in range(len(paper)):
        try:
            page = paper[number]
        except pdfium.PdfiumError as error:
            raise _Refused(Exit.DAMAGED) from error
        width, height = page.get_size()
        yield page.render(scale=_scale(width, height, edge)).to_pil().convert("RGB")
        page.close()


def _scale(width: float, height: float, edge: int) -> float:
    """Pixels a point: a page of any size makes a picture of bounded size."""
    sides = (width, height)
    if not all(math.isfinite(side) and SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
        raise _Refused(Exit.STRANGE_PAGE)
    return min(DPI / 72, edge / max(sides))


def main() -> int:
    """Limit this process, then work. Arguments: seconds of CPU, and the arguments of `flatten` as JSON."""
    cpu_seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(flatten(sys.stdin.buffer.read(), **json.loads(sys.argv[2])))
    except _Refused as refused:
        return refused.reason
    return 0


if __name__ == "__main__":
    sys.exit(main())
