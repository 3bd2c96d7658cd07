"""Names and numbers that staff type off a document (代办、授权书、当面确认): counted, limited and audited.

The answer tells whether a number is held under a name, so a clerk could try names against numbers.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from backend.access import Actor, Grant
from backend.audit import service as audit
from backend.identity import id_numbers, limits, service
from backend.identity.models import Person

_AN_HOUR, _A_DAY_AND_NUMBER = 60, 5
_TOO_MANY = "今天核对这个证件号码的次数太多，请明天再试，或请另一位工作人员对照证件办理"


class NameDiffersAtDesk(service.NameDiffers):
    keeps_changes = True  # the counted try and its line in the audit trail


def named_at_desk(
    session: Session, actor: Actor, *, name: str, id_number: str, grant: Grant, place: str
) -> Person:
    """The person of a document staff have before them, registered now if new.

    `place`: village_desk or counter. Raises InvalidIdNumber, TooMany, and NameDiffers; call it before any other
    change, which that refusal would keep.
    """
    number = id_numbers.parse(id_number).number
    hour, day = timedelta(hours=1), timedelta(days=1)
    limits.count(session, name="desk.names", key=actor.account.hex, limit=_AN_HOUR, window=hour)
    limits.count(
        session,
        name="desk.name",
        key=f"{actor.account.hex} {number}",
        limit=_A_DAY_AND_NUMBER,
        window=day,
        detail=_TOO_MANY,
    )
    known = service.find_by_id_number(session, number)
    if known is not None and service.plain_name(known.name) != service.plain_name(name):
        _write(session, actor, grant, known, "name_differs")
        raise NameDiffersAtDesk()
    person = service.ensure_person(session, name=name, id_number=number, verified_by=place)
    _write(session, actor, grant, person, "known" if known else "registered")
    return person


def _write(session: Session, actor: Actor, grant: Grant, person: Person, outcome: str) -> None:
    audit.record(
        session,
        actor,
        "identity.named_at_desk",
        subject_kind="person",
        subject_id=person.id,
        grant=grant,
        outcome=outcome,
    )
