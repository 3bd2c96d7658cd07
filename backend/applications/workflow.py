"""The life of an application (申请) as data: who may take it from where to where, under which conditions.

The code, `python -m backend.applications.state_table` (the page in `docs/`) and the tests read these tables;
nothing else decides what may happen. Conditions are named here and written in `guards.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from backend.access import Permission


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    NOT_NEEDED = "not_needed"
    SUBMITTED = "submitted"
    REVIEWING = "reviewing"
    RETURNED = "returned"
    REFUSING = "refusing"
    APPROVING = "approving"
    SEALING = "sealing"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


#: What people read.
STATE_NAMES: dict[State, str] = {
    State.DRAFT: "草稿",
    State.NOT_NEEDED: "无需开具",
    State.SUBMITTED: "待认领",
    State.REVIEWING: "审核中",
    State.RETURNED: "待补正",
    State.REFUSING: "拟不予出具",
    State.APPROVING: "待签批",
    State.SEALING: "正在签章",
    State.ISSUED: "已出具",
    State.REFUSED: "不予出具",
    State.WITHDRAWN: "已撤回",
    State.EXPIRED: "已过期",
}


class Party(StrEnum):
    """Who takes a step."""

    CITIZEN = "citizen"  # the holder, a relative with consent, or the clerk who assists (代办)
    CLERK = "clerk"
    APPROVER = "approver"
    TOWN_REVIEWER = "town_reviewer"
    MACHINE = "machine"


PARTY_NAMES: dict[Party, str] = {
    Party.CITIZEN: "申请人（代办人）",
    Party.CLERK: "经办人",
    Party.APPROVER: "负责人",
    Party.TOWN_REVIEWER: "乡镇（街道）复核人",
    Party.MACHINE: "系统",
}


class Guard(StrEnum):
    """A condition beyond state and authority."""

    CLAIMED_BY_ME = "claimed_by_me"
    NOT_CLAIMED_BY_OTHER = "not_claimed_by_other"
    NOT_RETURNED_BEFORE = "not_returned_before"
    NECESSITY_SETTLED = "necessity_settled"
    NECESSITY_OPEN = "necessity_open"
    OTHER_EYES = "other_eyes"
    NOT_OWN_CASE = "not_own_case"
    COSIGNED = "cosigned"
    AWAITS_COSIGN = "awaits_cosign"
    NOT_URGED_TODAY = "not_urged_today"
    CONSENT_RECORDED = "consent_recorded"


GUARD_NAMES: dict[Guard, str] = {
    Guard.CLAIMED_BY_ME: "本人认领",
    Guard.NOT_CLAIMED_BY_OTHER: "没有被别人认领",
    Guard.NOT_RETURNED_BEFORE: "此前没有退回过（一次性告知）",
    Guard.NECESSITY_SETTLED: "清单疑点已书面说明",
    Guard.NECESSITY_OPEN: "有清单疑点",
    Guard.OTHER_EYES: "不是拟稿人（两人办理；设为一人办理的除外）",
    Guard.NOT_OWN_CASE: "不是本人的申请",
    Guard.COSIGNED: "已复核（需要复核的事项）",
    Guard.AWAITS_COSIGN: "等待复核",
    Guard.NOT_URGED_TODAY: "今天没有催过",
    Guard.CONSENT_RECORDED: "代办须有本人同意的记录",
}


@dataclass(frozen=True)
class Step:
    """One verb: from any of `sources` to the first of `to`, or to another of them where `note` says when."""

    verb: str
    label: str
    party: Party
    permission: Permission
    sources: tuple[State, ...]
    to: tuple[State, ...]
    told: str  # the timeline's sentence; who did it is shown by post
    guards: tuple[Guard, ...] = ()
    pin: bool = False
    clock_runs_on: bool = False  # the step's limit is not started anew
    note: str = ""


S, P, G = State, Permission, Guard
_STAYS: tuple[State, ...] = ()
WITH_COMMITTEE = (S.SUBMITTED, S.REVIEWING, S.REFUSING, S.APPROVING)
_BEFORE_SEALING = (S.DRAFT, S.NOT_NEEDED, S.SUBMITTED, S.REVIEWING, S.RETURNED, S.REFUSING, S.APPROVING)


def _citizen(
    verb: str,
    label: str,
    sources: tuple[State, ...],
    to: tuple[State, ...],
    told: str,
    *guards: Guard,
    note: str = "",
) -> Step:
    return Step(verb, label, Party.CITIZEN, P.OWN_APPLICATIONS, sources, to, told, guards, note=note)


def _clerk(
    verb: str,
    label: str,
    sources: tuple[State, ...],
    to: tuple[State, ...],
    told: str,
    *guards: Guard,
    note: str = "",
) -> Step:
    return Step(verb, label, Party.CLERK, P.HANDLE_APPLICATIONS, sources, to, told, guards, note=note)


def _machine(
    verb: str,
    label: str,
    sources: tuple[State, ...],
    to: tuple[State, ...],
    told: str,
    *,
    clock_runs_on: bool = False,
) -> Step:
    return Step(verb, label, Party.MACHINE, P.OPERATE, sources, to, told, clock_runs_on=clock_runs_on)


# fmt: off
STEPS: tuple[Step, ...] = (
    _citizen("save", "保存草稿", (S.DRAFT,), _STAYS, "保存了草稿"),
    _citizen("submit", "提交申请", (S.DRAFT,), (S.SUBMITTED, S.NOT_NEEDED), "提交了申请", G.CONSENT_RECORDED,
             note="必要性审查命中清单的，转为无需开具并告知找谁办；可能重复的，先给申请人看已有的那一件"),
    _citizen("dispute", "仍要申请", (S.NOT_NEEDED,), (S.SUBMITTED,), "说明了理由，仍要申请",
             G.CONSENT_RECORDED),
    _citizen("revise", "修改后再交", (S.NOT_NEEDED,), (S.DRAFT,), "改回草稿"),
    _citizen("answer", "补正完毕", (S.RETURNED,), (S.REVIEWING, S.SUBMITTED), "补正完毕",
             note="原经办人仍在岗的回到原经办人，否则重新待认领；补正期间时限停止计算"),
    _citizen("urge", "催办", WITH_COMMITTEE, _STAYS, "催办", G.NOT_URGED_TODAY),
    _citizen("withdraw", "撤回申请", _BEFORE_SEALING, (S.WITHDRAWN,), "撤回了申请"),
    _clerk("claim", "认领", (S.SUBMITTED,), (S.REVIEWING,), "受理了申请", G.NOT_CLAIMED_BY_OTHER,
           note="首次认领发出受理回执；认领后满规定的办公小时没有动作即失效"),
    _clerk("edit", "修改正文", (S.REVIEWING,), _STAYS, "修改了证明正文", G.CLAIMED_BY_ME),
    _clerk("overrule", "说明清单疑点", (S.REVIEWING,), _STAYS, "书面说明了清单疑点",
           G.CLAIMED_BY_ME, G.NECESSITY_OPEN, note="说明留痕，司法局每周可见"),
    Step("transfer", "转到正确的村（社区）", Party.CLERK, P.HANDLE_APPLICATIONS, (S.SUBMITTED, S.REVIEWING),
         (S.SUBMITTED,), "转交办理", (G.NOT_CLAIMED_BY_OTHER,), clock_runs_on=True,
         note="写明理由；时限继续计算"),
    _clerk("return", "退回补正", (S.REVIEWING,), (S.RETURNED,), "一次性告知需要补正的材料",
           G.CLAIMED_BY_ME, G.NOT_RETURNED_BEFORE, note="只能一次，逐项写明：补充、更换或带原件"),
    _clerk("propose_refusal", "提出不予出具", (S.REVIEWING,), (S.REFUSING,), "提出不予出具", G.CLAIMED_BY_ME),
    _clerk("forward", "送签", (S.REVIEWING,), (S.APPROVING,), "审核完毕，送负责人签批",
           G.CLAIMED_BY_ME, G.NECESSITY_SETTLED),
    Step("cosign", "复核同意", Party.TOWN_REVIEWER, P.COSIGN_APPLICATIONS, (S.APPROVING,), _STAYS,
         "复核同意", (G.AWAITS_COSIGN, G.NOT_OWN_CASE),
         note="参与过拟稿的不能复核，设为一人办理的也不例外"),
    Step("decline_cosign", "复核退回", Party.TOWN_REVIEWER, P.COSIGN_APPLICATIONS, (S.APPROVING,),
         (S.REVIEWING,), "复核后退回重新审核", (G.AWAITS_COSIGN,), note="写明意见"),
    Step("send_back", "退回经办人", Party.APPROVER, P.DECIDE_APPLICATIONS, (S.APPROVING, S.REFUSING),
         (S.REVIEWING,), "退回经办人重新审核", note="写明意见"),
    Step("refuse", "决定不予出具", Party.APPROVER, P.DECIDE_APPLICATIONS, (S.REFUSING,), (S.REFUSED,),
         "决定不予出具", (G.OTHER_EYES, G.NOT_OWN_CASE), pin=True,
         note="发出书面告知：理由、依据、去哪里办、如何救济"),
    Step("approve", "签批出具", Party.APPROVER, P.APPROVE_CERTIFICATES, (S.APPROVING,), (S.SEALING,),
         "签批同意", (G.COSIGNED, G.OTHER_EYES, G.NOT_OWN_CASE, G.NECESSITY_SETTLED), pin=True,
         note="文号与证明正文在同一次提交中固定；复核的人不能再签批，设为一人办理的也不例外"),
    Step("void", "作废文号", Party.APPROVER, P.APPROVE_CERTIFICATES, (S.SEALING,), (S.REVIEWING,),
         "文书无法制作，文号作废，重新审核", note="作废的文号在登记簿中写明原因，不再使用"),
    _machine("issue", "出具", (S.SEALING,), (S.ISSUED,), "证明已签章，放入卡包"),
    _machine("lapse", "认领失效", (S.REVIEWING,), (S.SUBMITTED,), "认领后未按时办理，重新待认领",
             clock_runs_on=True),
    _machine("hand_over", "移交", (S.REVIEWING,), (S.SUBMITTED,), "经办人离任，移交重新认领",
             clock_runs_on=True),
    _machine("expire", "过期", (S.DRAFT, S.NOT_NEEDED, S.RETURNED), (S.EXPIRED,), "逾期未办，自动结束"),
)
# fmt: on

BY_VERB: dict[str, Step] = {step.verb: step for step in STEPS}


@dataclass(frozen=True)
class Limit:
    """How long a state may last, counted from entering it."""

    days: int
    working: bool = True


#: Default limits; an item of the catalogue may promise another total.
LIMITS: dict[State, Limit] = {
    State.DRAFT: Limit(30, working=False),
    State.NOT_NEEDED: Limit(30, working=False),
    State.SUBMITTED: Limit(1),
    State.REVIEWING: Limit(1),
    State.REFUSING: Limit(1),
    State.APPROVING: Limit(1),
    State.RETURNED: Limit(10),
}
PROMISE_DAYS = 3
COSIGN_DAYS = 1

#: Verbs that make who takes them a drafter (拟稿人) of it: the words, or the proposal to be decided on, are theirs.
DRAFTING: frozenset[str] = frozenset({"submit", "dispute", "edit", "overrule", "forward", "propose_refusal"})

OPEN: frozenset[State] = frozenset(WITH_COMMITTEE) | {State.RETURNED, State.SEALING}
CLOSED: frozenset[State] = frozenset({State.ISSUED, State.REFUSED, State.WITHDRAWN, State.EXPIRED})


def shelf(state: State) -> str:
    """Who has it on the table: `own` (the citizen alone), `open` (the committee too) or `closed`."""
    if state in CLOSED:
        return "closed"
    return "open" if state in OPEN else "own"


def steps_from(state: State) -> tuple[Step, ...]:
    """Every step that may begin in this state."""
    return tuple(step for step in STEPS if state in step.sources)
