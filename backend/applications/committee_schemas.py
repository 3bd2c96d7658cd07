"""Shapes of what committees type and see."""

from marshmallow import fields, validate

from backend.applications.inbox import BY_KEY, TABS
from backend.applications.refusals import REFUSAL_REASONS
from backend.applications.schemas import (
    LONGEST_WORDS,
    ApplicationBaseSchema,
    ApplicationRowSchema,
    DraftBaseSchema,
    WhereToGoSchema,
)
from backend.schemas import Moment, PageQuery, Phone, Schema, Words


class EditTextSchema(Schema):
    """A new version of the body."""

    text = Words(
        required=True, high=LONGEST_WORDS, lines=True, metadata={"description": "证明正文，最多 2000 字"}
    )
    row_version = fields.Integer(required=True, metadata={"description": "读到的版本", "example": 3})


class VersionedActSchema(Schema):
    """An act on the version one has read."""

    row_version = fields.Integer(required=True, metadata={"description": "读到的版本", "example": 3})


class ReasonSchema(Schema):
    """A written reason."""

    reason = Words(required=True, low=5, high=500, lines=True, metadata={"description": "理由，至少 5 个字"})


class RemarkSchema(Schema):
    """A remark among staff."""

    remark = Words(required=True, low=2, high=500, lines=True, metadata={"description": "意见"})


class OptionalRemarkSchema(Schema):
    """A remark, or none."""

    remark = Words(load_default="", low=0, high=500, metadata={"description": "意见，可不填"})


class TransferSchema(ReasonSchema):
    """To the right village."""

    organisation_id = fields.UUID(required=True, metadata={"description": "转到哪个村（居）委会"})


class MissingSchema(Schema):
    """One thing to be supplied."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            ["supply", "replace", "bring_original", "explain"], error="请选择补充、更换、带原件或说明"
        ),
        metadata={"description": "supply 补充 / replace 更换 / bring_original 带原件 / explain 说明"},
    )
    message = Words(
        required=True, low=2, metadata={"description": "写清缺什么、为什么", "example": "请补充房屋正面照片"}
    )
    evidence_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "针对哪份材料"})


class ReturnSchema(Schema):
    """Everything that is missing, at once."""

    items = fields.List(
        fields.Nested(MissingSchema),
        required=True,
        validate=validate.Length(1, 20, error="请逐项写明需要补正的材料，最多 20 项"),
        metadata={"description": "需要补正的各项，一次说全"},
    )


class RefusalProposalSchema(Schema):
    """A proposed refusal."""

    reason = fields.String(
        required=True,
        validate=validate.OneOf(list(REFUSAL_REASONS), error="请选择不予出具的理由"),
        metadata={
            "description": "on_list 清单内 / not_true 与事实不符 / not_ours 不属职责 / unverifiable 无法核实"
        },
    )
    words = Words(required=True, low=5, high=500, lines=True, metadata={"description": "向申请人说明的话"})
    where_to_go = fields.List(
        fields.Nested(WhereToGoSchema),
        required=True,
        validate=validate.Length(1, 5, error="请写明可以去哪里办"),
        metadata={"description": "可以去哪里办"},
    )


class RefuseSchema(Schema):
    """Deciding not to issue."""

    pin = fields.String(
        required=True,
        validate=validate.Length(1, 32),
        metadata={"description": "签批密码", "example": "283746"},
    )


class InboxQuery(PageQuery):
    """Which tab, of which committee."""

    tab = fields.String(
        required=True,
        validate=validate.OneOf(list(BY_KEY), error="没有这个分类"),
        metadata={"description": " / ".join(f"{tab.key} {tab.name}" for tab in TABS)},
    )
    organisation_id = fields.UUID(load_default=None, metadata={"description": "只看某个村（居）委会"})


class InboxTabSchema(Schema):
    """One tab."""

    key = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "待认领"})
    count = fields.Integer(allow_none=True, metadata={"description": "件数，最多数到 999;办结不计数"})


class InboxTabsSchema(Schema):
    """The caller's tabs."""

    items = fields.List(fields.Nested(InboxTabSchema), required=True)


class ApplicationSearchSchema(Schema):
    """Search by a whole value; in the body, so that no log holds it."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            ["name", "id_number", "certificate_number"], error="请选择按姓名、证件号码或文号查找"
        ),
        metadata={"description": "name 姓名 / id_number 证件号码 / certificate_number 文号"},
    )
    words = Words(required=True, high=60, metadata={"description": "完整的姓名、证件号码或文号"})
    cursor = fields.String(
        load_default=None, allow_none=True, metadata={"description": "上一页给出的 next_cursor"}
    )
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 100, error="每页 1 到 100 条"),
        metadata={"description": "每页条数，最多 100"},
    )


class ApplicationRowsSchema(Schema):
    """Rows found."""

    items = fields.List(fields.Nested(ApplicationRowSchema), required=True)
    next_cursor = fields.String(allow_none=True)


class FullHolderSchema(Schema):
    """Whom it is about, in full; the look is recorded."""

    name = fields.String(required=True)
    id_number = fields.String(required=True)
    id_kind = fields.String(required=True)
    contact_phone = fields.String(allow_none=True)


class AssistedDraftSchema(DraftBaseSchema):
    """A draft for somebody without a phone."""

    name = Words(required=True, low=2, high=30, metadata={"description": "申请人姓名", "example": "欧阳春燕"})
    id_number = fields.String(
        required=True, validate=validate.Length(max=40), metadata={"description": "申请人证件号码"}
    )


class AssistConsentCodeSchema(Schema):
    """Where to send the holder's consent code."""

    phone = Phone(required=True)


class AssistConsentSchema(Schema):
    """The holder's consent: the code they said, or the photo of the sheet they signed."""

    phone = Phone(load_default=None)
    code = fields.String(
        load_default=None, validate=validate.Length(max=10), metadata={"description": "短信验证码"}
    )
    evidence_id = fields.UUID(load_default=None, metadata={"description": "签名同意书照片（先作为材料上传）"})


class OverrulesQuery(PageQuery):
    """How far back."""

    days = fields.Integer(
        load_default=7, validate=validate.Range(1, 366), metadata={"description": "最近几天"}
    )


class OverruleSchema(Schema):
    """A necessity hit a clerk has overruled."""

    id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    key = fields.String(required=True)
    edition = fields.String(required=True)
    matched = fields.String(required=True)
    source = fields.String(required=True)
    overruled_at = Moment(required=True)
    overruled_by_post = fields.String(allow_none=True)
    overrule_reason = fields.String(allow_none=True)


class OtherApplicationSchema(Schema):
    """Another application of the same person, short."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    title = fields.String(required=True)
    receiver = fields.String(required=True)
    submitted_at = Moment(allow_none=True)
    certificate_number = fields.String(allow_none=True)
    valid_until = fields.Date(allow_none=True)


class CommitteeApplicationSchema(ApplicationBaseSchema):
    """An application, for those who handle it."""

    claimed_by_post = fields.String(allow_none=True)
    claimed_by_me = fields.Boolean()
    claim_lapses_at = Moment(allow_none=True, metadata={"description": "认领失效时间"})
    escalated = fields.Boolean(metadata={"description": "已超期上报乡镇（街道）"})
    urged_at = Moment(allow_none=True)
    disputed_reason = fields.String(allow_none=True, metadata={"description": "申请人为何仍要开"})
    cosign_required = fields.Boolean()
    cosigned_by_post = fields.String(allow_none=True)
    duplicates = fields.List(
        fields.Nested(OtherApplicationSchema), metadata={"description": "可能重复的申请或证明"}
    )
    earlier = fields.List(fields.Nested(OtherApplicationSchema), metadata={"description": "以前出具的证明"})
