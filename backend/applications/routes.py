"""Applications, for the departments that watch over them."""

from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.applications import overrules
from backend.applications.committee_schemas import OverruleSchema, OverrulesQuery
from backend.http import Blueprint
from backend.paging import Page

blueprint = Blueprint(
    "overrules", "overrules", url_prefix="/api/v1/applications", description="司法局、审计：清单疑点说明"
)


@blueprint.get("/overrules", may=Permission.READ_OVERRULES, query=OverrulesQuery, lists=OverruleSchema)
def list_overrules(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """经办人对清单疑点的书面说明，新的在前

    每周查看：哪些村（社区）在什么事项上认为审查误判，理由是什么。
    """
    return overrules.of_area(session, actor, **query)
