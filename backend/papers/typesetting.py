"""From a canonical document to a PDF/A-2b: A4, tagged, selectable text, code and seal, through the `typst`
compiler.

The document's shape is in `paper_shape`; the layouts are in the folder `typst`, one file a kind. All data
reaches them as JSON in `sys.inputs`, so what a person wrote is text and cannot run as markup. The same
input gives the same bytes: the creation time is midnight, Beijing time, of the day of issue, and the
compiler sees only the fonts named here.

Threads: one compiler lives as long as the process (fonts are read once: 60 ms cold, 10-25 ms warm) and
serves one caller at a time behind a lock. Its thread pool does not survive a fork: typeset only in the
process that will go on typesetting.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pylopdf_fonts_zh_cn as noto
import typst

from backend.papers.glyphs import rare_font
from backend.papers.paper_shape import Fault, faults, printed_date, seal_kind
from backend.papers.seal_picture import BUSINESS_LINE, seal_svg
from signing import qr

LAYOUTS = Path(__file__).parent / "typst"
BEIJING = timezone(timedelta(hours=8))
QR_SYMBOL = 31.0  # mm without the quiet zone; tokens.md asks for 30 or more

#: Fields that stand last in the table of any paper, and their labels there.
_MARKS = (("acting_for", "代办"), ("remark", "签批"))
_one_at_a_time = Lock()


class CannotTypeset(Exception):
    """The document may not be printed; `faults` says why, field by field."""

    def __init__(self, found: list[Fault]) -> None:
        self.faults = found
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in found))


def typeset(document: Mapping[str, Any], *, qr_text: str, check_code: str | None) -> bytes:
    """PDF/A-2b of `document` (shape: `paper_shape`), its seal drawn, its code printed; not signed yet.

    `qr_text` is the whole text of the QR code: an upper-case URL ending in digits. `check_code` is the
    查验码, eight characters with or without the hyphen, None for papers that have none. Raises
    CannotTypeset on a document with faults; a `typst.TypstError` would be a defect of a layout.
    """
    found = faults(document)
    if found:
        raise CannotTypeset(found)
    inputs = _inputs(document, qr_text, check_code)
    with _one_at_a_time:
        pdf = _compiler().compile(
            input=LAYOUTS / f"{document['kind']}.typ",
            format="pdf",
            sys_inputs=inputs,
            pdf_standards="a-2b",
            timestamp=datetime.fromisoformat(document["issued_on"]).replace(tzinfo=BEIJING),
        )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    rare = rare_font()
    folders = [noto.serif_path().parent] if rare is None else [noto.serif_path().parent, rare.parent]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(root=LAYOUTS, font_paths=fonts)


def _inputs(document: Mapping[str, Any], qr_text: str, check_code: str | None) -> dict[str, str]:
    """Strings only: `sys.inputs` takes nothing else, and the layouts parse them as data."""
    return {
        "paper": json.dumps(_paper(document, qr_text, check_code), ensure_ascii=False),
        "seal": seal_svg(document["issuer"]["name"], kind=seal_kind(document)),
        "qr": qr.svg(qr_text),
    }


def _paper(document: Mapping[str, Any], qr_text: str, check_code: str | None) -> dict[str, Any]:
    """What the layouts read: the document, and what is derived from it in one place for all of them."""
    return {
        "document": document,
        "rows": rows(document),
        "issued_on": printed_date(document["issued_on"]),
        "seal_words": "（印章）" if seal_kind(document) == "committee" else f"（{BUSINESS_LINE}）",
        "check_code": None if check_code is None else grouped(check_code),
        "notes": notes(document, qr_text, check_code),
        "qr_width": _qr_width(qr_text),
    }


def _qr_width(qr_text: str) -> float:
    """Printed width in mm with the quiet zone, so that the symbol itself is QR_SYMBOL wide."""
    modules = len(qr.matrix(qr_text))
    return round(QR_SYMBOL * (1 + 2 * qr.QUIET_ZONE / modules), 3)


def grouped(check_code: str) -> str:
    """查验码 as printed: ABCD2345 -> ABCD-2345."""
    plain = check_code.replace("-", "")
    return f"{plain[:4]}-{plain[4:]}"


def trusted_address(qr_text: str) -> str:
    """The beginning of every genuine address, as a phone shows it: https://host/."""
    address = urlsplit(qr_text)
    return f"{address.scheme}://{address.netloc}/".lower()


def rows(document: Mapping[str, Any]) -> list[list[str]]:
    """The [label, value] table of a paper.

    Who, for what, until when, then the document's own facts and marks.
    """
    holder = document["holder"]
    found = [["姓名", holder["name"]], [holder["id_type"], holder["id_number"]]]
    found += [["用途", document["purpose"]]] if "purpose" in document else []
    found += document.get("facts", [])
    if document["kind"] not in ("refusal", "notice"):  # there the rules have a section of their own
        found += [["依据", rule] for rule in document.get("basis", [])]
    due = "补正期限" if document["kind"] == "correction_notice" else "承诺办结"
    dates = (("valid_until", "有效期至"), ("due_on", due))
    found += [[label, printed_date(document[field])] for field, label in dates if field in document]
    return found + [[label, document[field]] for field, label in _MARKS if field in document]


def notes(document: Mapping[str, Any], qr_text: str, check_code: str | None) -> list[str]:
    """The lines under the seal: what makes this paper genuine and which address to trust."""
    name = {"certificate": "本证明", "receipt": "本回执"}.get(document["kind"], "本文书")
    compare = "" if check_code is None else "，再输入查验码可比对正文"
    return [
        f"{name}由掌上证签发，扫描二维码即可核验真伪和现时效力{compare}。",
        f"核验网页的地址以 {trusted_address(qr_text)} 开头，其他网址一律不可信。",
    ]
