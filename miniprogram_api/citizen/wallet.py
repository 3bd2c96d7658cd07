"""The wallet: what is held, one item, its PDF, who looked."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.paging import Page
from backend.papers import downloads
from backend.schemas import PageQuery
from backend.wallet import schemas, service
from backend.wallet.schemas import LookSchema, WalletDetailSchema, WalletItemSchema, WalletQuery

blueprint = Blueprint("wallet", "wallet", url_prefix="/mp/v1/wallet", description="卡包")


@blueprint.get("", may=Permission.OWN_WALLET, query=WalletQuery, lists=WalletItemSchema)
def list_items(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """卡包：本人和有授权的亲友的证明与文书，新的在前"""
    found = service.items(session, actor, **query)
    return Page(schemas.items_data(session, found.items), found.next_cursor)


@blueprint.get("/looks", may=Permission.OWN_WALLET, query=PageQuery, lists=LookSchema)
def list_looks(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """谁看过我的证明"""
    return service.looks(session, actor, item_id=None, **query)


@blueprint.get("/<uuid:item_id>", may=Permission.OWN_WALLET, gives=WalletDetailSchema)
def read_item(session: Session, actor: Actor, item_id: uuid.UUID) -> dict[str, Any]:
    """一份证明或文书：内容、经过、下载地址"""
    return schemas.detail_data(session, service.item(session, actor, item_id=item_id))


@blueprint.get("/<uuid:item_id>/looks", may=Permission.OWN_WALLET, query=PageQuery, lists=LookSchema)
def list_item_looks(session: Session, actor: Actor, query: dict[str, Any], item_id: uuid.UUID) -> Page:
    """谁看过这份证明，失败的查验也在内"""
    return service.looks(session, actor, item_id=item_id, **query)


@blueprint.get("/<uuid:item_id>/pdf", may=Permission.OWN_WALLET, writes=True, raw="application/pdf")
def read_pdf(session: Session, actor: Actor, item_id: uuid.UUID) -> Response:
    """下载盖章的 PDF"""
    paper, data = service.pdf(session, actor, item_id=item_id, storage=runtime.current().storage)
    return downloads.response(data, paper.number, inline=False)
