"""Shapes of showing and checking."""

from typing import Any

from marshmallow import fields, validate

from backend.schemas import Moment, Schema, Words
from backend.showcodes.service import SCOPES
from backend.showcodes.verdicts import LABELS, LOOKS, REASONS, Word

#: Longer than any code a camera can read; what is longer is refused as a request, not judged.
_LONGEST_TEXT = 100_000


class ShowSchema(Schema):
    """What to show, how much of it, and what for."""

    item_id = fields.UUID(required=True, metadata={"description": "要出示的证明（卡包中的 id）"})
    scope = fields.String(
        load_default="name",
        validate=validate.OneOf(list(SCOPES), error="出示范围只能是 validity、name 或 full"),
        metadata={
            "description": "出示范围：validity 仅是否有效；name 姓名和是否有效；full 全部内容",
            "enum": list(SCOPES),
        },
    )
    purpose = Words(
        low=1,
        high=60,
        load_default=None,
        allow_none=True,
        metadata={"description": "出示用途，查验人会看到", "example": "子女入学报名"},
    )


class ShowCodeSchema(Schema):
    """A show-code: draw `text` as a QR code, and ask for the next one before it dies."""

    id = fields.UUID(required=True)
    item_id = fields.UUID(required=True, metadata={"description": "所出示的证明"})
    scope = fields.String(required=True, metadata={"description": "出示范围", "enum": list(SCOPES)})
    purpose = fields.String(allow_none=True, metadata={"description": "出示用途"})
    text = fields.String(
        required=True,
        metadata={"description": "二维码的内容，不含个人信息", "example": "HTTPS://ZHENG.EXAMPLE.CN/S/2653…"},
    )
    expires_at = Moment(required=True, metadata={"description": "失效时间"})
    expires_in = fields.Integer(required=True, metadata={"description": "还有多少秒失效", "example": 60})
    used_at = Moment(allow_none=True, metadata={"description": "已被核验的时间；还没有则为 null"})


class ScanSchema(Schema):
    """A scanned text, whatever it is."""

    text = fields.String(
        required=True,
        validate=validate.Length(1, _LONGEST_TEXT, error="没有扫到内容，请重新扫描"),
        metadata={
            "description": "扫到的原文，或手工输入的“文号 查验码”",
            "example": "HTTPS://ZHENG.EXAMPLE.CN/S/2653…",
        },
    )
    matter = Words(
        low=1,
        high=60,
        required=True,
        metadata={"description": "为办理什么事而查验，持证人会看到", "example": "公租房申请"},
    )


class FactSchema(Schema):
    """One thing told of a certificate."""

    key = fields.String(required=True, metadata={"description": "字段", "enum": list(LABELS)})
    label = fields.String(required=True, metadata={"description": "字段的中文名", "example": "出具单位"})
    value = fields.String(required=True, metadata={"description": "内容"})


class Told(fields.List[Any]):
    """Facts as they are made: putting each through its schema again took longer than asking the database."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[dict[str, str]]:
        return [fact._asdict() for fact in value]


class VerdictSchema(Schema):
    """The verdict: show `word` first, in `colour` with `icon`, then `sentence`, then the facts in scope."""

    word = fields.String(
        required=True, metadata={"description": "结论", "enum": [word.value for word in Word]}
    )
    reason = fields.String(
        required=True, metadata={"description": "稳定的原因代码，供程序判断", "enum": sorted(REASONS)}
    )
    sentence = fields.String(required=True, metadata={"description": "是什么意思、下一步怎么做"})
    colour = fields.String(
        required=True,
        metadata={"description": "颜色", "enum": sorted({look.colour for look in LOOKS.values()})},
    )
    icon = fields.String(
        required=True,
        metadata={"description": "图标", "enum": sorted({look.icon for look in LOOKS.values()})},
    )
    kind = fields.String(metadata={"description": "码的种类", "example": "show"})
    scope = fields.String(metadata={"description": "出示范围", "example": "name"})
    purpose = fields.String(metadata={"description": "持证人说明的用途"})
    facts = Told(fields.Nested(FactSchema), required=True, metadata={"description": "范围内的内容"})
    replaced_by_url = fields.String(metadata={"description": "已更正时，新证明的核验页面；否则为空"})
    checked_at = Moment(required=True, metadata={"description": "核验时间"})


class ScanRecordSchema(Schema):
    """One of today's scans."""

    id = fields.UUID(required=True)
    at = Moment(required=True, metadata={"description": "时间"})
    verdict = fields.String(
        required=True, metadata={"description": "结论", "enum": [word.value for word in Word]}
    )
    reason = fields.String(required=True, metadata={"description": "原因代码", "example": "in_force"})
    sentence = fields.String(required=True, metadata={"description": "是什么意思、下一步怎么做"})
    colour = fields.String(
        required=True,
        metadata={"description": "颜色", "enum": sorted({look.colour for look in LOOKS.values()})},
    )
    icon = fields.String(
        required=True,
        metadata={"description": "图标", "enum": sorted({look.icon for look in LOOKS.values()})},
    )
    number = fields.String(required=True, metadata={"description": "文号；范围内没有时为空"})
    matter = fields.String(required=True, metadata={"description": "办理的事"})


class CheckCodeForm(Schema):
    """The printed check code."""

    check_code = fields.String(
        required=True,
        validate=validate.Length(8, 20, error="查验码是 8 位字母和数字"),
        error_messages={"required": "请输入查验码"},
    )


class PressForm(Schema):
    """The button of a show-code's page; staff also say for which matter."""

    matter = Words(low=1, high=60, load_default="")


def verdict_data(verdict: Any) -> dict[str, Any]:
    """A verdict with the look of its word, for `VerdictSchema`."""
    return {
        "word": verdict.word.value,
        "reason": verdict.reason,
        "sentence": verdict.sentence,
        "colour": verdict.look.colour,
        "icon": verdict.look.icon,
        "kind": verdict.kind,
        "scope": verdict.scope,
        "purpose": verdict.purpose,
        "facts": verdict.facts,
        "replaced_by_url": verdict.replaced_by_url,
        "checked_at": verdict.checked_at,
    }
