"""Evidence: uploads in parts, links that die, removal; for applicants and for the clerk at work."""

import uuid
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from backend import runtime, transaction
from backend.access import Actor, Permission
from backend.applications import evidence, evidence_files, evidence_links, uploads, views
from backend.applications.evidence_links import Link
from backend.applications.evidence_schemas import (
    EvidenceLinkQuery,
    EvidenceLinkSchema,
    UploadSchema,
    UploadStartSchema,
)
from backend.applications.moving import find
from backend.applications.schemas import EvidenceSchema
from backend.applications.uploads import Progress
from backend.http import Blueprint

blueprint = Blueprint(
    "evidence", "evidence", url_prefix="/mp/v1", description="佐证材料：分片上传、查看、删除"
)
_UPLOADS = "/applications/<uuid:application_id>/uploads"
_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@blueprint.post(
    _UPLOADS, may=Permission.ADD_EVIDENCE, takes=UploadStartSchema, gives=UploadSchema, status=201
)
def begin_upload(session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID) -> Progress:
    """开始上传一个文件

    JPEG、PNG、HEIC 图片或 PDF,最大 10 MB,一件申请最多 9 个。按 part_size 切片，片号从 1 起，一天内传完。
    """
    return uploads.begin(session, actor, application_id=application_id, **body)


@blueprint.get(
    f"{_UPLOADS}/<uuid:upload_id>", may=Permission.ADD_EVIDENCE, gives=UploadSchema, also=(409, 410)
)
def get_upload(session: Session, actor: Actor, application_id: uuid.UUID, upload_id: uuid.UUID) -> Progress:
    """上传到哪里了

    断线后先问缺哪几片，再接着传。
    """
    return uploads.progress(session, actor, application_id=application_id, upload_id=upload_id)


@blueprint.post(
    f"{_UPLOADS}/<uuid:upload_id>/parts/<int:number>",
    may=Permission.ADD_EVIDENCE,
    gives=UploadSchema,
    also=(410,),
)
@blueprint.doc(requestBody=_BYTES)
def put_upload_part(
    session: Session, actor: Actor, application_id: uuid.UUID, upload_id: uuid.UUID, number: int
) -> Progress:
    """上传一片

    正文是这一片的原始字节(application/octet-stream);重复上传同一片会替换。
    """
    return uploads.put_part(
        session,
        actor,
        application_id=application_id,
        upload_id=upload_id,
        number=number,
        data=request.get_data(cache=True),
        storage=runtime.current().storage,
    )


@blueprint.post(
    f"{_UPLOADS}/<uuid:upload_id>/complete",
    may=Permission.ADD_EVIDENCE,
    gives=EvidenceSchema,
    exempt="完成同一次上传多少遍，得到的都是同一份材料",
    writes=False,
    also=(410,),
)
def complete_upload(
    session: Session, actor: Actor, application_id: uuid.UUID, upload_id: uuid.UUID
) -> dict[str, Any]:
    """上传完毕

    按内容辨认类型；图片去掉拍摄信息和位置重新保存,PDF 逐页画成图片；带密码的 PDF、残缺或过大的文件会说明原因。
    """
    storage = runtime.current().storage
    where = {"application_id": application_id, "upload_id": upload_id}
    data = uploads.gather(session, actor, **where, storage=storage)
    # Cleaning may take seconds: no transaction that others wait for is open meanwhile.
    clean = evidence_files.clean(data) if data is not None else None
    blob = uploads.store(storage, clean.data) if clean else None

    def keep(own: Session) -> dict[str, Any]:
        row = uploads.keep(own, actor, **where, clean=clean, blob=blob)
        return views.evidence(row, find(own, application_id))

    return transaction.in_transaction(keep)


@blueprint.delete(
    "/applications/<uuid:application_id>/evidence/<uuid:evidence_id>", may=Permission.ADD_EVIDENCE, status=204
)
def remove_evidence(
    session: Session, actor: Actor, application_id: uuid.UUID, evidence_id: uuid.UUID
) -> None:
    """删去一份材料

    提交前删去即不再保存；提交后删去的不再显示，按档案要求留存。
    """
    evidence.remove(session, actor, application_id=application_id, evidence_id=evidence_id)


@blueprint.post(
    "/applications/<uuid:application_id>/evidence/<uuid:evidence_id>/link",
    may=Permission.SEE_EVIDENCE,
    gives=EvidenceLinkSchema,
)
def link_evidence(session: Session, actor: Actor, application_id: uuid.UUID, evidence_id: uuid.UUID) -> Link:
    """取得查看材料的链接

    链接几分钟后失效。工作人员查看会留下记录，申请人看得到是哪个单位、什么岗位。
    """
    settings = runtime.current().settings
    return evidence_links.issue(
        session, actor, application_id=application_id, evidence_id=evidence_id, settings=settings
    )


@blueprint.get(
    "/evidence/<uuid:evidence_id>/image",
    may=Permission.PUBLIC_READ,
    query=EvidenceLinkQuery,
    raw="image/jpeg",
    also=(410,),
)
def open_evidence_image(
    session: Session, actor: Actor, query: dict[str, Any], evidence_id: uuid.UUID
) -> Response:
    """凭链接查看图片

    链接由“取得查看材料的链接”给出，过期或改动即失效。
    """
    return _file(session, evidence_id, query)


@blueprint.get(
    "/evidence/<uuid:evidence_id>/pdf",
    may=Permission.PUBLIC_READ,
    query=EvidenceLinkQuery,
    raw="application/pdf",
    also=(410,),
)
def open_evidence_pdf(
    session: Session, actor: Actor, query: dict[str, Any], evidence_id: uuid.UUID
) -> Response:
    """凭链接查看 PDF

    链接由“取得查看材料的链接”给出，过期或改动即失效。
    """
    return _file(session, evidence_id, query)


def _file(session: Session, evidence_id: uuid.UUID, query: dict[str, Any]) -> Response:
    here = runtime.current()
    row, data = evidence_links.open_link(
        session,
        evidence_id=evidence_id,
        account_id=query["account"],
        expires=query["expires"],
        signature=query["signature"],
        storage=here.storage,
        settings=here.settings,
    )
    response = Response(data, content_type=row.media_type)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
