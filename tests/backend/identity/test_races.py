"""Eight at once, really committed, in a database of their own."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.access import Actor
from backend.db import Database
from backend.identity import accounts, codes, limits, pins, service, sessions
from backend.identity.models import Account, Person, PinCredential, RefreshToken, SmsCode
from backend.models import Base
from backend.problems import Problem, TooMany
from backend.settings import Settings
from tests.conftest import database_url
from tests.factories import identity

EIGHT = 8


@pytest.fixture
def own_database(tmp_path: Path, worker_id: str) -> Iterator[Database]:
    database = Database(database_url(os.environ.get("TEST_DATABASE_URL", ""), f"i_{worker_id}", tmp_path))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


def at_once(database: Database, act: Callable[[Session, int], Any]) -> list[Any]:
    """Eight transactions that begin together; what each returned, or the problem it met."""
    ready, outcomes = threading.Barrier(EIGHT), list[Any]()

    def run(number: int) -> None:
        ready.wait(timeout=10)
        with database.session() as session:
            try:
                outcome = act(session, number)
                session.commit()
            except Problem as problem:
                session.commit() if problem.keeps_changes else session.rollback()
                outcome = problem
            outcomes.append(outcome)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(EIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == EIGHT
    return outcomes


def test_one_refresh_token_eight_times_makes_one_successor(own_database: Database) -> None:
    with own_database.session() as session:
        tokens = sessions.open_device(session, identity.account(session), kind="wechat", name="手机")
        session.commit()
    answers = at_once(
        own_database, lambda session, _: sessions.refresh(session, refresh_token=tokens.refresh_token)
    )
    assert len({answer.refresh_token for answer in answers}) == 1
    with own_database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(RefreshToken)) == 2


def test_first_log_in_eight_times_makes_one_account(own_database: Database) -> None:
    made = at_once(
        own_database,
        lambda session, _: accounts.find_or_make(session, accounts.PHONE, "13712345678").id,
    )
    assert len(set(made)) == 1
    with own_database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_one_person_registered_eight_times_is_one(own_database: Database) -> None:
    number = identity.id_number()
    made = at_once(
        own_database,
        lambda session, _: (
            service.ensure_person(session, name="欧阳春燕", id_number=number, verified_by="realname_data").id
        ),
    )
    assert len(set(made)) == 1
    with own_database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_eight_guesses_at_once_are_five_tries(own_database: Database, settings: Settings) -> None:
    with own_database.session() as session:
        row = codes.send(
            session,
            phone="13712345678",
            purpose=codes.LOG_IN,
            subject_id=None,
            address="a",
            settings=settings,
        )
        right = int(row.code)
        session.commit()
    outcomes = at_once(
        own_database,
        lambda session, number: codes.check(
            session,
            phone="13712345678",
            purpose=codes.LOG_IN,
            subject_id=None,
            code=f"{(right + 1 + number) % 10**6:06d}",
        ),
    )
    assert all(isinstance(outcome, codes.WrongCode) for outcome in outcomes)
    with own_database.session(read_only=True) as session:
        assert session.scalars(select(SmsCode.tries)).one() == 5


def test_right_code_eight_times_works_once(own_database: Database, settings: Settings) -> None:
    with own_database.session() as session:
        code = codes.send(
            session,
            phone="13712345678",
            purpose=codes.LOG_IN,
            subject_id=None,
            address="a",
            settings=settings,
        ).code
        session.commit()
    outcomes = at_once(
        own_database,
        lambda session, _: codes.check(
            session, phone="13712345678", purpose=codes.LOG_IN, subject_id=None, code=code
        ),
    )
    assert outcomes.count(None) == 1


def test_eight_wrong_pins_at_once_are_each_counted_or_locked_out(own_database: Database) -> None:
    with own_database.session() as session:
        account = identity.account(session)
        pins._stored(session, None, account.id, pins._HASHER.hash("580374"))
        session.commit()
        actor = Actor(account_id=account.id)
    outcomes = at_once(own_database, lambda session, _: pins.check(session, actor, pin="111111"))
    assert sum(isinstance(outcome, pins.WrongPin) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, pins.PinLocked) for outcome in outcomes) == 5
    with own_database.session(read_only=True) as session:
        assert session.scalars(select(PinCredential.failures)).one() == 3


def test_limit_counts_all_eight(own_database: Database) -> None:
    from datetime import timedelta

    outcomes = at_once(
        own_database,
        lambda session, _: limits.count(session, name="x", key="k", limit=5, window=timedelta(days=1)),
    )
    assert sorted(outcome for outcome in outcomes if isinstance(outcome, int)) == [1, 2, 3, 4, 5]
    assert sum(isinstance(outcome, TooMany) for outcome in outcomes) == 3
