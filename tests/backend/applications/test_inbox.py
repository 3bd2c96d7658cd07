"""The inbox: what I can do now, overdue first, found by whole values, in a fixed number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications import deciding, following
from backend.applications.models import Application
from backend.organisations.models import Organisation
from backend.settings import Settings
from tests.backend.applications.conftest import Callers
from tests.factories import applications, organisations
from tests.factories.applications import PIN, Village
from tests.http_client import Caller

INBOX = "/mp/v1/committee/inbox"


def ids(caller: Caller, tab: str, **query: Any) -> list[str]:
    answer = caller.get(INBOX, query_string={"tab": tab, **query})
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["items"]]


def found(caller: Caller, kind: str, words: str) -> list[str]:
    answer = caller.post(f"{INBOX}/search", {"kind": kind, "words": words}, key=None)
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["items"]]


def counts(caller: Caller) -> dict[str, int | None]:
    return {tab["key"]: tab["count"] for tab in caller.get(f"{INBOX}/tabs").json["items"]}


def test_each_tab_holds_what_i_can_do_now(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    waiting = applications.submitted_application(session, settings, here)
    mine = applications.claimed_application(session, settings, here)
    to_sign = applications.approving_application(session, settings, here)
    applications.drafted_application(session, settings, here)
    assert ids(callers.clerk, "unclaimed") == [str(waiting.id)]
    assert ids(callers.clerk, "mine") == [str(mine.id)]
    assert ids(callers.other_clerk, "mine") == []
    assert ids(callers.approver, "to_sign") == [str(to_sign.id)]
    assert callers.clerk.get(INBOX, query_string={"tab": "to_sign"}).status_code == 403
    assert counts(callers.clerk) == {"unclaimed": 1, "mine": 1, "overdue": 0, "returned": 0, "done": None}
    assert counts(callers.approver) == {"to_sign": 1, "overdue": 0, "returned": 0, "done": None}


def test_one_who_drafted_does_not_see_it_to_sign(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    organisations.grant(session, here.clerk.account, here.organisation, Role.APPROVER)
    clerk = client.as_(here.clerk.token)
    assert ids(clerk, "to_sign") == []
    here.organisation.one_person = True
    session.commit()
    assert ids(clerk, "to_sign") == [str(made.id)]


def test_what_waits_for_the_town_is_in_the_town_s_inbox(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    item = {"item_code": "homestead_opinion", "title": "宅基地申请村级意见", "words": "翻建老屋"}
    made = applications.approving_application(session, settings, here, **item)
    assert ids(callers.town, "to_cosign") == [str(made.id)]
    assert ids(callers.approver, "to_sign") == []
    callers.town.post(f"/mp/v1/committee/applications/{made.id}/cosign", {})
    assert ids(callers.town, "to_cosign") == []
    assert ids(callers.approver, "to_sign") == [str(made.id)]


def test_what_is_late_comes_first(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=7), tick=False):
        late = applications.submitted_application(session, settings, here)
    fresh = applications.submitted_application(session, settings, here)
    clerk = client.as_(here.clerk.token)
    answer = clerk.get(INBOX, query_string={"tab": "unclaimed"}).json["items"]
    assert [row["id"] for row in answer] == [str(late.id), str(fresh.id)]
    assert [row["overdue"] for row in answer] == [True, False]
    assert ids(clerk, "overdue") == [str(late.id)]


def test_what_is_urged_rises(session: Session, settings: Settings, callers: Callers, here: Village) -> None:
    first = applications.submitted_application(session, settings, here)
    second = applications.submitted_application(session, settings, here)
    following.urge(session, here.citizen.actor(session), application_id=second.id)
    session.commit()
    assert ids(callers.clerk, "unclaimed") == [str(second.id), str(first.id)]


def test_a_lapsed_claim_is_there_to_be_claimed(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    assert made.claim_lapses_at is not None
    with time_machine.travel(made.claim_lapses_at + timedelta(minutes=1), tick=False):
        assert ids(client.as_(here.other_clerk.token), "unclaimed") == [str(made.id)]


def test_what_is_done_is_newest_first(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = [applications.submitted_application(session, settings, here) for _ in range(3)]
    for each in made:
        following.withdraw(session, here.citizen.actor(session), application_id=each.id)
        session.commit()
    assert ids(callers.clerk, "done") == [str(each.id) for each in reversed(made)]


def test_pages_follow_one_another(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = [str(applications.submitted_application(session, settings, here).id) for _ in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        query = {"tab": "unclaimed", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = callers.clerk.get(INBOX, query_string=query).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made


def test_search_finds_whole_values_only(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    deciding.start_sealing(session, here.approver.actor, application_id=made.id)
    deciding.mark_issued(session, application_id=made.id, number="万年证〔2026〕1号")
    session.commit()
    person = here.citizen.person
    assert found(callers.clerk, "name", person.name) == [str(made.id)]
    assert found(callers.clerk, "name", person.name[:2]) == []
    assert found(callers.clerk, "id_number", person.id_number) == [str(made.id)]
    assert found(callers.clerk, "id_number", person.id_number[:-1]) == []
    assert found(callers.clerk, "certificate_number", "万年证〔2026〕1号") == [str(made.id)]


def test_full_width_and_blanks_find_the_same(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    number = here.citizen.person.id_number
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number[:17]) + number[17:].lower()
    assert found(callers.clerk, "id_number", wide) == [str(made.id)]


@pytest.mark.parametrize(
    "code",
    [
        organisations.SIBLING_VILLAGE,
        organisations.OTHER_TOWN_VILLAGE,
        organisations.OTHER_COUNTY_VILLAGE,
    ],
)
def test_other_villages_see_and_find_nothing(
    session: Session, settings: Settings, client: Caller, here: Village, code: str
) -> None:
    applications.submitted_application(session, settings, here)
    elsewhere = client.as_(organisations.clerk(session, organisations.village(session, code)).token)
    assert ids(elsewhere, "unclaimed") == []
    assert ids(elsewhere, "unclaimed", organisation_id=str(here.organisation.id)) == []
    assert found(elsewhere, "name", here.citizen.person.name) == []


def test_a_town_sees_all_its_villages_and_may_choose_one(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    sibling = applications.village(session, organisations.SIBLING_VILLAGE)
    first = applications.submitted_application(session, settings, here)
    second = applications.submitted_application(session, settings, sibling)
    town = session.get_one(Organisation, here.organisation.parent_id)
    clerk = client.as_(organisations.staff(session, town, Role.CLERK).token)
    assert ids(clerk, "unclaimed") == [str(first.id), str(second.id)]
    assert ids(clerk, "unclaimed", organisation_id=str(sibling.organisation.id)) == [str(second.id)]
    assert counts(clerk)["unclaimed"] == 2


def test_rows_are_masked(session: Session, settings: Settings, callers: Callers, here: Village) -> None:
    applications.submitted_application(session, settings, here)
    answer = callers.clerk.get(INBOX, query_string={"tab": "unclaimed"})
    assert answer.json["items"][0]["holder_name"] == "欧***"
    assert "欧阳" not in answer.text and here.citizen.person.id_number not in answer.text


def test_an_unknown_tab_is_refused(callers: Callers) -> None:
    assert callers.clerk.get(INBOX, query_string={"tab": "everything"}).status_code == 422


def test_a_message_opens_exactly_the_thing_to_do(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    (message,) = callers.clerk.get("/mp/v1/messages").json["items"]
    assert (message["target_kind"], message["target_id"]) == ("application", str(made.id))
    opened = callers.clerk.get(f"/mp/v1/committee/applications/{message['target_id']}")
    assert "claim" in {each["verb"] for each in opened.json["can"]}


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    applications.submitted_application(session, settings, here)
    with statements(session) as few:
        ids(callers.clerk, "unclaimed")
    for _ in range(5):
        applications.submitted_application(session, settings, here)
    with statements(session) as many:
        assert len(ids(callers.clerk, "unclaimed")) == 6
    # token, device, account, acting consents, grants; then the committee's kind, the page, the committees' names
    assert len(few) == len(many) <= 9
    with statements(session) as tabs:
        counts(callers.clerk)
    assert len(tabs) <= 13


def test_the_list_of_one_s_own_asks_as_few(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    for _ in range(3):
        applications.drafted_application(session, settings, here)
    with statements(session) as seen:
        assert len(callers.citizen.get("/mp/v1/applications").json["items"]) == 3
    assert len(seen) <= 8


def test_the_index_gives_the_order_of_a_committee_s_inbox(
    session: Session, settings: Settings, here: Village
) -> None:
    """On SQLite: no sorting of the whole committee for a page."""
    if session.get_bind().dialect.name != "sqlite":
        return
    plan = session.connection().exec_driver_sql(
        "EXPLAIN QUERY PLAN SELECT id FROM application WHERE organisation_id = ? AND shelf = 'open' "
        "AND state = 'submitted' ORDER BY sort_at, id LIMIT 21",
        (here.organisation.id.hex,),
    )
    text = " ".join(str(row) for row in plan)
    assert "ix_application_inbox" in text and "TEMP B-TREE" not in text


def test_approved_over_http_it_leaves_the_tab(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    path = f"/mp/v1/committee/applications/{made.id}"
    read = callers.approver.get(f"{path}/document").json["digest"]
    answer = callers.approver.post(f"{path}/approve", {"pin": PIN, "digest": read})
    assert answer.status_code == 201, answer.json
    assert ids(callers.approver, "to_sign") == []
    session.expire_all()
    assert session.get_one(Application, made.id).state == "sealing"
    late = callers.citizen.post(f"/mp/v1/applications/{made.id}/withdraw", {})
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    assert "正在签章" in late.json["detail"]
