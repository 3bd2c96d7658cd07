"""The committee's inbox: tabs, counts, search, and one application with everything beside it."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.applications import delivering, inbox, reading, timeline, views
from backend.applications.committee_schemas import (
    ApplicationRowsSchema,
    ApplicationSearchSchema,
    CommitteeApplicationSchema,
    FullHolderSchema,
    InboxQuery,
    InboxTabsSchema,
)
from backend.applications.schemas import ApplicationRowSchema, TextVersionsSchema, TimelineSchema
from backend.http import Blueprint
from backend.paging import Page
from backend.papers import downloads

blueprint = Blueprint("inbox", "inbox", url_prefix="/mp/v1/committee", description="村（居）民委员会：收件箱")
_READ = Permission.READ_INBOX


@blueprint.get("/inbox", may=_READ, query=InboxQuery, lists=ApplicationRowSchema)
def list_inbox(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """收件箱的一个分类

    按我现在能做什么分类；超期和催办的在前，办结的新的在前。
    """
    found = inbox.rows(session, actor, **query)
    return Page(views.rows(session, actor, found.items), found.next_cursor)


@blueprint.get("/inbox/tabs", may=_READ, gives=InboxTabsSchema)
def inbox_tabs(session: Session, actor: Actor) -> dict[str, Any]:
    """我的分类和件数

    只列出我的岗位用得到的分类。
    """
    counts = inbox.counts(session, actor)
    tabs = inbox.tabs_of(actor)
    return {"items": [{"key": tab.key, "name": tab.name, "count": counts.get(tab.key)} for tab in tabs]}


@blueprint.post(
    "/inbox/search",
    may=_READ,
    takes=ApplicationSearchSchema,
    gives=ApplicationRowsSchema,
    exempt="只查找，不改变任何东西；用 POST 是为了不让姓名和证件号码进入日志",
    writes=False,
)
def search_inbox(session: Session, actor: Actor, body: dict[str, Any]) -> Page:
    """按姓名、证件号码或文号查找

    都要写完整；只找本辖区的。
    """
    found = inbox.search(session, actor, **body)
    return Page(views.rows(session, actor, found.items), found.next_cursor)


@blueprint.get("/applications/<uuid:application_id>", may=_READ, gives=CommitteeApplicationSchema)
def get_application(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """一件申请，连同可能的重复和以前的证明

    can 列出我现在可以做什么。姓名、证件号码、电话默认打码。
    """
    return views.for_staff(session, actor, reading.get_visible(session, actor, application_id))


@blueprint.get("/applications/<uuid:application_id>/timeline", may=_READ, gives=TimelineSchema)
def committee_timeline(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """办理经过

    比申请人看到的多出内部意见。
    """
    application = reading.get_visible(session, actor, application_id)
    return views.progress(session, actor, application, internal=True)


@blueprint.get("/applications/<uuid:application_id>/changes", may=_READ, gives=TextVersionsSchema)
def committee_changes(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """正文的修改痕迹

    与申请人看到的一样。
    """
    return {"items": timeline.versions(session, reading.get_visible(session, actor, application_id))}


@blueprint.post("/applications/<uuid:application_id>/holder", may=_READ, gives=FullHolderSchema)
def show_holder(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """查看申请人完整信息

    姓名、证件号码、电话不打码；查看有记录，申请人看得到是哪个单位、什么岗位。
    """
    return views.holder_in_full(session, actor, application_id)


@blueprint.get(
    "/applications/<uuid:application_id>/papers/<string:kind>/pdf",
    may=_READ,
    writes=True,
    raw="application/pdf",
)
def print_paper(session: Session, actor: Actor, application_id: uuid.UUID, kind: str) -> Response:
    """打开申请的文书(PDF)，用于打印送达

    kind 为 receipt 受理回执、correction_notice 一次性告知书、refusal 不予出具决定书；给没有手机的人打印。
    每次打开都有记录，申请人看得到是哪个单位、什么岗位。
    """
    storage = runtime.current().storage
    paper, data = delivering.to_print(
        session, actor, application_id=application_id, kind=kind, storage=storage
    )
    return downloads.response(data, paper.number)
