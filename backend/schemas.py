"""Shapes shared by all capabilities: the base schema, words, identifiers, moments, pages and problems."""

import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, INCLUDE, RAISE, ValidationError, fields, validate
from marshmallow import Schema as MarshmallowSchema

from backend import clock, field_messages
from backend.paging import DEFAULT_LIMIT, MAX_LIMIT

_INVISIBLE = {"Cc", "Cs", "Cf", "Co", "Cn"}
_LINE_BREAKS = {"\n"}

field_messages.speak()


class Schema(MarshmallowSchema):
    """Base of all shapes: unknown fields are refused, order is kept."""

    class Meta:
        unknown = RAISE

    error_messages = field_messages.SHAPE


class Words(fields.String):
    """A text a person typed: NFC, trimmed, without control, bidirectional-override, zero-width or private characters."""

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "required": "请填写",
        "null": "请填写",
        "invisible": "含有不能使用的字符(第{position}个),请删去后重试",
    }

    def __init__(self, *, low: int = 1, high: int = 200, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        error = f"请填写 {low} 到 {high} 个字" if low else f"最多 {high} 个字"
        super().__init__(validate=validate.Length(min=low, max=high, error=error), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        for position, letter in enumerate(text, start=1):
            if letter in _LINE_BREAKS and self.lines:
                continue
            if unicodedata.category(letter) in _INVISIBLE:
                raise self.make_error("invisible", position=position)
        return text.strip()


class Pattern(validate.Regexp):
    """The whole text matches. Written `^…$`, so that those who read it in the OpenAPI document (ECMA-262) agree."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self.error or self.default_message)
        return value


class Phone(fields.String):
    """A mainland mobile number, 11 digits, with or without +86."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"description": "中国大陆手机号,11 位", "example": "13800138000"})
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFKC", super()._deserialize(value, attr, data, **kwargs) or "")
        text = re.sub(r"[\s-]", "", text).removeprefix("+86")
        if not re.fullmatch(r"1[3-9]\d{9}", text, re.ASCII):
            raise ValidationError("请输入 11 位手机号")
        return text


class Moment(fields.Field[datetime]):
    """RFC 3339 with the offset of 北京时间, as `2026-11-23T15:20:00+08:00`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {"example": "2026-11-23T15:20:00+08:00", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else clock.beijing(value).isoformat(timespec="seconds")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("时间格式应为 2026-11-23T15:20:00+08:00") from error
        if moment.tzinfo is None:
            raise ValidationError("时间必须带时区，例如 +08:00")
        return moment


class PageQuery(Schema):
    """Query of every list."""

    class Meta:
        unknown = EXCLUDE

    cursor = fields.String(load_default=None, metadata={"description": "上一页给出的 next_cursor"})
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT, error=f"每页 1 到 {MAX_LIMIT} 条"),
        metadata={"description": f"每页条数，最多 {MAX_LIMIT}"},
    )


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of one page of `item`."""
    return Schema.from_dict(  # type: ignore[return-value]
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(
                allow_none=True, metadata={"description": "下一页的 cursor;没有下一页为 null"}
            ),
        },
        name=f"{item.__name__.removesuffix('Schema')}PageSchema",
    )


class ProblemSchema(MarshmallowSchema):
    """RFC 9457 problem details (application/problem+json); some kinds carry members of their own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "稳定的错误代码，供程序判断"})
    title = fields.String()
    detail = fields.String(required=True, metadata={"description": "给人看的中文说明，告诉下一步怎么做"})
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    trace_id = fields.String(required=True)
