"""What may be certified and what need not be: before anybody applies."""

from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.catalogue import published, service
from backend.catalogue.schemas import (
    NecessityAnswerSchema,
    NecessityQuestionSchema,
    PermittedListSchema,
    PublishedListsSchema,
)
from backend.http import Blueprint

blueprint = Blueprint("catalogue", "catalogue", url_prefix="/mp/v1", description="证明事项清单与必要性审查")


@blueprint.get("/catalogue/items", may=Permission.PUBLIC_READ, gives=PermittedListSchema)
def list_permitted_items(session: Session, actor: Actor) -> dict[str, Any]:
    """村（居）委会可以出具的事项

    不在其中的也可以直接填写申请，由经办人判断。
    """
    return {"edition": published.permitted_edition(), "items": service.items()}


@blueprint.get("/catalogue/not-by-committees", may=Permission.PUBLIC_READ, gives=PublishedListsSchema)
def list_published(session: Session, actor: Actor) -> dict[str, Any]:
    """村（居）委会不得出具的清单

    国家和省公布的两份清单，逐项列出。
    """
    return {"items": service.lists()}


@blueprint.post(
    "/necessity",
    may=Permission.PUBLIC_READ,
    takes=NecessityQuestionSchema,
    gives=NecessityAnswerSchema,
    exempt="只回答问题，不改变任何东西",
    writes=False,
)
def ask_necessity(session: Session, actor: Actor, body: dict[str, Any]) -> service.Answer:
    """这个证明要不要开

    用自己的话说要证明什么，立即告诉您能不能向村（居）委会申请；不用开的，告诉您谁掌握这件事、怎么代替。什么也不记录。
    """
    return service.answer(**body)
