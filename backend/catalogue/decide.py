"""decide(): what a person's words ask for, and what the law makes of it (必要性审查).

A pure function: the same question, edition and engine give the same answer, so a stored decision can be run again.
`forbidden` wins over all else; what only this city spared stays issuable for receivers whom the city cannot bind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from backend.catalogue import slips, wishes
from backend.catalogue.hits import ASSERTED, HINTED, MENTIONED, NAMED, PAPER, SAID, TOLD, Hit
from backend.catalogue.items import WAY_OF, Disposition, ProofItem
from backend.catalogue.reading import Reading, mend, plain, read
from backend.catalogue.snapshot import Snapshot

#: Raised whenever the same words may be answered differently.
ENGINE = 1
KINDS = (
    *("forbidden", "abolished", "shared", "licence", "commitment", "inquiry", "retained", "ask", "unknown"),
)
_QUESTIONS = (
    "要证明的是哪一件事？例如：住在哪里、和谁是什么关系、受了什么灾。",
    "这份证明交给哪个单位、办什么事用？",
)
_CONFIDENCE: Mapping[float, float] = {
    NAMED: 0.97,
    PAPER: 0.95,
    ASSERTED: 0.93,
    TOLD: 0.85,
    SAID: 0.75,
    HINTED: 0.75,
}
_LEAST = 0.6
_MENDED = 0.9  # of the confidence is left where a word was restored by its sound
_CITY_ONLY = "本市的免除只约束本市的单位；这份证明交给市外单位，可以向村（社区）申请。"


@dataclass(frozen=True)
class Receiver:
    """Who gets the paper. `kind`: office, employer, school, bank …; only an office of this city is bound by its cuts."""

    kind: str = "office"
    in_city: bool = True

    @property
    def bound_by_city(self) -> bool:
        """Whether the city's own cuts bind this receiver."""
        return self.in_city


@dataclass(frozen=True)
class Question:
    """What is asked: `words` or the code of an `item`. `may_promise` False: a broken promise stands unrepaired."""

    words: str = ""
    item: str = ""
    purpose: str = ""
    receiver: Receiver = field(default_factory=Receiver)
    matter: str = ""
    applicant: str = "person"
    may_promise: bool = True
    on: date | None = None


@dataclass(frozen=True)
class Decision:
    """The answer to one wish. `key`: the forbidden entry or ""; `words`: those that asked for it; `trace`: the rules
    that led here, in order; `confidence`: 0 to 1.
    """

    kind: str
    key: str
    item: str
    title: str
    words: str
    way: str
    basis: tuple[str, ...]
    where: str
    next_step: str
    question: tuple[str, ...]
    confidence: float
    trace: tuple[str, ...]


def decide(snapshot: Snapshot, question: Question) -> tuple[Decision, ...]:
    """One decision a wish, at least one."""
    first = (f"目录 {snapshot.edition}，引擎 {ENGINE}",)
    if question.item:
        return (_of_code(snapshot, question, first),)
    reading, found, mended = _understand(snapshot, question.words)
    if not found or (not reading.demanded and found[0].score == MENTIONED):
        return (_unclear(reading, first),)
    return tuple(_of_hit(snapshot, question, reading, hit, first, mended) for hit in found)


def _understand(snapshot: Snapshot, words: str) -> tuple[Reading, list[Hit], bool]:
    """The words as written; only when they make no sense, as they sound."""
    speech = snapshot.rulebook.speech
    text = mend(plain(words), speech.slips)
    reading = read(text, speech)
    found = wishes.wishes(reading, snapshot.lexicon, snapshot.rulebook)
    if any(hit.rank > MENTIONED for hit in found):
        return reading, found, False
    heard = slips.by_sound(text, snapshot.lexicon, speech.glue)
    if heard == text:
        return reading, found, False
    again = read(heard, speech)
    better = wishes.wishes(again, snapshot.lexicon, snapshot.rulebook)
    return (again, better, True) if better else (reading, found, False)


def _of_code(snapshot: Snapshot, question: Question, trace: tuple[str, ...]) -> Decision:
    item = snapshot.items.get(question.item)
    if item is None:
        return _unclear(Reading(question.item, ((0, 0),), False), (*trace, "目录中没有这个代码"))
    return _answer(item, question, question.item, 1.0, (*trace, f"按代码 {item.code}"))


def _of_hit(
    snapshot: Snapshot, question: Question, reading: Reading, hit: Hit, trace: tuple[str, ...], mended: bool
) -> Decision:
    item = snapshot.items[hit.item]
    confidence = _CONFIDENCE.get(hit.score, 0.5) * (_MENDED if mended else 1)
    words = reading.text[hit.start : hit.end]
    steps = (*trace, f"“{words}”合规则 {hit.why} → {item.code}")
    if mended:
        steps = (*steps, "按读音订正了错字")
    if confidence < _LEAST:
        return _doubtful(item, words, confidence, steps)
    return _answer(item, question, words, round(confidence, 2), steps)


def _answer(
    item: ProofItem, question: Question, words: str, confidence: float, trace: tuple[str, ...]
) -> Decision:
    kind, chosen, why = _dispose(item, question)
    city_only = kind == "retained" and item.bound == "city"
    return Decision(
        kind=kind,
        key=item.code if kind == "forbidden" else "",
        item=item.code,
        title=item.title,
        words=words,
        way="certificate" if city_only else WAY_OF[chosen.way],
        basis=tuple(map(str, item.basis)),
        where="“掌上证”向村（社区）申请" if city_only else item.where,
        next_step=_CITY_ONLY if city_only else item.how_to,
        question=item.questions if kind == "ask" else (),
        confidence=confidence,
        trace=(*trace, why),
    )


def _dispose(item: ProofItem, question: Question) -> tuple[str, Disposition, str]:
    chosen = next((way for way in item.ways if _open_to(way, question)), item.ways[-1])
    if item.bound == "committees":
        return "forbidden", chosen, "在不应由村（居）委会出具的清单上，不论交给谁"
    if item.bound == "city" and not question.receiver.bound_by_city:
        return "retained", chosen, "只有本市免除，收件单位在市外"
    if chosen.way == "certificate":
        return "retained", chosen, f"由{item.issued_by}出具"
    return chosen.way, chosen, f"第一种可用的方式：{chosen.way}"


def _open_to(way: Disposition, question: Question) -> bool:
    """A promise is not offered to whom a broken one bars."""
    return way.way != "commitment" or question.may_promise


def _doubtful(item: ProofItem, words: str, confidence: float, trace: tuple[str, ...]) -> Decision:
    asked = (f"您要证明的是“{item.title}”吗？", _QUESTIONS[1])
    return _open(
        "ask", words, asked, "请回答问题，我们再告诉您怎么办。", confidence, (*trace, "只是提到，不猜")
    )


def _unclear(reading: Reading, trace: tuple[str, ...]) -> Decision:
    if reading.demanded:
        return _open("ask", reading.text, _QUESTIONS, "请再说两句。", 0.5, (*trace, "要证明，但没说证明什么"))
    step = "没有听出要证明什么；请换句话说，或直接提交给村（社区）经办人判断。"
    return _open("unknown", reading.text, (), step, 0.5, (*trace, "不像是要证明"))


def _open(
    kind: str, words: str, question: tuple[str, ...], step: str, confidence: float, trace: tuple[str, ...]
) -> Decision:
    return Decision(
        *(kind, "", "", "", words[:80], "", (), "村（社区）经办人", step, question, confidence, trace)
    )
