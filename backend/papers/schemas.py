"""Shapes of the register of seal use."""

from marshmallow import fields

from backend.papers.models import SealUse
from backend.schemas import Moment, PageQuery, Schema


class SealUseSchema(Schema):
    """One use of a seal (用印登记)."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(metadata={"description": "用印单位"})
    kind = fields.String(metadata={"description": "文书种类", "example": "certificate"})
    purpose = fields.String(metadata={"description": "用印事由", "example": "居住情况证明"})
    number = fields.String(metadata={"description": "文号", "example": "温高新村证〔2026〕12号"})
    approved_by_post = fields.String(
        metadata={"description": "批准人岗位；按规则自动用印的为系统", "example": "主任"}
    )
    pdf_sha256 = fields.Function(
        lambda row: row.pdf_sha256.hex() if isinstance(row, SealUse) else None,
        metadata={"type": "string", "description": "文件的 SHA-256，十六进制"},
    )
    at = Moment(metadata={"description": "用印时间"})


class SealUseQuery(PageQuery):
    """Whose seal."""

    organisation_id = fields.UUID(load_default=None, metadata={"description": "只看这个单位"})
