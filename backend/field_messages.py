"""What is said of a value that does not fit its field, in Chinese, wherever a schema has no words of its own.

marshmallow keeps these texts on its classes for exactly this; `backend.schemas` puts ours there once.
"""

from typing import Any

from marshmallow import fields, validate

_FIELDS: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": "请填写", "null": "请填写", "validator_failed": "填写的内容有误"},
    fields.Nested: {"type": "格式不对，应为一组字段"},
    fields.List: {"invalid": "格式不对，应为列表"},
    fields.String: {"invalid": "格式不对，应为文字", "invalid_utf8": "含有无法读懂的字符"},
    fields.UUID: {"invalid_uuid": "格式不对，应为 UUID"},
    fields.Number: {"invalid": "请填写数字", "too_large": "数字太大"},
    fields.Float: {"special": "请填写普通的数字"},
    fields.Integer: {"invalid": "请填写整数"},
    fields.Boolean: {"invalid": "请填写 true 或 false"},
    fields.Date: {"invalid": "日期格式应为 2026-11-23", "format": "日期格式应为 2026-11-23"},
    fields.Mapping: {"invalid": "格式不对，应为一组字段"},
}
SHAPE = {"type": "格式不对，应为一组字段", "unknown": "没有这个字段"}


def speak() -> None:
    """Put the Chinese texts in the place of marshmallow's."""
    for field, messages in _FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    validate.Length.message_min = "至少 {min} 个"
    validate.Length.message_max = "最多 {max} 个"
    validate.Length.message_all = "应为 {min} 到 {max} 个"
    validate.Length.message_equal = "应为 {equal} 个"
    validate.Range.message_min = "不能小于 {{min}}"
    validate.Range.message_max = "不能大于 {{max}}"
    validate.Range.message_all = "应在 {{min}} 到 {{max}} 之间"
    validate.OneOf.default_message = "只能是：{choices}"
    validate.Regexp.default_message = "格式不对"
