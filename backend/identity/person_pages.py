"""People's records on the city admin's desk: joining two of one person, splitting a wrong join, corrections."""

import uuid
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.access import Actor, Permission
from backend.desk.web import Pages, redirect_to, render
from backend.identity import corrections, merging
from backend.identity.person_forms import DecideForm, FindTwoForm, MergeForm
from backend.schemas import PageQuery

pages = Pages("persons", __name__)

_MAY = Permission.MERGE_PERSONS
_PAIR = "/desk/persons/<uuid:first_id>/<uuid:second_id>"
STATES = {"active": ("在用", "good"), "merged": ("已并入另一份", "past"), "deceased": ("已登记死亡", "past")}
VERIFIED = {
    "realname_data": "联网核验",
    "face": "人脸核身",
    "village_desk": "村（社区）当面确认",
    "counter": "窗口当面确认",
}
KINDS = {
    "resident": "居民身份证",
    "hong_kong": "港澳居民居住证（香港）",
    "macao": "港澳居民居住证（澳门）",
    "taiwan": "台湾居民居住证",
    "foreigner": "外国人永久居留身份证",
    "foreigner_old": "外国人永久居留身份证（旧版）",
}
FIELDS = {corrections.NAME: "姓名", corrections.OTHER: "其他"}


@pages.page("/desk/persons", may=_MAY, query=PageQuery)
def persons(session: Session, actor: Actor, query: dict[str, Any] | None = None) -> Response:
    """档案合并：找两份档案，看以前的合并"""
    found = merging.listed(session, actor, **(query or {"cursor": None, "limit": None}))
    people = merging.records(session, [one for row in found.items for one in merging.both(row)])
    return render("identity/persons.html", page=found, people=people)


@pages.form("/desk/persons", may=_MAY, takes=FindTwoForm, again=persons)
def find_two(session: Session, actor: Actor, form: dict[str, Any]) -> Response:
    """按两个证件号码找两份档案；号码不进网址"""
    first, second = merging.find_two(session, actor, **form)
    return redirect_to(f"/desk/persons/{first.id}/{second.id}")


@pages.page(_PAIR, may=_MAY)
def pair(session: Session, actor: Actor, first_id: uuid.UUID, second_id: uuid.UUID) -> Response:
    """两份档案并排核对"""
    people = merging.records(session, [first_id, second_id])
    return render(
        "identity/pair.html",
        first=merging.known(people, first_id),
        second=merging.known(people, second_id),
        states=STATES,
        verified=VERIFIED,
        kinds=KINDS,
    )


@pages.form(_PAIR, may=_MAY, takes=MergeForm, again=pair)
def merge(
    session: Session, actor: Actor, form: dict[str, Any], first_id: uuid.UUID, second_id: uuid.UUID
) -> Response:
    """合并"""
    source, target = (second_id, first_id) if form["keep"] == "first" else (first_id, second_id)
    merging.merge(
        session,
        actor,
        from_person_id=source,
        into_person_id=target,
        reason=form["reason"],
        movers=merging.current(),
    )
    return redirect_to("/desk/persons")


@pages.form("/desk/merges/<uuid:merge_id>/split", may=_MAY)
def split(session: Session, actor: Actor, merge_id: uuid.UUID) -> Response:
    """拆分错误的合并"""
    merging.split(session, actor, merge_id=merge_id, movers=merging.current())
    return redirect_to("/desk/persons")


@pages.page("/desk/corrections", may=_MAY, query=PageQuery)
def open_corrections(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """更正申请，先提的在前"""
    found = corrections.waiting(session, actor, **query)
    return render("identity/corrections.html", page=found, fields=FIELDS)


@pages.page("/desk/corrections/<uuid:correction_id>", may=_MAY)
def correction(session: Session, actor: Actor, correction_id: uuid.UUID) -> Response:
    """一件更正申请"""
    row = corrections.get(session, actor, correction_id)
    people = merging.records(session, [row.person_id] if row.person_id else [])
    person = people.get(row.person_id) if row.person_id else None
    return render("identity/correction.html", correction=row, person=person, fields=FIELDS)


@pages.form("/desk/corrections/<uuid:correction_id>", may=_MAY, takes=DecideForm, again=correction)
def decide(session: Session, actor: Actor, form: dict[str, Any], correction_id: uuid.UUID) -> Response:
    """处理"""
    corrections.decide(
        session,
        actor,
        correction_id=correction_id,
        accepted=form["accepted"] == "yes",
        answer=form["answer"],
    )
    return redirect_to("/desk/corrections")
