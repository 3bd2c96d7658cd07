"""Sealed papers: receipt (受理回执), one-time notice (一次性告知书), refusal (不予出具决定书)."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.applications.models import Application, Evidence, ReturnItem
from backend.applications.moving import Moved
from backend.applications.reading import acting_for
from backend.applications.refusals import REFUSAL_REASONS
from backend.identity import service as identity
from backend.organisations import calendar
from backend.papers import documents, paper_shape
from backend.papers import service as papers
from backend.papers.lint import DocumentUnfit

_REMEDY = (
    "对本决定有异议的，可以在“掌上证”中投诉，由乡镇（街道）答复；也可以向乡镇人民政府（街道办事处）反映。"
)


def receipt(session: Session, moved: Moved) -> bool:
    """The receipt of the first claim; False when there is one already."""
    application = moved.case.application
    if papers.paper_of(session, "receipt", application.id) is not None:
        return False
    due = application.due_at or moved.case.now
    kind = f"({calendar.PROVISIONAL})" if application.due_provisional else ""
    document = documents.receipt(
        **_common(session, moved),
        body=f"您提交的“{application.title}”申请材料已收到，予以受理。"
        f"预计{clock.spoken(due)}前办结{kind}；补正期间不计入办理时限。",
        facts=_facts(application),
        due_on=clock.beijing(due).date(),
    )
    try:
        with session.begin_nested():  # takes the number back with it
            _prepare(session, moved, document)
    except DocumentUnfit as unfit:  # a name our fonts cannot draw must not keep a clerk from working on it
        moved.event.internal_note = f"受理回执未能制作：{unfit.message}"
    return True


def correction_notice(session: Session, moved: Moved, items: Sequence[ReturnItem]) -> None:
    """Everything missing, at once, and by when."""
    application = moved.case.application
    due = application.step_due_at or moved.case.now
    document = documents.correction_notice(
        **_common(session, moved),
        body=f"您提交的“{application.title}”申请，经审核需要补正下列材料，现一次性告知。"
        f"请于{clock.spoken(due)}前补齐；逾期未补正的，申请自动结束，可以重新申请。",
        items=[_triple(session, item) for item in items],
        due_on=clock.beijing(due).date(),
        facts=_facts(application),
    )
    _prepare(session, moved, document)


def refusal(session: Session, moved: Moved) -> None:
    """Why not, by which rule, where to go instead and how to object."""
    application = moved.case.application
    decided = json.loads(application.refusal or "{}")
    reason, basis = REFUSAL_REASONS[decided["reason"]]
    document = documents.refusal(
        **_common(session, moved),
        body=f"您提交的“{application.title}”申请，经审核，{reason}，决定不予出具。\n{decided['words']}",
        basis=[basis],
        where_to_go=[(office, how) for office, how in decided["where_to_go"]],
        remedy=_REMEDY,
        facts=_facts(application),
    )
    _prepare(session, moved, document)


def _prepare(session: Session, moved: Moved, document: documents.Document) -> None:
    papers.prepare(
        session,
        kind=document["kind"],
        organisation=moved.case.organisation,
        holder_id=moved.case.application.holder_id,
        subject_id=moved.case.application.id,
        document=document,
        seal_kind=paper_shape.seal_kind(document),
        approved_by=moved.case.actor.account_id,
        post=moved.event.post,
    )


def _common(session: Session, moved: Moved) -> dict[str, Any]:
    holder = identity.person(session, moved.case.application.holder_id)
    return {
        "issuer": documents.issuer(session, moved.case.organisation),
        "holder": documents.holder(holder.name, holder.id_kind, holder.id_number),
        "issued_on": clock.beijing(moved.case.now).date(),
        "acting_for": acting_for(moved.case.application),
    }


def _facts(application: Application) -> list[tuple[str, str]]:
    return [
        ("申请事项", application.title),
        ("用途", application.purpose),
        ("接收单位", application.receiver),
    ]


def _triple(session: Session, item: ReturnItem) -> tuple[str, str, str]:
    file = session.get(Evidence, item.evidence_id) if item.evidence_id else None
    return (file.label if file else "申请材料", documents.TO_DO[item.kind], item.message)
