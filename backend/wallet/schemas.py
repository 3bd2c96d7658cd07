"""Shapes of the wallet."""

import uuid
from collections.abc import Sequence
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from backend import privacy
from backend.identity import service as identity
from backend.organisations import contacts
from backend.organisations import service as organisations
from backend.organisations.schemas import contact_field
from backend.schemas import Moment, PageQuery, Schema
from backend.wallet import service
from backend.wallet.models import WalletItem
from backend.wallet.service import STATES


class WalletQuery(PageQuery):
    """Whose things."""

    holder_id = fields.UUID(load_default=None, metadata={"description": "只看这个人的（本人或有授权的亲友）"})


class WalletItemSchema(Schema):
    """One card."""

    id = fields.UUID(required=True, metadata={"description": "证明或文书的 id，亮证、下载、投诉都用它"})
    kind = fields.String(
        required=True,
        metadata={
            "description": "种类",
            "enum": ["certificate", "receipt", "correction_notice", "refusal", "notice"],
        },
    )
    holder_id = fields.UUID(required=True, metadata={"description": "持证人"})
    holder = fields.String(required=True, metadata={"description": "持证人姓名，遮挡", "example": "张*"})
    title = fields.String(required=True, metadata={"description": "名称", "example": "居住情况证明"})
    number = fields.String(
        required=True, metadata={"description": "文号", "example": "温高新村证〔2026〕12号"}
    )
    issuer = fields.String(required=True, metadata={"description": "出具单位"})
    state = fields.String(required=True, metadata={"description": "状态", "enum": list(STATES)})
    state_name = fields.String(required=True, metadata={"description": "状态的中文名", "example": "有效"})
    tone = fields.String(required=True, metadata={"description": "状态的颜色基调", "example": "good"})
    icon = fields.String(required=True, metadata={"description": "状态的图标", "example": "check"})
    issued_on = fields.Date(required=True, metadata={"description": "出具日期"})
    valid_until = fields.Date(allow_none=True, metadata={"description": "有效期至；长期为 null"})
    showable = fields.Boolean(required=True, metadata={"description": "现在能否亮证"})


class WalletFactSchema(Schema):
    """One line of what it says."""

    label = fields.String(required=True, metadata={"description": "字段名"})
    value = fields.String(required=True, metadata={"description": "内容；证件号码遮挡，全文见 PDF"})


class WalletStepSchema(Schema):
    """One step of its life."""

    at = Moment(required=True, metadata={"description": "时间"})
    words = fields.String(required=True, metadata={"description": "做了什么"})
    post = fields.String(required=True, metadata={"description": "岗位，不显示姓名"})
    note = fields.String(required=True, metadata={"description": "公开的说明"})


class WalletDetailSchema(WalletItemSchema):
    """One card, opened."""

    facts = fields.List(fields.Nested(WalletFactSchema), required=True, metadata={"description": "内容"})
    steps = fields.List(fields.Nested(WalletStepSchema), required=True, metadata={"description": "经过"})
    application_id = fields.UUID(required=True, metadata={"description": "由哪件申请而来；投诉、查进度用它"})
    contact = contact_field()
    pdf_path = fields.String(
        allow_none=True, metadata={"description": "下载盖章 PDF 的地址；签章完成前为 null"}
    )


class LookSchema(Schema):
    """One look at a holder's thing (查验记录)."""

    id = fields.UUID(required=True, metadata={"description": "记录的 id，“不是我本人”投诉时用它"})
    at = Moment(required=True, metadata={"description": "时间"})
    kind = fields.String(
        required=True,
        metadata={
            "description": "方式",
            "enum": ["scan", "public_page", "disclosure", "share_link", "download"],
        },
    )
    item_kind = fields.String(required=True, metadata={"description": "所看的种类"})
    item_id = fields.UUID(allow_none=True, metadata={"description": "所看的证明或文书"})
    organisation_name = fields.String(required=True, metadata={"description": "哪个单位"})
    post = fields.String(required=True, metadata={"description": "哪个岗位"})
    matter = fields.String(required=True, metadata={"description": "为了什么事"})
    scope = fields.String(required=True, metadata={"description": "看到的范围"})
    verdict = fields.String(required=True, metadata={"description": "当时的结论", "example": "有效"})
    reason = fields.String(required=True, metadata={"description": "原因代码"})


def items_data(session: Session, held: Sequence[WalletItem]) -> list[dict[str, Any]]:
    """Cards, for `WalletItemSchema`; each holder is asked for once."""
    names = {holder_id: _masked(session, holder_id) for holder_id in {one.holder_id for one in held}}
    return [_item(one, names[one.holder_id]) for one in held]


def _masked(session: Session, holder_id: uuid.UUID) -> str:
    return privacy.mask_name(identity.person(session, holder_id).name)


def _item(held: WalletItem, holder: str) -> dict[str, Any]:
    state = service.state_of(held)
    name, tone, icon = STATES[state]
    return {
        "id": held.item_id,
        "kind": held.kind,
        "holder_id": held.holder_id,
        "holder": holder,
        "title": held.title,
        "number": held.number,
        "issuer": held.issuer,
        "state": state,
        "state_name": name,
        "tone": tone,
        "icon": icon,
        "issued_on": held.issued_on,
        "valid_until": held.valid_until,
        "showable": held.kind == service.CERTIFICATE and state == "in_force",
    }


def detail_data(session: Session, held: WalletItem) -> dict[str, Any]:
    """One card opened, for `WalletDetailSchema`."""
    paper = service.paper_of(session, held)
    ready = paper.state == "sealed"
    facts = [{"label": label, "value": value} for label, value in service.facts(session, held)]
    return {
        **_item(held, _masked(session, held.holder_id)),
        "facts": facts,
        "steps": service.steps(session, held),
        "application_id": service.application_of(session, held, paper),
        "contact": contacts.contact(session, organisations.get(session, paper.organisation_id)),
        "pdf_path": f"/mp/v1/wallet/{held.item_id}/pdf" if ready else None,
    }
