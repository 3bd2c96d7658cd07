"""An edition of the catalogue as decide() sees it: immutable, everything looked up beforehand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from backend.catalogue import items, lexicon, rules
from backend.catalogue.items import ProofItem
from backend.catalogue.lexicon import Lexicon
from backend.catalogue.rules import RuleBook


@dataclass(frozen=True)
class Snapshot:
    """Items by code, the names people use, and the rules. `edition` names all three together."""

    edition: str
    items: Mapping[str, ProofItem]
    lexicon: Lexicon
    rulebook: RuleBook


def build(edition: str, catalogue: Iterable[ProofItem], rulebook: RuleBook) -> Snapshot:
    """ValueError when a rule speaks of an item that the catalogue does not hold."""
    known = {item.code: item for item in catalogue}
    strangers = {rule.item for rule in rulebook.rules} - set(known)
    if strangers:
        raise ValueError(f"rules for unknown items: {', '.join(sorted(strangers))}")
    return Snapshot(edition, known, lexicon.build(_names(known.values())), rulebook)


def _names(catalogue: Iterable[ProofItem]) -> Iterator[tuple[str, str]]:
    for item in catalogue:
        yield from ((alias, item.code) for alias in item.aliases)


@cache
def current() -> Snapshot:
    """The edition that ships."""
    data = items.read("proof-items.json")
    return build(f"{data['edition']}+{rules.shipped().edition}", items.seed(), rules.shipped())
