"""Shapes of acting for others, of confirmation in person, and of joining records."""

from typing import Any

from marshmallow import fields, validate

from backend import privacy
from backend.identity import acting
from backend.identity.schemas import MaskedPersonSchema
from backend.schemas import Moment, Schema, Words

_RELATIONS = {
    "description": "spouse 配偶，parent 父母，child 子女，ward 被监护人，other 其他（对方是我的什么人）"
}
_NUMBER = {"description": "对方证件号码", "example": "420881199505203127"}
_DOCUMENTS = ["id_card", "residence_permit", "foreigner_card", "passport", "household_register"]


class AskConsentSchema(Schema):
    """Whom the caller wants to act for."""

    name = Words(low=2, high=50, required=True, metadata={"description": "对方姓名"})
    id_number = Words(high=40, required=True, metadata=_NUMBER)
    relation = fields.String(
        required=True,
        validate=validate.OneOf(
            [name for name in acting.RELATIONS if name != acting.WARD], error="请选择关系"
        ),
        metadata=_RELATIONS,
    )
    until = fields.Date(
        load_default=None, metadata={"description": "有效期到哪一天（含），不填为一年，最长三年"}
    )


class AskedConsentSchema(Schema):
    """The same answer whether or not there is such a person."""

    id = fields.UUID(metadata={"description": "这次授权申请的标识"})
    words = fields.String()


class ConsentCodeSchema(Schema):
    """The code that the person read out."""

    code = fields.String(
        required=True,
        validate=validate.Length(1, 12, error="验证码是 6 位数字"),
        metadata={"description": "对方手机收到的验证码", "example": "204816"},
    )


class ActingSchema(Schema):
    """One authorisation, with masked people."""

    id = fields.UUID(attribute="consent.id")
    relation = fields.String(attribute="consent.relation", metadata=_RELATIONS)
    basis = fields.String(
        attribute="consent.basis",
        metadata={
            "description": "sms_code 本人同意，signed_sheet 签名授权书，guardianship_document 监护证明"
        },
    )
    person = fields.Nested(MaskedPersonSchema, metadata={"description": "被代办的人"})
    helper_name = fields.Function(
        lambda row: privacy.mask_name(row.helper.name) if row.helper else None,
        metadata={"type": ["string", "null"], "description": "代办人姓名（遮盖）"},
    )
    waiting = fields.Function(
        lambda row: row.consent.given_at is None,
        metadata={"type": "boolean", "description": "等待本人同意"},
    )
    given_at = Moment(attribute="consent.given_at", allow_none=True)
    until = Moment(attribute="consent.until", allow_none=True)


class ActingListSchema(Schema):
    """Authorisations in force, and those asked for."""

    items = fields.List(fields.Nested(ActingSchema))


class ActingConsentSchema(Schema):
    """An authorisation after it was given or ended."""

    id = fields.UUID()
    person_id = fields.UUID()
    relation = fields.String(metadata=_RELATIONS)
    basis = fields.String()
    given_at = Moment(allow_none=True)
    until = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class SignedSheetSchema(Schema):
    """A sheet the person signed, or a guardian's document, seen by a clerk."""

    helper_name = Words(low=2, high=50, required=True, metadata={"description": "代办人姓名"})
    helper_id_number = Words(high=40, required=True, metadata={"description": "代办人证件号码"})
    person_name = Words(low=2, high=50, required=True, metadata={"description": "被代办人姓名"})
    person_id_number = Words(high=40, required=True, metadata={"description": "被代办人证件号码"})
    relation = fields.String(
        required=True, validate=validate.OneOf(acting.RELATIONS, error="请选择关系"), metadata=_RELATIONS
    )
    basis = fields.String(
        required=True,
        validate=validate.OneOf(["signed_sheet", "guardianship_document"], error="请选择依据"),
        metadata={"description": "signed_sheet 签名授权书，guardianship_document 监护证明"},
    )
    photo = fields.String(
        required=True,
        validate=validate.Length(16, 11_000_000, error="照片太大，请压缩到 8 MB 以内"),
        metadata={"description": "照片（JPEG 或 PNG），base64"},
    )
    until = fields.Date(load_default=None, metadata={"description": "有效期到哪一天；监护到满 18 周岁"})


class DeskCodeSchema(Schema):
    """The code a person shows at the desk."""

    code = Words(
        low=8, high=12, required=True, metadata={"description": "当面确认码", "example": "2048 1632"}
    )


class DeskAttemptSchema(Schema):
    """Name and number to compare with the document: in full, for the clerk who has both before them."""

    name = fields.String()
    id_number = fields.String(metadata={"description": "证件号码（完整，仅供核对证件）"})
    reason = fields.String(allow_none=True)
    created_at = Moment()


class ConfirmPersonSchema(DeskCodeSchema):
    """What the clerk saw."""

    document = fields.String(
        required=True,
        validate=validate.OneOf(_DOCUMENTS, error="请选择看到的证件"),
        metadata={"description": "看到的证件原件", "example": "id_card"},
    )
    name = Words(
        low=2, high=50, load_default=None, metadata={"description": "证件上的姓名，与本人所填不同时填写"}
    )


class RefusePersonSchema(DeskCodeSchema):
    """Why the document does not fit."""

    reason = Words(low=2, high=200, required=True, metadata={"description": "告诉本人的原因"})


class MergePersonsSchema(Schema):
    """Two records of one person."""

    from_person_id = fields.UUID(required=True, metadata={"description": "被合并的档案"})
    into_person_id = fields.UUID(required=True, metadata={"description": "保留的档案"})
    reason = Words(
        low=4,
        high=300,
        required=True,
        metadata={"description": "为何认定是同一人", "example": "曾用名登记，户口簿可证"},
    )


class PersonMergeSchema(Schema):
    """A merge and, perhaps, its split."""

    id = fields.UUID()
    from_person_id = fields.UUID()
    into_person_id = fields.UUID()
    at = Moment()
    reason = fields.String()
    split_at = Moment(allow_none=True)


class RecordDeathSchema(Schema):
    """What the admin has seen."""

    basis = fields.String(
        required=True,
        validate=validate.OneOf(["death_certificate", "hukou_cancelled", "court"], error="请选择依据"),
        metadata={"description": "death_certificate 死亡证明，hukou_cancelled 户口注销，court 法院宣告"},
    )


class DecideCorrectionSchema(Schema):
    """The decision on a correction."""

    accepted = fields.Boolean(required=True, metadata={"description": "是否同意更正"})
    answer = Words(low=2, high=300, required=True, metadata={"description": "告诉本人的话"})


class CorrectionTaskSchema(Schema):
    """A request as the one who decides sees it."""

    id = fields.UUID()
    person_id = fields.UUID(allow_none=True)
    field = fields.String()
    wanted = fields.String()
    created_at = Moment()


def asked(consent_id: Any) -> dict[str, Any]:
    """The answer to every request for consent."""
    return {
        "id": consent_id,
        "words": "如果对方已实名并绑定手机，验证码已发到对方手机，请向对方要验证码；"
        "对方没有手机的，可到村（社区）拍下签名的授权书登记",
    }
