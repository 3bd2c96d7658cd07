"""Joining and splitting people's records, and deciding corrections, filled in as a browser would."""

import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import corrections
from backend.identity.models import Correction, Person, PersonMerge
from tests.backend.organisations.test_pages import Desk
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.identity import Citizen

PERSONS, CORRECTIONS = "/desk/persons", "/desk/corrections"


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return Desk(app, make.city_admin(session))


@pytest.fixture
def old(session: Session) -> Citizen:
    return identity.citizen(session, "阿依古丽·买买提")


@pytest.fixture
def new(session: Session) -> Citizen:
    return identity.citizen(session, "阿依古丽·买买提")


def pair_of(old: Citizen, new: Citizen) -> str:
    return f"{PERSONS}/{old.person.id}/{new.person.id}"


def test_two_records_are_found_compared_joined_and_split(
    desk: Desk, session: Session, old: Citizen, new: Citizen
) -> None:
    numbers = {"first_number": old.person.id_number.lower(), "second_number": new.person.id_number}
    found = desk.post(PERSONS, **numbers)
    assert (found.status_code, found.location) == (303, pair_of(old, new))
    page = desk.see(found.location)
    assert "阿**" in page or "阿*" in page
    assert "阿依古丽" not in page and old.person.id_number not in page
    done = desk.post(found.location, keep="second", reason="户口簿载明曾用号码")
    assert (done.status_code, done.location) == (303, PERSONS), done.text
    session.expire_all()
    row = session.scalars(select(PersonMerge)).one()
    assert (row.from_person_id, row.into_person_id) == (old.person.id, new.person.id)
    page = desk.see(PERSONS)
    assert "户口簿载明曾用号码" in page and "阿依古丽" not in page
    assert "已经合并过" in desk.see(found.location)
    split = desk.post(PERSONS, f"/desk/merges/{row.id}/split")
    assert (split.status_code, split.location) == (303, PERSONS)
    session.expire_all()
    assert session.get_one(Person, old.person.id).state == "active"
    assert "已拆分" in desk.see(PERSONS)
    again = desk.post(PERSONS, f"/desk/merges/{row.id}/split")
    assert again.status_code == 409 and "已经拆分过" in again.text


def test_looking_somebody_up_leaves_a_trace_without_the_number(
    desk: Desk, session: Session, old: Citizen, new: Citizen
) -> None:
    desk.post(PERSONS, first_number=old.person.id_number, second_number=new.person.id_number)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "identity.persons_looked_up")).one()
    assert (entry.subject_id, entry.facts) == (old.person.id, {"other_person_id": str(new.person.id)})


def test_numbers_that_lead_nowhere_are_named_and_not_shown_again(
    desk: Desk, session: Session, old: Citizen, new: Citizen
) -> None:
    known = old.person.id_number
    for first, second, told in (
        (known, identity.id_number(), "没有这个号码的档案"),
        (known, "123", "号码"),
        (known, known, "同一份档案"),
        ("", known, "请填写"),
    ):
        answer = desk.post(PERSONS, first_number=first, second_number=second)
        assert answer.status_code == 422 and told in answer.text
        assert known not in answer.text
    assert session.scalars(select(AuditEntry).where(AuditEntry.action.contains("looked_up"))).all() == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"keep": "", "reason": "户口簿可证"}, "请选择"),
        ({"keep": "both", "reason": "户口簿可证"}, "请选择保留哪一份"),
        ({"keep": "first", "reason": "是"}, "4 到 300"),
        ({"keep": "first", "reason": "暗\u200b藏的理由"}, "不能使用的字符"),
    ],
)
def test_a_join_needs_a_choice_and_a_reason(
    desk: Desk, session: Session, old: Citizen, new: Citizen, fields: dict[str, str], told: str
) -> None:
    answer = desk.post(pair_of(old, new), **fields)
    assert answer.status_code == 422 and told in answer.text
    assert session.scalars(select(PersonMerge)).all() == []


def test_nobody_is_joined_with_themselves_or_with_nobody(desk: Desk, session: Session, old: Citizen) -> None:
    self_pair = f"{PERSONS}/{old.person.id}/{old.person.id}"
    assert desk.post(self_pair, keep="first", reason="同一人两份").status_code == 422
    desk.see(f"{PERSONS}/{old.person.id}/{uuid.uuid4()}", 404)


def ask(session: Session, who: Citizen, **facts: str) -> Correction:
    row = corrections.ask(session, who.actor(session), **{"field": "name", "wanted": "欧阳春艳", **facts})
    session.commit()
    return row


def test_an_accepted_name_is_changed_at_once(desk: Desk, session: Session) -> None:
    who = identity.citizen(session)
    row = ask(session, who)
    page = desk.see(CORRECTIONS)
    assert "欧阳春艳" in page and "姓名" in page
    path = f"{CORRECTIONS}/{row.id}"
    page = desk.see(path)
    assert "欧***" in page and "欧阳春燕" not in page and who.person.id_number not in page
    answer = desk.post(path, accepted="yes", answer="已核对身份证，改正")
    assert (answer.status_code, answer.location) == (303, CORRECTIONS), answer.text
    session.expire_all()
    assert session.get_one(Person, who.person.id).name == "欧阳春艳"
    assert "没有待处理的更正申请" in desk.see(CORRECTIONS)
    assert "已更正" in desk.see(path)


def test_a_refused_one_changes_nothing(desk: Desk, session: Session) -> None:
    who = identity.citizen(session)
    row = ask(session, who)
    path = f"{CORRECTIONS}/{row.id}"
    desk.post(path, accepted="no", answer="请带户口簿到派出所改名后再来")
    session.expire_all()
    assert session.get_one(Person, who.person.id).name == "欧阳春燕"
    assert session.get_one(Correction, row.id).state == "refused"
    page = desk.see(path)
    assert "不予更正" in page and "form_token" in page and "<textarea" not in page


def test_a_decision_needs_a_choice_and_words_and_is_made_once(desk: Desk, session: Session) -> None:
    row = ask(session, identity.citizen(session), field="other", wanted="<b>出生日期</b>有误")
    path = f"{CORRECTIONS}/{row.id}"
    assert "&lt;b&gt;出生日期" in desk.see(path)
    for fields in (
        {"accepted": "", "answer": "好的，已改"},
        {"accepted": "yes", "answer": ""},
        {"accepted": "x"},
    ):
        answer = desk.post(path, **fields)
        assert answer.status_code == 422
    token = re.search(r'name="form_token" value="([^"]+)"', desk.see(path))
    assert token
    assert desk.post(path, accepted="yes", answer="已改").status_code == 303
    late = desk.browser.post(
        path,
        data={"accepted": "no", "answer": "又不改", "form_token": token.group(1)},
        headers={"Origin": "http://localhost"},
    )
    assert late.status_code == 409 and "已有人处理" in late.text
    desk.see(f"{CORRECTIONS}/{uuid.uuid4()}", 404)


@pytest.mark.parametrize("path", [PERSONS, CORRECTIONS])
def test_only_the_city_s_admin_sees_them(app: Flask, session: Session, path: str) -> None:
    other = Desk(app, make.organisation_admin(session, make.city(session)))
    other.see(path, 403)
    assert app.test_client().get(path).status_code == 303
