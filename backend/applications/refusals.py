"""Lawful reasons not to issue (不予出具), and a refusal as proposed."""

from dataclasses import dataclass

#: Lawful reasons not to issue (不予出具的理由) -> words and rule.
REFUSAL_REASONS: dict[str, tuple[str, str]] = {
    "on_list": ("属于不应由基层群众性自治组织出具的证明事项", "民发〔2020〕20号、鄂民政发〔2020〕32号"),
    "not_true": (
        "申请内容与查明的事实不符",
        "《关于改进和规范基层群众性自治组织出具证明工作的指导意见》（民发〔2020〕20号）",
    ),
    "not_ours": ("不属于本村（社区）职责范围", "民发〔2020〕20号：出具证明须属于基层群众性自治组织职责范围"),
    "unverifiable": ("本村（社区）无法核实", "民发〔2020〕20号：基层群众性自治组织没有能力核实的，不再出具"),
}


@dataclass(frozen=True)
class Refusal:
    """A proposed refusal: reason code, words to the person, and where to go instead (office, how)."""

    reason: str
    words: str
    where_to_go: tuple[tuple[str, str], ...]
