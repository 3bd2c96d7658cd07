"""Two at once, each in a transaction of its own that really commits."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.access import MACHINE, Role
from backend.db import Database
from backend.organisations import accepting, invitations, short_codes, staff
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import in_force
from backend.problems import Problem
from tests.factories import identity
from tests.factories import organisations as make


def together(database: Database, *acts: Callable[[Session], object]) -> list[str]:
    """What each act ended with: `done`, or the code of its problem."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> str:
        with database.session() as session:
            start.wait(timeout=10)
            try:
                act(session)
                session.commit()
            except Problem as problem:
                session.rollback()
                return problem.code
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.faults
def test_two_admins_who_remove_each_other_leave_one(own_database: Database) -> None:
    for _ in range(5):
        with own_database.session() as session:
            village = make.village(session)
            pair = [make.organisation_admin(session, village) for _ in range(2)]
            for old in session.scalars(
                select(RoleGrant).where(RoleGrant.id.not_in([one.grant.id for one in pair]))
            ):
                session.delete(old)
            ids = [one.grant.id for one in pair]
            session.commit()
        ended = together(
            own_database,
            *(
                (lambda session, grant_id=grant_id: staff.end(session, MACHINE, grant_id=grant_id))
                for grant_id in ids
            ),
        )
        assert ended == ["done", "last_admin"]
        with own_database.session(read_only=True) as session:
            left = select(func.count()).select_from(RoleGrant).where(in_force(make.clock.today()))
            assert session.scalar(left) == 1


@pytest.mark.faults
def test_one_invitation_is_accepted_once(own_database: Database) -> None:
    with own_database.session() as session:
        admin = make.organisation_admin(session)
        who = identity.account(session, by_phone="13912345678")
        made = invitations.invite(
            session,
            admin.actor,
            organisation_id=make.village(session).id,
            role=Role.CLERK,
            post="文书",
            name="王小明",
            phone="13912345678",
        )
        actor = make.Actor(account_id=who.id)
        session.commit()

    def accept(session: Session) -> object:
        return accepting.accept(session, actor, code=made.code)

    ended = together(own_database, accept, accept)
    assert ended.count("done") == 1
    with own_database.session(read_only=True) as session:
        clerks = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.CLERK)
        assert session.scalar(clerks) == 1


@pytest.mark.faults
def test_a_code_used_while_it_is_changed_is_one_or_the_other(own_database: Database) -> None:
    with own_database.session() as session:
        village = make.village(session)
        admin = make.organisation_admin(session, village).actor
        village_id: uuid.UUID = village.id
        session.commit()
    numbers: list[str] = []

    def use(session: Session) -> None:
        numbers.append(short_codes.use(session, session.get_one(Organisation, village_id)))

    def change(session: Session) -> None:
        short_codes.change(session, admin, organisation_id=village_id, short_code="温新路")

    ended = together(own_database, use, change)
    with own_database.session(read_only=True) as session:
        stands = session.get_one(Organisation, village_id)
        assert stands.short_code_used
        assert numbers == [stands.short_code]
    assert ended in (["done", "done"], ["done", "short_code_in_use"])
