"""Applying for somebody without a phone (代办): draft, consent, submit, and all that the applicant could do."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.applications import assisting, drafting, following, submitting, views
from backend.applications.committee_schemas import (
    AssistConsentCodeSchema,
    AssistConsentSchema,
    AssistedDraftSchema,
    CommitteeApplicationSchema,
)
from backend.applications.drafting import Draft
from backend.applications.models import Application
from backend.applications.schemas import (
    AnswerReturnSchema,
    DisputeSchema,
    DraftSaveSchema,
    SubmitSchema,
    WithdrawSchema,
)
from backend.http import Blueprint
from backend.problems import InvalidInput

blueprint = Blueprint(
    "assisting", "assisting", url_prefix="/mp/v1/committee/applications", description="村（居）民委员会：代办"
)
_ASSIST = Permission.ASSIST_APPLICATIONS
_ONE = "/<uuid:application_id>"


@blueprint.post("", may=_ASSIST, takes=AssistedDraftSchema, gives=CommitteeApplicationSchema, status=201)
def start_assisted(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """代办：为没有手机的人新建申请

    当面看过证件后填写姓名和证件号码；提交前须记录本人同意。
    """
    name, id_number = body.pop("name"), body.pop("id_number")
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        assisting.start_for(
            session, actor, name=name, id_number=id_number, draft=Draft(**body), settings=settings
        ),
    )


@blueprint.put(f"{_ONE}/draft", may=_ASSIST, takes=DraftSaveSchema, gives=CommitteeApplicationSchema)
def save_assisted(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：保存草稿"""
    row_version = body.pop("row_version")
    saved = drafting.save(
        session,
        actor,
        application_id=application_id,
        draft=Draft(**body),
        row_version=row_version,
        settings=runtime.current().settings,
    )
    return _shown(session, actor, saved)


@blueprint.post(f"{_ONE}/consent-code", may=_ASSIST, takes=AssistConsentCodeSchema, status=204)
def send_consent_code(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> None:
    """代办：向申请人发送同意验证码

    发到申请人（或家人）的手机，由本人报出。
    """
    settings = runtime.current().settings
    assisting.send_consent_code(session, actor, application_id=application_id, **body, settings=settings)


@blueprint.post(f"{_ONE}/consent", may=_ASSIST, takes=AssistConsentSchema, gives=CommitteeApplicationSchema)
def record_consent(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：记录本人同意

    短信验证码（phone 和 code）,或本人签名同意书的照片（先上传，再填 evidence_id）。
    """
    if body["evidence_id"] is not None:
        sheet = body["evidence_id"]
        agreed = assisting.consent_by_sheet(session, actor, application_id=application_id, evidence_id=sheet)
    elif body["phone"] and body["code"]:
        agreed = assisting.consent_by_code(
            session, actor, application_id=application_id, phone=body["phone"], code=body["code"]
        )
    else:
        raise InvalidInput("请填写手机号和验证码，或上传签名同意书", errors={"json.code": ["缺少同意依据"]})
    return _shown(session, actor, agreed)


@blueprint.post(f"{_ONE}/submit", may=_ASSIST, takes=SubmitSchema, gives=CommitteeApplicationSchema)
def submit_assisted(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：提交

    与本人提交一样经过必要性审查和重复检查；申请人有手机的会收到消息。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        submitting.submit(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post(f"{_ONE}/dispute", may=_ASSIST, takes=DisputeSchema, gives=CommitteeApplicationSchema)
def dispute_assisted(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：说明理由，仍要申请

    审查认为不用开而申请人认为需要时使用。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        submitting.dispute(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post(f"{_ONE}/revise", may=_ASSIST, gives=CommitteeApplicationSchema)
def revise_assisted(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """代办：改回草稿

    审查认为不用开，改写后可以再交。
    """
    settings = runtime.current().settings
    return _shown(
        session, actor, drafting.revise(session, actor, application_id=application_id, settings=settings)
    )


@blueprint.post(f"{_ONE}/answer", may=_ASSIST, takes=AnswerReturnSchema, gives=CommitteeApplicationSchema)
def answer_assisted(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：补正完毕

    替没有手机的申请人补齐材料。
    """
    answers = {each["return_item_id"]: each["text"] for each in body["answers"]}
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        following.answer(session, actor, application_id=application_id, answers=answers, settings=settings),
    )


@blueprint.post(f"{_ONE}/withdraw", may=_ASSIST, takes=WithdrawSchema, gives=CommitteeApplicationSchema)
def withdraw_assisted(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """代办：撤回

    只用于代办的申请，按申请人本人的意思。
    """
    return _shown(session, actor, following.withdraw(session, actor, application_id=application_id, **body))


def _shown(session: Session, actor: Actor, application: Application) -> dict[str, Any]:
    return views.for_staff(session, actor, application)
