"""The published lists (清单) and rules that ship as versioned data: read once, checked while reading."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.catalogue import items
from backend.catalogue.items import ProofItem

#: Four ways of sparing a proof (免提交方式), and doing without.
WAYS: dict[str, str] = {
    "data": "数据共享",
    "e_licence": "电子证照",
    "inquiry": "部门核验",
    "commitment": "告知承诺",
    "abolished": "取消",
}
_WAY_NAMES = {"shared": "data", "licence": "e_licence"}


@dataclass(frozen=True)
class Entry:
    """One line of a published list: its edition (文号), number and title there."""

    edition: str
    number: int
    title: str


@dataclass(frozen=True)
class Rule:
    """What committees may not certify: who holds the fact, and how it is spared."""

    key: str
    title: str
    ways: tuple[str, ...]
    office: str
    where: str
    how_to: str
    basis: tuple[Entry, ...]


@dataclass(frozen=True)
class PermittedItem:
    """What committees may certify: `promise_days` (working days) and `cosign` set its route."""

    code: str
    title: str
    summary: str
    validity_days: int
    cosign: bool
    promise_days: int | None
    body_hint: str
    evidence_hint: tuple[str, ...]


@dataclass(frozen=True)
class PublishedList:
    """A list as published: `level` national or provincial."""

    edition: str
    title: str
    issued_by: str
    level: str
    entries: dict[str, Entry]  # by key, in the list's order


@cache
def lists() -> tuple[PublishedList, ...]:
    """The lists of what committees may not certify, the national one first."""
    return tuple(_list(items.read(name)) for name in ("ministry-2020-20.json", "hubei-2020-32.json"))


@cache
def rules() -> tuple[Rule, ...]:
    """What no committee may certify, in the order of the catalogue."""
    return tuple(_rule(item) for item in items.seed() if item.bound == "committees")


@cache
def permitted() -> dict[str, PermittedItem]:
    """What may be certified, by code."""
    rows = items.read("permitted-items.json")["items"]
    return {row["code"]: _item(row) for row in rows}


def permitted_edition() -> str:
    """Which edition of the permitted items this is."""
    return str(items.read("permitted-items.json")["edition"])


def _list(data: dict[str, Any]) -> PublishedList:
    entries = {row["key"]: Entry(data["edition"], row["number"], row["title"]) for row in data["items"]}
    return PublishedList(data["edition"], data["title"], data["issued_by"], data["level"], entries)


def _rule(item: ProofItem) -> Rule:
    return Rule(
        key=item.code,
        title=item.title,
        ways=tuple(_WAY_NAMES.get(each.way, each.way) for each in item.ways),
        office=item.office,
        where=item.where,
        how_to=item.how_to,
        basis=tuple(entry for each in lists() if (entry := each.entries.get(item.code))),
    )


def _item(row: dict[str, Any]) -> PermittedItem:
    fields = {
        name: row[name] for name in ("code", "title", "summary", "validity_days", "cosign", "promise_days")
    }
    return PermittedItem(
        **fields,
        body_hint=row["body_hint"],
        evidence_hint=tuple(row["evidence_hint"]),
    )
