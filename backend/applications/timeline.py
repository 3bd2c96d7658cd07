"""What the applicant sees of progress: each step by post, never by name; who has it; by when; the text's changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypedDict

from diff_match_patch import diff_match_patch
from sqlalchemy.orm import Session

from backend import clock
from backend.applications import reading
from backend.applications.models import Application, ApplicationEvent
from backend.applications.workflow import BY_VERB, CLOSED, STATE_NAMES, Party, State
from backend.organisations.calendar import PROVISIONAL

_SECONDS = 0.2
_SHORTEST_EQUAL = 2  # a single character left between two changes reads worse than one longer change
_OPS = {-1: "delete", 0: "equal", 1: "insert"}


class Change(TypedDict):
    """One piece of the text: `op` is equal, insert or delete."""

    op: str
    text: str


@dataclass(frozen=True)
class Version:
    """One version of the text against the one before it (修改痕迹)."""

    serial: int
    at: datetime
    by_post: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class Entry:
    """One step: when, what, by which post of which office, and what was said to everybody."""

    at: datetime
    verb: str
    told: str
    by: str
    state: str
    state_name: str
    note: str | None


def entries(session: Session, application: Application, *, with_internal: bool) -> list[Entry]:
    """The timeline, oldest first; remarks among staff only `with_internal`."""
    return [_entry(event, with_internal) for event in reading.events(session, application)]


def _entry(event: ApplicationEvent, with_internal: bool) -> Entry:
    step = BY_VERB[event.verb]
    own = step.party in (Party.CITIZEN, Party.MACHINE)
    notes = [event.public_note, event.internal_note if with_internal else None]
    told = step.told
    if event.verb == "submit" and event.to_state == State.NOT_NEEDED:
        told = "提交后经审查无需开具"
    return Entry(
        at=event.at,
        verb=event.verb,
        told=told,
        by=event.post if own else f"{event.organisation_name}{event.post}",
        state=event.to_state,
        state_name=STATE_NAMES[State(event.to_state)],
        note=";".join(note for note in notes if note) or None,
    )


def who_has_it(application: Application, organisation_name: str) -> str:
    """By post, never by name."""
    waits_for_town = application.cosign_required and application.cosigned_at is None
    posts: dict[State, str] = {
        State.DRAFT: "您",
        State.NOT_NEEDED: "您",
        State.RETURNED: "您（等待补正）",
        State.SUBMITTED: f"{organisation_name}(等待经办人认领)",
        State.REVIEWING: f"{organisation_name}{application.claimed_by_post or '经办人'}",
        State.REFUSING: f"{organisation_name}负责人",
        State.APPROVING: "乡镇（街道）复核人" if waits_for_town else f"{organisation_name}负责人",
        State.SEALING: "系统（正在签章）",
    }
    return posts.get(State(application.state), "已办结")


def due_words(application: Application) -> str:
    """By when, in words; the clock stands still in `returned`."""
    state = State(application.state)
    if state in CLOSED or state is State.SEALING:
        return ""
    if state in (State.DRAFT, State.NOT_NEEDED, State.RETURNED):
        verb = "补正" if state is State.RETURNED else "提交"
        due = application.step_due_at
        return f"请在{clock.spoken(due)}前{verb}，逾期自动结束{_kind(application)}" if due else ""
    due = application.due_at
    if due is None:
        return ""
    if due < clock.now():
        return f"应在{clock.spoken(due)}前办结，已超期，您可以催办或投诉"
    return f"预计{clock.spoken(due)}前办结{_kind(application)}"


def _kind(application: Application) -> str:
    return f"({PROVISIONAL})" if application.due_provisional else ""


def versions(session: Session, application: Application) -> list[Version]:
    """Every version of the text against the one before it; the first is the applicant's own words."""
    rows = reading.revisions(session, application)
    found = [Version(r.serial, r.at, r.by_post, [Change(op="equal", text=r.text)]) for r in rows[:1]]
    for before, after in pairwise(rows):
        found.append(Version(after.serial, after.at, after.by_post, changes(before.text, after.text)))
    return found


def changes(before: str, after: str) -> list[Change]:
    """What was taken out and put in, piece by piece; joined, equal and insert give the text after.

    Myers' algorithm with a time limit: texts made to be slow (字x字x…) come back as one delete and one insert.
    """
    differ = diff_match_patch()
    differ.Diff_Timeout = _SECONDS
    differ.Diff_EditCost = _SHORTEST_EQUAL
    pieces = differ.diff_main(before, after, False)
    differ.diff_cleanupEfficiency(pieces)
    return [Change(op=_OPS[op], text=text) for op, text in pieces]
