"""A clerk or counter confirms somebody in person (CONFIRM_PERSON)."""

from sqlalchemy.orm import Session

from backend.access import Actor
from backend.audit import service as audit
from backend.identity import binding, desk_codes, naming, service, telling
from backend.identity.models import IdentityAttempt, Person
from backend.identity.realname import words_of


def confirm(
    session: Session, actor: Actor, *, code: str, document: str, name: str | None = None
) -> tuple[Person, IdentityAttempt]:
    """Bind the account behind the desk code to the person whose `document` the clerk has seen.

    `name`: as on the document, when the person typed it otherwise. Raises DeskCodeUnknown, NameDiffers,
    OtherPerson, PersonClosed.
    """
    grant = desk_codes.staff_grant(actor)
    attempt = desk_codes.look_up(session, actor, code=code)
    person = naming.named_at_desk(
        session,
        actor,
        name=name or attempt.name,
        id_number=attempt.id_number,
        grant=grant,
        place=desk_codes.place_of(grant),
    )
    if name is not None:
        attempt.name = name
    account = service.account(session, attempt.account_id)
    attempt.confirmed_by_account_id = actor.account
    binding.bind(session, actor, account=account, person=person, attempt=attempt)
    audit.record(
        session,
        actor,
        "identity.confirmed_in_person",
        subject_kind="identity_attempt",
        subject_id=attempt.id,
        grant=grant,
        for_person_id=person.id,
        document=document,
    )
    telling.identity_decided(session, account.id, attempt_id=attempt.id, words=words_of(attempt))
    return person, attempt


def refuse(session: Session, actor: Actor, *, code: str, reason: str) -> IdentityAttempt:
    """The document does not fit: the attempt ends, the person is told the clerk's reason."""
    grant = desk_codes.staff_grant(actor)
    attempt = desk_codes.look_up(session, actor, code=code)
    attempt.state, attempt.reason, attempt.desk_code_hash = "mismatched", "desk_refused", None
    attempt.confirmed_by_account_id = actor.account
    audit.record(
        session,
        actor,
        "identity.refused_in_person",
        subject_kind="identity_attempt",
        subject_id=attempt.id,
        grant=grant,
    )
    telling.identity_decided(
        session, attempt.account_id, attempt_id=attempt.id, words=f"当面确认未通过：{reason}"
    )
    return attempt
