"""A clerk's work over HTTP: claim, edit, overrule, return once, transfer, refuse, forward; and who may not."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications.models import Application
from backend.audit.models import AccessRecord, AuditEntry
from backend.notifications.models import Message
from backend.organisations.models import Organisation
from backend.papers.models import Paper
from backend.settings import Settings
from tests.backend.applications.conftest import Callers
from tests.factories import applications, identity, organisations
from tests.factories.applications import PIN, Village
from tests.http_client import Caller

COMMITTEE = "/mp/v1/committee/applications"
WHERE = [{"office": "户籍地派出所", "how": "带身份证，当场办理"}]


def act(caller: Caller, made: Application, verb: str, body: dict[str, Any] | None = None) -> Any:
    return caller.post(f"{COMMITTEE}/{made.id}/{verb}", body or {})


def papers_of(session: Session, made: Application) -> list[str]:
    return list(session.scalars(select(Paper.kind).where(Paper.subject_id == made.id)))


def titles_told(session: Session, account_id: uuid.UUID) -> list[str]:
    return list(session.scalars(select(Message.title).where(Message.account_id == account_id)))


def test_a_claim_sends_the_receipt_once(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    answer = act(callers.clerk, made, "claim")
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["claimed_by_me"]) == ("reviewing", True)
    assert papers_of(session, made) == ["receipt"]
    assert "申请已受理" in titles_told(session, here.citizen.account.id)


def test_two_clerks_do_not_work_at_once(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    second = act(callers.other_clerk, made, "claim")
    assert (second.status_code, second.json["code"]) == (409, "wrong_state")
    assert "审核中" in second.json["detail"]
    for verb, body in (
        ("return", {"items": [{"kind": "supply", "message": "请补照片"}]}),
        ("forward", {"row_version": made.row_version}),
        ("refusal-proposal", {"reason": "not_true", "words": "与查明的不符", "where_to_go": WHERE}),
        ("transfer", {"reason": "不是本村的人", "organisation_id": str(uuid.uuid4())}),
    ):
        answer = act(callers.other_clerk, made, verb, body)
        assert (answer.status_code, answer.json["code"]) == (409, "claimed_by_another"), verb


def test_a_claim_lapses_without_work_and_another_takes_over(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    assert made.claim_lapses_at is not None
    with time_machine.travel(made.claim_lapses_at - timedelta(minutes=1), tick=False):
        early = act(client.as_(here.other_clerk.token), made, "claim")
        assert early.status_code == 409
    with time_machine.travel(made.claim_lapses_at + timedelta(minutes=1), tick=False):
        taken = act(client.as_(here.other_clerk.token), made, "claim")
        assert (taken.status_code, taken.json["claimed_by_me"]) == (200, True)
        late = act(client.as_(here.clerk.token), made, "forward", {"row_version": taken.json["row_version"]})
        assert late.json["code"] == "claimed_by_another"
    session.expire_all()
    assert papers_of(session, made) == ["receipt"]
    assert "认领已失效" in titles_told(session, here.clerk.account.id)


def test_work_keeps_a_claim_alive(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    before = made.claim_lapses_at
    assert before is not None
    with time_machine.travel(before - timedelta(minutes=5), tick=False):
        clerk = client.as_(here.clerk.token)
        edited = clerk.put(
            f"{COMMITTEE}/{made.id}/text", {"text": "兹证明其住在本村。", "row_version": made.row_version}
        )
        assert edited.status_code == 200, edited.json
    session.expire_all()
    assert session.get_one(Application, made.id).claim_lapses_at > before  # type: ignore[operator]


def test_an_edit_on_an_old_version_is_refused(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    path, body = f"{COMMITTEE}/{made.id}/text", {"text": "兹证明甲。", "row_version": made.row_version}
    assert callers.clerk.put(path, body).status_code == 200
    late = callers.clerk.put(path, {**body, "text": "兹证明乙。"})
    assert (late.status_code, late.json["code"]) == (409, "edited_meanwhile")


@pytest.mark.parametrize("text", ["字" * 20_000, "兹\u202e证明", "兹\ue000证明", "", "   "])
def test_a_text_that_cannot_be_certified_is_refused(
    session: Session, settings: Settings, callers: Callers, here: Village, text: str
) -> None:
    made = applications.claimed_application(session, settings, here)
    answer = callers.clerk.put(f"{COMMITTEE}/{made.id}/text", {"text": text, "row_version": made.row_version})
    assert answer.status_code == 422


def test_a_clerk_s_text_is_held_to_the_lists_too(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    path = f"{COMMITTEE}/{made.id}/text"
    hit = callers.clerk.put(
        path, {"text": "兹证明其未婚，并无犯罪记录。", "row_version": made.row_version}
    ).json
    assert hit["necessity_open"] is True
    forward = act(callers.clerk, made, "forward", {"row_version": hit["row_version"]})
    assert (forward.status_code, forward.json["code"]) == (409, "necessity_unsettled")
    mended = callers.clerk.put(
        path, {"text": "兹证明其居住在本社区。", "row_version": hit["row_version"]}
    ).json
    assert mended["necessity_open"] is False and mended["findings"] == []


def test_a_hit_is_overruled_only_in_writing_and_justice_reads_it(
    session: Session, settings: Settings, client: Caller, callers: Callers, here: Village
) -> None:
    made = applications.disputed_application(session, settings, here)
    claimed = act(callers.clerk, made, "claim").json
    unsettled = act(callers.clerk, made, "forward", {"row_version": claimed["row_version"]})
    assert unsettled.json["code"] == "necessity_unsettled"
    assert act(callers.clerk, made, "overrule", {"reason": "误判"}).status_code == 422
    reason = "申请人要证明的是居住，不是婚姻"
    overruled = act(callers.clerk, made, "overrule", {"reason": reason}).json
    assert overruled["necessity_open"] is False
    forwarded = act(callers.clerk, made, "forward", {"row_version": overruled["row_version"]})
    assert forwarded.json["state"] == "approving"
    justice = organisations.staff(session, organisations.city(session), Role.JUSTICE_REVIEWER)
    (row,) = client.as_(justice.token).get("/api/v1/applications/overrules").json["items"]
    assert (row["key"], row["overrule_reason"]) == ("marriage", reason)
    audited = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == made.id)).all()
    assert "application.overrule" in audited
    own = callers.citizen.get(f"/mp/v1/applications/{made.id}").json
    assert own["findings"][0]["overrule_reason"] is None


def test_a_return_names_everything_once_and_stops_the_clock(
    session: Session, settings: Settings, client: Caller, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    due_before = made.due_at
    items = [
        {"kind": "supply", "message": "请补房屋照片"},
        {"kind": "bring_original", "message": "请带户口簿"},
    ]
    returned = act(callers.clerk, made, "return", {"items": items}).json
    assert returned["state"] == "returned"
    assert "correction_notice" in papers_of(session, made)
    mine = callers.citizen.get(f"/mp/v1/applications/{made.id}").json
    assert {"answer", "withdraw"} == {each["verb"] for each in mine["can"]}
    path = f"/mp/v1/applications/{made.id}/answer"
    silent = callers.citizen.post(path, {"answers": []})
    assert (silent.status_code, silent.json["code"]) == (422, "not_all_answered")
    assert len(silent.json["missing"]) == 2
    answers = [{"return_item_id": each["id"], "text": "已补"} for each in mine["return_items"]]
    with time_machine.travel(clock.now() + timedelta(days=14), tick=False):
        citizen = client.as_(identity.log_in(session, here.citizen.account))
        answered = citizen.post(path, {"answers": answers})
        assert answered.json["state"] == "reviewing"
        session.expire_all()
        row = session.get_one(Application, made.id)
        assert row.claimed_by_account_id == here.clerk.account.id
        assert row.due_at is not None and due_before is not None and row.due_at > due_before
        assert row.paused_days in (9, 10)
        again = act(client.as_(here.clerk.token), made, "return", {"items": items})
        assert (again.status_code, again.json["code"]) == (409, "returned_already")


def test_an_answer_goes_to_whoever_is_there_when_the_clerk_has_left(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    act(callers.clerk, made, "return", {"items": [{"kind": "explain", "message": "请说明住址"}]})
    here.clerk.grant.ends_on = clock.today() - timedelta(days=1)
    session.commit()
    mine = callers.citizen.get(f"/mp/v1/applications/{made.id}").json
    answers = [{"return_item_id": mine["return_items"][0]["id"], "text": "三组12号"}]
    answered = callers.citizen.post(f"/mp/v1/applications/{made.id}/answer", {"answers": answers}).json
    assert answered["state"] == "submitted"


def test_a_return_item_of_another_application_is_refused(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    act(callers.clerk, made, "return", {"items": [{"kind": "explain", "message": "请说明住址"}]})
    answers = [{"return_item_id": str(uuid.uuid4()), "text": "三组"}]
    answer = callers.citizen.post(f"/mp/v1/applications/{made.id}/answer", {"answers": answers})
    assert answer.status_code == 422


def test_transferred_to_the_right_village_the_clock_runs_on(
    session: Session, settings: Settings, client: Caller, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    due = made.due_at
    right = applications.village(session, organisations.OTHER_COUNTY_VILLAGE)
    body = {"organisation_id": str(right.organisation.id), "reason": "申请人住在那边"}
    answer = act(callers.clerk, made, "transfer", body)
    assert answer.json["organisation"]["name"] == right.organisation.name
    assert callers.clerk.get(f"{COMMITTEE}/{made.id}").status_code == 404
    session.expire_all()
    row = session.get_one(Application, made.id)
    assert (row.state, row.due_at, row.county_code) == ("submitted", due, right.organisation.county_code)
    taken = act(client.as_(right.clerk.token), made, "claim")
    assert taken.status_code == 200
    assert "申请已转交" in titles_told(session, here.citizen.account.id)
    steps = callers.citizen.get(f"/mp/v1/applications/{made.id}/timeline").json["steps"]
    assert [step["verb"] for step in steps] == ["submit", "claim", "transfer", "claim"]


def test_a_transfer_to_the_same_village_is_refused(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    body = {"organisation_id": str(here.organisation.id), "reason": "转来转去"}
    assert act(callers.clerk, made, "transfer", body).status_code == 422


def test_a_refusal_is_proposed_decided_with_a_pin_and_written(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    body = {"reason": "not_true", "words": "经走访，不在本村居住。", "where_to_go": WHERE}
    assert act(callers.clerk, made, "refusal-proposal", body).json["state"] == "refusing"
    assert callers.citizen.get(f"/mp/v1/applications/{made.id}").json["refusal"] is None
    wrong = act(callers.approver, made, "refuse", {"pin": "000000"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "wrong_pin")
    session.expire_all()
    assert session.get_one(Application, made.id).state == "refusing"
    decided = act(callers.approver, made, "refuse", {"pin": PIN})
    assert decided.json["state"] == "refused"
    assert "refusal" in papers_of(session, made)
    mine = callers.citizen.get(f"/mp/v1/applications/{made.id}").json
    assert mine["refusal"]["where_to_go"] == WHERE
    assert mine["can"] == []


def test_what_the_approver_sends_back_the_clerk_has_again(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(session, settings, here)
    back = act(callers.approver, made, "send-back", {"remark": "住址写详细些"})
    assert back.json["state"] == "reviewing"
    seen = callers.clerk.get(f"{COMMITTEE}/{made.id}").json
    assert seen["claimed_by_me"] is True
    assert "edit" in {each["verb"] for each in seen["can"]}
    inner = callers.clerk.get(f"{COMMITTEE}/{made.id}/timeline").json["steps"][-1]
    assert inner["note"] == "住址写详细些"
    assert callers.citizen.get(f"/mp/v1/applications/{made.id}/timeline").json["steps"][-1]["note"] is None


def test_the_town_cosigns_first_where_the_item_asks(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(
        session, settings, here, item_code="homestead_opinion", title="宅基地申请村级意见", words="翻建老屋"
    )
    read = callers.approver.get(f"{COMMITTEE}/{made.id}/document").json["digest"]
    signing = {"pin": PIN, "digest": read}
    early = act(callers.approver, made, "approve", signing)
    assert (early.status_code, early.json["code"]) == (409, "cosign_missing")
    assert act(callers.town, made, "cosign").status_code == 200
    again = act(callers.town, made, "cosign")
    assert again.json["code"] == "cosign_not_awaited"
    assert act(callers.approver, made, "approve", signing).status_code == 201


def test_the_town_may_decline_to_cosign(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.approving_application(
        session, settings, here, item_code="homestead_opinion", title="宅基地申请村级意见", words="翻建老屋"
    )
    declined = act(callers.town, made, "decline-cosign", {"remark": "四至不清"})
    assert declined.json["state"] == "reviewing"


WRITES = [
    ("POST", "claim", {}),
    ("PUT", "text", {"text": "兹证明。", "row_version": 1}),
    ("POST", "overrule", {"reason": "足够长的理由"}),
    ("POST", "return", {"items": [{"kind": "supply", "message": "请补照片"}]}),
    ("POST", "transfer", {"organisation_id": str(uuid.uuid4()), "reason": "不是本村的"}),
    ("POST", "refusal-proposal", {"reason": "not_true", "words": "与事实不符", "where_to_go": WHERE}),
    ("POST", "forward", {"row_version": 1}),
    ("POST", "send-back", {"remark": "意见"}),
    ("POST", "refuse", {"pin": PIN}),
    ("POST", "cosign", {}),
    ("POST", "decline-cosign", {"remark": "意见"}),
    ("POST", "holder", {}),
    ("GET", "", None),
    ("GET", "timeline", None),
    ("GET", "changes", None),
]
ELSEWHERE = [
    organisations.SIBLING_VILLAGE,
    organisations.OTHER_TOWN_VILLAGE,
    organisations.OTHER_COUNTY_VILLAGE,
]


@pytest.mark.parametrize("code", ELSEWHERE)
def test_staff_of_another_village_find_nothing(
    session: Session, settings: Settings, client: Caller, here: Village, code: str
) -> None:
    made = applications.submitted_application(session, settings, here)
    other = applications.village(session, code)
    for role in (Role.CLERK, Role.APPROVER, Role.TOWN_REVIEWER):
        caller = client.as_(organisations.staff(session, other.organisation, role).token)
        for method, verb, body in WRITES:
            answer = caller.call(method, f"{COMMITTEE}/{made.id}/{verb}".rstrip("/"), json=body)
            assert answer.status_code in (403, 404), (role, verb, answer.json)


def test_a_clerk_s_grant_at_the_town_reaches_its_villages(
    session: Session, settings: Settings, client: Caller, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    town = session.get_one(Organisation, here.organisation.parent_id)
    above = organisations.staff(session, town, Role.CLERK)
    assert act(client.as_(above.token), made, "claim").status_code == 200


def test_a_citizen_has_no_business_in_the_committee(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    for method, verb, body in WRITES:
        answer = callers.citizen.call(method, f"{COMMITTEE}/{made.id}/{verb}".rstrip("/"), json=body)
        assert answer.status_code == 403, verb


def test_a_draft_is_nobody_s_business_but_the_citizen_s(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.drafted_application(session, settings, here)
    assert callers.clerk.get(f"{COMMITTEE}/{made.id}").status_code == 404


def test_full_facts_are_shown_on_record(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    masked = callers.clerk.get(f"{COMMITTEE}/{made.id}").json["holder"]
    assert masked == {"name": "欧***", "id_number": masked["id_number"]} and "****" in masked["id_number"]
    full = act(callers.clerk, made, "holder").json
    assert full["id_number"] == here.citizen.person.id_number
    look = session.scalars(select(AccessRecord).where(AccessRecord.holder_id == here.citizen.person.id)).one()
    assert (look.kind, look.organisation_name, look.post) == (
        "disclosure",
        here.organisation.name,
        "经办人",
    )
