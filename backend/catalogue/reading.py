"""Reading what a person wrote or said: one width, no markup, known slips mended, pieces that ask for something."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backend.catalogue.rules import Speech

_MARKUP = re.compile(r"[\"'“”‘’《》<>【】\[\]()*#_~`|\\/{}^+=@$%&·-]+")
_STOPS = str.maketrans(dict.fromkeys("!?;:…；：\n\r。", "。") | dict.fromkeys(",，", ","))
_BREAKS = re.compile(r"[,。、 ]+")
#: A blank between two words of two characters or more is a pause; any other blank is noise (结 婚 证 明).
_PAUSE = re.compile(r"(?<=\w\w)\s+(?=\w\w)")
#: Who the paper is about, as clerks write it (张三,男,汉族,1980年1月1日出生,身份证号…): not what it is to prove,
#: unless nothing else follows. Being married is never a mere particular.
_PARTICULARS = re.compile(
    r",[男女](?:,(?:[^,。]{1,3}族|\d{4}年\d{1,2}月(?:\d{1,2}日)?出?生?|\d{1,3}岁"
    r"|(?:公民)?身份证?(?:号码?|证)?[^,。]{0,3}[0-9X]{6,18}))*(?=[,。].{6})"
)
_ASIDE = re.compile(r"[(](?=[男女])|(?<=[0-9X岁族])[)]")
_BLANK = re.compile(r"\s+")
#: What follows goes on saying what the paper before it is to prove.
_CONTENT = ("证明", "说明")
_MARK = "\x00"


@dataclass(frozen=True)
class Reading:
    """The text as it is matched; `pieces`: (start, end) of each part that carries its own demand, or the whole."""

    text: str
    pieces: tuple[tuple[int, int], ...]
    demanded: bool

    def piece_of(self, position: int) -> int:
        """Which piece a position lies in."""
        for number, (_, end) in enumerate(self.pieces):
            if position < end:
                return number
        return len(self.pieces) - 1


def plain(words: str) -> str:
    """One width, no control characters or markup; clauses end with `,` or `。`, a list is kept by `、`."""
    text = unicodedata.normalize("NFKC", words).translate(_STOPS)
    text = "".join(each for each in text if each == " " or unicodedata.category(each)[0] != "C")
    text = _PAUSE.sub(_MARK, _MARKUP.sub("", _ASIDE.sub(",", text)))
    return _PARTICULARS.sub("", _BLANK.sub("", text).replace(_MARK, " "))


def mend(text: str, slips: Mapping[str, str]) -> str:
    """Known slips of the keyboard and the ear, put right."""
    for wrong, right in slips.items():
        if wrong in text:
            text = text.replace(wrong, right)
    return text


def read(text: str, speech: Speech) -> Reading:
    """Divide into pieces: what has no demand of its own is the background of the next that has, or of the last."""
    asks = [match.start() for match in speech.demand.finditer(text)]
    if not asks:
        return Reading(text, ((0, len(text)),), False)
    return Reading(text, tuple(_joined(_cuts(text, speech), asks, len(text))), True)


def _cuts(text: str, speech: Speech) -> list[int]:
    cuts = {match.end() for match in _BREAKS.finditer(text)}
    cuts |= {match.start() for match in speech.connectors.finditer(text)}
    return sorted({cut for cut in cuts if not text.startswith(_CONTENT, cut)} | {len(text)})


def _joined(cuts: list[int], asks: list[int], length: int) -> Iterator[tuple[int, int]]:
    start, waiting = 0, 0
    ends: list[int] = []
    for cut in cuts:
        asked = False
        while waiting < len(asks) and asks[waiting] < cut:
            asked, waiting = True, waiting + 1
        if asked:
            ends.append(cut)
    ends[-1] = length
    for end in ends:
        yield start, end
        start = end
