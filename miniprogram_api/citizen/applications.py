"""A person's applications: draft, submit, follow, answer, urge, withdraw."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.applications import drafting, following, reading, submitting, timeline, views
from backend.applications.drafting import Draft
from backend.applications.models import Application
from backend.applications.schemas import (
    AnswerReturnSchema,
    ApplicationRowSchema,
    ApplicationSchema,
    DisputeSchema,
    DraftSaveSchema,
    DraftStartSchema,
    OwnApplicationsQuery,
    SubmitSchema,
    TextVersionsSchema,
    TimelineSchema,
    WithdrawSchema,
)
from backend.http import Blueprint
from backend.paging import Page

blueprint = Blueprint(
    "applications",
    "applications",
    url_prefix="/mp/v1/applications",
    description="我的申请：草稿、提交、进度、补正、撤回",
)
_OWN = Permission.OWN_APPLICATIONS


@blueprint.post("", may=_OWN, takes=DraftStartSchema, gives=ApplicationSchema, status=201)
def start_application(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """新建申请草稿

    为本人，或为已同意由您代办的亲友(holder_id)。先选村（居）委会，其余可以以后再填；草稿保留 30 天。
    """
    settings, holder_id = runtime.current().settings, body.pop("holder_id")
    return _shown(
        session,
        actor,
        drafting.start(session, actor, holder_id=holder_id, draft=Draft(**body), settings=settings),
    )


@blueprint.get("", may=_OWN, query=OwnApplicationsQuery, lists=ApplicationRowSchema)
def list_own_applications(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """我的申请，新的在前

    默认本人的；看亲友的填 holder_id。
    """
    found = reading.of_holder(session, actor, **query)
    return Page(views.rows(session, actor, found.items), found.next_cursor)


@blueprint.get("/<uuid:application_id>", may=_OWN, gives=ApplicationSchema)
def get_own_application(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """一件申请

    can 列出现在可以做什么，按钮照它显示。
    """
    return _shown(session, actor, reading.get_own(session, actor, application_id))


@blueprint.put("/<uuid:application_id>", may=_OWN, takes=DraftSaveSchema, gives=ApplicationSchema)
def save_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """保存草稿

    边填边存；整份替换，不必填完。
    """
    settings, row_version = runtime.current().settings, body.pop("row_version")
    saved = drafting.save(
        session,
        actor,
        application_id=application_id,
        draft=Draft(**body),
        row_version=row_version,
        settings=settings,
    )
    return _shown(session, actor, saved)


@blueprint.post("/<uuid:application_id>/submit", may=_OWN, takes=SubmitSchema, gives=ApplicationSchema)
def submit_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """提交申请

    先做必要性审查：命中不得出具清单的,state 为 not_needed,findings 写明找哪个单位、怎么代替；可以修改后再交,
    或说明理由仍要申请。已有相同申请或有效证明的回答 409 duplicate_found,existing 列出来，确认后再交。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        submitting.submit(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post("/<uuid:application_id>/dispute", may=_OWN, takes=DisputeSchema, gives=ApplicationSchema)
def dispute_not_needed(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """说明理由，仍要申请

    审查认为不用开而您认为需要时使用；由经办人判断。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        submitting.dispute(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post("/<uuid:application_id>/revise", may=_OWN, gives=ApplicationSchema)
def revise_application(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """改回草稿

    审查认为不用开，改写后可以再交。
    """
    settings = runtime.current().settings
    return _shown(
        session, actor, drafting.revise(session, actor, application_id=application_id, settings=settings)
    )


@blueprint.post("/<uuid:application_id>/answer", may=_OWN, takes=AnswerReturnSchema, gives=ApplicationSchema)
def answer_return(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """补正完毕

    先上传新材料，再逐项说明；补正期间不计办理时限。
    """
    answers = {each["return_item_id"]: each["text"] for each in body["answers"]}
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        following.answer(session, actor, application_id=application_id, answers=answers, settings=settings),
    )


@blueprint.post("/<uuid:application_id>/urge", may=_OWN, gives=ApplicationSchema)
def urge_application(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """催办

    一天一次；手上的人立即收到提醒。
    """
    return _shown(session, actor, following.urge(session, actor, application_id=application_id))


@blueprint.post("/<uuid:application_id>/withdraw", may=_OWN, takes=WithdrawSchema, gives=ApplicationSchema)
def withdraw_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """撤回申请

    签章之前都可以撤回。
    """
    return _shown(session, actor, following.withdraw(session, actor, application_id=application_id, **body))


@blueprint.get("/<uuid:application_id>/timeline", may=_OWN, gives=TimelineSchema)
def application_timeline(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """办理进度

    每一步由哪个单位什么岗位办、现在在谁那里、预计什么时候办完；不显示姓名。
    """
    return views.progress(session, actor, reading.get_own(session, actor, application_id), internal=False)


@blueprint.get("/<uuid:application_id>/changes", may=_OWN, gives=TextVersionsSchema)
def text_changes(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """正文的修改痕迹

    第一版是您的原话，以后每一版标出删去和加上的字。
    """
    return {"items": timeline.versions(session, reading.get_own(session, actor, application_id))}


def _shown(session: Session, actor: Actor, application: Application) -> dict[str, Any]:
    return views.for_applicant(session, actor, application)
