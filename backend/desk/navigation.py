"""Where a desk can go: one line a page, shown to those who may open it. A capability adds its own line."""

from dataclasses import dataclass

from backend.access import Actor, Permission


@dataclass(frozen=True)
class Entry:
    """One link of the navigation bar."""

    label: str
    href: str
    may: Permission
    words: str  # what is done there


ENTRIES = (
    Entry("窗口核验", "/desk/counter", Permission.VERIFY, "扫亮证码或证明上的二维码，当场看结论"),
    Entry(
        "证明登记", "/desk/certificates", Permission.READ_CERTIFICATES, "本辖区的证明：文号、状态、经办岗位"
    ),
    Entry(
        "用印登记", "/desk/seal-register", Permission.READ_SEAL_REGISTER, "每一次用印：哪枚章、盖在哪份文书上"
    ),
    Entry("投诉办理", "/desk/complaints", Permission.ANSWER_COMPLAINTS, "群众的投诉，到期前要答复"),
    Entry("机构人员", "/desk/organisations", Permission.READ_ORGANISATIONS, "机构、岗位、邀请与换届"),
    Entry("工作日历", "/desk/calendar", Permission.MANAGE_CALENDAR, "一年的放假和调休；录入通知，规定某一天"),
    Entry("档案合并", "/desk/persons", Permission.MERGE_PERSONS, "同一人的两份档案合成一份；合错的拆开"),
    Entry("更正申请", "/desk/corrections", Permission.MERGE_PERSONS, "本人提出的资料更正，同意或说明理由"),
    Entry("未办成的后台事项", "/desk/dead-letters", Permission.OPERATE, "后台多次没有办成的事，可以重办"),
)


def entries(actor: Actor) -> list[Entry]:
    """The links this actor may open; none for a visitor."""
    if actor.account_id is None:
        return []
    return [entry for entry in ENTRIES if actor.may(entry.may)]
