"""The state table itself: complete, consistent, and the page in `docs/` made from it."""

from pathlib import Path

import pytest

from backend.access import TABLE
from backend.applications import guards, state_table
from backend.applications.workflow import (
    BY_VERB,
    CLOSED,
    GUARD_NAMES,
    LIMITS,
    OPEN,
    STATE_NAMES,
    STEPS,
    Guard,
    Party,
    State,
    steps_from,
)

ROOT = Path(__file__).parents[3]


def test_every_verb_stands_once() -> None:
    assert len(BY_VERB) == len(STEPS)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_name_and_a_way_in(state: State) -> None:
    assert STATE_NAMES[state]
    assert state is State.DRAFT or any(state in step.to for step in STEPS)


@pytest.mark.parametrize("state", sorted(set(State) - CLOSED))
def test_every_open_state_has_a_way_out_that_needs_no_luck(state: State) -> None:
    ways = [step for step in steps_from(state) if any(to != state for to in step.to)]
    assert ways
    assert state in LIMITS or state is State.SEALING


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_what_is_closed_stays_closed(state: State) -> None:
    assert steps_from(state) == ()


def test_an_applicant_may_withdraw_from_every_state_before_sealing() -> None:
    assert set(BY_VERB["withdraw"].sources) == set(State) - CLOSED - {State.SEALING}


def test_decisions_take_a_pin_and_two_pairs_of_eyes() -> None:
    for verb in ("refuse", "approve"):
        step = BY_VERB[verb]
        assert step.pin
        assert {Guard.OTHER_EYES, Guard.NOT_OWN_CASE} <= set(step.guards)


def test_every_guard_is_written_and_named() -> None:
    assert set(guards._CHECKS) == set(Guard) == set(GUARD_NAMES)


def test_every_step_of_staff_is_some_role_s() -> None:
    for step in STEPS:
        assert step.party is Party.MACHINE or TABLE[step.permission]


def test_states_are_open_closed_or_the_citizen_s_own() -> None:
    assert not OPEN & CLOSED
    assert set(State) - OPEN - CLOSED == {State.DRAFT, State.NOT_NEEDED}


def test_the_page_in_docs_is_made_from_the_table() -> None:
    page = (ROOT / "docs" / "state-table.md").read_text(encoding="utf-8")
    assert page == state_table.page(), "run: python -m backend.applications.state_table > docs/state-table.md"
