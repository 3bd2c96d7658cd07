"""How often a page of the wallet asks the database: the same for one card and for a hundred."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from backend import clock, ids
from backend.runtime import Runtime
from backend.wallet.models import WalletItem
from tests.factories.showcodes import Scene
from tests.http_client import Caller


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """The SELECTs and writes made inside, savepoints aside."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "SAVEPOINT" not in statement:
            asked.append(statement)

    engine = runtime.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def more_cards(session: Session, scene: Scene, count: int) -> None:
    at = clock.now()
    for index in range(count):
        session.add(
            WalletItem(
                holder_id=scene.certificate.holder_id,
                kind="receipt",
                item_id=ids.new_id(),
                title="受理回执",
                number=f"受{index}",
                issuer="村委会",
                state="in_force",
                issued_on=at.date(),
                valid_until=None,
                sort_at=at - timedelta(days=index + 1),
            )
        )
    session.commit()


def test_a_hundred_cards_ask_no_more_than_one(
    runtime: Runtime, holder: Caller, scene: Scene, session: Session
) -> None:
    with counted(runtime) as one:
        assert len(holder.get("/mp/v1/wallet?limit=100").json["items"]) == 1
    more_cards(session, scene, 99)
    with counted(runtime) as hundred:
        assert len(holder.get("/mp/v1/wallet?limit=100").json["items"]) == 100
    assert len(hundred) == len(one) <= 5, hundred


def test_todays_scans_and_looks_are_one_question_each(
    runtime: Runtime, client: Caller, holder: Caller, scene: Scene
) -> None:
    for _ in range(3):
        scene.check(scene.printed)
    counter = client.as_(scene.counter.token)
    with counted(runtime) as scans:
        assert len(counter.get("/mp/v1/counter/scans").json["items"]) == 3
    with counted(runtime) as looks:
        assert len(holder.get(f"/mp/v1/wallet/{scene.certificate.id}/looks").json["items"]) == 3
    assert len(scans) <= 4, scans
    assert len(looks) <= 5, looks
