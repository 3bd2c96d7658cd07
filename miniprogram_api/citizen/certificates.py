"""A holder's certificates: facts, the PDF, and links that share it."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.certificates import downloading, reading, schemas, service
from backend.certificates.schemas import (
    HeldCertificateSchema,
    NewShareLinkSchema,
    ShareAskSchema,
    ShareLinkSchema,
)
from backend.http import Blueprint
from backend.paging import Page

blueprint = Blueprint(
    "my_certificates", "my_certificates", url_prefix="/mp/v1/certificates", description="我的证明"
)


@blueprint.get("/<uuid:certificate_id>", may=Permission.OWN_WALLET, gives=HeldCertificateSchema)
def get_certificate(session: Session, actor: Actor, certificate_id: uuid.UUID) -> dict[str, Any]:
    """一份证明的内容和状态

    刚签批的显示“正在签章”，通常两秒内完成；证件号码遮盖显示。
    """
    return schemas.held(session, reading.get_held(session, actor, certificate_id))


@blueprint.get("/<uuid:certificate_id>/pdf", may=Permission.OWN_WALLET, writes=True, raw="application/pdf")
def get_certificate_pdf(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Response:
    """下载证明文件(PDF)

    每次下载都有记录，持有人看得到。
    """
    certificate = reading.get_held(session, actor, certificate_id)
    return downloading.by_holder(session, actor, certificate, storage=runtime.current().storage)


@blueprint.get("/<uuid:certificate_id>/shares", may=Permission.OWN_WALLET, lists=ShareLinkSchema)
def list_shares(session: Session, actor: Actor, query: dict[str, Any], certificate_id: uuid.UUID) -> Page:
    """这份证明的分享链接

    一次给出全部，不分页。
    """
    links = service.shares(session, actor, certificate_id=certificate_id)
    return Page([schemas.share_link(link, alive=alive) for link, alive in links], None)


@blueprint.post(
    "/<uuid:certificate_id>/shares",
    may=Permission.OWN_WALLET,
    takes=ShareAskSchema,
    gives=NewShareLinkSchema,
    status=201,
)
def create_share(
    session: Session, actor: Actor, body: dict[str, Any], certificate_id: uuid.UUID
) -> dict[str, Any]:
    """分享给一个单位

    链接只在这一次给出，到期自动失效，可随时收回。
    """
    settings = runtime.current().settings
    link, url = service.share(session, actor, certificate_id=certificate_id, **body, settings=settings)
    return schemas.share_link(link, alive=True) | {"url": url}


@blueprint.delete("/shares/<uuid:link_id>", may=Permission.OWN_WALLET, gives=ShareLinkSchema)
def withdraw_share(session: Session, actor: Actor, link_id: uuid.UUID) -> dict[str, Any]:
    """收回分享链接"""
    return schemas.share_link(service.withdraw(session, actor, link_id=link_id), alive=False)
