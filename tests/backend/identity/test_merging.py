"""Two records of one person, joined and split again, with the trace."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import merging, service
from backend.identity.merging import Movers
from backend.identity.models import Account, PersonMerge
from backend.problems import NotAllowed
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.identity import Citizen
from tests.http_client import Caller


class Papers:
    """What a capability to the right holds: item -> holder."""

    def __init__(self, **holders: uuid.UUID) -> None:
        self.holders = holders

    def move(
        self, session: Session, source: uuid.UUID, target: uuid.UUID, ids: list[str] | None
    ) -> list[str]:
        moved = [
            name for name, holder in self.holders.items() if holder == source and (ids is None or name in ids)
        ]
        self.holders |= dict.fromkeys(moved, target)
        return moved


@pytest.fixture
def old(session: Session) -> Citizen:
    return identity.citizen(session, "欧阳春燕")


@pytest.fixture
def new(session: Session) -> Citizen:
    return identity.citizen(session, "欧阳春燕")


@pytest.fixture
def papers(old: Citizen, new: Citizen, monkeypatch: pytest.MonkeyPatch) -> Papers:
    held = Papers(a=old.person.id, b=new.person.id)
    movers = Movers()
    movers.add("papers", held.move)
    monkeypatch.setattr(merging, "current", lambda: movers)
    return held


def merge(admin: Caller, source: Citizen, target: Citizen) -> object:
    body = {
        "from_person_id": str(source.person.id),
        "into_person_id": str(target.person.id),
        "reason": "同一人的新旧证件号",
    }
    return admin.post("/api/v1/persons/merges", body)


def test_merge_moves_number_account_and_holdings(
    client: Caller, session: Session, old: Citizen, new: Citizen, papers: Papers
) -> None:
    number = old.person.id_number
    admin = client.as_(make.city_admin(session).token)
    assert merge(admin, old, new).status_code == 201
    session.expire_all()
    assert service.find_by_id_number(session, number).id == new.person.id
    assert service.person(session, old.person.id).id == new.person.id
    assert session.get_one(Account, old.account.id).person_id == new.person.id
    assert papers.holders == {"a": new.person.id, "b": new.person.id}


def test_split_moves_exactly_that_back(
    client: Caller, session: Session, old: Citizen, new: Citizen, papers: Papers
) -> None:
    admin = client.as_(make.city_admin(session).token)
    merged = merge(admin, old, new).json["id"]
    answer = admin.post(f"/api/v1/persons/merges/{merged}/split")
    assert answer.status_code == 200 and answer.json["split_at"]
    session.expire_all()
    assert papers.holders == {"a": old.person.id, "b": new.person.id}
    assert service.find_by_id_number(session, old.person.id_number).id == old.person.id
    assert session.get_one(Account, old.account.id).person_id == old.person.id
    assert session.get_one(Account, new.account.id).person_id == new.person.id
    assert admin.post(f"/api/v1/persons/merges/{merged}/split").status_code == 409


def test_both_leave_a_trace(
    client: Caller, session: Session, old: Citizen, new: Citizen, papers: Papers
) -> None:
    admin = client.as_(make.city_admin(session).token)
    merged = merge(admin, old, new).json["id"]
    admin.post(f"/api/v1/persons/merges/{merged}/split")
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"identity.persons_merged", "identity.persons_split"} <= actions
    row = session.scalars(select(PersonMerge)).one()
    assert row.moved["papers"] == ["a"] and row.by_account_id and row.split_by_account_id


def test_merged_record_cannot_be_merged_again(
    client: Caller, session: Session, old: Citizen, new: Citizen, papers: Papers
) -> None:
    admin = client.as_(make.city_admin(session).token)
    merge(admin, old, new)
    assert merge(admin, old, new).json["code"] == "already_merged"
    assert merge(admin, new, old).json["code"] == "already_merged"


def test_record_is_not_merged_with_itself(
    client: Caller, session: Session, old: Citizen, papers: Papers
) -> None:
    assert merge(client.as_(make.city_admin(session).token), old, old).status_code == 422


@pytest.mark.parametrize("role", ["clerk", "organisation_admin", "auditor"])
def test_nobody_but_the_city_merges(
    client: Caller, session: Session, old: Citizen, new: Citizen, role: str
) -> None:
    staff = getattr(make, role)(session)
    session.commit()
    assert merge(client.as_(staff.token), old, new).status_code == 403
    with pytest.raises(NotAllowed):
        merging.merge(
            session,
            staff.actor,
            from_person_id=old.person.id,
            into_person_id=new.person.id,
            reason="x",
            movers=Movers(),
        )
