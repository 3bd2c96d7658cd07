"""Shapes of complaints."""

from marshmallow import fields, validate

from backend.complaints.service import ANSWERED, KINDS, OPEN, WITHDRAWN
from backend.schemas import Moment, PageQuery, Schema, Words

_STATES = (OPEN, ANSWERED, WITHDRAWN)


class ComplaintSchema(Schema):
    """A complaint as its citizen sees it."""

    id = fields.UUID(required=True)
    number = fields.String(
        required=True, metadata={"description": "投诉编号", "example": "TS421202-2026-00012"}
    )
    kind = fields.String(required=True, metadata={"description": "投诉种类", "enum": list(KINDS)})
    subject_kind = fields.String(required=True, metadata={"description": "所涉对象的种类"})
    subject_id = fields.UUID(required=True, metadata={"description": "所涉对象"})
    text = fields.String(required=True, metadata={"description": "投诉内容"})
    state = fields.String(required=True, metadata={"description": "状态", "enum": list(_STATES)})
    created_at = Moment(required=True, metadata={"description": "提交时间"})
    due_at = Moment(required=True, metadata={"description": "答复期限"})
    due_provisional = fields.Boolean(metadata={"description": "期限是否暂按周末推算"})
    answer = fields.String(allow_none=True, metadata={"description": "答复"})
    answered_at = Moment(allow_none=True, metadata={"description": "答复时间"})
    answered_by_post = fields.String(allow_none=True, metadata={"description": "答复人的岗位，不显示姓名"})


class NewComplaintSchema(Schema):
    """What a citizen complains of."""

    about = fields.String(
        required=True,
        validate=validate.OneOf(("application", "look", "certificate"), error="请从申请、查验记录或证明提出"),
        metadata={"description": "从哪里提出：application 申请；look 查验记录；certificate 证明"},
    )
    subject_id = fields.UUID(required=True, metadata={"description": "那件申请、那条查验记录或那份证明的 id"})
    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(KINDS), error="请选择投诉种类"),
        metadata={"description": "投诉种类；查验记录只能是 not_me", "enum": list(KINDS), "example": "not_me"},
    )
    text = Words(
        low=2,
        high=2000,
        lines=True,
        required=True,
        metadata={"description": "要说的话", "example": "这一天我没有去过这个窗口。"},
    )


class ComplaintQuery(PageQuery):
    """Which complaints of the area."""

    state = fields.String(
        load_default=None,
        validate=validate.OneOf(_STATES, error="状态只能是 open、answered 或 withdrawn"),
        metadata={"description": "只看这种状态", "example": "open"},
    )


class ComplaintAnswerSchema(Schema):
    """An answer."""

    text = Words(
        low=5,
        high=2000,
        lines=True,
        required=True,
        metadata={
            "description": "答复内容，投诉人会看到",
            "example": "经核实，该次查验由服务大厅3号窗口进行……",
        },
    )
