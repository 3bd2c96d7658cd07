"""Shapes of certificates, shares and registers; personal data masked unless the holder asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.certificates import preparing, reading
from backend.certificates.ending import REVOCATIONS
from backend.certificates.models import Certificate, ShareLink
from backend.certificates.reading import STANDING_NAMES
from backend.papers import service as papers
from backend.papers.lint import Fault
from backend.papers.models import Paper
from backend.schemas import Moment, PageQuery, Pattern, Schema, Words


def _text(description: str, example: str = "", **more: Any) -> fields.String:
    return fields.String(
        metadata={"description": description, **({"example": example} if example else {})}, **more
    )


class StandingSchema(Schema):
    """Where a certificate stands; shared by all views of it."""

    id = fields.UUID(required=True)
    number = _text("文号", "温高新村证〔2026〕12号")
    title = _text("标题", "居住情况证明")
    standing = _text("状态代码", "in_force", validate=validate.OneOf([str(one) for one in STANDING_NAMES]))
    standing_name = _text("状态", "有效")
    issued_on = fields.Date(metadata={"description": "签发日期"})
    valid_until = fields.Date(metadata={"description": "有效期最后一天"})
    ended_at = Moment(allow_none=True, metadata={"description": "作废、吊销或更正的时间"})
    end_reason = _text("作废、吊销或更正的原因（公开）", allow_none=True)
    superseded_by_id = fields.UUID(allow_none=True, metadata={"description": "更正后的新证明"})
    pdf_ready = fields.Boolean(metadata={"description": "文件已签章，可以下载"})


class HeldCertificateSchema(StandingSchema):
    """A certificate as its holder sees it."""

    issuer = _text("出具单位", "万年路社区居民委员会")
    holder_name = _text("持有人姓名")
    holder_id_type = _text("证件种类", "公民身份号码")
    holder_id_number = _text("证件号码（遮盖）", "4****************X")
    body = _text("正文，换行分段")
    purpose = _text("用途", "子女入学报名")
    receiver = _text("接收单位", "深圳市南山区教育局")
    remark = _text("签批说明（代理签批、一人办理），没有为空")
    check_code = _text("查验码，签章后才有", "7K3MQ2XW", allow_none=True)
    verify_url = _text("纸面二维码的内容，签章后才有", allow_none=True)


class CommitteeCertificateSchema(StandingSchema):
    """A certificate as the committee and those above it see it."""

    application_id = fields.UUID(metadata={"description": "所属申请"})
    organisation_id = fields.UUID(metadata={"description": "出具单位"})
    holder_name = _text("持有人姓名（遮盖）", "欧***")
    approved_at = Moment(metadata={"description": "签批时间"})
    approved_by_post = _text("签批人岗位", "主任")
    by_deputy = fields.Boolean(metadata={"description": "代理签批"})
    one_person = fields.Boolean(metadata={"description": "一人办理"})
    ended_by_post = _text("作废、吊销人的岗位", allow_none=True)
    failure = _text("无法制作的原因；有此项时应作废文号", allow_none=True)


class CertificateQuery(PageQuery):
    """Which certificates."""

    organisation_id = fields.UUID(load_default=None, metadata={"description": "只看这个村（社区）"})
    number = Words(load_default=None, high=60, metadata={"description": "文号，完整输入"})
    id_number = Words(load_default=None, high=30, metadata={"description": "持有人证件号码，完整输入"})
    state = fields.String(
        load_default=None,
        validate=validate.OneOf(["sealing", "issued", "voided", "revoked", "superseded", "suspended"]),
        metadata={"description": "登记状态"},
    )


class RegisterQuery(PageQuery):
    """Whose register of which year."""

    organisation_id = fields.UUID(required=True, metadata={"description": "村（社区）"})
    year = fields.Integer(
        load_default=lambda: clock.today().year,
        validate=validate.Range(2000, 9999, error="年份应为四位数"),
        metadata={"description": "年份，默认今年"},
    )


class PinSchema(Schema):
    """Step-up of staff."""

    pin = fields.String(
        required=True,
        load_only=True,
        validate=Pattern(r"^[0-9]{6}$", error="签批密码为 6 位数字"),
        metadata={"description": "签批密码，6 位数字", "example": "482913"},
    )


class ApproveSchema(PinSchema):
    """The step-up, and what was read before it."""

    digest = fields.String(
        required=True,
        load_only=True,
        validate=Pattern(r"^[0-9a-f]{64}$", error="请原样带上预览给出的摘要"),
        metadata={
            "description": "签批前预览给出的摘要，必填；此后内容有任何变化的，不予签批（409），请重新预览",
            "example": "9f" * 32,
        },
    )


class RevokeSchema(PinSchema):
    """Why it is taken back."""

    reason_code = fields.String(
        required=True,
        validate=validate.OneOf(sorted(REVOCATIONS), error="请从所列原因中选择"),
        metadata={"description": "；".join(f"{code} {words}" for code, words in REVOCATIONS.items())},
    )
    words = Words(
        load_default="", low=0, high=200, metadata={"description": "补充说明，公开可见，请勿写个人信息"}
    )


class VoidSchema(PinSchema):
    """Why the number is voided."""

    reason = Words(required=True, low=2, high=200, metadata={"description": "作废原因，写入文号登记簿"})


class SupersedeSchema(ApproveSchema):
    """Which application corrects it."""

    application_id = fields.UUID(
        required=True, metadata={"description": "更正用的申请：同一持有人、同一村（社区），已送签"}
    )


class DocumentFaultSchema(Schema):
    """One thing that keeps a document from being signed."""

    field = _text("哪一项", "body.0")
    message = _text("问题和怎么改")


class DocumentPreviewSchema(Schema):
    """What would be signed now."""

    title = _text("标题")
    issuer = _text("出具单位")
    holder_name = _text("持有人姓名（完整，证明上就是这样写的）")
    holder_id_number = _text("证件号码（遮盖）")
    body = fields.List(fields.String(), metadata={"description": "正文各段"})
    purpose = _text("用途")
    receiver = _text("接收单位")
    issued_on = fields.Date(metadata={"description": "签发日期"})
    valid_until = fields.Date(metadata={"description": "有效期最后一天"})
    remark = _text("签批说明，没有为空")
    digest = _text("这份内容的摘要，签批时原样带上")
    faults = fields.List(fields.Nested(DocumentFaultSchema), metadata={"description": "空表示可以签批"})


class ShareAskSchema(Schema):
    """For whom a link is made."""

    for_whom = Words(
        required=True, high=60, metadata={"description": "给谁看", "example": "深圳某公司人事部"}
    )


class ShareLinkSchema(Schema):
    """A link that shares the PDF."""

    id = fields.UUID(required=True)
    for_whom = _text("给谁看")
    created_at = Moment()
    expires_at = Moment(metadata={"description": "到期自动失效"})
    withdrawn_at = Moment(allow_none=True, metadata={"description": "已收回的时间"})
    alive = fields.Boolean(metadata={"description": "现在还能打开"})
    opened = fields.Integer(metadata={"description": "被打开的次数"})


class NewShareLinkSchema(ShareLinkSchema):
    """A link just made."""

    url = _text("链接，只在这一次给出，请复制发给对方", "https://zheng.example.cn/share/…")


def _standing(certificate: Certificate, paper: Paper) -> dict[str, Any]:
    standing = reading.standing(certificate, clock.now())
    return {
        "id": certificate.id,
        "number": certificate.number,
        "title": certificate.title,
        "standing": str(standing),
        "standing_name": STANDING_NAMES[standing],
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "ended_at": certificate.ended_at,
        "end_reason": certificate.end_reason,
        "superseded_by_id": certificate.superseded_by_id,
        "pdf_ready": paper.state == "sealed",
    }


def held(session: Session, certificate: Certificate) -> dict[str, Any]:
    """The holder's view."""
    paper = reading.paper_of(session, certificate)
    found = reading.facts(session, certificate)
    names = ("issuer", "holder_name", "holder_id_type", "body", "purpose", "receiver", "remark")
    return (
        _standing(certificate, paper)
        | {name: found[name] for name in names}
        | {
            "holder_id_number": privacy.mask_id_number(found["holder_id_number"]),
            "check_code": paper.check_code if paper.state == "sealed" else None,
            "verify_url": paper.qr_text if paper.state == "sealed" else None,
        }
    )


def committee(session: Session, certificates: Sequence[Certificate]) -> list[dict[str, Any]]:
    """The committee's view of a page of certificates; one query for all their papers."""
    known = papers.many(session, [certificate.paper_id for certificate in certificates])
    return [_committee(certificate, known[certificate.paper_id]) for certificate in certificates]


def _committee(certificate: Certificate, paper: Paper) -> dict[str, Any]:
    holder = papers.document_of(paper)["holder"]["name"]
    names = (
        "application_id",
        "organisation_id",
        "approved_at",
        "approved_by_post",
        "by_deputy",
        "one_person",
    )
    return (
        _standing(certificate, paper)
        | {name: getattr(certificate, name) for name in (*names, "ended_by_post")}
        | {
            "holder_name": privacy.mask_name(holder),
            "failure": paper.failure if paper.state == "failed" else None,
        }
    )


def previewed(document: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """What would be signed; dates are text already."""
    holder = document["holder"]
    return {
        "title": document.get("title", ""),
        "issuer": document["issuer"]["name"],
        "holder_name": holder["name"],
        "holder_id_number": privacy.mask_id_number(holder["id_number"]),
        "body": document.get("body", []),
        "purpose": document.get("purpose", ""),
        "receiver": document.get("receiver", ""),
        "issued_on": date.fromisoformat(document["issued_on"]),
        "valid_until": date.fromisoformat(document["valid_until"]),
        "digest": preparing.seen(document),
        "remark": document.get("remark", ""),
        "faults": [{"field": fault.field, "message": fault.message} for fault in faults],
    }


def share_link(link: ShareLink, *, alive: bool) -> dict[str, Any]:
    """A link as its holder sees it; `alive`: it opens now."""
    names = ("id", "for_whom", "created_at", "expires_at", "withdrawn_at", "opened")
    return {name: getattr(link, name) for name in names} | {"alive": alive}
