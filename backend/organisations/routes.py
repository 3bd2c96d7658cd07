"""Offices, for desks and departments."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import short_codes, tree
from backend.organisations.models import Organisation
from backend.organisations.schemas import (
    MoveOrganisationSchema,
    NewOrganisationSchema,
    OrganisationChangeSchema,
    OrganisationQuery,
    OrganisationSchema,
    ShortCodeSchema,
)
from backend.paging import Page

blueprint = Blueprint(
    "organisations", "organisations", url_prefix="/api/v1/organisations", description="机构"
)


@blueprint.get("", may=Permission.READ_ORGANISATIONS, query=OrganisationQuery, lists=OrganisationSchema)
def list_organisations(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """本辖区的机构，按区划代码排列"""
    return tree.listed(session, actor, **query)


@blueprint.get("/<uuid:organisation_id>", may=Permission.READ_ORGANISATIONS, gives=OrganisationSchema)
def read_organisation(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    """一个机构"""
    return tree.visible(session, actor, organisation_id)


@blueprint.post(
    "", may=Permission.MANAGE_ORGANISATIONS, takes=NewOrganisationSchema, gives=OrganisationSchema, status=201
)
def create_organisation(session: Session, actor: Actor, body: dict[str, Any]) -> Organisation:
    """新建功能区、部门或服务大厅

    村（社区）和乡镇（街道）由区划导入产生。
    """
    return tree.create(session, actor, **body)


@blueprint.put(
    "/<uuid:organisation_id>",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=OrganisationChangeSchema,
    gives=OrganisationSchema,
)
def edit_organisation(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> Organisation:
    """修改机构资料

    名称、信用代码、一人办理和停用由上级机构的管理员办理。
    """
    return tree.edit(session, actor, organisation_id=organisation_id, **body)


@blueprint.put(
    "/<uuid:organisation_id>/short-code",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=ShortCodeSchema,
    gives=OrganisationSchema,
)
def change_short_code(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> Organisation:
    """修改文号简称（首次使用前）"""
    return short_codes.change(session, actor, organisation_id=organisation_id, **body)


@blueprint.post(
    "/<uuid:organisation_id>/move",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=MoveOrganisationSchema,
    gives=OrganisationSchema,
)
def move_organisation(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> Organisation:
    """把机构连同下级迁到另一上级之下（如划入功能区）"""
    return tree.move(session, actor, organisation_id=organisation_id, **body)
