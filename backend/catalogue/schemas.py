"""Shapes of the catalogue."""

from marshmallow import fields

from backend.schemas import Schema, Words


class PermittedItemSchema(Schema):
    """What a committee certifies (可以出具的事项)."""

    code = fields.String(required=True, metadata={"description": "事项代码", "example": "residence"})
    title = fields.String(required=True, metadata={"description": "事项名称", "example": "居住情况证明"})
    summary = fields.String(required=True, metadata={"description": "什么情况下申请"})
    validity_days = fields.Integer(required=True, metadata={"description": "默认有效天数", "example": 30})
    cosign = fields.Boolean(required=True, metadata={"description": "是否须乡镇（街道）复核"})
    promise_days = fields.Integer(
        allow_none=True, metadata={"description": "本事项承诺的工作日；空为默认 3 个工作日"}
    )
    body_hint = fields.String(required=True, metadata={"description": "正文写法提示"})
    evidence_hint = fields.List(fields.String(), required=True, metadata={"description": "建议的佐证材料"})


class PermittedListSchema(Schema):
    """The list of permitted items, with its edition."""

    edition = fields.String(required=True, metadata={"description": "清单版本"})
    items = fields.List(fields.Nested(PermittedItemSchema), required=True)


class BasisSchema(Schema):
    """A line of a published list."""

    edition = fields.String(required=True, metadata={"description": "文号", "example": "民发〔2020〕20号"})
    number = fields.Integer(required=True, metadata={"description": "清单序号", "example": 8})
    title = fields.String(required=True, metadata={"description": "清单上的名称", "example": "婚姻状况证明"})


class FindingSchema(Schema):
    """A match of the necessity check (必要性审查)."""

    key = fields.String(required=True, metadata={"description": "稳定代码", "example": "marriage"})
    title = fields.String(required=True, metadata={"description": "清单事项", "example": "婚姻状况"})
    edition = fields.String(required=True, metadata={"description": "依据的文号"})
    basis = fields.List(fields.Nested(BasisSchema), required=True)
    matched = fields.String(required=True, metadata={"description": "申请人话里命中的词"})
    ways = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "免提交方式:data 数据共享、e_licence 电子证照、inquiry 部门核验、"
            "commitment 告知承诺、abolished 取消"
        },
    )
    office = fields.String(required=True, metadata={"description": "掌握这件事的单位"})
    where = fields.String(required=True, metadata={"description": "去哪里办"})
    how_to = fields.String(required=True, metadata={"description": "下一步怎么做"})


class NecessityQuestionSchema(Schema):
    """What the person wants certified, for what and whom."""

    words = Words(
        required=True,
        high=2000,
        lines=True,
        metadata={"description": "用自己的话写：要证明什么", "example": "老板要我证明没结婚"},
    )
    purpose = Words(load_default="", low=0, metadata={"description": "用途", "example": "入职"})
    receiver = Words(
        load_default="", low=0, high=60, metadata={"description": "交给哪个单位", "example": "深圳某电子厂"}
    )
    receiver_in_city = fields.Boolean(
        load_default=True, metadata={"description": "该单位是否在本市", "example": False}
    )


class DecisionSchema(Schema):
    """The answer to one wish (必要性判断)."""

    kind = fields.String(
        required=True,
        metadata={
            "description": "forbidden 村（居）委会不得出具、abolished 已取消、shared 数据共享、licence 电子证照、"
            "commitment 告知承诺、inquiry 部门核验、retained 出具证明、ask 要再问一句、unknown 交经办人判断",
            "example": "forbidden",
        },
    )
    key = fields.String(required=True, metadata={"description": "不得出具清单的稳定代码；不在清单上为空"})
    item = fields.String(required=True, metadata={"description": "证明事项代码；没有听出为空"})
    title = fields.String(required=True, metadata={"description": "证明事项名称"})
    words = fields.String(required=True, metadata={"description": "申请人话里命中的词"})
    way = fields.String(
        required=True,
        metadata={
            "description": "怎么办：nothing 不用办、data 数据、licence 亮证、commitment 承诺、inquiry 核验、"
            "certificate 开证明；还不知道为空"
        },
    )
    basis = fields.List(fields.String(), required=True, metadata={"description": "依据"})
    where = fields.String(required=True, metadata={"description": "去哪里办"})
    next_step = fields.String(required=True, metadata={"description": "下一步怎么做"})
    question = fields.List(
        fields.String(), required=True, metadata={"description": "要再问清楚的话，最多两句"}
    )
    confidence = fields.Float(required=True, metadata={"description": "把握，0 到 1", "example": 0.97})


class NecessityAnswerSchema(Schema):
    """Whether to apply, and if not, where the fact is."""

    needed = fields.Boolean(required=True, metadata={"description": "是否可以向村（居）委会申请"})
    text = fields.String(required=True, metadata={"description": "给人看的回答和下一步"})
    finding = fields.Nested(FindingSchema, allow_none=True)
    suggestion = fields.Nested(PermittedItemSchema, allow_none=True)
    decisions = fields.List(fields.Nested(DecisionSchema), required=True)


class PublishedListSchema(Schema):
    """A published list of what committees may not certify."""

    edition = fields.String(required=True, metadata={"description": "文号", "example": "民发〔2020〕20号"})
    title = fields.String(required=True)
    issued_by = fields.String(required=True)
    level = fields.String(required=True, metadata={"description": "national 国家 / provincial 省"})
    entries = fields.Function(
        lambda each: [
            {"key": key, "number": entry.number, "title": entry.title} for key, entry in each.entries.items()
        ],
        metadata={
            "description": "清单各项",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "string"},
                    "number": {"type": "integer"},
                    "title": {"type": "string"},
                },
            },
        },
    )


class PublishedListsSchema(Schema):
    """All published lists."""

    items = fields.List(fields.Nested(PublishedListSchema), required=True)
