"""A citizen applies: draft, autosave, submit, not needed, dispute, duplicate, urge, withdraw."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications import timeline
from backend.applications.models import Application, ApplicationEvent, TextRevision
from backend.audit.models import AuditEntry
from backend.notifications.models import Message
from backend.settings import Settings
from tests.backend.applications.conftest import Callers
from tests.factories import applications, identity, organisations
from tests.factories.applications import Village
from tests.http_client import Caller

APPLICATIONS = "/mp/v1/applications"


def start(callers: Callers, here: Village, **changes: Any) -> dict[str, Any]:
    answer = callers.citizen.post(APPLICATIONS, applications.body(here.organisation, **changes))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def submit(callers: Callers, draft: dict[str, Any], **options: Any) -> Any:
    return callers.citizen.post(f"{APPLICATIONS}/{draft['id']}/submit", {}, **options)


def verbs(application: dict[str, Any]) -> set[str]:
    return {each["verb"] for each in application["can"]}


def test_a_draft_needs_only_the_committee(callers: Callers, here: Village) -> None:
    answer = callers.citizen.post(APPLICATIONS, {"organisation_id": str(here.organisation.id)})
    assert answer.status_code == 201
    assert answer.json["state"] == "draft"
    assert verbs(answer.json) == {"save", "submit", "withdraw"}
    assert answer.json["holder"]["name"] == "欧***"
    assert "30天" not in answer.json["due_words"] and "逾期自动结束" in answer.json["due_words"]


def test_a_draft_is_saved_as_it_is_typed(callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    changed = applications.body(here.organisation, words="我住在村里。\n已经五年。")
    answer = callers.citizen.put(f"{APPLICATIONS}/{draft['id']}", changed)
    assert answer.status_code == 200
    assert callers.citizen.get(f"{APPLICATIONS}/{draft['id']}").json["words"] == "我住在村里。\n已经五年。"


def test_two_phones_saving_one_draft_do_not_overwrite_each_other(callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    seen = {**applications.body(here.organisation), "row_version": draft["row_version"]}
    assert callers.citizen.put(f"{APPLICATIONS}/{draft['id']}", seen | {"title": "甲"}).status_code == 200
    late = callers.citizen.put(f"{APPLICATIONS}/{draft['id']}", seen | {"title": "乙"})
    assert (late.status_code, late.json["code"]) == (409, "edited_meanwhile")


def test_a_draft_says_when_it_was_changed_last(callers: Callers, here: Village) -> None:
    draft = callers.citizen.post("/mp/v1/applications", applications.body(here.organisation)).json
    saved = callers.citizen.put(
        f"/mp/v1/applications/{draft['id']}", applications.body(here.organisation)
    ).json
    assert draft["updated_at"] == draft["created_at"] <= saved["updated_at"]


def test_an_office_that_is_no_committee_is_refused(session: Session, callers: Callers, here: Village) -> None:
    town = organisations.town(session)
    session.commit()
    answer = callers.citizen.post(APPLICATIONS, {"organisation_id": str(town.id)})
    assert (answer.status_code, answer.json["code"]) == (422, "not_a_committee")


def test_submitted_it_waits_for_the_committee(session: Session, callers: Callers, here: Village) -> None:
    answer = submit(callers, start(callers, here))
    assert answer.status_code == 200
    assert answer.json["state"] == "submitted"
    assert answer.json["due_words"].startswith("预计")
    assert verbs(answer.json) == {"urge", "withdraw"}
    told = session.scalars(select(Message.account_id).where(Message.kind == "todo")).all()
    assert set(told) == {here.clerk.account.id, here.other_clerk.account.id}


def test_an_incomplete_one_is_told_field_by_field(callers: Callers, here: Village) -> None:
    draft = callers.citizen.post(APPLICATIONS, {"organisation_id": str(here.organisation.id)}).json
    answer = submit(callers, draft)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"json.title", "json.purpose", "json.receiver", "json.words"}


def test_submitted_twice_with_one_key_it_is_one(session: Session, callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    first = submit(callers, draft, key="the-same-key-1")
    again = submit(callers, draft, key="the-same-key-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    other_key = submit(callers, draft)
    assert (other_key.status_code, other_key.json["code"]) == (409, "wrong_state")
    assert "待认领" in other_key.json["detail"]
    events = session.scalars(
        select(ApplicationEvent.verb).where(ApplicationEvent.application_id == uuid.UUID(draft["id"]))
    ).all()
    assert events == ["submit"]


def test_what_need_not_be_certified_stops_with_the_office_named(callers: Callers, here: Village) -> None:
    draft = start(callers, here, words="老板要证明我没结婚", title="", item_code=None)
    callers.citizen.put(
        f"{APPLICATIONS}/{draft['id']}",
        applications.body(here.organisation, words="老板要证明我没结婚", title="证明", item_code=None),
    )
    answer = submit(callers, draft)
    assert answer.json["state"] == "not_needed"
    (finding,) = answer.json["findings"]
    assert finding["key"] == "marriage"
    assert "婚姻登记" in finding["office"]
    assert verbs(answer.json) == {"dispute", "revise", "withdraw"}


def test_disputed_it_goes_to_the_clerk_marked(callers: Callers, here: Village) -> None:
    draft = start(callers, here, words="老板要证明我没结婚", item_code=None)
    submit(callers, draft)
    path = f"{APPLICATIONS}/{draft['id']}/dispute"
    assert callers.citizen.post(path, {"reason": "短"}).status_code == 422
    answer = callers.citizen.post(path, {"reason": "我要证明的是单独居住"})
    assert answer.json["state"] == "submitted"
    assert answer.json["necessity_open"] is True
    seen = callers.clerk.get(f"/mp/v1/committee/applications/{draft['id']}").json
    assert seen["disputed_reason"] == "我要证明的是单独居住"


def test_rewritten_it_may_be_handed_in_again(callers: Callers, here: Village) -> None:
    draft = start(callers, here, words="老板要证明我没结婚", item_code=None)
    submit(callers, draft)
    assert callers.citizen.post(f"{APPLICATIONS}/{draft['id']}/revise").json["state"] == "draft"
    callers.citizen.put(f"{APPLICATIONS}/{draft['id']}", applications.body(here.organisation))
    answer = submit(callers, draft)
    assert answer.json["state"] == "submitted"
    assert answer.json["necessity_open"] is False


def test_a_likely_duplicate_is_shown_before_work_begins(callers: Callers, here: Village) -> None:
    first = start(callers, here)
    submit(callers, first)
    second = start(callers, here)
    answer = submit(callers, second)
    assert (answer.status_code, answer.json["code"]) == (409, "duplicate_found")
    assert [each["id"] for each in answer.json["existing"]] == [first["id"]]
    confirmed = callers.citizen.post(f"{APPLICATIONS}/{second['id']}/submit", {"confirm_duplicate": True})
    assert confirmed.json["state"] == "submitted"
    beside = callers.clerk.get(f"/mp/v1/committee/applications/{second['id']}").json["duplicates"]
    assert [each["id"] for each in beside] == [first["id"]]


def test_another_receiver_is_no_duplicate(callers: Callers, here: Village) -> None:
    submit(callers, start(callers, here))
    assert submit(callers, start(callers, here, receiver="东莞市某小学")).status_code == 200


def test_urged_once_a_day(session: Session, callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    submit(callers, draft)
    path = f"{APPLICATIONS}/{draft['id']}/urge"
    assert callers.citizen.post(path).status_code == 200
    again = callers.citizen.post(path)
    assert (again.status_code, again.json["code"]) == (409, "urged_today")
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        token = identity.log_in(session, here.citizen.account)
        assert callers.citizen.as_(token).post(path).status_code == 200


def test_withdrawn_it_is_over(callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    submit(callers, draft)
    path = f"{APPLICATIONS}/{draft['id']}/withdraw"
    assert callers.citizen.post(path, {"reason": "不用了"}).json["state"] == "withdrawn"
    late = callers.clerk.post(f"/mp/v1/committee/applications/{draft['id']}/claim")
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    assert "已撤回" in late.json["detail"]


def test_the_timeline_shows_posts_and_never_names(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    answer = callers.citizen.get(f"{APPLICATIONS}/{made.id}/timeline")
    assert [step["verb"] for step in answer.json["steps"]] == ["submit", "claim", "edit", "forward"]
    assert answer.json["steps"][1]["by"] == f"{here.organisation.name}经办人"
    assert answer.json["who_has_it"] == f"{here.organisation.name}负责人"
    assert "李四" not in answer.text and "欧阳" not in answer.text


def test_progress_says_by_when_what_can_be_done_and_whom_to_call(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    here.organisation.phone = "0715-8123456"
    made = applications.approving_application(session, settings, here)
    seen = callers.citizen.get(f"{APPLICATIONS}/{made.id}").json
    progress = callers.citizen.get(f"{APPLICATIONS}/{made.id}/timeline").json
    same = ("organisation", "who_has_it", "due_at", "step_due_at", "due_provisional", "overdue", "due_words")
    assert {name: progress[name] for name in same} == {name: seen[name] for name in same}
    assert progress["due_at"].endswith("+08:00") and progress["overdue"] is False
    assert verbs(progress) == verbs(seen) == {"withdraw", "urge"}
    assert seen["organisation"]["contact"] == {"office": here.organisation.name, "phone": "0715-8123456"}


def test_a_village_without_a_number_leads_to_the_office_above(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    path = f"{APPLICATIONS}/{made.id}"
    assert callers.citizen.get(path).json["organisation"]["contact"] is None
    organisations.county(session).phone = "0715-8000000"
    session.commit()
    assert callers.citizen.get(path).json["organisation"]["contact"]["phone"] == "0715-8000000"
    town = organisations.town(session)
    town.phone = "0715-8111111"
    session.commit()
    reached = callers.citizen.get(path).json["organisation"]["contact"]
    assert reached == {"office": town.name, "phone": "0715-8111111"}


def test_the_citizen_reads_what_was_changed(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    first, second = callers.citizen.get(f"{APPLICATIONS}/{made.id}/changes").json["items"]
    assert first["changes"] == [{"op": "equal", "text": "我从2019年起一直住在万年路社区三组12号。"}]
    after = "".join(piece["text"] for piece in second["changes"] if piece["op"] != "delete")
    before = "".join(piece["text"] for piece in second["changes"] if piece["op"] != "insert")
    assert (before, after) == (first["changes"][0]["text"], made.text)
    assert {piece["op"] for piece in second["changes"]} == {"equal", "insert", "delete"}


def test_a_stranger_finds_nothing(session: Session, client: Caller, callers: Callers, here: Village) -> None:
    draft = start(callers, here)
    stranger = client.as_(identity.citizen(session, "王二").token)
    for method, path in (
        ("GET", ""),
        ("GET", "/timeline"),
        ("GET", "/changes"),
        ("POST", "/submit"),
        ("POST", "/withdraw"),
        ("POST", "/urge"),
    ):
        answer = stranger.call(method, f"{APPLICATIONS}/{draft['id']}{path}", json={})
        assert answer.status_code == 404, (method, path)


def test_a_relative_applies_only_with_consent(
    session: Session, client: Caller, callers: Callers, here: Village
) -> None:
    daughter = identity.citizen(session, "欧阳小妹")
    asked = {**applications.body(here.organisation), "holder_id": str(here.citizen.person.id)}
    assert client.as_(daughter.token).post(APPLICATIONS, asked).status_code == 404
    consent = identity.acts_for(session, daughter, here.citizen.person)
    made = client.as_(daughter.token).post(APPLICATIONS, asked)
    assert made.status_code == 201
    assert (made.json["helper"], made.json["is_mine"]) == ("relative", False)
    sent = client.as_(daughter.token).post(f"{APPLICATIONS}/{made.json['id']}/submit", {})
    assert sent.json["state"] == "submitted"
    trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "application.submit")).one()
    assert trace.for_person_id == here.citizen.person.id
    assert trace.account_id == daughter.account.id
    mine = callers.citizen.get(f"{APPLICATIONS}/{made.json['id']}/timeline").json
    assert mine["steps"][0]["by"] == "代办亲友"
    consent.withdrawn_at = clock.now()
    session.commit()
    assert client.as_(daughter.token).get(f"{APPLICATIONS}/{made.json['id']}").status_code == 404


def test_one_s_own_list_is_paged_newest_first(callers: Callers, here: Village) -> None:
    made = [start(callers, here)["id"] for _ in range(3)]
    first = callers.citizen.get(f"{APPLICATIONS}?limit=2").json
    rest = callers.citizen.get(f"{APPLICATIONS}?limit=2&cursor={first['next_cursor']}").json
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


BAD_WORDS = [
    "字" * 20_000,
    "住\u202e在村里",
    "住\u200b在村里",
    "住\ue000在村里",
    "住\x07在村里",
    "住\ufeff在村里",
]


@pytest.mark.parametrize("words", BAD_WORDS, ids=["20000", "rtl", "zero-width", "private", "bell", "bom"])
def test_words_that_cannot_be_used_are_refused_with_words(
    callers: Callers, here: Village, words: str
) -> None:
    answer = callers.citizen.post(APPLICATIONS, applications.body(here.organisation, words=words))
    assert answer.status_code == 422
    assert answer.json["errors"]["json.words"]


def test_markup_is_kept_as_the_text_it_is(callers: Callers, here: Village) -> None:
    words = "<b>住</b>在村里 #set page(width: 1pt) {{7*7}} '; DROP TABLE application; --"
    draft = start(callers, here, words=words)
    answer = submit(callers, draft)
    assert answer.json["state"] == "submitted"
    assert answer.json["text"] == words


@pytest.mark.parametrize("words", ["我住在村里😀", "我住在村里\U0001f3e0"])
def test_an_emoji_is_refused_before_anybody_works_on_it(callers: Callers, here: Village, words: str) -> None:
    answer = submit(callers, start(callers, here, words=words))
    assert (answer.status_code, answer.json["code"]) == (422, "unprintable")
    assert "表情符号" in answer.json["errors"]["json.words"][0]


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "䶮㛃", "\U0002cb4e"])
def test_rare_names_pass(session: Session, client: Caller, here: Village, name: str) -> None:
    citizen = client.as_(identity.citizen(session, name).token)
    words = f"{name}一直住在本村"
    made = citizen.post(APPLICATIONS, applications.body(here.organisation, words=words)).json
    assert citizen.post(f"{APPLICATIONS}/{made['id']}/submit", {}).json["state"] == "submitted"


def test_drafts_have_a_limit_a_day(
    session: Session, callers: Callers, here: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.applications.drafting.DRAFTS_A_DAY", 2)
    start(callers, here)
    start(callers, here)
    answer = callers.citizen.post(APPLICATIONS, applications.body(here.organisation))
    assert answer.status_code == 429


def test_personal_words_are_sealed_at_rest(session: Session, settings: Settings, here: Village) -> None:
    made = applications.submitted_application(session, settings, here)
    row = session.execute(select(Application.__table__).where(Application.id == made.id)).mappings().one()
    text = session.execute(
        select(TextRevision.__table__).where(TextRevision.application_id == made.id)
    ).mappings()
    stored = repr(dict(row)) + repr([dict(each) for each in text])
    for secret in ("万年路社区三组", "深圳市某电子", "入职", "欧阳"):
        assert secret.encode() not in stored.encode()


def test_staff_who_are_not_clerks_cannot_apply_through_their_post(
    session: Session, client: Caller, here: Village
) -> None:
    auditor = organisations.staff(session, here.organisation, Role.AUDITOR)
    answer = client.as_(auditor.token).post(APPLICATIONS, applications.body(here.organisation))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("before", "after"),
    [("字x" * 1000, "字y" * 1000), ("字" * 2000, "字" * 1999 + "尾"), ("", "新"), ("旧", ""), ("同", "同")],
)
def test_differences_are_found_in_time_and_lose_nothing(before: str, after: str) -> None:
    began = time.perf_counter()
    pieces = timeline.changes(before, after)
    assert time.perf_counter() - began < 2
    assert "".join(piece["text"] for piece in pieces if piece["op"] != "insert") == before
    assert "".join(piece["text"] for piece in pieces if piece["op"] != "delete") == after


def test_nobody_applies_in_the_name_of_the_dead(session: Session, callers: Callers, here: Village) -> None:
    here.citizen.person.state = "deceased"
    session.commit()
    answer = callers.citizen.post(APPLICATIONS, applications.body(here.organisation))
    assert (answer.status_code, answer.json["code"]) == (403, "holder_deceased")
