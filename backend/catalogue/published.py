"""The published lists (清单) and rules that ship as versioned data: read once, checked while reading."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_SCHEMA = 1

#: Four ways of sparing a proof (免提交方式), and doing without.
WAYS: dict[str, str] = {
    "data": "数据共享",
    "e_licence": "电子证照",
    "inquiry": "部门核验",
    "commitment": "告知承诺",
    "abolished": "取消",
}


@dataclass(frozen=True)
class Entry:
    """One line of a published list: its edition (文号), number and title there."""

    edition: str
    number: int
    title: str


@dataclass(frozen=True)
class Hint:
    """Words that mean a listed item, unless the whole text says otherwise."""

    words: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class Rule:
    """What committees may not certify: who holds the fact, how it is spared, the words that ask for it."""

    key: str
    title: str
    ways: tuple[str, ...]
    office: str
    where: str
    how_to: str
    basis: tuple[Entry, ...]
    always: re.Pattern[str]
    hints: tuple[Hint, ...]


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
    words: re.Pattern[str]


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
    return tuple(_list(_read(name)) for name in ("ministry-2020-20.json", "hubei-2020-32.json"))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in order of precedence: the first that matches answers."""
    return tuple(_rule(row) for row in _read("necessity-rules.json")["rules"])


@cache
def refused_demand() -> re.Pattern[str]:
    """Words right before a match that say the person does not ask for it (不是要开……)."""
    return re.compile(_read("necessity-rules.json")["refused_demand"])


@cache
def permitted() -> dict[str, PermittedItem]:
    """What may be certified, by code."""
    items = (_item(row) for row in _read("permitted-items.json")["items"])
    return {item.code: item for item in items}


def permitted_edition() -> str:
    """Which edition of the permitted items this is."""
    return str(_read("permitted-items.json")["edition"])


@cache
def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    if data["schema"] != _SCHEMA:
        raise ValueError(f"{name}: schema {data['schema']} is not {_SCHEMA}")
    return data


def _list(data: dict[str, Any]) -> PublishedList:
    entries = {row["key"]: Entry(data["edition"], row["number"], row["title"]) for row in data["items"]}
    return PublishedList(data["edition"], data["title"], data["issued_by"], data["level"], entries)


def _rule(row: dict[str, Any]) -> Rule:
    basis = tuple(entry for each in lists() if (entry := each.entries.get(row["key"])))
    return Rule(
        key=row["key"],
        title=row["title"],
        ways=tuple(row["ways"]),
        office=row["office"],
        where=row["where"],
        how_to=row["how_to"],
        basis=basis,
        always=_any(row["always"]),
        hints=tuple(Hint(_any(h["any"]), _any(h["unless"]) if h["unless"] else None) for h in row["hints"]),
    )


def _item(row: dict[str, Any]) -> PermittedItem:
    fields = {
        name: row[name] for name in ("code", "title", "summary", "validity_days", "cosign", "promise_days")
    }
    return PermittedItem(
        **fields,
        body_hint=row["body_hint"],
        evidence_hint=tuple(row["evidence_hint"]),
        words=_any(row["patterns"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
