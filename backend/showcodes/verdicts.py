"""Verdicts (核验结论): the words, colours and icons a verifier sees, and every reason with what to do next.

A reason is a stable code for programs; its word comes from the one table below (the table of docs/tokens.md), so
that a page, the counter's phone and the command line can never say different things of one code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from signing.errors import EXPLANATIONS
from signing.scanned import SENTENCES, ScanKind


class Word(StrEnum):
    """What the counter sees first."""

    VALID = "有效"
    SUSPENDED = "暂停使用"
    SUPERSEDED = "已更正"
    REVOKED = "已吊销"
    EXPIRED = "已过期"
    NOT_TRUSTED = "不可信"
    NOT_OURS = "不是本系统的码"
    UNCONFIRMED = "无法确认"


class Look(NamedTuple):
    """How a word looks: tone (a class of the style sheet), colour for clients that draw, and icon."""

    tone: str
    colour: str
    icon: str


LOOKS: dict[Word, Look] = {
    Word.VALID: Look("good", "green", "check"),
    Word.SUSPENDED: Look("wait", "amber", "pause"),
    Word.SUPERSEDED: Look("news", "blue", "arrow"),
    Word.REVOKED: Look("stop", "red", "cross"),
    Word.EXPIRED: Look("past", "grey", "clock"),
    Word.NOT_TRUSTED: Look("stop", "red", "warning"),
    Word.NOT_OURS: Look("past", "grey", "foreign"),
    Word.UNCONFIRMED: Look("wait", "amber", "question"),
}

#: What each word means, for the page that explains them.
MEANINGS: dict[Word, str] = {
    Word.VALID: "证明是真的，现在有效。",
    Word.SUSPENDED: "证明正在核查，先不要采用。",
    Word.SUPERSEDED: "证明有更正后的新版，请看新证明。",
    Word.REVOKED: "证明已被出具单位撤回，不能再用。",
    Word.EXPIRED: "过了有效期；或亮证码超过一分钟、已被别处核验过。",
    Word.NOT_TRUSTED: "伪造、被改动过，或不是本市签发的。请勿采信。",
    Word.NOT_OURS: "扫到的是别的码：付款码、网页、名片等。",
    Word.UNCONFIRMED: "暂时核不出结论，按提示再试。",
}

#: Reasons found after the signature, by asking the register: code -> word and what to do.
OF_THE_REGISTER: dict[str, tuple[Word, str]] = {
    "in_force": (Word.VALID, "证明真实，现在有效。请核对持证人本人和身份证件后办理。"),
    "notice_genuine": (Word.VALID, "文书真实，确由下列单位出具。请核对文号和内容。"),
    "text_matches": (Word.VALID, "查验码正确。请把下面的内容与手中的纸质证明逐字对照，不一致的请勿采信。"),
    "suspended": (Word.SUSPENDED, "这份证明正在核查，暂停使用。请先不要采用，可联系出具单位了解进展。"),
    "superseded": (Word.SUPERSEDED, "这份证明已被更正后的新证明代替。请让持证人出示新证明。"),
    "revoked": (Word.REVOKED, "这份证明已被出具单位吊销，不能再用。如有疑问请联系出具单位。"),
    "certificate_expired": (Word.EXPIRED, "这份证明已过有效期。如仍需要，请让持证人重新申请。"),
    "show_expired": (Word.EXPIRED, "亮证码超过一分钟已失效。请让持证人刷新亮证码后再扫。"),
    "show_used": (Word.EXPIRED, "这个亮证码已由别处核验过。请让持证人刷新后出示新的亮证码。"),
    "show_withdrawn": (
        Word.EXPIRED,
        "出示人的授权已取消，这个亮证码已失效。请持证人本人亮证，或重新授权后再出示。",
    ),
    "notice_expired": (Word.EXPIRED, "这份文书的核验期已过。请联系出具单位查询原件。"),
    "show_unknown": (Word.NOT_TRUSTED, "没有登记过这个亮证码。请勿采信，请持证人打开“掌上证”重新亮证。"),
    "not_registered": (Word.NOT_TRUSTED, "登记簿中没有这份证明。请勿采信，并联系出具单位核实。"),
    "altered": (Word.NOT_TRUSTED, "码中的内容与登记的证明不一致。请勿采信，并联系出具单位核实。"),
    "voided": (Word.NOT_TRUSTED, "这个文号已作废，从未签发过证明。请勿采信。"),
    "wrong_number_or_code": (
        Word.NOT_TRUSTED,
        "没有与这个文号和查验码相符的证明。请对照纸面逐字核对后再试；仍不相符请勿采信。",
    ),
    "sealing": (Word.UNCONFIRMED, "这份证明正在签章，请稍等片刻再扫一次。"),
    "offline_show": (Word.UNCONFIRMED, "这是离线亮证码，这里需要联网的亮证码。请让持证人联网后重新亮证。"),
    "show_press_first": (Word.UNCONFIRMED, "这是亮证码。按下面的按钮后才会核验，一个亮证码只能核验一次。"),
}

REASONS: dict[str, tuple[Word, str]] = {
    **{str(reason): (Word(word), sentence) for reason, (word, sentence) in EXPLANATIONS.items()},
    **{
        str(kind): (Word.NOT_OURS, SENTENCES[kind])
        for kind in (
            ScanKind.OTHER_CITY,
            ScanKind.PAYMENT,
            ScanKind.WEB_PAGE,
            ScanKind.CONTACT_CARD,
            ScanKind.WIFI,
            ScanKind.RUBBISH,
        )
    },
    **OF_THE_REGISTER,
}

#: What may be told of a certificate, by key, in the order in which it is read.
LABELS: dict[str, str] = {
    "title": "名称",
    "number": "文号",
    "holder": "持证人",
    "id_number": "证件号码",
    "issuer": "出具单位",
    "issued_on": "出具日期",
    "valid_until": "有效期至",
    "purpose": "用途",
    "receiver": "接收单位",
    "body": "正文",
    "replaced_by": "新证明文号",
    "ended_on": "终止日期",
    "end_reason": "原因",
}


class Fact(NamedTuple):
    """One thing told: a stable key, its Chinese label, its value."""

    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Verdict:
    """The answer to one scan. `facts` hold no more than the scope allows; `checked_at` aware UTC."""

    reason: str
    checked_at: datetime
    kind: str = ""  # certificate | notice | show | typed, or the kind of a foreign code
    scope: str = ""  # public | validity | name | full
    purpose: str = ""
    facts: tuple[Fact, ...] = ()
    replaced_by_url: str = ""

    @property
    def word(self) -> Word:
        return REASONS[self.reason][0]

    @property
    def sentence(self) -> str:
        """What it means and what to do next."""
        return REASONS[self.reason][1]

    @property
    def look(self) -> Look:
        return LOOKS[self.word]

    def fact(self, key: str) -> str:
        """One fact's value, or nothing."""
        return next((fact.value for fact in self.facts if fact.key == key), "")

    def with_facts(self, facts: Sequence[Fact], **more: Any) -> "Verdict":
        return replace(self, facts=tuple(facts), **more)

    def to_json(self) -> str:
        """For keeping: a verifier's repeat gets the same answer."""
        return json.dumps(vars(self) | {"checked_at": self.checked_at.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Verdict":
        values = json.loads(text)
        values["checked_at"] = datetime.fromisoformat(values["checked_at"])
        values["facts"] = tuple(Fact(*fact) for fact in values["facts"])
        return cls(**values)


def facts_of(values: dict[str, str]) -> tuple[Fact, ...]:
    """Facts in reading order; what is empty is left out."""
    return tuple(Fact(key, label, values[key]) for key, label in LABELS.items() if values.get(key))
