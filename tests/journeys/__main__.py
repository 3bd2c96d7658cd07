"""`python -m tests.journeys NAME --base-url URL`: make a journey, print each step with its time, stop at the first untruth."""

import argparse
import importlib
import sys
import time
from collections.abc import Callable

import httpx
from rich.console import Console

from tests.journeys.phone import Untruth
from tests.journeys.world import World

NAMES = ("certificate", "assisted")


class Teller:
    """Prints each step as it becomes true."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.count = 0
        self.began = time.monotonic()

    def step(self, words: str, act: Callable[[], object]) -> None:
        """Do it, and say how long it took."""
        self.count += 1
        began = time.monotonic()
        with self.console.status(words):
            act()
        milliseconds = (time.monotonic() - began) * 1000
        self.console.print(f"  [green]✓[/green] {self.count:2d}. {words}  [dim]{milliseconds:,.0f} ms[/dim]")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--base-url", default="http://127.0.0.1:8080")
    given = parser.parse_args()
    teller = Teller()
    teller.console.print(f"\n[bold]走一遍：{given.name}[/bold]  {given.base_url}")
    try:
        journey = importlib.import_module(f"tests.journeys.{given.name}").Journey(World.at(given.base_url))
        for words, act in journey.steps():
            teller.step(words, act)
    except (Untruth, httpx.HTTPError) as untruth:
        teller.console.print(f"  [red]✗ 第 {teller.count} 步不成立：{untruth}[/red]")
        return 1
    seconds = time.monotonic() - teller.began
    teller.console.print(f"[green bold]全部 {teller.count} 步成立[/green bold],用时 {seconds:.1f} 秒\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
