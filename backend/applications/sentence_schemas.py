"""Shapes of the sentences a committee keeps."""

from marshmallow import fields, validate

from backend.applications.sentences import KINDS, LONGEST, MOST
from backend.schemas import Moment, Schema, Words

_KIND = {
    "description": "；".join(f"{kind} {words}" for kind, words in KINDS.items()),
    "example": "body_text",
}
_WORDS = {
    "description": "常用语，可以分行；不要写具体人的姓名、号码",
    "example": "经村委会实地查看，情况属实。",
}
_POSITION = {"description": "在这一类里排第几，从 1 起", "example": 1}


def _kind(**options: object) -> fields.String:
    one_of = validate.OneOf(list(KINDS), error="请从所列种类中选择")
    return fields.String(validate=one_of, metadata=_KIND, **options)  # type: ignore[arg-type]


def _position() -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST, error=f"应在 1 到 {MOST} 之间"),
        metadata=_POSITION,
    )


class SentenceSchema(Schema):
    """One sentence."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, metadata={"description": "村（社区）"})
    kind = _kind(required=True)
    words = fields.String(required=True, metadata=_WORDS)
    position = fields.Integer(required=True, metadata=_POSITION)
    row_version = fields.Integer(required=True, metadata={"description": "版本，修改时带上"})
    updated_at = Moment(required=True)


class SentencesSchema(Schema):
    """All of a committee's; there are never so many that they need pages."""

    items = fields.List(fields.Nested(SentenceSchema), required=True)


class SentencesQuery(Schema):
    """Whose, and of which kind."""

    organisation_id = fields.UUID(required=True, metadata={"description": "村（社区）"})
    kind = _kind(load_default=None)


class NewSentenceSchema(Schema):
    """One more."""

    organisation_id = fields.UUID(required=True, metadata={"description": "村（社区）"})
    kind = _kind(required=True)
    words = Words(required=True, high=LONGEST, lines=True, metadata=_WORDS)
    position = _position()


class SentenceChangeSchema(Schema):
    """Other words or another place; `position` left out: it stays where it is."""

    words = Words(required=True, high=LONGEST, lines=True, metadata=_WORDS)
    position = _position()
    row_version = fields.Integer(required=True, metadata={"description": "读到的版本"})
