"""Shapes of the desk's forms: what a browser posts for offices and staff."""

from collections.abc import Iterator
from typing import Any

from marshmallow import fields, validate

from backend.access import Role
from backend.organisations.schemas import OFFICE_PHONE, SHORT_CODE
from backend.organisations.staff_schemas import RoleField
from backend.organisations.term_change import Successor
from backend.schemas import PageQuery, Phone, Schema, Words

#: How many successors one page of a term change takes; another page takes the rest.
SUCCESSORS = 4
_YES_NO = validate.OneOf(("yes", "no"), error="请选择是或否")


class BrowseQuery(PageQuery):
    """Where in the tree, or what is searched for."""

    words = fields.String(load_default="", validate=validate.Length(max=60, error="最多 60 个字"))
    parent_id = fields.UUID(load_default=None)


class DetailsForm(Schema):
    """An office's particulars; an empty field clears what may be empty."""

    name = Words(low=2, high=60, load_default=None)
    phone = fields.String(load_default=None, validate=OFFICE_PHONE)
    address = Words(high=120, load_default=None)
    credit_code = fields.String(load_default=None, validate=validate.Length(max=30, error="信用代码为 18 位"))
    one_person = fields.String(load_default=None, validate=_YES_NO)
    active = fields.String(load_default=None, validate=_YES_NO)


class ShortCodeForm(Schema):
    """Another short code."""

    short_code = fields.String(required=True, validate=SHORT_CODE, error_messages={"required": "请填写"})


class NewOfficeForm(Schema):
    """A zone, department or service hall."""

    kind = fields.String(required=True)
    name = Words(required=True, low=2, high=60)
    phone = fields.String(load_default=None, validate=OFFICE_PHONE)
    address = Words(high=120, load_default=None)


class MoveForm(Schema):
    """Under which office."""

    parent_id = fields.UUID(required=True, error_messages={"required": "请选择", "invalid_uuid": "请选择"})


class InviteForm(Schema):
    """Whom to invite to what."""

    role = RoleField(required=True, error_messages={"required": "请选择"})
    post = Words(required=True, high=20)
    name = Words(required=True, low=2, high=30)
    phone = Phone(required=True, error_messages={"required": "请填写"})
    starts_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)


class LeaveForm(Schema):
    """The last day in office; empty: at once."""

    on = fields.Date(load_default=None)


class StandInForm(Schema):
    """Who stands in, and when."""

    account_id = fields.UUID(required=True, error_messages={"required": "请选择", "invalid_uuid": "请选择"})
    starts_on = fields.Date(required=True, error_messages={"required": "请填写"})
    ends_on = fields.Date(required=True, error_messages={"required": "请填写"})


def _successor_fields() -> Iterator[tuple[str, Any]]:
    for number in range(1, SUCCESSORS + 1):
        yield f"role_{number}", RoleField(load_default=None)
        yield f"post_{number}", Words(load_default="", high=20)
        yield f"account_{number}", fields.UUID(load_default=None)
        yield f"name_{number}", Words(load_default="", low=2, high=30)
        yield f"phone_{number}", Phone(load_default="")


class _TermChangeBase(Schema):
    on = fields.Date(required=True, error_messages={"required": "请填写最后在任日"})


TermChangeForm = _TermChangeBase.from_dict(dict(_successor_fields()), name="TermChangeForm")


def successors(form: dict[str, Any]) -> list[Successor]:
    """The successors that were filled in: a line counts once its role is chosen."""
    return [
        Successor(
            role=Role(form[f"role_{number}"]),
            post=form[f"post_{number}"],
            account_id=form[f"account_{number}"],
            name=form[f"name_{number}"],
            phone=form[f"phone_{number}"],
        )
        for number in range(1, SUCCESSORS + 1)
        if form[f"role_{number}"]
    ]
