"""The names of all items, found in a text in one pass whose cost does not grow with the catalogue; and by sound."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

#: Syllables that many speakers, and so many voice inputs, do not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_LONGEST_BY_SOUND = 8


@dataclass(frozen=True)
class Lexicon:
    """`names`: what people call an item -> its code. `lengths`: first character -> lengths to try, longest first.

    `sounds`: how a name sounds -> the name.
    """

    names: Mapping[str, str]
    lengths: Mapping[str, tuple[int, ...]]
    sounds: Mapping[str, str]

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, code) of names, the longest at each place, none inside another."""
        position, size = 0, len(text)
        while position < size:
            step = 1
            for length in self.lengths.get(text[position], ()):
                end = position + length
                code = self.names.get(text[position:end])
                if code is not None and end <= size and not _goes_on(text, end):
                    yield position, end, code
                    step = length
                    break
            position += step


def _goes_on(text: str, end: int) -> bool:
    """居住证 is not in 居住证明."""
    return text[end - 1] == "证" and text[end : end + 1] == "明"


def build(names: Iterable[tuple[str, str]]) -> Lexicon:
    """Of (name, code) pairs; the first item to claim a name keeps it."""
    known: dict[str, str] = {}
    lengths: dict[str, set[int]] = defaultdict(set)
    sounds: dict[str, str] = {}
    for name, code in names:
        if name in known:
            continue
        known[name] = code
        lengths[name[0]].add(len(name))
        if 2 <= len(name) <= _LONGEST_BY_SOUND:
            sounds.setdefault(" ".join(map(sound, name)), name)
    ordered = {first: tuple(sorted(each, reverse=True)) for first, each in lengths.items()}
    return Lexicon(known, ordered, sounds)


@cache
def sound(character: str) -> str:
    """How a character sounds, tones and often confused syllables aside."""
    syllable = lazy_pinyin(character, style=Style.NORMAL)[0]
    for one, other in _ALIKE:
        if syllable.startswith(one):
            syllable = other + syllable[len(one) :]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def is_word(text: str) -> bool:
    """Whether this is a word of its own, so that it is not taken for another that sounds the same."""
    return text in PHRASES_DICT
