"""Shapes of offices."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from backend.organisations.contacts import Contact
from backend.organisations.finding import Found
from backend.organisations.models import Division, Organisation
from backend.organisations.naming import core_name
from backend.organisations.places import LEVELS
from backend.organisations.tree import MADE
from backend.organisations.words import KINDS
from backend.schemas import PageQuery, Pattern, Schema, Words, page_of

OFFICE_PHONE = Pattern(r"^[0-9+() -]{5,20}$", error="请填写办公电话，如 0715-8123456 或 11 位手机号")
SHORT_CODE = Pattern(r"^[\u4e00-\u9fff0-9A-Z]{2,12}$", error="请用 2 到 12 个汉字、数字或大写字母")


class OrganisationSchema(Schema):
    """An office as staff see it."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"description": "机构种类", "enum": list(KINDS)})
    name = fields.String(required=True, metadata={"description": "名称", "example": "万年路社区居民委员会"})
    division_code = fields.String(
        required=True, metadata={"description": "12 位区划代码", "example": "421202001002"}
    )
    parent_id = fields.UUID(allow_none=True, metadata={"description": "上级机构"})
    short_code = fields.String(
        allow_none=True, metadata={"description": "文号简称", "example": "温万年路社区"}
    )
    short_code_used = fields.Boolean(metadata={"description": "简称已用于文号，不能再改"})
    credit_code = fields.String(allow_none=True, metadata={"description": "统一社会信用代码"})
    credit_code_made_up = fields.Boolean(metadata={"description": "信用代码是演示用的，正式环境拒绝用印"})
    one_person = fields.Boolean(metadata={"description": "一人办理：允许起草人签批，证明档案中注明"})
    phone = fields.String(allow_none=True, metadata={"description": "办公电话", "example": "0715-8123456"})
    address = fields.String(allow_none=True, metadata={"description": "办公地址"})
    active = fields.Boolean(metadata={"description": "是否在用"})


class OrganisationQuery(PageQuery):
    """Which offices."""

    words = fields.String(
        load_default="",
        validate=validate.Length(max=60, error="最多 60 个字"),
        metadata={"description": "名称中的字、拼音首字母或文号简称，可用空格分开", "example": "万年路"},
    )
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(list(KINDS), error="没有这类机构"),
        metadata={"description": "只看这类机构"},
    )
    parent_id = fields.UUID(load_default=None, metadata={"description": "只看这个机构的下级"})


class NewOrganisationSchema(Schema):
    """A functional zone, department or service hall."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(sorted(MADE), error="只能新建功能区、部门或服务大厅；村镇由区划导入"),
        metadata={"description": "种类:zone 功能区、department 部门、service_hall 服务大厅"},
    )
    name = Words(
        required=True, low=2, high=60, metadata={"description": "名称", "example": "咸宁高新区管委会"}
    )
    parent_id = fields.UUID(required=True, metadata={"description": "上级机构"})
    phone = fields.String(
        allow_none=True,
        validate=OFFICE_PHONE,
        metadata={"description": "办公电话", "example": "0715-8123456"},
    )
    address = Words(allow_none=True, high=120, metadata={"description": "办公地址"})


class OrganisationChangeSchema(Schema):
    """What to change; what is not given stays."""

    name = Words(low=2, high=60, metadata={"description": "名称（上级管理员）"})
    phone = fields.String(allow_none=True, validate=OFFICE_PHONE, metadata={"description": "办公电话"})
    address = Words(allow_none=True, high=120, metadata={"description": "办公地址"})
    credit_code = fields.String(
        allow_none=True,
        validate=validate.Length(max=30, error="信用代码为 18 位"),
        metadata={"description": "统一社会信用代码（上级管理员）", "example": "54421202MF4521983T"},
    )
    one_person = fields.Boolean(metadata={"description": "允许一人办理（上级管理员）"})
    active = fields.Boolean(metadata={"description": "是否在用（上级管理员）"})


class ShortCodeSchema(Schema):
    """Another short code."""

    short_code = fields.String(
        required=True,
        validate=SHORT_CODE,
        metadata={"description": "文号简称，全市唯一，首次使用前可改", "example": "温万年路"},
    )


class MoveOrganisationSchema(Schema):
    """Where an office goes."""

    parent_id = fields.UUID(required=True, metadata={"description": "新的上级机构"})


class CommitteeSearchQuery(PageQuery):
    """Which committee; public."""

    words = fields.String(
        load_default="",
        validate=validate.Length(max=60, error="最多 60 个字"),
        metadata={"description": "村（社区）、乡镇的名称或拼音首字母，可用空格分开", "example": "桂花 白沙"},
    )
    division_code = fields.String(
        load_default=None,
        validate=Pattern(r"^[0-9]{12}$", error="区划代码为 12 位数字"),
        metadata={"description": "只在这个行政区划内找", "example": "421202000000"},
    )
    address = fields.String(
        load_default="",
        validate=validate.Length(max=120, error="最多 120 个字"),
        metadata={
            "description": "身份证上的或自己写的住址，可以不写省、市；按认出的级数排列",
            "example": "湖北省通山县黄沙铺镇柏树村3组12号",
        },
    )
    latitude = fields.Float(
        load_default=None,
        validate=validate.Range(-90, 90, error="纬度在 -90 到 90 之间"),
        metadata={"description": "所在位置的纬度（gcj02），与经度同时给出；不保存", "example": 29.742},
    )
    longitude = fields.Float(
        load_default=None,
        validate=validate.Range(-180, 180, error="经度在 -180 到 180 之间"),
        metadata={"description": "所在位置的经度（gcj02）；不保存", "example": 114.642},
    )
    suggested = fields.Boolean(
        load_default=False,
        metadata={"description": "实名认证过的，证件号码所属县（市、区）的排在前面"},
    )

    @validates_schema
    def one_hint(self, data: dict[str, Any], **_: Any) -> None:
        """A position is two numbers, and not an address as well."""
        if (data["latitude"] is None) != (data["longitude"] is None):
            missing = "latitude" if data["latitude"] is None else "longitude"
            raise ValidationError({missing: ["经度和纬度要同时给出"]})
        if data["latitude"] is not None and data["address"]:
            raise ValidationError({"address": ["位置和住址请只给一样"]})


class ContactSchema(Schema):
    """Whom to call."""

    office = fields.String(
        required=True, metadata={"description": "接电话的单位", "example": "白沙村村民委员会"}
    )
    phone = fields.String(required=True, metadata={"description": "电话", "example": "0715-8123456"})


def contact_field() -> fields.Nested:
    """`contact`, wherever an office is shown to a citizen."""
    return fields.Nested(
        ContactSchema,
        required=True,
        allow_none=True,
        metadata={"description": "公开的联系电话：村（社区）自己的，没有登记时为上级单位的；都没有为 null"},
    )


class CommitteeSchema(Schema):
    """A committee as the public sees it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "名称", "example": "白沙村村民委员会"})
    place = fields.String(
        required=True, metadata={"description": "所在县（市、区）和乡镇", "example": "咸安区桂花镇"}
    )
    division_code = fields.String(required=True, metadata={"example": "421202108204"})
    phone = fields.String(allow_none=True, metadata={"description": "办公电话"})
    address = fields.String(allow_none=True, metadata={"description": "办公地址"})
    contact = contact_field()
    in_home_county = fields.Boolean(
        metadata={"description": "在本人证件号码所属的县（市、区）；没有要求 suggested 时都是 false"}
    )


class UnderstoodLevelSchema(Schema):
    """One place that was understood."""

    level = fields.String(required=True, metadata={"description": "级别", "enum": list(LEVELS)})
    name = fields.String(required=True, metadata={"description": "名称", "example": "黄沙铺镇"})
    code = fields.String(required=True, metadata={"description": "12 位区划代码", "example": "421224102000"})


class UnderstoodSchema(Schema):
    """What was made of an address or a position."""

    source = fields.String(
        required=True, metadata={"description": "依据什么", "enum": ["address", "location"]}
    )
    text = fields.String(
        required=True,
        metadata={"description": "认出的部分；空的表示不在本市或没有认出", "example": "通山县黄沙铺镇柏树村"},
    )
    levels = fields.List(
        fields.Nested(UnderstoodLevelSchema), required=True, metadata={"description": "认出的各级，从大到小"}
    )
    rest = fields.String(
        required=True, metadata={"description": "没有用到的部分，不保存", "example": "3组12号"}
    )
    advice = fields.String(
        required=True, metadata={"description": "给人看的一句话", "example": "按“通山县黄沙铺镇柏树村”找到"}
    )


class CommitteeSearchSchema(page_of(CommitteeSchema)):  # type: ignore[misc]
    """A page of committees, and what was made of the hint."""

    understood = fields.Nested(
        UnderstoodSchema,
        required=True,
        allow_none=True,
        metadata={"description": "对住址或位置的理解；都没有给为 null"},
    )


def understood(found: Found) -> dict[str, Any]:
    """A hint's outcome in words."""
    text = "".join(_called(place) for place in found.chain if place.level not in ("province", "city"))
    text = text or "".join(_called(place) for place in found.chain)
    return {
        "source": found.source,
        "text": text,
        "levels": [{"level": one.level, "name": _called(one), "code": one.code} for one in found.chain],
        "rest": found.rest,
        "advice": _advice(found, text),
    }


def _called(place: Division) -> str:
    """`柏树村` for the statistics office's `柏树村委会`."""
    return core_name(place.name, "") if place.level == "village" else place.name


def _advice(found: Found, text: str) -> str:
    if not found.chain:
        return "没有认出本市的地方，请输入村名，或逐级选择"
    if found.chain[-1].level == "village":
        return f"按“{text}”找到"
    return f"认出了“{text}”，请从中选择，或输入村名"


def committee(
    row: Organisation, place: str, contact: Contact | None, home: str | None = None
) -> dict[str, Any]:
    """What the public is told of a committee."""
    return {
        "id": row.id,
        "name": row.name,
        "place": place,
        "division_code": row.division_code,
        "phone": row.phone,
        "address": row.address,
        "contact": contact,
        "in_home_county": home is not None and row.county_code == home,
    }
