"""The conditions named in the state table: each says yes, or the problem a person is told and the way out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backend import clock
from backend.access import Actor, Permission
from backend.applications.models import Application
from backend.applications.workflow import STATE_NAMES, Guard, Party, State, Step, steps_from
from backend.organisations.models import Organisation
from backend.problems import Conflict, NotAllowed, Problem


@dataclass(frozen=True)
class Case:
    """An application, the office that has it, and who is about to act, when."""

    application: Application
    organisation: Organisation
    actor: Actor
    now: datetime


class WrongState(Conflict):
    """The verb does not fit where the application stands now; says where that is."""

    code = "wrong_state"

    def __init__(self, step: Step, state: State) -> None:
        super().__init__(
            f"这件申请现在是“{STATE_NAMES[state]}”，不能“{step.label}”；请刷新后按最新状态办理",
            state=str(state),
            state_name=STATE_NAMES[state],
        )


class ClaimedByAnother(Conflict):
    code = "claimed_by_another"
    detail = "已由其他经办人认领，请等其办理；认领失效后您可以认领"


class NotClaimed(Conflict):
    code = "not_claimed"
    detail = "请先认领再办理"


class ReturnedAlready(Conflict):
    code = "returned_already"
    detail = "补正只能一次性告知，这件已退回过一次；请直接审核送签，或提出不予出具"


class NecessityUnsettled(Conflict):
    code = "necessity_unsettled"
    detail = "这件申请与不得出具清单有疑点，请先书面说明为何可以出具，或提出不予出具"


class NoFindingOpen(Conflict):
    code = "no_finding_open"
    detail = "没有待说明的清单疑点，请直接办理"


class SameEyes(NotAllowed):
    code = "same_eyes"
    detail = "拟稿与签批须由两人办理，请由另一位负责人签批；只有一人的村可请管理员设为一人办理"


class OwnCase(NotAllowed):
    code = "own_case"
    detail = "这是您本人或您代家人提交的申请，请由其他负责人或乡镇指定的代理人办理"


class CosignMissing(Conflict):
    code = "cosign_missing"
    detail = "这个事项须先由乡镇（街道）复核，复核同意后再签批"


class CosignNotAwaited(Conflict):
    code = "cosign_not_awaited"
    detail = "这件申请不需要复核，或已经复核过了"


class UrgedToday(Conflict):
    code = "urged_today"
    detail = "今天已经催过了，经办人已收到提醒；明天可以再催一次"


class ConsentMissing(Conflict):
    code = "consent_missing"
    detail = "代办须先记录本人同意：上传本人签名的同意书照片，或由本人报出短信验证码"


def refusal(step: Step, case: Case) -> Problem | None:
    """Why this step may not be taken now, or None. Authority is asked elsewhere."""
    state = State(case.application.state)
    if state not in step.sources:
        return WrongState(step, state)
    return next((problem for guard in step.guards if (problem := _CHECKS[guard](case))), None)


def _claimed_by_me(case: Case) -> Problem | None:
    owner = case.application.claimed_by_account_id
    if owner is None:
        return NotClaimed()
    return None if owner == case.actor.account_id else ClaimedByAnother()


def _not_claimed_by_other(case: Case) -> Problem | None:
    owner = case.application.claimed_by_account_id
    return None if owner in (None, case.actor.account_id) else ClaimedByAnother()


def _not_returned_before(case: Case) -> Problem | None:
    return ReturnedAlready() if case.application.returned_once else None


def _necessity_settled(case: Case) -> Problem | None:
    return NecessityUnsettled() if case.application.necessity_open else None


def _necessity_open(case: Case) -> Problem | None:
    return None if case.application.necessity_open else NoFindingOpen()


def _other_eyes(case: Case) -> Problem | None:
    drafted = case.application.drafter_account_id == case.actor.account_id
    return SameEyes() if drafted and not case.organisation.one_person else None


def _not_own_case(case: Case) -> Problem | None:
    """Neither one's own, nor what one has applied for as a relative: the applicant decides nothing of it."""
    application, actor = case.application, case.actor
    asked = application.helper == "relative" and application.account_id == actor.account_id
    return OwnCase() if asked or application.holder_id == actor.person_id else None


def _cosigned(case: Case) -> Problem | None:
    waits = case.application.cosign_required and case.application.cosigned_at is None
    return CosignMissing() if waits else None


def _awaits_cosign(case: Case) -> Problem | None:
    return None if _cosigned(case) else CosignNotAwaited()


def _not_urged_today(case: Case) -> Problem | None:
    urged = case.application.urged_at
    same_day = urged is not None and clock.beijing(urged).date() == clock.beijing(case.now).date()
    return UrgedToday() if same_day else None


def _consent_recorded(case: Case) -> Problem | None:
    missing = case.application.helper == "clerk" and case.application.helper_basis is None
    return ConsentMissing() if missing else None


_CHECKS: dict[Guard, Callable[[Case], Problem | None]] = {
    Guard.CLAIMED_BY_ME: _claimed_by_me,
    Guard.NOT_CLAIMED_BY_OTHER: _not_claimed_by_other,
    Guard.NOT_RETURNED_BEFORE: _not_returned_before,
    Guard.NECESSITY_SETTLED: _necessity_settled,
    Guard.NECESSITY_OPEN: _necessity_open,
    Guard.OTHER_EYES: _other_eyes,
    Guard.NOT_OWN_CASE: _not_own_case,
    Guard.COSIGNED: _cosigned,
    Guard.AWAITS_COSIGN: _awaits_cosign,
    Guard.NOT_URGED_TODAY: _not_urged_today,
    Guard.CONSENT_RECORDED: _consent_recorded,
}


def is_applicant(actor: Actor, application: Application) -> bool:
    """Whether the actor is the holder, or acts for them by recorded consent."""
    holder = application.holder_id
    return holder == actor.person_id or holder in actor.acts_for


def allowed(case: Case) -> list[Step]:
    """Every step this actor may take now: what the buttons show, from the same table that the verbs obey."""
    steps = steps_from(State(case.application.state))
    return [step for step in steps if has_authority(step, case) and refusal(step, case) is None]


def has_authority(step: Step, case: Case) -> bool:
    """Whether state and conditions aside, this actor may take such a step with this application."""
    path = case.organisation.path
    if step.party is Party.MACHINE:
        return case.actor.machine
    if step.party is Party.CITIZEN:
        assists = case.application.helper == "clerk"
        return is_applicant(case.actor, case.application) or (
            assists and case.actor.grant_over(Permission.ASSIST_APPLICATIONS, path) is not None
        )
    return case.actor.grant_over(step.permission, path) is not None
