"""What the applicant does after submitting: answer what was missing, urge, withdraw."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.access import Actor, Role
from backend.applications import deadlines, telling
from backend.applications.models import Application, Evidence, ReturnItem
from backend.applications.moving import Notes, check, find, move
from backend.applications.printable import refuse_unprintable
from backend.applications.reading import return_items
from backend.applications.workflow import State
from backend.organisations import service as organisations
from backend.problems import InvalidInput
from backend.settings import Settings


class NotAllAnswered(InvalidInput):
    """Something named in the return has neither a new file nor words; `missing` lists the return items."""

    code = "not_all_answered"
    detail = "还有没补齐的材料，请逐项上传或说明后再提交"


def answer(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    answers: Mapping[uuid.UUID, str],
    settings: Settings,
) -> Application:
    """Everything named is supplied: back to the same clerk if still in office, else to be claimed anew.

    `answers`: words by return item; a material to supply or replace may be answered by a new file alone. The
    clock, which stood still, runs again: working days in `returned` do not count.
    """
    application = find(session, application_id)
    check(session, actor, application, "answer")
    items = return_items(session, application)
    _refuse_unanswered(session, application, items, answers)
    refuse_unprintable(answers="\n".join(answers.values()))
    clerks = organisations.staff_accounts(session, application.organisation_id, Role.CLERK)
    to = State.REVIEWING if application.claimed_by_account_id in clerks else State.SUBMITTED
    moved = move(session, actor, application, "answer", to=to, settings=settings)
    for item in items:
        item.answer, item.answered_at = answers.get(item.id) or None, moved.case.now
    _resume(session, application, to, moved.case.now, settings)
    telling.clerks(session, application, "answered")
    session.flush()
    return application


def _resume(
    session: Session, application: Application, state: State, now: datetime, settings: Settings
) -> None:
    if application.paused_at is not None:
        application.paused_days += deadlines.working_days_between(session, application.paused_at, now)
    application.paused_at = None
    deadlines.compute(session, application, state, settings=settings)


def _refuse_unanswered(
    session: Session,
    application: Application,
    items: Sequence[ReturnItem],
    answers: Mapping[uuid.UUID, str],
) -> None:
    unknown = set(answers) - {item.id for item in items}
    if unknown:
        raise InvalidInput(
            "有的补正项不属于这件申请，请刷新后重填", errors={"json.answers": ["不存在的补正项"]}
        )
    silent = [item for item in items if not answers.get(item.id)]
    if any(item.kind != "explain" for item in silent) and _has_new_files(session, application):
        silent = [item for item in silent if item.kind == "explain"]
    if silent:
        words = [item.message for item in silent]
        raise NotAllAnswered(errors={"json.answers": words}, missing=[str(item.id) for item in silent])


def _has_new_files(session: Session, application: Application) -> bool:
    """Whether evidence came after the return."""
    new = select(func.count()).where(
        Evidence.application_id == application.id,
        Evidence.removed_at.is_(None),
        Evidence.added_at >= application.paused_at,
    )
    return bool(session.scalar(new))


def urge(session: Session, actor: Actor, *, application_id: uuid.UUID) -> Application:
    """Urge (催办), once a day (北京时间): who has it is told, and it rises in the inbox."""
    application = find(session, application_id)
    moved = move(session, actor, application, "urge")
    application.urged_at = moved.case.now
    application.sort_at = min(application.sort_at, moved.case.now)
    telling.whoever_has_it(session, application, "urged")
    session.flush()
    return application


def withdraw(session: Session, actor: Actor, *, application_id: uuid.UUID, reason: str = "") -> Application:
    """Take it back (撤回), any time before sealing."""
    application = find(session, application_id)
    move(session, actor, application, "withdraw", notes=Notes(public=reason or None))
    if application.claimed_by_account_id is not None:
        telling.clerks(session, application, "withdrawn")
    session.flush()
    return application
