"""What a figure is here: ours against a named rival, taking turns in one run, with the spread of the rounds.

The milliseconds belong to the machine and the moment; the ratio of two things measured in turns does not. So a
figure is a ratio with its least, middle and greatest round, and absolute values are recorded, never judged.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
AT_MOST, AT_LEAST = "<=", ">="


@dataclass(frozen=True)
class Figure:
    """One row of the table. `ratios`: ours / rival, one a round. `absolute`: what was measured, by name with unit.

    `target` None: recorded only.
    """

    name: str
    rival: str
    ratios: Sequence[float]
    target: float | None = None
    sense: str = AT_MOST
    absolute: Mapping[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        return median(self.ratios)

    @property
    def met(self) -> bool | None:
        """Whether the middle round keeps the target; None where there is none."""
        if self.target is None:
            return None
        return self.middle <= self.target if self.sense == AT_MOST else self.middle >= self.target

    def as_json(self) -> dict[str, Any]:
        """For build/benchmarks.json, derived values included."""
        extra = {"low": min(self.ratios), "middle": self.middle, "high": max(self.ratios), "met": self.met}
        return {**asdict(self), "ratios": list(self.ratios), "absolute": dict(self.absolute), **extra}

    def as_row(self) -> str:
        """One line of a Markdown table."""
        wanted = "" if self.target is None else f"{self.sense} {self.target:g}"
        verdict = {None: "recorded", True: "met", False: "**missed**"}[self.met]
        spread = f"{min(self.ratios):.2f} – **{self.middle:.2f}** – {max(self.ratios):.2f}"
        absolute = ", ".join(f"{name} {value:,.4g}" for name, value in self.absolute.items())
        return f"| {self.name} | {self.rival} | {spread} | {len(self.ratios)} | {wanted} | {verdict} | {absolute} |"


HEAD = (
    "| what | rival | ratio: least – middle – greatest round | rounds | target | | recorded |\n"
    "| --- | --- | --- | ---: | --- | --- | --- |"
)


@dataclass(frozen=True)
class Options:
    """How long to measure. `rows`: sizes of the growth benchmark; `databases`: `sqlite`, `postgresql`."""

    rounds: int = 7
    rows: tuple[int, ...] = (1_000, 10_000, 100_000)
    databases: tuple[str, ...] = ("sqlite", "postgresql")


def in_turns(pieces: Mapping[K, Callable[[], object]], *, rounds: int, repeats: int) -> dict[K, list[float]]:
    """Seconds a call of each piece, one value a round: within a round the pieces are called in turn `repeats`
    times, so that whatever else the machine does hits them alike; the round's value is the median call.
    """
    times: dict[K, list[float]] = {name: [] for name in pieces}
    for _ in range(rounds):
        taken: dict[K, list[float]] = {name: [] for name in pieces}
        for _ in range(repeats):
            for name, piece in pieces.items():
                began = perf_counter()
                piece()
                taken[name].append(perf_counter() - began)
        for name, values in taken.items():
            times[name].append(median(values))
    return times


def middle(values: Sequence[float]) -> float:
    """The median of the rounds."""
    return median(values)


def ratios(ours: Sequence[float], rival: Sequence[float]) -> list[float]:
    """Round by round."""
    return [mine / theirs for mine, theirs in zip(ours, rival, strict=True)]
