"""A committee's certificates: sign off, void, revoke, correct; the registers of numbers and of seal use."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.certificates import downloading, reading, schemas, service
from backend.certificates.models import Certificate
from backend.certificates.schemas import (
    ApproveSchema,
    CertificateQuery,
    CommitteeCertificateSchema,
    DocumentPreviewSchema,
    RegisterQuery,
    RevokeSchema,
    SupersedeSchema,
    VoidSchema,
)
from backend.http import Blueprint
from backend.paging import Page
from backend.papers import service as papers
from backend.papers.schemas import SealUseQuery, SealUseSchema

blueprint = Blueprint(
    "committee_certificates",
    "committee_certificates",
    url_prefix="/mp/v1/committee",
    description="村（居）民委员会：签批、作废、吊销、更正，文号和用印登记",
)


@blueprint.get(
    "/applications/<uuid:application_id>/document",
    may=Permission.READ_CERTIFICATES,
    gives=DocumentPreviewSchema,
)
def preview_document(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """签批前预览证明

    给出将要签章的内容和妨碍签批的问题；没有问题才能签批。
    """
    return schemas.previewed(*service.preview(session, actor, application_id=application_id))


@blueprint.post(
    "/applications/<uuid:application_id>/approve",
    may=Permission.APPROVE_CERTIFICATES,
    takes=ApproveSchema,
    also=(423,),
    gives=CommitteeCertificateSchema,
    status=201,
)
def approve_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """签批出具

    立即编号并回答“正在签章”，文件由后台在几秒内完成；可以马上签批下一件。
    """
    settings = runtime.current().settings
    return _one(
        session, service.approve(session, actor, application_id=application_id, **body, settings=settings)
    )


@blueprint.get(
    "/certificates",
    may=Permission.READ_CERTIFICATES,
    query=CertificateQuery,
    lists=CommitteeCertificateSchema,
)
def list_certificates(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """辖区内的证明，新的在前

    可按文号、持有人证件号码（都要完整）、状态查找。
    """
    return _page(session, reading.listed(session, actor, **query))


@blueprint.get(
    "/certificates/register",
    may=Permission.READ_CERTIFICATES,
    query=RegisterQuery,
    lists=CommitteeCertificateSchema,
)
def number_register(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """文号登记簿

    一个村（社区）一年的全部文号，从小到大，签发的和作废的都在，没有缺号。
    """
    return _page(session, reading.register(session, actor, **query))


@blueprint.get("/seal-uses", may=Permission.READ_SEAL_REGISTER, query=SealUseQuery, lists=SealUseSchema)
def seal_register(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """用印登记簿，新的在前"""
    return papers.seal_uses(session, actor, **query)


@blueprint.get(
    "/certificates/<uuid:certificate_id>", may=Permission.READ_CERTIFICATES, gives=CommitteeCertificateSchema
)
def get_committee_certificate(session: Session, actor: Actor, certificate_id: uuid.UUID) -> dict[str, Any]:
    """一份证明的登记情况"""
    return _one(session, reading.get_in_area(session, actor, certificate_id))


@blueprint.get(
    "/certificates/<uuid:certificate_id>/pdf",
    may=Permission.READ_CERTIFICATES,
    writes=True,
    raw="application/pdf",
)
def get_committee_pdf(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Response:
    """打开证明文件(PDF)，用于打印交付

    每次打开都有记录，持有人看得到是哪个单位、什么岗位。
    """
    certificate = reading.get_in_area(session, actor, certificate_id)
    return downloading.by_staff(session, actor, certificate, storage=runtime.current().storage)


@blueprint.post(
    "/certificates/<uuid:certificate_id>/revoke",
    may=Permission.REVOKE_CERTIFICATES,
    takes=RevokeSchema,
    also=(423,),
    gives=CommitteeCertificateSchema,
)
def revoke_certificate(
    session: Session, actor: Actor, body: dict[str, Any], certificate_id: uuid.UUID
) -> dict[str, Any]:
    """吊销证明

    原因公开，立即生效，持有人收到通知。
    """
    return _one(session, service.revoke(session, actor, certificate_id=certificate_id, **body))


@blueprint.post(
    "/certificates/<uuid:certificate_id>/void",
    may=Permission.APPROVE_CERTIFICATES,
    takes=VoidSchema,
    also=(423,),
    gives=CommitteeCertificateSchema,
)
def void_certificate(
    session: Session, actor: Actor, body: dict[str, Any], certificate_id: uuid.UUID
) -> dict[str, Any]:
    """作废文号

    只用于无法制作成文件的证明；文号留在登记簿里不再使用，申请退回经办人。
    """
    return _one(session, service.void(session, actor, certificate_id=certificate_id, **body))


@blueprint.post(
    "/certificates/<uuid:certificate_id>/supersede",
    may=Permission.REVOKE_CERTIFICATES,
    takes=SupersedeSchema,
    also=(423,),
    gives=CommitteeCertificateSchema,
    status=201,
)
def supersede_certificate(
    session: Session, actor: Actor, body: dict[str, Any], certificate_id: uuid.UUID
) -> dict[str, Any]:
    """用更正后的证明替换

    签批更正用的申请；新证明签章完成时，旧的显示“已更正”。
    """
    settings = runtime.current().settings
    return _one(
        session, service.supersede(session, actor, certificate_id=certificate_id, **body, settings=settings)
    )


def _one(session: Session, certificate: Certificate) -> dict[str, Any]:
    return schemas.committee(session, [certificate])[0]


def _page(session: Session, found: Page) -> Page:
    return Page(schemas.committee(session, found.items), found.next_cursor)
