"""Complaints of citizens: file, follow, withdraw."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.complaints import service
from backend.complaints.models import Complaint
from backend.complaints.schemas import ComplaintSchema, NewComplaintSchema
from backend.http import Blueprint
from backend.paging import Page
from backend.schemas import PageQuery
from backend.wallet import complaining

blueprint = Blueprint("own_complaints", "own_complaints", url_prefix="/mp/v1/complaints", description="投诉")


@blueprint.post("", may=Permission.COMPLAIN, takes=NewComplaintSchema, gives=ComplaintSchema, status=201)
def file(session: Session, actor: Actor, body: dict[str, Any]) -> Complaint:
    """投诉

    可以从一件申请、一次不予出具、一条查验记录（“不是我本人”）或一份证明提出；由上一级乡镇、街道答复。
    """
    return complaining.complain(session, actor, settings=runtime.current().settings, **body)


@blueprint.get("", may=Permission.COMPLAIN, query=PageQuery, lists=ComplaintSchema)
def list_own(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """我的投诉"""
    return service.own(session, actor, **query)


@blueprint.get("/<uuid:complaint_id>", may=Permission.COMPLAIN, gives=ComplaintSchema)
def read(session: Session, actor: Actor, complaint_id: uuid.UUID) -> Complaint:
    """一件投诉和它的答复"""
    return service.get_own(session, actor, complaint_id=complaint_id)


@blueprint.post("/<uuid:complaint_id>/withdraw", may=Permission.COMPLAIN, gives=ComplaintSchema)
def withdraw(session: Session, actor: Actor, complaint_id: uuid.UUID) -> Complaint:
    """撤回投诉"""
    return service.withdraw(session, actor, complaint_id=complaint_id)
