"""Shapes of the forms about people's records."""

from marshmallow import fields, validate

from backend.schemas import Schema, Words


class FindTwoForm(Schema):
    """The two numbers that one person is registered under."""

    first_number = Words(required=True, high=40)
    second_number = Words(required=True, high=40)


class MergeForm(Schema):
    """Which record stays, and why they are one person's."""

    keep = fields.String(
        required=True,
        validate=validate.OneOf(("first", "second"), error="请选择保留哪一份"),
        error_messages={"required": "请选择"},
    )
    reason = Words(required=True, low=4, high=300)


class DecideForm(Schema):
    """The decision on a correction."""

    accepted = fields.String(
        required=True,
        validate=validate.OneOf(("yes", "no"), error="请选择同意或不同意"),
        error_messages={"required": "请选择"},
    )
    answer = Words(required=True, low=2, high=300)
