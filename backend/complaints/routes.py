"""Complaints, for the towns and departments that answer them."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.complaints import service
from backend.complaints.models import Complaint
from backend.complaints.schemas import ComplaintAnswerSchema, ComplaintQuery, ComplaintSchema
from backend.http import Blueprint
from backend.paging import Page

blueprint = Blueprint("complaints", "complaints", url_prefix="/api/v1/complaints", description="投诉办理")


@blueprint.get("", may=Permission.ANSWER_COMPLAINTS, query=ComplaintQuery, lists=ComplaintSchema)
def list_complaints(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """本辖区的投诉，先到期的在前"""
    return service.in_area(session, actor, **query)


@blueprint.get("/<uuid:complaint_id>", may=Permission.ANSWER_COMPLAINTS, gives=ComplaintSchema)
def read_complaint(session: Session, actor: Actor, complaint_id: uuid.UUID) -> Complaint:
    """一件投诉"""
    return service.get_in_area(session, actor, complaint_id=complaint_id)


@blueprint.post(
    "/<uuid:complaint_id>/answer",
    may=Permission.ANSWER_COMPLAINTS,
    takes=ComplaintAnswerSchema,
    gives=ComplaintSchema,
)
def answer_complaint(
    session: Session, actor: Actor, body: dict[str, Any], complaint_id: uuid.UUID
) -> Complaint:
    """答复投诉"""
    return service.answer(session, actor, complaint_id=complaint_id, text=body["text"])
