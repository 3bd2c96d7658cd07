"""Complaints on a desk: the list, one complaint, its answer."""

import uuid
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import clock
from backend.access import Actor, Permission
from backend.complaints import service
from backend.complaints.models import Complaint
from backend.complaints.schemas import ComplaintAnswerSchema, ComplaintQuery
from backend.desk.web import Pages, redirect_to, render

pages = Pages("complaints", __name__)

#: State -> word and tone of its chip.
STATES = {"open": ("待答复", "wait"), "answered": ("已答复", "good"), "withdrawn": ("已撤回", "past")}


@pages.page("/desk/complaints", may=Permission.ANSWER_COMPLAINTS, query=ComplaintQuery)
def complaints(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """投诉办理"""
    found = service.in_area(session, actor, **query)
    return render(
        "complaints/list.html",
        page=found,
        kinds=service.KINDS,
        chip=_chip,
        states=STATES,
        state=query["state"],
    )


@pages.page("/desk/complaints/<uuid:complaint_id>", may=Permission.ANSWER_COMPLAINTS)
def complaint(session: Session, actor: Actor, complaint_id: uuid.UUID) -> Response:
    """一件投诉"""
    row = service.get_in_area(session, actor, complaint_id=complaint_id)
    return render("complaints/one.html", complaint=row, kinds=service.KINDS, chip=_chip)


@pages.form(
    "/desk/complaints/<uuid:complaint_id>",
    may=Permission.ANSWER_COMPLAINTS,
    takes=ComplaintAnswerSchema,
    again=complaint,
)
def answer(session: Session, actor: Actor, form: dict[str, Any], complaint_id: uuid.UUID) -> Response:
    """答复"""
    service.answer(session, actor, complaint_id=complaint_id, text=form["text"])
    return redirect_to(f"/desk/complaints/{complaint_id}")


def _chip(row: Complaint) -> tuple[str, str]:
    """Word and tone; an open one past its date is said to be late."""
    if row.state == service.OPEN and row.due_at < clock.now():
        return "已超期", "stop"
    return STATES[row.state]
