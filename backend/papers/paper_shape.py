"""The canonical document: what one sealed paper (文书) says, as plain data.

RFC 8785 JSON of exactly this is what the token's digest covers, so nothing here may be decided later by a
template: every word of substance a reader sees is in the document; templates add headings, rules and the
verification panel. Values are strings, the integer `schema`, and lists; no nulls, no empty strings: an
absent thing is an absent key. The fields by kind are in FIELDS below and, with examples, in
docs/documents.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from backend.papers.glyphs import forbidden_characters, missing_glyphs, normalise
from backend.papers.seal_picture import LONGEST_NAME, SealKind

SCHEMA = 1
MOST_CHARACTERS = 20_000  # of all body paragraphs together: some 45 pages
#: Characters a string may have elsewhere: in a table's row, where it must fit on one page, and as its label.
LONGEST_TEXT, LONGEST_LABEL = 500, 60

Kind = Literal["certificate", "receipt", "correction_notice", "refusal", "notice"]
Form = Literal["text", "date", "texts", "pairs", "triples", "issuer", "holder"]

#: Field -> its form. `pairs` and `triples` are lists of lists of two or three strings.
FORMS: dict[str, Form] = {
    "title": "text",  # heading: 居住情况证明
    "number": "text",  # 文号: 高新村证〔2026〕12号
    "issuer": "issuer",  # name (also on the seal), code (division or credit code)
    "holder": "holder",  # name, id_type, id_number: each exactly as it shall be printed
    "body": "texts",  # paragraphs, each one string without line breaks
    "issued_on": "date",  # 2026-11-23, Beijing date
    "valid_until": "date",  # last day of validity, inclusive
    "due_on": "date",  # receipt: promised by; correction notice: answer by
    "purpose": "text",  # 用途
    "receiver": "text",  # 接收单位
    "facts": "pairs",  # [label, value]
    "items": "triples",  # what is missing: [material, 补充|更换|带原件, explanation]
    "basis": "texts",  # 依据: law, article
    "where_to_go": "pairs",  # [office or fact, what it does for you / how to check]
    "remedy": "text",  # how to object
    "remark": "text",  # 一人签批, 代理签批
    "acting_for": "text",  # who applied for the holder: 由张小花（女儿）代为申请
}
_COMMON = ("title", "number", "issuer", "holder", "body", "issued_on")
#: Kind -> (required, optional) beyond `schema` and `kind`.
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "certificate": (
        (*_COMMON, "purpose", "receiver", "valid_until"),
        ("facts", "basis", "remark", "acting_for"),
    ),
    "receipt": ((*_COMMON, "facts"), ("due_on", "basis", "remark", "acting_for")),
    "correction_notice": ((*_COMMON, "items", "due_on"), ("facts", "basis", "remark", "acting_for")),
    "refusal": ((*_COMMON, "basis", "where_to_go"), ("facts", "remedy", "remark", "acting_for")),
    "notice": ((*_COMMON, "receiver", "basis", "where_to_go"), ("purpose", "facts", "remark", "acting_for")),
}
#: The committee's own seal stands on certificates; everything else bears its business seal (业务专用章).
SEALS: dict[str, SealKind] = {"certificate": "committee"}
_WIDTHS: dict[str, int] = {"pairs": 2, "triples": 3}
_PARTS: dict[str, tuple[str, ...]] = {"issuer": ("name", "code"), "holder": ("name", "id_type", "id_number")}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a document.

    `field` as a path (`body.2`), `message` for the person who edits it.
    """

    field: str
    message: str


def seal_kind(document: Mapping[str, Any]) -> SealKind:
    """Which of the issuer's two seals this kind of paper bears."""
    return SEALS.get(document["kind"], "business")


def printed_date(value: str) -> str:
    """2026-11-23 -> 2026年11月23日: Arabic figures without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日"


def faults(document: Mapping[str, Any]) -> list[Fault]:
    """Everything that keeps `document` from being printed, empty when it is fit: the papers' part of the
    lint.

    Checks the shape (missing, unknown, empty fields), the dates, the length, and every character: drawable,
    visible, NFC.
    """
    kind = str(document.get("kind"))
    if kind not in FIELDS or document.get("schema") != SCHEMA:
        return [Fault("kind", f"不认识的文书种类或版本: {kind}")]
    found = list(_shape_faults(document))
    return found or [*_date_faults(document), *_length_faults(document), *_text_faults(document)]


def _shape_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    required, optional = FIELDS[document["kind"]]
    for field in required:
        if field not in document:
            yield Fault(field, "缺少这一项，请补充")
    for field, value in document.items():
        if field in ("kind", "schema"):
            continue
        if field not in required and field not in optional:
            yield Fault(field, "这种文书没有这一项")
        elif not _has_form(value, FORMS[field]):
            yield Fault(field, "内容为空或格式不对，请检查")


def _has_form(value: object, form: Form) -> bool:
    if form in ("text", "date"):
        return _is_text(value) and (form == "text" or _is_date(str(value)))
    if form in _PARTS:
        return isinstance(value, Mapping) and set(value) == set(_PARTS[form]) and _all_text(value.values())
    if not isinstance(value, list) or not value:
        return False
    if form == "texts":
        return _all_text(value)
    return all(isinstance(row, list) and len(row) == _WIDTHS[form] and _all_text(row) for row in value)


def _all_text(values: Iterable[object]) -> bool:
    return all(map(_is_text, values))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _date_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    for field in ("valid_until", "due_on"):
        if document.get(field, document["issued_on"]) < document["issued_on"]:
            yield Fault(field, "日期早于签发日期，请改正")


def _length_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    length = sum(map(len, document["body"]))
    if length > MOST_CHARACTERS:
        yield Fault("body", f"正文共{length}个字，最多{MOST_CHARACTERS}个字，请精简")
    if len(document["issuer"]["name"]) > LONGEST_NAME:
        yield Fault("issuer.name", f"出具单位名称最多{LONGEST_NAME}个字")
    for field, text in texts(document):
        most = _most_characters(field)
        if len(text) > most:
            yield Fault(field, f"这一项共{len(text)}个字，最多{most}个字，请精简")


def _most_characters(field: str) -> int:
    """By path: labels are the first of a row; title, number and names stand on one or two lines."""
    if field.startswith("body."):
        return MOST_CHARACTERS
    is_label = field.split(".")[0] in ("facts", "where_to_go", "items") and field.endswith(".0")
    is_short = is_label or field in ("title", "number", "receiver") or field.startswith("holder.")
    return LONGEST_LABEL if is_short else LONGEST_TEXT


def _text_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    for field, text in texts(document):
        if normalise(text) != text:
            yield Fault(field, "含有未规范化的字符，请重新输入后保存")
        forbidden = forbidden_characters(text)
        for character in forbidden[:5]:
            yield Fault(field, str(character))
        for missing in [] if forbidden else missing_glyphs(text)[:5]:
            yield Fault(
                field, f"字库中没有“{missing}”(U+{ord(missing):04X})这个字，请核对，或请管理员补充字库"
            )


def texts(value: Mapping[str, Any] | Sequence[Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a document with its path, in the document's order."""
    entries = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, entry in entries:
        here = f"{path}.{key}".lstrip(".")
        if isinstance(entry, str):
            yield here, entry
        elif isinstance(entry, Mapping | list):
            yield from texts(entry, here)
