"""What in a text asks for an item, and how clearly: the proof by name, the fact after 证明, or only the story."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from backend.catalogue.lexicon import Lexicon
from backend.catalogue.reading import Reading
from backend.catalogue.rules import Rule, RuleBook

#: How clearly something is asked for.
NAMED, PAPER, ASSERTED, TOLD, SAID, HINTED, MENTIONED = 6.0, 5.5, 5.0, 4.0, 3.5, 3.0, 2.0
#: What a purpose (办…用) loses against the fact itself.
_PURPOSE = 2
_LEAST_TOLD = 2.2  # still above a mere mention
_COMPLETE = ("证", "证书", "证明", "函", "信", "鉴定", "鉴定表", "合同", "执照", "许可", "绿本")
_VERB = "证明"
_VERB_REACH = 26
_BEFORE = 16
_AFTER = 8
_WHOLE = re.compile(r"(?:的)?(?:情况|状况|关系)?(?:的)?(?=$|[,。、 和跟与及])")
_LEADS = re.compile(
    r"(?:^|[,。、 和跟与及]|证明(?:一下)?(?:我家|我们|我|他|她|本人|家里)?的?|一个"
    r"|(?:要|开|办|个|查|份|交|补办|补|张|领|申领|掉)(?:个|一个)?)$"
)
_JUST_SAID = re.compile(r"证明(?:一下)?[^,。、 ]{0,5}$")
_TAKEN = re.compile(r"去|给(?!我)|拿|交|用来|才|以便|好去")
_LIST = re.compile(r"(?=.)(?:证明)?[、, ]?(?:和|跟|与|及|以及|还有)?[ ]?$")
_OF = re.compile(r"(?:了|过)?[^,。、 ]{0,5}的(?:那种|那个|一个|这种|书面|个)?(?:证明|条子|材料|手续)")


@dataclass(frozen=True)
class Hit:
    """One reading. `score`: how clearly; `purpose`: it is what the paper is for; `why`: the rule or name."""

    item: str
    start: int
    end: int
    score: float
    why: str
    purpose: bool = False

    @property
    def rank(self) -> float:
        """Clearness, a purpose coming after a fact."""
        if not self.purpose or self.score in (NAMED, MENTIONED):
            return self.score
        return max(self.score - _PURPOSE, _LEAST_TOLD)


def find(reading: Reading, lexicon: Lexicon, rulebook: RuleBook) -> list[Hit]:
    """All readings that are not denied, in the order of the text."""
    named = _enumerated(reading.text, list(_named(reading, lexicon, rulebook)))
    noun_ends = {hit.end for hit in named if hit.score == NAMED}
    told = list(_told(reading, rulebook, noun_ends))
    hits = sorted([*named, *told], key=lambda hit: (hit.start, -hit.end))
    return [hit for hit in hits if not _denied(reading.text, hit, rulebook)]


def _named(reading: Reading, lexicon: Lexicon, rulebook: RuleBook) -> Iterator[Hit]:
    text, glue = reading.text, rulebook.speech.glue
    taken = -1
    for start, end, code in lexicon.found(text):
        proof = glue.match(text, end)
        if proof is not None and proof.end() == taken:
            continue  # 被拐儿童身份证明 is one name, not two
        score, stop = MENTIONED, end
        if proof is not None:
            score, stop, taken = NAMED, proof.end(), proof.end()
        elif text[start:end].endswith(_COMPLETE):
            score = PAPER if _LEADS.search(text[max(0, start - 8) : start]) else TOLD
        elif _WHOLE.match(text, end) and _LEADS.search(text[max(0, start - 8) : start]):
            score = ASSERTED
        elif _JUST_SAID.search(text[max(0, start - 10) : start]):
            score = SAID
        purpose = score < NAMED and _is_purpose(text, start, end, rulebook)
        yield Hit(code, start, stop, score, text[start:end], purpose)


def _enumerated(text: str, hits: list[Hit]) -> list[Hit]:
    """In 单身、无犯罪和居住证明 the last name's 证明 counts for all that are joined to it."""
    for number in range(len(hits) - 2, -1, -1):
        one, next_one = hits[number], hits[number + 1]
        between = text[one.end : next_one.start]
        if one.score < NAMED and next_one.score == NAMED and len(between) <= 4 and _LIST.match(between):
            hits[number] = replace(one, score=NAMED, purpose=False)
    return hits


def _told(reading: Reading, rulebook: RuleBook, noun_ends: set[int]) -> Iterator[Hit]:
    text = reading.text
    characters = frozenset(text)
    found = [hit for rule in rulebook.rules for hit in _of_rule(rule, text, characters)]
    glued = {id(hit): _proof_after(text, hit.end, rulebook) for hit in found}
    noun_ends = noun_ends | {end for end in glued.values() if end}
    for hit in found:
        end = glued[id(hit)]
        purpose = _is_purpose(text, hit.start, hit.end, rulebook)
        if end:
            yield replace(hit, score=NAMED if not purpose else ASSERTED, end=end, purpose=False)
        elif _follows_verb(text, hit.start, hit.end, noun_ends):
            yield replace(hit, score=ASSERTED, purpose=purpose)
        else:
            yield replace(hit, score=TOLD if reading.demanded else HINTED, purpose=purpose)


def _of_rule(rule: Rule, text: str, characters: frozenset[str]) -> Iterator[Hit]:
    checked = rule.unless is None
    for pattern in rule.says:
        if not pattern.may_hit(characters):
            continue
        for match in pattern.words.finditer(text):
            if not checked and rule.unless is not None and rule.unless.search(text):
                return
            checked = True
            if match.end() > match.start():
                yield Hit(rule.item, match.start(), match.end(), HINTED, pattern.shown)


def _proof_after(text: str, end: int, rulebook: RuleBook) -> int:
    if text[end - 2 : end] == _VERB:
        return end
    match = rulebook.speech.glue.match(text, end) or _OF.match(text, end)
    return match.end() if match else 0


def _follows_verb(text: str, start: int, end: int, noun_ends: set[int]) -> bool:
    if text.startswith(_VERB, start):
        return True
    at = text.rfind(_VERB, max(0, start - _VERB_REACH), start)
    if at < 0 or at + len(_VERB) in noun_ends:
        return False
    between = text[at + len(_VERB) : start]
    if _TAKEN.match(between):
        return False  # 拿一个证明去…
    return "。" not in between and between.count(",") < 2


def _is_purpose(text: str, start: int, end: int, rulebook: RuleBook) -> bool:
    speech = rulebook.speech
    before, after = text[max(0, start - 4) : start], text[end : end + _AFTER]
    return bool(speech.purpose_before.search(before) or speech.purpose_after.match(after))


def _denied(text: str, hit: Hit, rulebook: RuleBook) -> bool:
    before, after = text[max(0, hit.start - _BEFORE) : hit.start], text[hit.end : hit.end + _AFTER]
    speech = rulebook.speech
    return bool(speech.negation.search(before) or speech.had.match(after))


def strongest(hits: Iterable[Hit]) -> dict[str, Hit]:
    """For each item its clearest reading, the tightest of equals."""
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.item not in best or _order(hit) > _order(best[hit.item]):
            best[hit.item] = hit
    return best


def _order(hit: Hit) -> tuple[float, float, int]:
    return hit.rank, hit.score, hit.start - hit.end
