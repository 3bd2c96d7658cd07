"""The necessity check (必要性审查) as applications use it: decide() over the current edition, told as a finding.

A match is never the last word: people dispute, clerks overrule.
"""

from dataclasses import dataclass

from backend.catalogue import published, snapshot
from backend.catalogue.decide import Decision, Question, Receiver, decide
from backend.catalogue.published import Entry, PermittedItem, Rule


@dataclass(frozen=True)
class Finding:
    """A listed item that the words ask for.

    `edition`: the documents that forbid it; `matched`: the words that gave it away; `ways`: how it is spared;
    `office` holds the fact, `where` one goes, `how_to` is the next step in plain words.
    """

    key: str
    title: str
    edition: str
    basis: tuple[Entry, ...]
    matched: str
    ways: tuple[str, ...]
    office: str
    where: str
    how_to: str


def decisions(words: str, *, purpose: str = "", receiver_in_city: bool = True) -> tuple[Decision, ...]:
    """What the words ask for, each with its answer."""
    receiver = Receiver(in_city=receiver_in_city)
    return decide(snapshot.current(), Question(words=words, purpose=purpose, receiver=receiver))


def forbidden(found: tuple[Decision, ...]) -> Finding | None:
    """The first decision that no committee may issue it, which wins over the others; None without one."""
    first = next((each for each in found if each.kind == "forbidden"), None)
    return of_rule(rule(first.key), first.words) if first else None


def rule(key: str) -> Rule:
    """What is published of a forbidden entry; KeyError for a key that is not on the lists."""
    return {each.key: each for each in published.rules()}[key]


def suggest(words: str) -> PermittedItem | None:
    """The permitted item that the words ask for, as far as can be told."""
    return suggested(decisions(words))


def suggested(found: tuple[Decision, ...]) -> PermittedItem | None:
    """The first of these decisions that a committee of the current list certifies."""
    known = published.permitted()
    codes = (each.item for each in found if each.kind == "retained" and each.item in known)
    return next((known[code] for code in codes), None)


def of_rule(rule: Rule, matched: str) -> Finding:
    """What a rule says, with the words that met it."""
    return Finding(
        key=rule.key,
        title=rule.title,
        edition=";".join(entry.edition for entry in rule.basis),
        basis=rule.basis,
        matched=matched,
        ways=rule.ways,
        office=rule.office,
        where=rule.where,
        how_to=rule.how_to,
    )
