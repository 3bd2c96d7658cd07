"""Builders of canonical documents from plain arguments; the shape is `paper_shape`'s.

Texts people typed are normalised (NFC) and cut into paragraphs here; nothing is left out silently: what may
not be
printed is for the lint to say. The number is set by whoever takes it (`service.prepare`, or the approval).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backend.organisations import service as organisations
from backend.organisations.models import Organisation
from backend.papers.paper_shape import SCHEMA

Document = dict[str, Any]
Pairs = Sequence[tuple[str, str]]
Triples = Sequence[tuple[str, str, str]]

#: How the number of each kind of ID is called on paper.
ID_TYPES = {
    "resident": "公民身份号码",
    "hong_kong": "港澳居民居住证号码",
    "macao": "港澳居民居住证号码",
    "taiwan": "台湾居民居住证号码",
    "foreigner": "外国人永久居留身份证号码",
    "foreigner_old": "外国人永久居留身份证号码",
}
#: What an applicant is to do about a missing material.
TO_DO = {"supply": "补充", "replace": "更换", "bring_original": "带原件", "explain": "说明"}


def issuer(session: Session, organisation: Organisation) -> dict[str, str]:
    """Full name with county and town, as on the seal (a receiver far away knows no `柏树村`), and credit code."""
    name = organisations.formal_name(session, organisation)
    return {"name": name, "code": organisation.credit_code or organisation.division_code}


def holder(name: str, id_kind: str, id_number: str) -> dict[str, str]:
    """Whom the paper is about, as printed. `id_kind` as in `identity.Person`."""
    return {"name": name, "id_type": ID_TYPES[id_kind], "id_number": id_number}


def paragraphs(text: str) -> list[str]:
    """The lines of a text as paragraphs, blank ones dropped."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def certificate(
    *,
    issuer: Mapping[str, str],
    holder: Mapping[str, str],
    title: str,
    body: str,
    purpose: str,
    receiver: str,
    issued_on: date,
    valid_until: date,
    number: str = "",
    facts: Pairs = (),
    basis: Sequence[str] = (),
    remark: str = "",
    acting_for: str = "",
) -> Document:
    """无固定模板证明: a free text for one purpose and one receiving office."""
    return _document("certificate", locals())


def receipt(
    *,
    issuer: Mapping[str, str],
    holder: Mapping[str, str],
    body: str,
    facts: Pairs,
    issued_on: date,
    due_on: date | None = None,
    title: str = "受理回执",
    number: str = "",
    basis: Sequence[str] = (),
    remark: str = "",
    acting_for: str = "",
) -> Document:
    """受理回执: what was asked and by when it will be done. `facts`: at least the matter asked for."""
    return _document("receipt", locals())


def correction_notice(
    *,
    issuer: Mapping[str, str],
    holder: Mapping[str, str],
    body: str,
    items: Triples,
    due_on: date,
    issued_on: date,
    title: str = "一次性告知书",
    number: str = "",
    facts: Pairs = (),
    basis: Sequence[str] = (),
    remark: str = "",
    acting_for: str = "",
) -> Document:
    """一次性告知书: everything that is missing. `items`: (material, one of TO_DO's words, explanation)."""
    return _document("correction_notice", locals())


def refusal(
    *,
    issuer: Mapping[str, str],
    holder: Mapping[str, str],
    body: str,
    basis: Sequence[str],
    where_to_go: Pairs,
    issued_on: date,
    remedy: str = "",
    title: str = "不予出具决定书",
    number: str = "",
    facts: Pairs = (),
    remark: str = "",
    acting_for: str = "",
) -> Document:
    """不予出具决定书: to the person, with reason, rule, where to go instead and how to object."""
    return _document("refusal", locals())


def notice(
    *,
    issuer: Mapping[str, str],
    holder: Mapping[str, str],
    body: str,
    receiver: str,
    basis: Sequence[str],
    where_to_go: Pairs,
    issued_on: date,
    purpose: str = "",
    title: str = "不予出具告知单",
    number: str = "",
    facts: Pairs = (),
    remark: str = "",
    acting_for: str = "",
) -> Document:
    """不予出具告知单: to the office that asked for what may not be certified."""
    return _document("notice", locals())


def _document(kind: str, fields: Mapping[str, Any]) -> Document:
    """Plain strings and lists; what is absent or empty has no key."""
    document: Document = {"schema": SCHEMA, "kind": kind}
    for name, value in fields.items():
        plain = paragraphs(normalised(value)) if name == "body" else _plain(value)
        if plain:
            document[name] = plain
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return normalised(value).strip()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if value is not None else None


def normalised(text: str) -> str:
    """NFC with one kind of line break."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
