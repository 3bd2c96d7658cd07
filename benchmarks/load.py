"""Load over keep-alive connections, in a process of its own: `python -m benchmarks.load`, its plan as JSON on stdin.

Bounded by the number of bodies and by time, loopback only. It answers one line of JSON with what it saw.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from statistics import quantiles
from threading import Lock, Thread
from time import perf_counter


@dataclass(frozen=True)
class Plan:
    """What to send. `expected`: a text every good answer contains. `seconds`: at most so long."""

    port: int
    path: str
    headers: dict[str, str]
    bodies: list[str]
    expected: str
    clients: int = 4
    seconds: float = 30.0


@dataclass(frozen=True)
class Seen:
    """What came back. `rate`: good answers a second; milliseconds of the middle and the slowest twentieth."""

    answers: int
    failures: int
    seconds: float
    rate: float
    p50_ms: float
    p95_ms: float
    first_failure: str = ""


class Load:
    """The clients and what they share."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bodies: Iterator[str] = iter(plan.bodies)
        self.lock = Lock()
        self.times: list[float] = []
        self.failures: list[str] = []
        self.deadline = perf_counter() + plan.seconds

    def run(self) -> Seen:
        clients = [Thread(target=self._client) for _ in range(self.plan.clients)]
        began = perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        took = perf_counter() - began
        good = len(self.times)
        cuts = quantiles(self.times, n=20) if good > 1 else [0.0] * 19
        first = self.failures[0] if self.failures else ""
        return Seen(good, len(self.failures), took, good / took, cuts[9] * 1000, cuts[18] * 1000, first)

    def _client(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.plan.port, timeout=20)
        while (body := self._next()) is not None:
            began = perf_counter()
            connection.request("POST", self.plan.path, body, self.plan.headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            taken = perf_counter() - began
            if answer.status == 200 and self.plan.expected in text:
                self.times.append(taken)
            else:
                self.failures.append(f"{answer.status} {text[:300]}")
        connection.close()

    def _next(self) -> str | None:
        with self.lock:
            return next(self.bodies, None) if perf_counter() < self.deadline else None


if __name__ == "__main__":
    print(json.dumps(asdict(Load(Plan(**json.load(sys.stdin))).run())))
