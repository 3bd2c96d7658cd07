"""From readings to wishes: one text may ask for several proofs, and one sentence may look like several items."""

from collections.abc import Iterable
from itertools import groupby

from backend.catalogue.hits import ASSERTED, MENTIONED, NAMED, PAPER, TOLD, Hit, find, strongest
from backend.catalogue.lexicon import Lexicon
from backend.catalogue.reading import Reading
from backend.catalogue.rules import RuleBook


def wishes(reading: Reading, lexicon: Lexicon, rulebook: RuleBook) -> list[Hit]:
    """What is asked for, one hit a wish, in the order of the text."""
    hits = find(reading, lexicon, rulebook)
    if not reading.demanded and rulebook.speech.chatter.search(reading.text):
        hits = [hit for hit in hits if hit.score >= PAPER]
    chosen: list[Hit] = []
    for _, group in groupby(hits, key=lambda hit: reading.piece_of(hit.end - 1)):
        chosen += _of_piece(list(group), reading, rulebook)
    return _settled(chosen)


def _of_piece(hits: list[Hit], reading: Reading, rulebook: RuleBook) -> list[Hit]:
    best = strongest(hits)
    left = [hit for hit in best.values() if not _gives_way(hit, best, reading, rulebook)]
    clear = sorted((hit for hit in left if hit.rank >= ASSERTED), key=lambda hit: hit.start)
    if clear:
        return list(_joined(clear, reading, rulebook))
    return [max(left, key=lambda hit: (hit.rank, hit.start))] if left else []


def _gives_way(hit: Hit, best: dict[str, Hit], reading: Reading, rulebook: RuleBook) -> bool:
    if hit.score >= NAMED:
        return any(_covers(other, hit) for other in best.values())
    others = [
        best[code]
        for code in rulebook.gives_way.get(hit.item, ())
        if code in best
        and not _both(best[code], hit, reading, rulebook)
        and (best[code].rank > hit.rank or not _would(code, hit.item, rulebook))
    ]
    yields = any(other.score >= hit.score > MENTIONED or other.score >= TOLD > hit.score for other in others)
    return yields or any(_covers(other, hit) for other in best.values())


def _both(one: Hit, other: Hit, reading: Reading, rulebook: RuleBook) -> bool:
    """Two clear facts joined by a word such as 还有, or each with its own 证明, are two wishes."""
    first, second = sorted((one, other), key=lambda hit: hit.start)
    if min(first.rank, second.rank) < ASSERTED or second.start < first.end:
        return False
    between = reading.text[first.end : second.start]
    return "证明" in between or bool(rulebook.speech.joiner.search(between))


def _would(code: str, to: str, rulebook: RuleBook) -> bool:
    """Whether the other would give way in turn; then neither does, and the clearer wins."""
    return to in rulebook.gives_way.get(code, ())


def _covers(other: Hit, hit: Hit) -> bool:
    """The name of one lies inside the name of the other."""
    inside = other.start <= hit.start and hit.end <= other.end
    return other.score >= NAMED and inside and (other.end - other.start) > (hit.end - hit.start)


def _joined(clear: list[Hit], reading: Reading, rulebook: RuleBook) -> Iterable[Hit]:
    """Of facts after one 证明, the first, and those joined to it; a proof named is always a wish of its own."""
    kept: list[Hit] = []
    for hit in clear:
        previous = kept[-1] if kept else None
        if previous is None or _own(previous, hit, reading, rulebook):
            kept.append(hit)
        elif hit.score > previous.score:
            kept[-1] = hit
    return kept


def _own(previous: Hit, hit: Hit, reading: Reading, rulebook: RuleBook) -> bool:
    if hit.start < previous.end and hit.end == previous.end:
        return False
    if hit.score == previous.score == NAMED:
        return hit.start >= previous.end
    between = reading.text[previous.end : hit.start]
    if hit.score != previous.score and not between.strip():
        return False  # 住所证明 营业执照: the one is for the other
    if hit.score == NAMED or previous.score == NAMED:
        return "证明" in between or bool(rulebook.speech.joiner.search(between))
    if between.endswith((",", "。")):
        return True  # 居住在我村,无犯罪记录
    parallel = reading.text[hit.start] in "没无未" and reading.text[previous.start] in "没无未"
    return parallel or "证明" in between or bool(rulebook.speech.joiner.search(between))


def _settled(chosen: list[Hit]) -> list[Hit]:
    """Once each; what is only a purpose or a mention goes when something was really asked for."""
    once = sorted(strongest(chosen).values(), key=lambda hit: hit.start)
    clear = [hit for hit in once if hit.rank >= TOLD]
    return clear or once[:1]
