"""What every schema says of a value that does not fit, and patterns that fit the whole text."""

import re
from typing import Any

import pytest
from marshmallow import ValidationError, fields, validate

from backend.problem_answers import flatten
from backend.schemas import Moment, Pattern, Phone, Schema, Words


class EverythingSchema(Schema):
    text = fields.String(validate=validate.Length(1, 3))
    words = Words()
    choice = fields.String(validate=validate.OneOf(["a", "b"]))
    code = fields.String(validate=Pattern("^[0-9]{2}$"))
    whole = fields.Integer(validate=validate.Range(1, 9))
    yes = fields.Boolean()
    one = fields.UUID()
    day = fields.Date()
    at = Moment()
    phone = Phone()
    many = fields.List(fields.Integer())
    inner = fields.Nested(Schema.from_dict({"text": fields.String(required=True)}, name="Inner"))
    named = fields.Dict(keys=fields.String(), values=fields.String())


@pytest.mark.parametrize("name", EverythingSchema().fields)
@pytest.mark.parametrize("value", [None, 3.5, "\u200b", "very long text", [1, "x"], {"x": 1}])
def test_whatever_is_wrong_is_said_in_chinese(name: str, value: Any) -> None:
    errors = EverythingSchema().validate({name: value})
    for messages in flatten(errors).values():
        assert all(re.search("[\u4e00-\u9fff]", message) for message in messages), errors


@pytest.mark.parametrize("body", [[], "text", 3, {"unheard": 1}])
def test_a_body_of_another_kind_is_refused_in_chinese(body: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        EverythingSchema().load(body)
    assert re.search("[\u4e00-\u9fff]", str(refused.value.messages))


@pytest.mark.parametrize(("text", "fits"), [("12", True), ("12\n", False), ("123", False), ("１２", False)])
def test_a_pattern_fits_the_whole_text(text: str, fits: bool) -> None:
    assert ("code" not in EverythingSchema().validate({"code": text})) is fits
