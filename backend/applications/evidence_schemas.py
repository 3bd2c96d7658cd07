"""Shapes of uploads and of links to evidence."""

from marshmallow import fields, validate

from backend.schemas import Moment, Schema, Words


class UploadStartSchema(Schema):
    """A file about to come."""

    size = fields.Integer(
        required=True,
        validate=validate.Range(min=1, error="文件是空的，请重新选择"),
        metadata={"description": "字节数，最多 10485760", "example": 1834220},
    )
    label = Words(required=True, high=30, metadata={"description": "材料名称", "example": "居住地照片"})


class UploadSchema(Schema):
    """Where an upload stands."""

    id = fields.UUID(required=True)
    size = fields.Integer(required=True)
    part_size = fields.Integer(required=True, metadata={"description": "每片字节数，最后一片可小"})
    received = fields.List(fields.Integer(), required=True, metadata={"description": "已收到的片号，从 1 起"})
    missing = fields.List(fields.Integer(), required=True, metadata={"description": "还缺的片号"})
    expires_at = Moment(required=True)
    evidence_id = fields.UUID(allow_none=True, metadata={"description": "完成后的材料 id"})


class EvidenceLinkSchema(Schema):
    """A link to a file that dies in minutes."""

    url = fields.String(required=True)
    media_type = fields.String(required=True)
    expires_at = Moment(required=True)


class EvidenceLinkQuery(Schema):
    """The signed part of a link."""

    account = fields.UUID(required=True, metadata={"description": "链接是给哪个账号的"})
    expires = fields.Integer(
        required=True,
        validate=validate.Range(0, 1 << 40, error="链接不完整"),
        metadata={"description": "失效时间，1970 年以来的秒数"},
    )
    signature = fields.String(
        required=True,
        validate=validate.Length(64, 64, error="链接不完整"),
        metadata={"description": "链接自带的签名，照原样带上"},
    )
