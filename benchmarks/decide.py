"""What a decision from words costs: median below 1 ms with 5,000 items and 100,000 names, and hardly more than with
500 items.

The catalogue is the real one with its rules, filled up with made-up items of twenty names each; the phrasings are the
labelled ones. Sizes take turns over the same phrasings.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from backend.catalogue import items, rules
from backend.catalogue.decide import Question, decide
from backend.catalogue.snapshot import Snapshot, build
from benchmarks.measuring import Figure, Options, in_turns, middle, ratios

PHRASINGS = Path(__file__).parents[1] / "tests" / "backend" / "catalogue" / "data" / "phrasings.tsv"
SMALL, LARGE = 500, 5_000
NAMES = 22
TARGET_MS, TARGET_GROWTH = 1.0, 1.5
LONG = "我家的情况请村里证明一下" * 417  # 5,004 characters
_MS = 1e3
_CHARACTERS = "水电路桥田林渔牧工商学医食衣住行车船机站费税金银文书信号线网管道灯塔井库场站台楼亭"


def figures(options: Options) -> list[Figure]:
    """Every figure of decisions."""
    small, large = filled(SMALL), filled(LARGE)
    texts = [line.split("\t")[1] for line in PHRASINGS.read_text(encoding="utf-8").splitlines()[1:]]
    pieces: dict[int, Callable[[], object]] = {SMALL: _asking(small, texts), LARGE: _asking(large, texts)}
    times = in_turns(pieces, rounds=options.rounds, repeats=len(texts))
    milliseconds = {size: middle(values) * _MS for size, values in times.items()}
    return [
        Figure(
            f"decide() with {LARGE:,} items, {len(large.lexicon.names):,} names",
            "one millisecond",
            [value * _MS / TARGET_MS for value in times[LARGE]],
            target=1.0,
            absolute={"median ms": milliseconds[LARGE]},
        ),
        Figure(
            f"decide() with {LARGE:,} items",
            f"the same with {SMALL}",
            ratios(times[LARGE], times[SMALL]),
            target=TARGET_GROWTH,
            absolute={f"{SMALL} items ms": milliseconds[SMALL]},
        ),
        _long_against_half(large, options),
    ]


def filled(size: int) -> Snapshot:
    """The real catalogue with made-up items up to `size`, always the same ones."""
    chance = random.Random(size)
    real = items.seed()
    made = [
        replace(real[-1], code=f"made-{number}", aliases=tuple(_name(chance) for _ in range(NAMES)))
        for number in range(size - len(real))
    ]
    return build(f"benchmark-{size}", (*real, *made), rules.shipped())


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_CHARACTERS, k=chance.randint(3, 7)))


def _asking(snapshot: Snapshot, texts: list[str]) -> Callable[[], object]:
    turn = cycle(texts)
    return lambda: decide(snapshot, Question(words=next(turn)))


def _long_against_half(snapshot: Snapshot, options: Options) -> Figure:
    """A text of 5,000 characters costs about twice one of 2,500: no more than linear."""
    halves = {"whole": LONG, "half": LONG[: len(LONG) // 2]}
    pieces: dict[str, Callable[[], object]] = {
        name: _asking(snapshot, [text]) for name, text in halves.items()
    }
    times = in_turns(pieces, rounds=options.rounds, repeats=3)
    shown = {f"{name} ms": middle(values) * _MS for name, values in times.items()}
    return Figure(
        "decide() on 5,000 characters",
        "on half of them",
        ratios(times["whole"], times["half"]),
        2.5,
        absolute=shown,
    )
