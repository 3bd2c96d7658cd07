"""`python -m benchmarks.necessity`: how often decide() is right on the labelled phrasings; writes docs/necessity.md.

Counted by wish. The held-out part (`held`) was split off before any rule was written and is shown in sums only.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

from backend.catalogue import items, rules, snapshot
from backend.catalogue.decide import ENGINE, KINDS, Question, decide
from benchmarks.decide import PHRASINGS

PAGE = Path(__file__).parents[1] / "docs" / "necessity.md"
_Z = 1.96
NOTHING = "—"


@dataclass
class Tally:
    """Right and wrong wishes of one part. `confused`: (wanted, got) kinds; `keys`: forbidden entries."""

    texts: int = 0
    right_texts: int = 0
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong_item: Counter[str] = field(default_factory=Counter)
    keys: dict[str, Counter[str]] = field(default_factory=dict)

    def precision(self, kind: str) -> tuple[int, int]:
        """(right, all that were said to be of this kind): the item must be right too."""
        said = sum(count for (_, got), count in self.confused.items() if got == kind)
        return self._right(kind), said

    def recall(self, kind: str) -> tuple[int, int]:
        """(right, all that are of this kind)."""
        wanted = sum(count for (want, _), count in self.confused.items() if want == kind)
        return self._right(kind), wanted

    def _right(self, kind: str) -> int:
        return self.confused[kind, kind] - self.wrong_item[kind]


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson); (0, 1) when nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, spread = right / of, _Z * _Z / of
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / of / 4) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def rows(part: str) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """(phrasing, wanted (kind, item)) of one part."""
    for line in PHRASINGS.read_text(encoding="utf-8").splitlines()[1:]:
        split, words, wishes = line.split("\t")
        if split == part:
            yield words, {_wish(each) for each in wishes.split(" ")}


def _wish(label: str) -> tuple[str, str]:
    kind, _, code = label.partition(":")
    return kind, code


def tally(part: str) -> Tally:
    """Decide each phrasing of the part and count."""
    count, current = Tally(), snapshot.current()
    for words, wanted in rows(part):
        found = {(each.kind, each.item) for each in decide(current, Question(words=words))}
        got = {(kind, "" if kind == "ask" else item) for kind, item in found}
        count.texts += 1
        count.right_texts += got == wanted
        _count(count, wanted, got)
    return count


def _count(count: Tally, wanted: set[tuple[str, str]], got: set[tuple[str, str]]) -> None:
    for kind, code in wanted & got:
        count.confused[kind, kind] += 1
        _key(count, kind, code, "right")
    missed, extra = sorted(wanted - got), sorted(got - wanted)
    for kind, code in missed:
        _key(count, kind, code, "missed")
    for kind, code in extra:
        _key(count, kind, code, "wrong")
    for number in range(max(len(missed), len(extra))):
        want = missed[number][0] if number < len(missed) else NOTHING
        have = extra[number][0] if number < len(extra) else NOTHING
        count.confused[want, have] += 1
        if want == have:
            count.wrong_item[want] += 1


def _key(count: Tally, kind: str, code: str, what: str) -> None:
    if kind == "forbidden":
        count.keys.setdefault(code, Counter())[what] += 1


def page() -> str:
    """docs/necessity.md."""
    held, tuned = tally("held"), tally("tune")
    parts = [_INTRODUCTION.format(engine=ENGINE, edition=snapshot.current().edition)]
    parts += ["## Untouched part\n", *_part(held), "### Forbidden entries, untouched part\n", _keys(held)]
    parts += ["## Tuned part\n", *_part(tuned)]
    parts += ["## What the rules are\n", _rules(), "## Seed items and their sources\n", _items()]
    return "\n".join(parts)


def _part(count: Tally) -> list[str]:
    stops = sum(n for (want, got), n in count.confused.items() if got == "forbidden" and want != got)
    let = sum(n for (want, got), n in count.confused.items() if want == "forbidden" and want != got)
    whole = f"{count.right_texts} of {count.texts} texts wholly right. "
    whole += f"Wrong stops (told no, should not be): {stops}; missed stops: {let}.\n"
    return [whole, _kinds(count), _confusion(count)]


def _kinds(count: Tally) -> str:
    lines = ["| kind | precision | 95 % | recall | 95 % | wishes |", "| --- | --- | --- | --- | --- | ---: |"]
    for kind in KINDS:
        precision, recall = count.precision(kind), count.recall(kind)
        lines.append(f"| {kind} | {_share(*precision)} | {_share(*recall)} | {recall[1]} |")
    return "\n".join(lines) + "\n"


def _share(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right / of:.3f} | {low:.3f}–{high:.3f}" if of else "— | —"


def _confusion(count: Tally) -> str:
    names = [*KINDS, NOTHING]
    lines = ["Wanted (rows) against got (columns); — is no such wish.\n", "| | " + " | ".join(names) + " |"]
    lines.append("| --- |" + " ---: |" * len(names))
    for want in names:
        cells = [str(count.confused[want, got] or "") for got in names]
        lines.append(f"| **{want}** | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _keys(count: Tally) -> str:
    lines = ["| key | right | missed | wrongly said |", "| --- | ---: | ---: | ---: |"]
    for key in sorted(count.keys):
        each = count.keys[key]
        lines.append(f"| {key} | {each['right']} | {each['missed']} | {each['wrong']} |")
    return "\n".join(lines) + "\n"


def _rules() -> str:
    book = rules.shipped()
    wordings = sum(len(rule.says) for rule in book.rules)
    return (
        f"{len(book.rules)} rules with {wordings} wordings (`backend/catalogue/data/rules.json`), word lists and the "
        "words around a fact (`words.json`), names people use (`proof-items.json`). A justice officer edits these "
        "files and tries them with `flask zheng decide WORDS`, which prints the rules that led to the answer.\n"
    )


def _items() -> str:
    lines = ["| item | way | binds | source | confirmed |", "| --- | --- | --- | --- | --- |"]
    for item in items.seed():
        ways = "、".join(each.way for each in item.ways)
        said = "是" if item.confirmed else "示例·待核"
        lines.append(f"| {item.name} `{item.code}` | {ways} | {item.bound} | {item.source} | {said} |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = """# The necessity decision: how often it is right

Written by `python -m benchmarks.necessity`. Engine {engine}, edition {edition}. A wish counts as right when kind and
item are both right; an interval is Wilson's at 95 %. The phrasings were labelled and split (parity of their SHA-256)
before the first rule was written; `held` was measured in sums and never read error by error. One writer made both the
sentences and the rules, so the held-out figures flatter. Rows whose split is `late` were written while tuning, read
once as strangers' sentences, then tuned on; they count in neither table. That first reading of each round is the
better guess of what a stranger meets:

| round | texts wholly right | forbidden: precision | recall |
| --- | ---: | ---: | ---: |
| 1, plain | 122 of 141 | 0.917 | 0.846 |
| 2, plain | 118 of 140 | 0.937 | 0.841 |
| 3, hard | 120 of 145 | 0.920 | 0.816 |
| 4, homophones and lists of wishes | 90 of 95 | not noted | not noted |
| 5, hard | 89 of 111 | 0.864 | 0.773 |
| 6, plain, after all tuning but its own | 82 of 92 | 0.981 | 0.869 |

Most of what is missed there is asked back (`ask`), not let through as a certificate.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {tally('held').right_texts} of {tally('held').texts} held texts right\n")
