"""`POST /mp/v1/counter/verify` under gunicorn against a route that does the least (`rival_app`), on both databases.

Two scans are measured: a show-code, which is used up (its one use, the look and the scan are written), and the code
printed on a certificate. The load comes from another process over keep-alive connections; ours and the rival take
turns, A B A B. Target: at least 0.7 of the rival's answers a second.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from backend.engines import make_engine
from benchmarks import rival_app
from benchmarks.databases import database_urls
from benchmarks.load import Plan, Seen
from benchmarks.measuring import AT_LEAST, Figure, Options, middle, ratios
from benchmarks.servers import ROOT, Server, gunicorn
from benchmarks.verify_rows import Counter, prepared

TARGET = 0.7
#: Requests a round, and how many wait for an answer at once.
REQUESTS, CLIENTS, WARM_UP = 400, 4, 60
_ITEMS = 1000
_RIVAL = "least flask-smorest route"


@dataclass
class Rig:
    """A server and the bodies it has not been asked yet."""

    server: Server
    path: str
    headers: dict[str, str]
    bodies: Iterator[str]
    expected: str

    def load(self, requests: int, clients: int = CLIENTS) -> tuple[Seen, float]:
        """One burst from another process, and the server's processor time for it, in milliseconds a request.

        Any answer but the right one ends the benchmark.
        """
        bodies = list(islice(self.bodies, requests))
        plan = Plan(self.server.port, self.path, self.headers, bodies, self.expected, clients)
        command = [sys.executable, "-m", "benchmarks.load"]
        before = self.server.cpu_seconds()
        done = subprocess.run(
            command, input=json.dumps(vars(plan)), capture_output=True, text=True, cwd=ROOT, check=True
        )
        seen = Seen(**json.loads(done.stdout))
        if seen.failures or seen.answers != requests:
            sys.exit(f"{self.path}: {seen.failures} wrong answers, the first {seen.first_failure}")
        return seen, (self.server.cpu_seconds() - before) / requests * 1000


def figures(options: Options) -> list[Figure]:
    """Both scans on each database."""
    return [figure for kind in options.databases for figure in _on(kind, options)]


def _on(kind: str, options: Options) -> Iterator[Figure]:
    requests = options.rounds * (REQUESTS + REQUESTS // 4) + 2 * WARM_UP
    with TemporaryDirectory(prefix="zheng-bench-") as place, database_urls(kind, "ours", "rival") as urls:
        folder = Path(place)
        counter = prepared(urls[0], folder, show_codes=requests)
        with _ours(counter, folder) as server, _rival(urls[1], folder) as rival:
            show = _rig(server, counter, iter(counter.show_codes))
            printed = _rig(server, counter, _forever(counter.certificate_code))
            yield from _figures(f"a show-code, {kind}", show, rival, options)
            yield from _figures(f"a printed code, {kind}", printed, rival, options)


def _figures(name: str, ours: Rig, rival: Rig, options: Options) -> Iterator[Figure]:
    ours.load(WARM_UP), rival.load(WARM_UP)
    turns = [(ours.load(REQUESTS), rival.load(REQUESTS)) for _ in range(options.rounds)]
    mine, theirs = [turn[0][0].rate for turn in turns], [turn[1][0].rate for turn in turns]
    slow, slow_rival = ([turn[who][0].p95_ms for turn in turns] for who in (0, 1))
    yield Figure(
        f"POST verify, {name}, {CLIENTS} clients: answers a second",
        _RIVAL,
        ratios(mine, theirs),
        TARGET,
        AT_LEAST,
        {
            "ours /s": middle(mine),
            "rival /s": middle(theirs),
            "ours p95 ms": middle(slow),
            "rival p95 ms": middle(slow_rival),
        },
    )
    mine, theirs = [turn[0][1] for turn in turns], [turn[1][1] for turn in turns]
    yield Figure(
        f"the same ({name}): answers a second of processor time",
        _RIVAL,
        ratios(theirs, mine),
        absolute={"ours ms": middle(mine), "rival ms": middle(theirs)},
    )
    alone = [(ours.load(REQUESTS // 4, 1)[0], rival.load(REQUESTS // 4, 1)[0]) for _ in range(options.rounds)]
    mine, theirs = [turn[0].p50_ms for turn in alone], [turn[1].p50_ms for turn in alone]
    yield Figure(
        f"the same ({name}): one client, rival's middle answer time / ours",
        _RIVAL,
        ratios(theirs, mine),
        absolute={"ours ms": middle(mine), "rival ms": middle(theirs)},
    )


def _rig(server: Server, counter: Counter, texts: Iterator[str]) -> Rig:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {counter.token}"}
    bodies = (json.dumps({"text": text, "matter": "子女入学报名"}) for text in texts)
    return Rig(server, "/mp/v1/counter/verify", headers, bodies, '"in_force"')


def _forever(text: str) -> Iterator[str]:
    while True:
        yield text


@contextmanager
def _ours(counter: Counter, folder: Path) -> Iterator[Server]:
    with gunicorn("wsgi:app", counter.environment, folder / "ours.log") as server:
        yield server


@contextmanager
def _rival(url: str, folder: Path) -> Iterator[Rig]:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    environment = {rival_app.DATABASE: url, rival_app.PUBLIC_KEY: public.decode()}
    items = _rival_items(url)
    with gunicorn("benchmarks.rival_app:create_app()", environment, folder / "rival.log") as port:
        yield Rig(
            port, "/verify", {"Content-Type": "application/json"}, _rival_bodies(key, items), '"issued"'
        )


def _rival_items(url: str) -> list[uuid.UUID]:
    engine = make_engine(url)
    rival_app.Base.metadata.create_all(engine)
    ids = [uuid.uuid4() for _ in range(_ITEMS)]
    with Session(engine) as session, session.begin():
        session.add_all([rival_app.Item(id=item, title="居住情况证明", state="issued") for item in ids])
    engine.dispose()
    return ids


def _rival_bodies(key: ec.EllipticCurvePrivateKey, items: list[uuid.UUID]) -> Iterator[str]:
    place = 0
    while True:
        message = os.urandom(120)
        signature = key.sign(message, rival_app.ALGORITHM)
        body = {"item": str(items[place % _ITEMS]), "message": message.hex(), "signature": signature.hex()}
        yield json.dumps(body)
        place += 1
