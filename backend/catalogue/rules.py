"""Rules (判断规则) as justice reads them, made fit to run: 〔词〕 stands for a list of words, `unless` stays the hit.

A rule runs only where the text holds at least one character of each part it cannot do without, so that most of
them cost a look at a set.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from backend.catalogue import items

_CLASS = re.compile(r"〔([^〕]+)〕")


@dataclass(frozen=True)
class Pattern:
    """A compiled wording: `needs` are sets of characters, of each of which the text must hold one."""

    shown: str
    words: re.Pattern[str]
    needs: tuple[frozenset[str], ...]

    def may_hit(self, characters: frozenset[str]) -> bool:
        """Whether a text of these characters can match at all."""
        return not any(need.isdisjoint(characters) for need in self.needs)


@dataclass(frozen=True)
class Rule:
    """Wordings that ask for an item, unless the whole text says otherwise."""

    item: str
    says: tuple[Pattern, ...]
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class Speech:
    """How people ask, as compiled patterns: the words around the fact."""

    demand: re.Pattern[str]
    glue: re.Pattern[str]
    negation: re.Pattern[str]
    had: re.Pattern[str]
    purpose_before: re.Pattern[str]
    purpose_after: re.Pattern[str]
    chatter: re.Pattern[str]
    connectors: re.Pattern[str]
    joiner: re.Pattern[str]
    slips: Mapping[str, str]


@dataclass(frozen=True)
class RuleBook:
    """All rules of an edition. `gives_way`: of two readings of one sentence, the first yields to the second."""

    edition: str
    rules: tuple[Rule, ...]
    gives_way: Mapping[str, frozenset[str]]
    speech: Speech


@cache
def shipped() -> RuleBook:
    """The rules that ship."""
    return book(items.read("rules.json"), items.read("words.json"))


def book(rules: dict[str, Any], words: dict[str, Any]) -> RuleBook:
    """Compile; a rule that names an unknown word list is a ValueError."""
    classes = {name: _any(each) for name, each in words["classes"].items()}
    return RuleBook(
        edition=rules["edition"],
        rules=tuple(_rule(row, classes) for row in rules["rules"]),
        gives_way={code: frozenset(to) for code, to in rules["gives_way"].items()},
        speech=_speech(words),
    )


def _rule(row: dict[str, Any], classes: Mapping[str, str]) -> Rule:
    unless = row.get("unless")
    return Rule(
        item=row["item"],
        says=tuple(_pattern(each, classes) for each in row["says"]),
        unless=re.compile("|".join(_expand(each, classes) for each in unless)) if unless else None,
    )


def _speech(words: dict[str, Any]) -> Speech:
    names = [name for name in Speech.__dataclass_fields__ if name != "slips"]
    return Speech(**{name: re.compile(words[name]) for name in names}, slips=words["slips"])


def _pattern(shown: str, classes: Mapping[str, str]) -> Pattern:
    words = _expand(shown, classes)
    return Pattern(shown, re.compile(words), tuple(_needs(parser.parse(words))))


def _expand(shown: str, classes: Mapping[str, str]) -> str:
    def words_of(match: re.Match[str]) -> str:
        if match[1] not in classes:
            raise ValueError(f"rule {shown!r}: there is no word list 〔{match[1]}〕")
        return classes[match[1]]

    return _CLASS.sub(words_of, shown)


def _any(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


def _needs(parsed: Any) -> Iterator[frozenset[str]]:
    """For each part that must be there, the characters it can begin with; parts that may begin with anything
    tell nothing.
    """
    for code, value in parsed:
        first = _first(code, value)
        if first:
            yield first


def _first(code: Any, value: Any) -> frozenset[str] | None:
    if code is codes.LITERAL:
        return frozenset(chr(value))
    if code is codes.SUBPATTERN:
        return next(_needs(value[3]), None)
    if code is codes.MAX_REPEAT and value[0] > 0:
        return next(_needs(value[2]), None)
    if code is codes.IN:
        return _of_set(value)
    if code is codes.BRANCH:
        firsts = [next(_needs(branch), None) for branch in value[1]]
        return frozenset().union(*firsts) if all(firsts) else None  # type: ignore[arg-type]
    return None


def _of_set(value: Any) -> frozenset[str] | None:
    if any(code is not codes.LITERAL for code, _ in value):
        return None
    return frozenset(chr(each) for _, each in value)
