"""Proof items (证明事项) as data: what each is, who has the fact, and how the person is spared, kindest way first."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_SCHEMA = 1

#: What binds whom: `committees` no committee may issue it, wherever the paper goes (民发〔2020〕20号、鄂民政发〔2020〕32号);
#: `national` spared by law everywhere; `city` spared by this city's own cut, which binds its offices only; `none` issued.
BOUND = frozenset({"committees", "national", "city", "none"})
#: Dispositions (免提交方式) as the data writes them, with the way a person is told.
WAY_OF = {
    "abolished": "nothing",
    "shared": "data",
    "licence": "licence",
    "commitment": "commitment",
    "inquiry": "inquiry",
    "certificate": "certificate",
    "ask": "",
}


@dataclass(frozen=True)
class Law:
    """One legal basis (设定依据). `article` empty: not known for sure; `confirmed`: read in a source."""

    law: str
    article: str
    confirmed: bool

    def __str__(self) -> str:
        return f"{self.law}{self.article}"


@dataclass(frozen=True)
class Disposition:
    """One way to do without, with what it needs."""

    way: str
    needs: str


@dataclass(frozen=True)
class ProofItem:
    """A kind of fact some office demands proof of. `ways`: in order of preference; `confirmed` False: 示例·待核."""

    code: str
    name: str
    title: str
    aliases: tuple[str, ...]
    purpose: str
    basis: tuple[Law, ...]
    demanded_by: tuple[str, ...]
    issued_by: str
    concerns: frozenset[str]
    bound: str
    ways: tuple[Disposition, ...]
    office: str
    where: str
    how_to: str
    validity_days: int | None
    level: str
    source: str
    confirmed: bool
    questions: tuple[str, ...] = ()

    @property
    def by_committee(self) -> bool:
        """Whether a committee is the one who would issue it."""
        return self.issued_by.startswith("村（居）民委员会")


def read(name: str) -> dict[str, Any]:
    """One data file of the catalogue, its schema checked."""
    data: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    if data["schema"] != _SCHEMA:
        raise ValueError(f"{name}: schema {data['schema']} is not {_SCHEMA}")
    return data


@cache
def seed() -> tuple[ProofItem, ...]:
    """The seed catalogue that ships, in its order."""
    return tuple(of_rows(read("proof-items.json")["items"]))


def of_rows(rows: Iterable[dict[str, Any]]) -> Iterable[ProofItem]:
    """Items of decoded rows; ValueError names the row that cannot be."""
    for row in rows:
        item = _item(row)
        if item.bound not in BOUND or not item.ways or any(each.way not in WAY_OF for each in item.ways):
            raise ValueError(f"proof item {item.code}: unknown bound or way")
        yield item


def _item(row: dict[str, Any]) -> ProofItem:
    plain = (
        *("code", "name", "title", "purpose", "issued_by", "bound", "office", "where", "how_to"),
        *("validity_days", "level", "source", "confirmed"),
    )
    return ProofItem(
        **{name: row[name] for name in plain},
        aliases=tuple(row["aliases"]),
        demanded_by=tuple(row["demanded_by"]),
        basis=tuple(Law(**each) for each in row["basis"]),
        concerns=frozenset(row["concerns"]),
        ways=tuple(Disposition(**each) for each in row["ways"]),
        questions=tuple(row.get("questions", ())),
    )
