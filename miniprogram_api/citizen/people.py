"""Acting for others: whom I act for, who acts for me, asking, agreeing, ending."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import acting
from backend.identity.models import ActingConsent
from backend.identity.people_schemas import (
    ActingConsentSchema,
    ActingListSchema,
    AskConsentSchema,
    AskedConsentSchema,
    ConsentCodeSchema,
    asked,
)

blueprint = Blueprint("people", "people", url_prefix="/mp/v1/people", description="亲友代办")


@blueprint.get("", may=Permission.OWN_ACCOUNT, gives=ActingListSchema)
def list_people(session: Session, actor: Actor) -> dict[str, Any]:
    """我可以代办的人"""
    return {"items": acting.for_whom(session, actor)}


@blueprint.get("/helpers", may=Permission.OWN_ACCOUNT, gives=ActingListSchema)
def list_helpers(session: Session, actor: Actor) -> dict[str, Any]:
    """谁可以代我办理

    也列出等我同意的申请。
    """
    return {"items": acting.by_whom(session, actor)}


@blueprint.post(
    "/consents", may=Permission.OWN_ACCOUNT, takes=AskConsentSchema, gives=AskedConsentSchema, status=202
)
def ask_consent(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """请亲友同意由我代办

    验证码发到对方自己的手机；不论有没有这个人，回答都一样。
    """
    return asked(acting.ask(session, actor, settings=runtime.current().settings, **body))


@blueprint.post(
    "/consents/<uuid:consent_id>/confirm",
    may=Permission.OWN_ACCOUNT,
    takes=ConsentCodeSchema,
    gives=ActingConsentSchema,
)
def confirm_consent(
    session: Session, actor: Actor, body: dict[str, Any], consent_id: uuid.UUID
) -> ActingConsent:
    """用对方的验证码确认"""
    return acting.confirm(session, actor, consent_id=consent_id, code=body["code"])


@blueprint.post("/consents/<uuid:consent_id>/agree", may=Permission.OWN_ACCOUNT, gives=ActingConsentSchema)
def agree_consent(session: Session, actor: Actor, consent_id: uuid.UUID) -> ActingConsent:
    """本人在自己的手机上同意"""
    return acting.agree(session, actor, consent_id=consent_id)


@blueprint.delete("/consents/<uuid:consent_id>", may=Permission.OWN_ACCOUNT, gives=ActingConsentSchema)
def withdraw_consent(session: Session, actor: Actor, consent_id: uuid.UUID) -> ActingConsent:
    """取消代办授权

    双方都可以取消，立即生效。
    """
    return acting.withdraw(session, actor, consent_id=consent_id)
