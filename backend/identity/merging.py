"""Two records of one person are merged, a wrong merge is split (档案合并与拆分): each with its trace.

What the person holds lives in capabilities to the right: each registers a mover, which says what it moved, so that a
split can move exactly that back.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.identity import id_numbers, service
from backend.identity.models import Account, ActingConsent, IdNumberLookup, Person, PersonMerge
from backend.paging import Key, Page, page
from backend.problems import Conflict, InvalidInput, NotFound

#: (session, from person, into person, ids or None for all) -> ids of the rows moved, as text.
Mover = Callable[[Session, uuid.UUID, uuid.UUID, list[str] | None], list[str]]
_NAME = "zhangshangzheng.movers"


@dataclass
class Movers:
    """Name -> mover of what a person holds. Filled once, when the application is composed."""

    by_name: dict[str, Mover] = field(default_factory=dict)

    def add(self, name: str, mover: Mover) -> None:
        """Register the one mover of this name; it stays in the trace of each merge."""
        if name in self.by_name:
            raise ValueError(f"mover {name} is registered already")
        self.by_name[name] = mover


def attach(app: Flask, movers: Movers) -> None:
    """Give the application its movers."""
    app.extensions[_NAME] = movers


def current() -> Movers:
    """The application's movers; for routes only."""
    return cast(Movers, current_app.extensions.setdefault(_NAME, Movers()))


class AlreadyMerged(Conflict):
    code = "already_merged"
    detail = "这个档案已经合并过，请刷新后再看"


def merge(
    session: Session,
    actor: Actor,
    *,
    from_person_id: uuid.UUID,
    into_person_id: uuid.UUID,
    reason: str,
    movers: Movers,
) -> PersonMerge:
    """Join one record into another: its ID number, account, consents and holdings go over. City admin only."""
    require(actor, Permission.MERGE_PERSONS)
    source, target = _record(session, from_person_id), _record(session, into_person_id)
    if source.id == target.id:
        raise InvalidInput("不能与自己合并", errors={"json.into_person_id": ["与被合并的档案相同"]})
    if service.MERGED in (source.state, target.state):
        raise AlreadyMerged()
    moved: dict[str, Any] = {
        name: move(session, source.id, target.id, None) for name, move in movers.by_name.items()
    }
    moved["identity"] = _move_own(session, source.id, target.id)
    source.state, source.merged_into_id = service.MERGED, target.id
    row = PersonMerge(
        from_person_id=source.id,
        into_person_id=target.id,
        at=clock.now(),
        by_account_id=actor.account,
        reason=reason,
        moved=moved,
    )
    session.add(row)
    session.flush()
    _trace(session, actor, "identity.persons_merged", row)
    return row


def split(session: Session, actor: Actor, *, merge_id: uuid.UUID, movers: Movers) -> PersonMerge:
    """Undo a merge: exactly what was moved goes back."""
    require(actor, Permission.MERGE_PERSONS)
    row = session.get(PersonMerge, merge_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这次合并的记录")
    if row.split_at is not None:
        raise Conflict("这次合并已经拆分过")
    source = _record(session, row.from_person_id)
    for name, ids in row.moved.items():
        if name != "identity":
            movers.by_name[name](session, row.into_person_id, source.id, ids)
    _move_back(session, row)
    source.state, source.merged_into_id = service.ACTIVE, None
    row.split_at, row.split_by_account_id = clock.now(), actor.account
    session.flush()
    _trace(session, actor, "identity.persons_split", row)
    return row


def find_two(
    session: Session, actor: Actor, *, first_number: str, second_number: str
) -> tuple[Person, Person]:
    """The two records of two ID numbers; that they were looked up stays in the trail, without the numbers."""
    require(actor, Permission.MERGE_PERSONS)
    numbers = {"first_number": first_number, "second_number": second_number}
    found = {name: _numbered(session, name, number) for name, number in numbers.items()}
    first, second = found["first_number"], found["second_number"]
    if first.id == second.id:
        raise InvalidInput(
            "两个号码已经是同一份档案，不用合并", errors={"second_number": ["与第一个是同一份档案"]}
        )
    audit.record(
        session,
        actor,
        "identity.persons_looked_up",
        subject_kind="person",
        subject_id=first.id,
        other_person_id=str(second.id),
    )
    return first, second


def _numbered(session: Session, name: str, number: str) -> Person:
    try:
        parsed = id_numbers.parse(number)
    except InvalidInput as problem:
        raise InvalidInput(problem.message, errors={name: [problem.message]}) from problem
    found = service.find_by_id_number(session, parsed.number)
    if found is None:
        raise InvalidInput("没有这个号码的档案，请核对", errors={name: ["没有这个号码的档案"]})
    return found


def listed(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """Every merge, newest first, split ones too."""
    require(actor, Permission.MERGE_PERSONS)
    keys = [Key(PersonMerge.at, "at", descending=True), Key(PersonMerge.id, "id", descending=True)]
    return page(session, select(PersonMerge), keys=keys, cursor=cursor, limit=limit)


def both(row: PersonMerge) -> tuple[uuid.UUID, uuid.UUID]:
    """The two records of a merge."""
    return row.from_person_id, row.into_person_id


def records(session: Session, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The records themselves, merged ones too, by id."""
    rows = session.scalars(select(Person).where(Person.id.in_(set(person_ids))))
    return {row.id: row for row in rows}


def known(people: Mapping[uuid.UUID, Person], person_id: uuid.UUID) -> Person:
    """The record of this id; NotFound."""
    if person_id not in people:
        raise NotFound("没有找到这个人的登记")
    return people[person_id]


def _record(session: Session, person_id: uuid.UUID) -> Person:
    """The record itself, merged or not."""
    found = session.get(Person, person_id, with_for_update=True)
    if found is None:
        raise NotFound("没有找到这个人的登记")
    return found


_OWN: tuple[tuple[str, Any, Any], ...] = (
    ("accounts", Account, Account.id),
    ("consents", ActingConsent, ActingConsent.id),
    ("id_numbers", IdNumberLookup, IdNumberLookup.id_number_index),
)


def _move_own(session: Session, source: uuid.UUID, target: uuid.UUID) -> dict[str, list[str]]:
    moved = {}
    for name, model, key in _OWN:
        keys = list(session.scalars(select(key).where(model.person_id == source)))
        _point(session, model, key, keys, target)
        moved[name] = [value.hex() if isinstance(value, bytes) else str(value) for value in keys]
    return moved


def _move_back(session: Session, row: PersonMerge) -> None:
    for name, model, key in _OWN:
        texts = row.moved["identity"][name]
        parse = bytes.fromhex if name == "id_numbers" else uuid.UUID
        _point(session, model, key, [parse(text) for text in texts], row.from_person_id)


def _point(session: Session, model: Any, key: Any, keys: list[Any], person_id: uuid.UUID) -> None:
    session.execute(
        update(model)
        .where(key.in_(keys))
        .values(person_id=person_id)
        .execution_options(synchronize_session="fetch")
    )


def _trace(session: Session, actor: Actor, action: str, row: PersonMerge) -> None:
    audit.record(
        session,
        actor,
        action,
        subject_kind="person_merge",
        subject_id=row.id,
        for_person_id=row.into_person_id,
        from_person_id=str(row.from_person_id),
    )
