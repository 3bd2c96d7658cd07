"""QR codes (二维码): the text of a token, and pictures of it.

Upper-case URL and decimal digits, so that the QR code uses its alphanumeric and numeric modes and any
phone's own scanner opens the page. Level M, quiet zone of 4 modules.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Literal

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import QRData

from .claims import Kind
from .errors import QrTooLarge

QUIET_ZONE = 4
PATHS: dict[Kind, str] = {Kind.CERTIFICATE: "V", Kind.NOTICE: "V", Kind.SHOW: "S"}
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_SHORTEST_NUMERIC_RUN = 20
MODE_NUMBER: Literal[1] = 1
MODE_ALPHA_NUM: Literal[2] = 2
"""Mode indicators of ISO/IEC 18004 table 2, as qrcode takes them."""

Matrix = tuple[tuple[bool, ...], ...]


def qr_text(base_url: str, kind: Kind, digits: str) -> str:
    """`HTTPS://HOST/V/<digits>`; `base_url` is scheme and host, with or without a slash at the end."""
    return f"{base_url.rstrip('/').upper()}/{PATHS[kind]}/{digits}"


@lru_cache(maxsize=512)
def matrix(text: str) -> Matrix:
    """Rows of modules without the quiet zone, True is dark; QrTooLarge beyond version 40.

    Choosing the mask makes this cost some 40 ms for a token, so the last few hundred are kept.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    for segment in _segments(text):
        code.add_data(segment, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise QrTooLarge(f"内容共 {len(text)} 字，放不进二维码") from error
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


def version(text: str) -> int:
    """QR version 1 to 40; a side has 17 + 4 x version modules."""
    return (len(matrix(text)) - 17) // 4


def svg(text: str, *, size_mm: float = 30) -> str:
    """A standalone SVG, `size_mm` wide with the quiet zone; crisp at any size, no script, no external
    reference.
    """
    rows = matrix(text)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_mm:g}mm" height="{size_mm:g}mm" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img" aria-label="二维码">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{_path(rows)}"/></svg>'
    )


def png(text: str, *, scale: int = 6) -> bytes:
    """A black-and-white PNG of `scale` pixels a module, quiet zone included."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET_ZONE
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows, QUIET_ZONE):
        for x, dark in enumerate(row, QUIET_ZONE):
            if dark:
                picture.putpixel((x, y), 0)
    buffer = BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _segments(text: str) -> list[QRData]:
    """Head in alphanumeric mode and digits in numeric mode; text outside of both in one byte segment."""
    if not set(text) <= _ALPHANUMERIC:
        return [QRData(text)]
    head = text.rstrip("0123456789")
    digits = text[len(head) :]
    if len(digits) < _SHORTEST_NUMERIC_RUN:
        head, digits = text, ""
    segments = [QRData(head, mode=MODE_ALPHA_NUM)] if head else []
    return segments + ([QRData(digits, mode=MODE_NUMBER)] if digits else [])


def _path(rows: Matrix) -> str:
    """One horizontal bar for each run of dark modules."""
    steps = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = QUIET_ZONE
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                steps.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(steps)
