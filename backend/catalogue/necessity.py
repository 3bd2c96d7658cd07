"""The necessity check (必要性审查), first form: published lists matched on the person's own words.

Rules, in order: an item's official name always counts; other wordings count unless the text says otherwise
(照顾, 奔丧 ...) or the same clause asks for something committees do certify; a demand that is denied
(不是要开婚姻证明) does not count. A match is never the last word: people dispute, clerks overrule.
"""

import re
import unicodedata
from dataclasses import dataclass

from backend.catalogue.published import Entry, PermittedItem, Rule, permitted, refused_demand, rules

_CLAUSES = re.compile(r"[^,。]+")
_STOPS = str.maketrans(dict.fromkeys("!?;:…", "。") | {"、": ","})
_BLANKS = re.compile(r"[\s\"'“”‘’《》<>【】\[\]*#_~`-]+")


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


def plain(words: str) -> str:
    """The words as they are matched: one width, no blanks or markup, clauses ended by `,` or `。`."""
    text = unicodedata.normalize("NFKC", words)
    text = _BLANKS.sub("", text.replace("\n", "。"))
    return text.replace(",", ",").translate(_STOPS)


def find(words: str) -> Finding | None:
    """The first listed item that the words ask for, or None."""
    text = plain(words)
    for match_of in (_official, _hinted):
        for rule in rules():
            matched = match_of(rule, text)
            if matched is not None:
                return of_rule(rule, matched)
    return None


def suggest(words: str) -> PermittedItem | None:
    """The permitted item that the words ask for, as far as can be told."""
    text = plain(words)
    found = [(match.start(), item) for item in permitted().values() if (match := item.words.search(text))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _official(rule: Rule, text: str) -> str | None:
    return _demanded(rule.always, text)


def _hinted(rule: Rule, text: str) -> str | None:
    clauses = [clause.group() for clause in _CLAUSES.finditer(text)]
    open_clauses = [clause for clause in clauses if not _is_permitted(clause)]
    for hint in rule.hints:
        if hint.unless is not None and hint.unless.search(text):
            continue
        for clause in open_clauses:
            matched = _demanded(hint.words, clause)
            if matched is not None:
                return matched
    return None


def _demanded(pattern: re.Pattern[str], text: str) -> str | None:
    """The first match that is asked for, not said to be not asked for."""
    for match in pattern.finditer(text):
        if not refused_demand().search(text[: match.start()]):
            return match.group()
    return None


def _is_permitted(clause: str) -> bool:
    return any(item.words.search(clause) for item in permitted().values())


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
