"""Finding one's committee: by name, pinyin initials or place; for everybody, before logging in too."""

from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import schemas, service, tree
from backend.organisations.schemas import CommitteeSchema, CommitteeSearchQuery
from backend.paging import Page
from backend.schemas import PageQuery, Pattern, Schema

blueprint = Blueprint(
    "committees", "committees", url_prefix="/mp/v1/organisations", description="查找村（社区）"
)


class DivisionSchema(Schema):
    """A place to choose."""

    code = fields.String(required=True, metadata={"description": "12 位区划代码", "example": "421202000000"})
    name = fields.String(required=True, metadata={"description": "名称", "example": "咸安区"})
    level = fields.String(required=True, metadata={"description": "级别", "example": "county"})


class DivisionQuery(PageQuery):
    """Below which place."""

    parent_code = fields.String(
        required=True,
        validate=Pattern(r"^[0-9]{12}$", error="区划代码为 12 位数字"),
        metadata={"description": "上级区划代码", "example": "421200000000"},
    )


@blueprint.get("", may=Permission.PUBLIC_READ, query=CommitteeSearchQuery, lists=CommitteeSchema)
def search_committees(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """查找村（居）民委员会

    可用名称、乡镇名称、拼音首字母，几个词用空格分开；回答带所在乡镇，以区分同名的村。
    """
    found = service.search_committees(
        session,
        words=query["words"],
        within_code=query["division_code"],
        cursor=query["cursor"],
        limit=query["limit"],
    )
    places = tree.where(session, list(found.items))
    return Page([schemas.committee(row, places[row.id]) for row in found.items], found.next_cursor)


@blueprint.get("/divisions", may=Permission.PUBLIC_READ, query=DivisionQuery, lists=DivisionSchema)
def list_divisions(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """下一级行政区划，供逐级选择"""
    return service.child_divisions(session, **query)
