"""An approver's absence, on the phone: naming a deputy ahead; the town naming an acting approver."""

import uuid
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import deputies, staff, staff_schemas
from backend.organisations.models import RoleGrant
from backend.organisations.staff_schemas import CandidateSchema, GrantSchema, NewDeputySchema
from backend.paging import Page
from backend.schemas import PageQuery

blueprint = Blueprint("absences", "absences", url_prefix="/mp/v1/absences", description="请假与代行")


class AbsenceSchema(NewDeputySchema):
    """Which of one's roles, who stands in, and when."""

    grant_id = fields.UUID(required=True, metadata={"description": "请假的负责人任职"})


class ActingApproverSchema(NewDeputySchema):
    """For which committee."""

    organisation_id = fields.UUID(required=True, metadata={"description": "村（社区）"})


class StandInQuery(PageQuery):
    """For whom."""

    grant_id = fields.UUID(load_default=None, metadata={"description": "请假的负责人任职"})
    organisation_id = fields.UUID(load_default=None, metadata={"description": "没有负责人的村（社区）"})


@blueprint.get("", may=Permission.NAME_DEPUTY, lists=GrantSchema)
def list_absences(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """为我代行的安排"""
    return Page(_told(session, deputies.absences(session, actor)), None)


@blueprint.get("/candidates", may=Permission.NAME_DEPUTY, query=StandInQuery, lists=CandidateSchema)
def list_stand_ins(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """可以代行的人选

    给出 grant_id 查代行人选，或给出 organisation_id 查代理负责人人选。
    """
    rows = _candidates(session, actor, query)
    names = staff.names(session, {row.account_id for row in rows})
    return Page([staff_schemas.candidate(row, names.get(row.account_id, "")) for row in rows], None)


def _candidates(session: Session, actor: Actor, query: dict[str, Any]) -> list[RoleGrant]:
    if query["organisation_id"] is not None:
        return deputies.candidates_at(session, actor, organisation_id=query["organisation_id"])
    own = [grant.id for grant in actor.grants if grant.role == "approver" and not grant.deputy]
    wanted = query["grant_id"] or (own[0] if own else None)
    return deputies.candidates_for(session, actor, grant_id=wanted) if wanted else []


@blueprint.post("", may=Permission.NAME_DEPUTY, takes=AbsenceSchema, gives=GrantSchema, status=201)
def name_deputy(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """预先指定代行人"""
    return _told(session, [deputies.name_deputy(session, actor, **body)])[0]


@blueprint.post(
    "/acting-approvers", may=Permission.NAME_DEPUTY, takes=ActingApproverSchema, gives=GrantSchema, status=201
)
def name_acting_approver(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """乡镇（街道）指定代理负责人"""
    return _told(session, [deputies.name_acting(session, actor, **body)])[0]


@blueprint.post("/<uuid:grant_id>/end", may=Permission.NAME_DEPUTY, gives=GrantSchema)
def end_absence(session: Session, actor: Actor, grant_id: uuid.UUID) -> dict[str, Any]:
    """提前销假，代行即刻停止"""
    return _told(session, [deputies.end_early(session, actor, grant_id=grant_id)])[0]


def _told(session: Session, rows: list[RoleGrant]) -> list[dict[str, Any]]:
    names = staff.names(session, {row.account_id for row in rows})
    return staff_schemas.grants(rows, names, full=False)
