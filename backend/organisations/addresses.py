"""Reading an address as an ID card prints it, or as people type it: which places of ours it names.

`湖北省通山县黄沙铺镇柏树村3组12号`, `通山黄沙铺柏树村`, `柏树村3组`: province and city are often left out, and so are
the words 省 市 县 镇. Nothing of an address is kept.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.organisations import naming, places
from backend.organisations.models import Division

_SHORTEST = 2
_MOST_BETWEEN = 12  # characters that may stand between two places: a road, an old name in brackets
_MOST_READINGS = 40
_NOISE = re.compile(r"[\s,，。.;；:：、·\-—_()（）\[\]【】\"'“”]+")
_LEADING = re.compile(r"^(我?家?住址?在?|户籍地?址?|地址|老家在?|我家在?|我是)+")
_ELSEWHERE = re.compile(r"^[\u4e00-\u9fff]{2,6}?(省|自治区)|^(北京|上海|天津|重庆|香港|澳门|台湾)")
_OTHER_CITY = re.compile(r"^[\u4e00-\u9fff]{2,4}?市(?![场区政镇])")
_ENDINGS = {
    "province": ("省",),
    "city": ("市",),
    "county": ("市", "区", "县"),
    "township": ("街道", "镇", "乡"),
    "village": ("社区", "村"),
}
#: What a place may have been called before, or is called by people: a 乡 became a 镇, a 村 a 社区.
_ALSO = {"township": ("街道办事处", "街道", "办事处", "镇", "乡"), "village": ("村", "社区", "居委会")}


@dataclass(frozen=True)
class Reading:
    """One way to read an address: the places it names, widest first, and where in the text the last ends."""

    chain: tuple[Division, ...]
    end: int
    typed: int  # characters that name places
    skipped: str  # what stands between the places
    own: int  # how many of them by their present name, not one of before or in short
    whole: bool  # whether the last is named with what kind of place it is

    @property
    def code(self) -> str:
        return self.chain[-1].code

    @property
    def _rank(self) -> tuple[int, int, int, int, str]:
        depth = places.LEVELS.index(self.chain[-1].level)
        return (-len(self.chain), -self.typed, -self.own, -depth, self.code)


@dataclass(frozen=True)
class Understood:
    """What was made of an address: readings, best first (none: no place of ours), and what was left over."""

    readings: tuple[Reading, ...]
    rest: str

    @property
    def chain(self) -> tuple[Division, ...]:
        """The places of the best reading."""
        return self.readings[0].chain if self.readings else ()


def understand(session: Session, address: str) -> Understood:
    """Read it. Best is what names most levels; of two that name as many, the longer, then the more precise."""
    text = _plain(address)
    named = _named(session, text)
    if _is_elsewhere(text, named):
        return Understood((), text)
    found = sorted(_readings(text, Reading((), 0, 0, "", 0, False), named), key=lambda reading: reading._rank)
    best = _distinct(found)[:_MOST_READINGS]
    return Understood(tuple(best), best[0].skipped + text[best[0].end :] if best else text)


def _plain(address: str) -> str:
    text = _NOISE.sub("", unicodedata.normalize("NFKC", address))
    return _LEADING.sub("", text)


@dataclass(frozen=True)
class Form:
    """What a place is called. `whole`: it says what kind of place it is (`柏树村`, not `柏树`); `own`: its present name."""

    text: str
    whole: bool
    own: bool


Named = dict[str, list[tuple[Form, Division]]]


def _named(session: Session, text: str) -> Named:
    """Places whose name begins with two characters that stand in the text, with every form of their name."""
    pairs = {text[index : index + _SHORTEST] for index in range(len(text) - 1)}
    rows = session.scalars(
        select(Division).where(
            func.substr(Division.name, 1, _SHORTEST).in_(sorted(pairs)), Division.virtual.is_(False)
        )
    )
    named: Named = {level: [] for level in places.LEVELS}
    for row in rows:
        named[row.level] += [(form, row) for form in _forms(row) if form.text in text]
    return named


def _forms(place: Division) -> Iterator[Form]:
    name = naming.core_name(place.name, "") if place.level == "village" else place.name
    stem = next((name.removesuffix(end) for end in _ENDINGS[place.level] if name.endswith(end)), name)
    yield Form(name, stem != name or place.level != "village", True)
    for end in _ALSO.get(place.level, ()):
        if stem + end != name:
            yield Form(stem + end, True, False)
    if len(stem) >= _SHORTEST and stem != name:
        yield Form(stem, False, False)


def _is_elsewhere(text: str, named: Named) -> bool:
    """Whether it begins with another province, or (after ours) with another city."""
    province = [form.text for form, _ in named["province"] if text.startswith(form.text)]
    if province:
        text = text.removeprefix(max(province, key=len))
    elif _ELSEWHERE.match(text):
        return True
    ours = tuple(form.text for level in ("city", "county") for form, _ in named[level])
    return bool(_OTHER_CITY.match(text)) and not text.startswith(ours)


def _readings(text: str, last: Reading, named: Named) -> Iterator[Reading]:
    """Every way to go on: any narrower place inside the last one, next in the text or, by its whole name, soon after."""
    if last.chain:
        yield last
    deeper = places.LEVELS[places.LEVELS.index(last.chain[-1].level) + 1 :] if last.chain else places.LEVELS
    inside = places.prefix(last.code) if last.chain else ""
    for level in deeper:
        for form, place in named[level]:
            start = _where(text, last, level, form)
            if start is not None and place.code.startswith(inside):
                end, typed = start + len(form.text), last.typed + len(form.text)
                skipped, own = last.skipped + text[last.end : start], last.own + form.own
                onward = Reading((*last.chain, place), end, typed, skipped, own, form.whole)
                yield from _readings(text, onward, named)


def _where(text: str, last: Reading, level: str, form: Form) -> int | None:
    """Where this name goes on; a village's bare name alone (`桂花` 路, `桂花` 酒店) says nothing."""
    if form.whole:
        start = text.find(form.text, last.end)
        return start if 0 <= start - last.end <= _MOST_BETWEEN else None
    bare = level == "village" and not last.chain
    return last.end if text.startswith(form.text, last.end) and not bare else None


def _distinct(found: Sequence[Reading]) -> list[Reading]:
    """The best, and beside it only villages named in full: a wider place further down would be most of the city."""
    seen: dict[str, Reading] = {}
    for reading in found:
        as_good = reading.whole or reading.typed == found[0].typed
        if not seen or (reading.chain[-1].level == "village" and as_good):
            seen.setdefault(reading.code, reading)
    return list(seen.values())
