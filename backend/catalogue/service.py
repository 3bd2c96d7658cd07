"""The seam to the catalogue (目录): what committees may certify, what not, and what a person's words ask."""

from dataclasses import dataclass

from backend.catalogue import necessity, published
from backend.catalogue.decide import Decision
from backend.catalogue.necessity import Finding
from backend.catalogue.published import PermittedItem, PublishedList
from backend.problems import NotFound

__all__ = [
    "Answer",
    "Decision",
    "Finding",
    "PermittedItem",
    "answer",
    "check",
    "item",
    "items",
    "lists",
    "of_key",
]

#: Kinds that spare the journey to the committee.
_SPARED = frozenset({"abolished", "shared", "licence", "commitment", "inquiry"})


def check(words: str, *, purpose: str, receiver: str, receiver_in_city: bool) -> Finding | None:
    """What the words ask for that a committee may not certify, or None.

    The national and the provincial list bind the committee wherever the paper goes; what only the city spared is
    no hit here, since a committee may issue it for a receiver outside.
    """
    return necessity.forbidden(necessity.decisions(words, purpose=purpose, receiver_in_city=receiver_in_city))


def items() -> tuple[PermittedItem, ...]:
    """What committees certify, in the order of the list."""
    return tuple(published.permitted().values())


def item(code: str) -> PermittedItem:
    """One permitted item, or NotFound."""
    found = published.permitted().get(code)
    if found is None:
        raise NotFound("没有这个事项，请从清单中选择，或不选事项直接填写")
    return found


def lists() -> tuple[PublishedList, ...]:
    """The published lists of what committees may not certify."""
    return published.lists()


def of_key(key: str, matched: str = "") -> Finding:
    """The finding of a stable key, for showing one that was stored."""
    rule = next((rule for rule in published.rules() if rule.key == key), None)
    if rule is None:
        raise NotFound("清单中没有这一项")
    return necessity.of_rule(rule, matched)


@dataclass(frozen=True)
class Answer:
    """What a person is told before applying: `needed` False means that nothing asked for is issued by the
    committee. `decisions`: one a wish.
    """

    needed: bool
    text: str
    finding: Finding | None
    suggestion: PermittedItem | None
    decisions: tuple[Decision, ...]


def answer(words: str, *, purpose: str, receiver: str, receiver_in_city: bool) -> Answer:
    """The check's result in plain Chinese, with the next step."""
    found = necessity.decisions(words, purpose=purpose, receiver_in_city=receiver_in_city)
    finding = necessity.forbidden(found)
    if finding is not None:
        return Answer(False, _not_needed(finding), finding, None, found)
    suggestion = necessity.suggested(found)
    if suggestion is None and all(each.kind in _SPARED for each in found):
        return Answer(False, "".join(map(_spared, found)), None, None, found)
    return Answer(True, _needed(suggestion, found), None, suggestion, found)


def _spared(decision: Decision) -> str:
    return f"“{decision.title}”不用村（居）委会开证明。{decision.next_step}"


def _not_needed(finding: Finding) -> str:
    ways = "、".join(published.WAYS[way] for way in finding.ways)
    return (
        f"“{finding.title}”不用村（居）委会开证明，依规定({finding.edition})村（居）委会也不能开。"
        f"这件事由{finding.office}掌握，可以用{ways}代替。{finding.how_to}"
    )


def _needed(suggestion: PermittedItem | None, found: tuple[Decision, ...]) -> str:
    if suggestion is not None:
        return f"可以向村（居）委会申请“{suggestion.title}”。下一步：核对内容，上传佐证材料后提交。"
    asked = [question for each in found for question in each.question]
    if asked:
        return "还要请您说清楚：" + "".join(asked[:2])
    named = next((each for each in found if each.title), None)
    if named is not None:
        return f"“{named.title}”：{named.next_step}"
    return "没有发现村（居）委会不能开的内容，可以提交申请；请写清要证明的事实、用途和交给哪个单位。"
