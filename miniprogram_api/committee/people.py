"""Desks confirm people in person and record signed sheets."""

from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import confirming, desk_codes, naming, sheets
from backend.identity.models import ActingConsent, IdentityAttempt, Person
from backend.identity.people_schemas import (
    ActingConsentSchema,
    ConfirmPersonSchema,
    DeskAttemptSchema,
    DeskCodeSchema,
    RefusePersonSchema,
    SignedSheetSchema,
)
from backend.identity.schemas import MaskedPersonSchema

blueprint = Blueprint(
    "desk_people", "desk_people", url_prefix="/mp/v1/people", description="当面确认身份与登记授权书"
)


@blueprint.post(
    "/confirmations/look-up",
    may=Permission.CONFIRM_PERSON,
    takes=DeskCodeSchema,
    gives=DeskAttemptSchema,
    exempt="查看不改变业务，重复查看各记一次",
)
def look_up_attempt(session: Session, actor: Actor, body: dict[str, Any]) -> IdentityAttempt:
    """按确认码查看要核对的姓名和号码

    每次查看都有记录。
    """
    return desk_codes.look_up(session, actor, code=body["code"])


@blueprint.post(
    "/confirmations", may=Permission.CONFIRM_PERSON, takes=ConfirmPersonSchema, gives=MaskedPersonSchema
)
def confirm_person(session: Session, actor: Actor, body: dict[str, Any]) -> Person:
    """人证相符，确认身份"""
    person, _ = confirming.confirm(session, actor, **body)
    return person


@blueprint.post("/confirmations/refuse", may=Permission.CONFIRM_PERSON, takes=RefusePersonSchema, status=204)
def refuse_person(session: Session, actor: Actor, body: dict[str, Any]) -> None:
    """人证不符，不予确认"""
    confirming.refuse(session, actor, **body)


@blueprint.post(
    "/signed-sheets",
    may=Permission.CONFIRM_PERSON,
    takes=SignedSheetSchema,
    gives=ActingConsentSchema,
    status=201,
)
def record_sheet(session: Session, actor: Actor, body: dict[str, Any]) -> ActingConsent:
    """登记签名的授权书或监护证明

    被代办的人没有手机、或是未成年人时用；双方都会收到通知，随时可以取消。
    """
    grant = desk_codes.staff_grant(actor)
    helper, person = (
        naming.named_at_desk(
            session,
            actor,
            name=body[f"{who}_name"],
            id_number=body[f"{who}_id_number"],
            grant=grant,
            place=desk_codes.place_of(grant),
        )
        for who in ("helper", "person")
    )
    return sheets.record(
        session,
        actor,
        helper=helper,
        person=person,
        relation=body["relation"],
        basis=body["basis"],
        photo_blob=sheets.keep_photo(runtime.current().storage, body["photo"]),
        until=body["until"],
    )
