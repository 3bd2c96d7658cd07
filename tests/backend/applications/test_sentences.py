"""The sentences a village keeps, over HTTP: its own order, its own people, bad input."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.applications import sentences
from backend.applications.models import CannedSentence
from backend.audit.models import AuditEntry
from tests.backend.applications.conftest import Callers
from tests.factories import organisations
from tests.factories.applications import Village
from tests.http_client import Caller

PATH = "/mp/v1/committee/sentences"
TRUE = "经村委会实地查看，情况属实。"


def keep(caller: Caller, here: Village, words: str, kind: str = "body_text", **more: Any) -> Any:
    body = {"organisation_id": str(here.organisation.id), "kind": kind, "words": words, **more}
    return caller.post(PATH, body)


def kept(caller: Caller, here: Village, **query: Any) -> list[dict[str, Any]]:
    answer = caller.get(PATH, query_string={"organisation_id": str(here.organisation.id), **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def words(caller: Caller, here: Village, **query: Any) -> list[str]:
    return [row["words"] for row in kept(caller, here, **query)]


def change(caller: Caller, row: dict[str, Any], **changes: Any) -> Any:
    body = {"words": row["words"], "row_version": row["row_version"], **changes}
    return caller.put(f"{PATH}/{row['id']}", body)


def test_clerk_and_approver_share_what_the_village_keeps(callers: Callers, here: Village) -> None:
    made = keep(callers.clerk, here, TRUE)
    assert made.status_code == 201, made.text
    assert (made.json["kind"], made.json["position"], made.json["row_version"]) == ("body_text", 1, 1)
    keep(callers.approver, here, "材料不全。", "return_reason")
    keep(callers.approver, here, "第一行\n第二行")
    assert words(callers.approver, here) == [TRUE, "第一行\n第二行", "材料不全。"]
    assert words(callers.clerk, here, kind="return_reason") == ["材料不全。"]
    assert words(callers.clerk, here, kind="refuse_reason") == []


def test_each_kind_has_its_own_order(callers: Callers, here: Village) -> None:
    for one in "甲乙丙":
        keep(callers.clerk, here, one)
    keep(callers.clerk, here, "丁", position=2)
    keep(callers.clerk, here, "戊", position=50)
    assert words(callers.clerk, here) == ["甲", "丁", "乙", "丙", "戊"]
    last = kept(callers.clerk, here)[-1]
    moved = change(callers.clerk, last, position=1)
    assert (moved.status_code, moved.json["position"]) == (200, 1)
    assert words(callers.clerk, here) == ["戊", "甲", "丁", "乙", "丙"]
    second = kept(callers.clerk, here)[1]
    assert callers.clerk.delete(f"{PATH}/{second['id']}").status_code == 204
    assert [(row["words"], row["position"]) for row in kept(callers.clerk, here)] == [
        ("戊", 1),
        ("丁", 2),
        ("乙", 3),
        ("丙", 4),
    ]


def test_other_words_stay_in_their_place(callers: Callers, here: Village) -> None:
    for one in "甲乙丙":
        keep(callers.clerk, here, one)
    middle = kept(callers.clerk, here)[1]
    changed = change(callers.clerk, middle, words="改过")
    assert changed.status_code == 200 and changed.json["row_version"] == 2
    assert words(callers.clerk, here) == ["甲", "改过", "丙"]
    late = change(callers.approver, middle, words="又改")
    assert (late.status_code, late.json["code"]) == (409, "edited_meanwhile")
    assert words(callers.clerk, here) == ["甲", "改过", "丙"]


def test_kept_once_and_not_more_than_fifty(
    session: Session, callers: Callers, here: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(callers.clerk, here, TRUE)
    again = keep(callers.clerk, here, f" {TRUE} ")
    assert (again.status_code, again.json["code"]) == (409, "sentence_kept")
    assert keep(callers.clerk, here, TRUE, "return_reason").status_code == 201
    keep(callers.clerk, here, "另一句")
    same = change(callers.clerk, kept(callers.clerk, here)[1], words=TRUE)
    assert (same.status_code, same.json["code"]) == (409, "sentence_kept")
    for number in range(sentences.MOST - 2):
        sentences.add(
            session,
            here.clerk.actor,
            organisation_id=here.organisation.id,
            kind="body_text",
            words=f"第{number}句",
        )
    session.commit()
    full = keep(callers.clerk, here, "再一句")
    assert (full.status_code, full.json["code"]) == (409, "too_many_sentences")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "   "}, "words"),
        ({"words": "字" * 501}, "words"),
        ({"words": "暗\u202e藏"}, "words"),
        ({"words": None}, "words"),
        ({"kind": "remark"}, "kind"),
        ({"kind": None}, "kind"),
        ({"position": 0}, "position"),
        ({"position": 51}, "position"),
        ({"organisation_id": "x"}, "organisation_id"),
        ({"order": 3}, "order"),
    ],
)
def test_bad_input_is_named(callers: Callers, here: Village, changes: dict[str, Any], field: str) -> None:
    body = {"organisation_id": str(here.organisation.id), "kind": "body_text", "words": TRUE, **changes}
    refused = callers.clerk.post(PATH, body)
    assert refused.status_code == 422 and list(refused.json["errors"]) == [f"json.{field}"], refused.text
    assert kept(callers.clerk, here) == []


def test_a_list_needs_its_village(callers: Callers, here: Village) -> None:
    assert callers.clerk.get(PATH).status_code == 422
    assert callers.clerk.get(PATH, query_string={"organisation_id": str(uuid.uuid4())}).status_code == 404
    wrong = {"organisation_id": str(here.organisation.id), "kind": "x"}
    assert "query.kind" in callers.clerk.get(PATH, query_string=wrong).json["errors"]


def test_nobody_else_reads_or_keeps_them(
    session: Session, client: Caller, callers: Callers, here: Village
) -> None:
    row = keep(callers.clerk, here, TRUE).json
    sibling = organisations.clerk(session, organisations.village(session, organisations.SIBLING_VILLAGE))
    session.commit()
    neighbour = client.as_(sibling.token)
    for caller, status in ((neighbour, 404), (callers.town, 403), (callers.citizen, 403), (client, 401)):
        seen = caller.get(PATH, query_string={"organisation_id": str(here.organisation.id)})
        assert seen.status_code == status and TRUE not in seen.text
        assert keep(caller, here, "别的").status_code == status
        assert change(caller, row, words="别的").status_code == status
        assert caller.delete(f"{PATH}/{row['id']}").status_code == status
    assert words(callers.clerk, here) == [TRUE]


def test_what_is_gone_is_gone(callers: Callers, here: Village) -> None:
    row = keep(callers.clerk, here, TRUE).json
    assert callers.clerk.delete(f"{PATH}/{row['id']}").status_code == 204
    assert callers.clerk.delete(f"{PATH}/{row['id']}").status_code == 404
    assert change(callers.clerk, row, words="晚了").status_code == 404


def test_a_town_keeps_none(session: Session, client: Caller, here: Village) -> None:
    town = organisations.town(session)
    clerk = organisations.clerk(session, town)
    session.commit()
    body = {"organisation_id": str(town.id), "kind": "body_text", "words": TRUE}
    assert client.as_(clerk.token).post(PATH, body).status_code == 422
    assert keep(client.as_(clerk.token), here, TRUE).status_code == 201


def test_words_are_sealed_and_stay_out_of_the_trail(
    session: Session, callers: Callers, here: Village
) -> None:
    row = keep(callers.clerk, here, TRUE).json
    change(callers.clerk, row, words="另一句话")
    callers.clerk.delete(f"{PATH}/{row['id']}")
    trail = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "canned_sentence")).all()
    assert [entry.action for entry in trail] == ["sentence.add", "sentence.edit", "sentence.remove"]
    assert not any("另一句" in str(entry.facts) or TRUE in str(entry.facts) for entry in trail)
    keep(callers.clerk, here, TRUE)
    stored = session.execute(text("SELECT words_sealed FROM canned_sentence")).scalar_one()
    assert TRUE.encode() not in bytes(stored)
    assert session.scalars(select(CannedSentence)).one().words == TRUE
