"""Finding one's committee: by name, pinyin initials or place; for everybody, before logging in too."""

from datetime import timedelta
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from backend import runtime, transaction
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import limits
from backend.organisations import contacts, finding, schemas, service, tree
from backend.organisations.schemas import CommitteeSearchQuery, CommitteeSearchSchema
from backend.outside.location import Place
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


def _ask_where(actor: Actor, query: dict[str, Any]) -> Place | None:
    """Count in a transaction of its own, so that no refusal undoes the count; then ask. The position stays nowhere."""
    if query["latitude"] is None:
        return None
    current = runtime.current()
    if current.location is not None:
        transaction.in_transaction(
            lambda session: limits.count(
                session,
                name="location",
                key=limits.network(actor.address),
                limit=current.settings.location_per_address_per_hour,
                window=timedelta(hours=1),
                detail="按位置查找太频繁，请稍后再试，或输入村名",
            )
        )
    return finding.locate(current.location, query["latitude"], query["longitude"])


@blueprint.get(
    "",
    may=Permission.PUBLIC_READ,
    query=CommitteeSearchQuery,
    gives=CommitteeSearchSchema,
    before=_ask_where,
)
def search_committees(
    session: Session, actor: Actor, query: dict[str, Any], *, outside: Place | None
) -> dict[str, Any]:
    """查找村（居）民委员会

    可用名称、乡镇名称、拼音首字母，几个词用空格分开；也可用住址或所在位置，understood 说明认出了哪些。
    回答带所在乡镇，以区分同名的村。按位置查找没有开通或没有响应时，回答 location_unavailable（422）。
    """
    hint = finding.by_address(session, query["address"]) if query["address"].strip() else None
    hint = finding.by_place(session, outside) if outside is not None else hint
    home = finding.home_county(session, actor) if query["suggested"] else None
    found = service.search_committees(
        session,
        words=query["words"],
        within_code=query["division_code"],
        among=hint.codes if hint is not None else None,
        first=home,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    rows = list(found.items)
    places, numbers = tree.where(session, rows), contacts.contacts(session, rows)
    return {
        "items": [schemas.committee(row, places[row.id], numbers[row.id], home) for row in rows],
        "next_cursor": found.next_cursor,
        "understood": schemas.understood(hint) if hint is not None else None,
    }


@blueprint.get("/divisions", may=Permission.PUBLIC_READ, query=DivisionQuery, lists=DivisionSchema)
def list_divisions(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """下一级行政区划，供逐级选择"""
    return service.child_divisions(session, **query)
