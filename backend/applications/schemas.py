"""Shapes of applications: what is typed and what is shown."""

from marshmallow import fields, validate

from backend.applications.workflow import State
from backend.catalogue.schemas import FindingSchema
from backend.organisations.schemas import contact_field
from backend.schemas import Moment, PageQuery, Phone, Schema, Words

LONGEST_WORDS = 2000

_STATES = [str(state) for state in State]
_STATE = {"description": "状态代码", "enum": _STATES, "example": "submitted"}


class DraftBaseSchema(Schema):
    """What is typed of an application; all but the committee may still be empty."""

    organisation_id = fields.UUID(required=True, metadata={"description": "出具证明的村（居）委会"})
    item_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=40),
        metadata={"description": "事项代码，见可以出具的事项；不在其中的为空", "example": "residence"},
    )
    title = Words(
        load_default="", low=0, high=30, metadata={"description": "证明名称", "example": "居住情况证明"}
    )
    purpose = Words(load_default="", low=0, metadata={"description": "用途", "example": "办理入职"})
    receiver = Words(
        load_default="",
        low=0,
        high=60,
        metadata={"description": "交给哪个单位", "example": "深圳市某电子有限公司"},
    )
    receiver_in_city = fields.Boolean(load_default=True, metadata={"description": "该单位是否在本市"})
    words = Words(
        load_default="",
        low=0,
        high=LONGEST_WORDS,
        lines=True,
        metadata={"description": "用自己的话写要证明什么", "example": "我从2019年起一直住在万年路社区三组"},
    )
    contact_phone = Phone(load_default=None, allow_none=True)


class DraftStartSchema(DraftBaseSchema):
    """A new draft."""

    holder_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "为谁申请；空为本人，代办填亲友的 id"}
    )


class DraftSaveSchema(DraftBaseSchema):
    """Autosave of a draft."""

    row_version = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1),
        metadata={"description": "读到的版本；给出时，别处改过则不覆盖(409)"},
    )


class SubmitSchema(Schema):
    """Handing in."""

    confirm_duplicate = fields.Boolean(
        load_default=False, metadata={"description": "已看过相同的申请或证明，仍要再开"}
    )


class DisputeSchema(SubmitSchema):
    """Why it is needed all the same."""

    reason = Words(required=True, low=5, lines=True, high=500, metadata={"description": "为什么仍要村里开"})


class WithdrawSchema(Schema):
    """Taking it back."""

    reason = Words(load_default="", low=0, metadata={"description": "撤回原因，可不填"})


class ReturnAnswerSchema(Schema):
    """The answer to one thing the return named."""

    return_item_id = fields.UUID(required=True, metadata={"description": "补正通知里的哪一项"})
    text = Words(
        load_default="", low=0, high=500, lines=True, metadata={"description": "说明；传了新文件可不填"}
    )


class AnswerReturnSchema(Schema):
    """Everything the return named, answered at once."""

    answers = fields.List(
        fields.Nested(ReturnAnswerSchema),
        load_default=list,
        validate=validate.Length(max=20, error="最多 20 项"),
        metadata={"description": "对各项的说明"},
    )


class PlaceSchema(Schema):
    """A committee, short."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "万年路社区居民委员会"})
    contact = contact_field()


class MaskedHolderSchema(Schema):
    """Whom it is about, masked."""

    name = fields.String(required=True, metadata={"example": "欧**"})
    id_number = fields.String(required=True, metadata={"example": "4****************X"})


class StoredFindingSchema(FindingSchema):
    """A match of the necessity check as stored, perhaps overruled."""

    source = fields.String(metadata={"description": "words 申请人的话 / text 经办人拟的正文"})
    overruled_at = Moment(allow_none=True)
    overruled_by_post = fields.String(allow_none=True)
    overrule_reason = fields.String(allow_none=True, metadata={"description": "经办人为何认为可以出具"})


class ReturnItemSchema(Schema):
    """One thing to be supplied."""

    id = fields.UUID(required=True)
    kind = fields.String(
        required=True,
        metadata={"description": "supply 补充 / replace 更换 / bring_original 带原件 / explain 说明"},
    )
    message = fields.String(required=True)
    evidence_id = fields.UUID(allow_none=True, metadata={"description": "要更换的材料"})
    answer = fields.String(allow_none=True)
    answered_at = Moment(allow_none=True)


class EvidenceSchema(Schema):
    """A file, without its content."""

    id = fields.UUID(required=True)
    label = fields.String(required=True, metadata={"description": "材料名称", "example": "居住地照片"})
    media_type = fields.String(required=True, metadata={"example": "image/jpeg"})
    size = fields.Integer(required=True, metadata={"description": "字节"})
    pages = fields.Integer(required=True)
    added_at = Moment(required=True)
    added_by = fields.String(metadata={"description": "申请人 / 经办人"})


class WhereToGoSchema(Schema):
    """Where the person can go instead."""

    office = Words(required=True, high=60, metadata={"description": "单位", "example": "户籍地派出所"})
    how = Words(required=True, high=300, metadata={"description": "怎么办", "example": "带身份证，当场办理"})


class RefusalSchema(Schema):
    """Why it is not issued."""

    reason = fields.String(required=True)
    reason_words = fields.String(required=True)
    basis = fields.String(required=True, metadata={"description": "依据"})
    words = fields.String(required=True)
    where_to_go = fields.List(fields.Nested(WhereToGoSchema), required=True)


class AllowedVerbSchema(Schema):
    """Something the caller can do now."""

    verb = fields.String(required=True, metadata={"example": "withdraw"})
    label = fields.String(required=True, metadata={"example": "撤回申请"})
    pin = fields.Boolean(required=True, metadata={"description": "是否要签批密码"})


class ApplicationBaseSchema(Schema):
    """What everybody who may see an application sees."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, metadata=_STATE)
    state_name = fields.String(required=True, metadata={"example": "待认领"})
    row_version = fields.Integer(required=True, metadata={"description": "版本，保存时带上"})
    organisation = fields.Nested(PlaceSchema, required=True)
    holder = fields.Nested(MaskedHolderSchema, required=True)
    helper = fields.String(
        required=True, metadata={"description": "self 本人 / relative 亲友代办 / clerk 经办人代办"}
    )
    helper_basis = fields.String(allow_none=True, metadata={"description": "代办同意的依据"})
    item_code = fields.String(allow_none=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    receiver = fields.String(required=True)
    receiver_in_city = fields.Boolean(required=True)
    words = fields.String(required=True, metadata={"description": "申请人的原话"})
    text = fields.String(
        required=True, metadata={"description": "证明正文，经办人可修改，修改痕迹申请人可见"}
    )
    contact_phone = fields.String(
        allow_none=True,
        metadata={"description": "联系电话（工作人员看到的有遮盖）", "example": "138****8000"},
    )
    created_at = Moment(required=True)
    updated_at = Moment(required=True, metadata={"description": "最近一次改动"})
    submitted_at = Moment(allow_none=True)
    decided_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True, metadata={"description": "承诺办结时间"})
    step_due_at = Moment(allow_none=True, metadata={"description": "当前步骤的期限"})
    due_provisional = fields.Boolean(metadata={"description": "期限暂按周末推算"})
    overdue = fields.Boolean()
    due_words = fields.String(metadata={"example": "预计2026年11月26日 17:30前办结"})
    who_has_it = fields.String(metadata={"description": "现在在谁那里（岗位）"})
    findings = fields.List(fields.Nested(StoredFindingSchema))
    necessity_open = fields.Boolean(metadata={"description": "有未说明的清单疑点"})
    return_items = fields.List(fields.Nested(ReturnItemSchema))
    evidence = fields.List(fields.Nested(EvidenceSchema))
    refusal = fields.Nested(RefusalSchema, allow_none=True)
    certificate_id = fields.UUID(allow_none=True)
    certificate_number = fields.String(allow_none=True)
    can = fields.List(fields.Nested(AllowedVerbSchema), metadata={"description": "现在可以做什么"})


class ApplicationSchema(ApplicationBaseSchema):
    """An application, for its applicant."""

    is_mine = fields.Boolean(metadata={"description": "是否本人的（否则为代办）"})


class ApplicationRowSchema(Schema):
    """One row of a list, masked."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, metadata=_STATE)
    state_name = fields.String(required=True)
    title = fields.String(required=True)
    holder_name = fields.String(required=True, metadata={"example": "欧**"})
    is_mine = fields.Boolean()
    organisation_name = fields.String(required=True)
    submitted_at = Moment(allow_none=True)
    updated_at = Moment()
    step_due_at = Moment(allow_none=True)
    due_provisional = fields.Boolean()
    overdue = fields.Boolean()
    urged = fields.Boolean()
    escalated = fields.Boolean()
    claimed_by_post = fields.String(allow_none=True)
    claimed_by_me = fields.Boolean()
    necessity_open = fields.Boolean()
    due_words = fields.String()
    who_has_it = fields.String()
    certificate_number = fields.String(allow_none=True)


class OwnApplicationsQuery(PageQuery):
    """Whose applications."""

    holder_id = fields.UUID(load_default=None, metadata={"description": "亲友的 id;空为本人"})


class TimelineEntrySchema(Schema):
    """One step, by post."""

    at = Moment(required=True)
    verb = fields.String(required=True)
    told = fields.String(required=True, metadata={"example": "受理了申请"})
    by = fields.String(required=True, metadata={"description": "单位和岗位，不显示姓名"})
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    note = fields.String(allow_none=True)


class TimelineSchema(Schema):
    """Progress: what was, who has it, by when, what can be done."""

    state = fields.String(required=True, metadata=_STATE)
    state_name = fields.String(required=True)
    organisation = fields.Nested(PlaceSchema, required=True)
    who_has_it = fields.String(required=True, metadata={"description": "现在在谁那里（岗位）"})
    due_at = Moment(required=True, allow_none=True, metadata={"description": "承诺办结时间"})
    step_due_at = Moment(required=True, allow_none=True, metadata={"description": "当前步骤的期限"})
    due_provisional = fields.Boolean(required=True, metadata={"description": "期限暂按周末推算"})
    overdue = fields.Boolean(required=True, metadata={"description": "当前步骤已超期"})
    due_words = fields.String(required=True, metadata={"example": "预计2026年11月26日 17:30前办结"})
    steps = fields.List(fields.Nested(TimelineEntrySchema), required=True)
    can = fields.List(
        fields.Nested(AllowedVerbSchema), required=True, metadata={"description": "现在可以做什么"}
    )


class TextChangeSchema(Schema):
    """One piece of a text."""

    op = fields.String(required=True, metadata={"description": "equal 不变 / insert 加上 / delete 删去"})
    text = fields.String(required=True)


class TextVersionSchema(Schema):
    """One version of the text against the one before."""

    serial = fields.Integer(required=True)
    at = Moment(required=True)
    by_post = fields.String(required=True)
    changes = fields.List(fields.Nested(TextChangeSchema), required=True)


class TextVersionsSchema(Schema):
    """All versions, oldest first."""

    items = fields.List(fields.Nested(TextVersionSchema), required=True)
