"""One's own account: who am I, devices, phone number, my data, corrections, closing."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import clock, db, privacy, runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import accounts, changing_phone, closing, codes, corrections, export, service, sessions
from backend.identity.account_schemas import (
    AskCorrectionSchema,
    AskPhoneCodeSchema,
    CloseAccountSchema,
    CorrectionSchema,
    CorrectionsSchema,
    DevicesSchema,
    HeldDataSchema,
    LoggedOutSchema,
    LogOutEverywhereSchema,
    MeSchema,
    StepUpSchema,
)
from backend.identity.models import Correction, IdentityAttempt
from backend.identity.schemas import (
    BindPhoneSchema,
    IdentityAttemptSchema,
    PhoneBoundSchema,
    SentSchema,
)
from backend.problems import PhoneRequired

blueprint = Blueprint("account", "account", url_prefix="/mp/v1/me", description="我的账号、设备与资料")

_HELD = "以上为遮盖后的概要。完整副本请用短信验证码获取；有误可以申请更正；不再使用可以注销账号。"


@blueprint.get("", may=Permission.OWN_ACCOUNT, gives=MeSchema)
def read_me(session: Session, actor: Actor) -> dict[str, Any]:
    """我是谁"""
    account = service.account(session, actor.account)
    return {
        "account": account,
        "person": service.person(session, account.person_id) if account.person_id else None,
        "roles": actor.grants,
        "acts_for": sorted(actor.acts_for),
    }


@blueprint.post("/sms-codes", may=Permission.OWN_ACCOUNT, gives=SentSchema, status=202)
def ask_step_up_code(session: Session, actor: Actor) -> dict[str, Any]:
    """向本人手机发送验证码

    用于设置签批密码、复制资料、注销账号等要再次确认的操作。
    """
    account = service.account(session, actor.account)
    if account.phone is None:
        raise PhoneRequired("请先绑定手机号")
    return _sent(session, actor, account.phone, codes.STEP_UP)


@blueprint.post(
    "/phone/sms-codes", may=Permission.OWN_ACCOUNT, takes=AskPhoneCodeSchema, gives=SentSchema, status=202
)
def ask_phone_code(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """向要绑定的手机号发送验证码"""
    return _sent(session, actor, body["phone"], accounts.BIND_PHONE)


@blueprint.post("/phone", may=Permission.OWN_ACCOUNT, takes=BindPhoneSchema, gives=PhoneBoundSchema)
def bind_phone(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """绑定或更换手机号

    更换时还要原手机号的验证码；原手机号不能用了的，先走 /mp/v1/me/phone/lost。
    """
    account, joined = accounts.bind_phone_by_code(session, actor, **body)
    return {"account": account, "joined": joined}


@blueprint.post("/phone/lost", may=Permission.OWN_ACCOUNT, gives=IdentityAttemptSchema)
def replace_lost_phone(session: Session, actor: Actor) -> IdentityAttempt:
    """原手机号不能用了

    做人脸核身（/mp/v1/auth/real-name/face）或当面确认（/mp/v1/auth/real-name/desk），通过后 24 小时内可更换一次手机号。
    """
    return changing_phone.lost(session, actor)


@blueprint.get("/devices", may=Permission.OWN_ACCOUNT, gives=DevicesSchema)
def list_devices(session: Session, actor: Actor) -> dict[str, Any]:
    """登录设备"""
    names = ("id", "kind", "name", "created_at", "last_used_at")
    return {
        "items": [
            {**{name: getattr(device, name) for name in names}, "current": device.id == actor.device_id}
            for device in sessions.devices(session, actor)
        ]
    }


@blueprint.delete("/devices/<uuid:device_id>", may=Permission.OWN_ACCOUNT, status=204)
def log_device_out(session: Session, actor: Actor, device_id: uuid.UUID) -> None:
    """让一台设备退出登录"""
    sessions.revoke_device(session, actor, device_id=device_id)


@blueprint.post(
    "/devices/log-out", may=Permission.OWN_ACCOUNT, takes=LogOutEverywhereSchema, gives=LoggedOutSchema
)
def log_out_everywhere(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """退出所有设备"""
    spare = actor.device_id if body["keep_this"] else None
    return {"devices": sessions.revoke_all(session, actor.account, spare=spare)}


@blueprint.get("/data", may=Permission.OWN_ACCOUNT, gives=HeldDataSchema)
def read_held_data(session: Session, actor: Actor) -> dict[str, Any]:
    """我的资料（遮盖）"""
    me = read_me(session, actor)
    sections = ["identity", *export.current().by_name]
    return {"account": me["account"], "person": me["person"], "sections": sections, "words": _HELD}


@blueprint.post("/data/copies", may=Permission.OWN_ACCOUNT, takes=StepUpSchema, raw="application/json")
def copy_data(session: Session, actor: Actor, body: dict[str, Any]) -> Response:
    """复制我的全部资料

    未遮盖的 JSON 文件；先用 /mp/v1/me/sms-codes 获取验证码，取得副本会记入查看记录。
    """
    copy = export.full_copy(session, actor, sms_code=body["sms_code"], exporters=export.current())
    response = Response(db.dumps(copy), mimetype="application/json")
    name = f"zhangshangzheng-{clock.today():%Y%m%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/corrections", may=Permission.OWN_ACCOUNT, gives=CorrectionsSchema)
def list_corrections(session: Session, actor: Actor) -> dict[str, Any]:
    """我的更正申请"""
    return {"items": corrections.own(session, actor)}


@blueprint.post(
    "/corrections", may=Permission.OWN_ACCOUNT, takes=AskCorrectionSchema, gives=CorrectionSchema, status=201
)
def ask_correction(session: Session, actor: Actor, body: dict[str, Any]) -> Correction:
    """申请更正资料"""
    return corrections.ask(session, actor, **body)


@blueprint.post("/close", may=Permission.OWN_ACCOUNT, takes=CloseAccountSchema, status=204)
def close_account(session: Session, actor: Actor, body: dict[str, Any]) -> None:
    """注销账号

    所有设备立即退出；已出具的证明和档案依法保存，重新登录并实名后可以找回。
    """
    closing.close(session, actor, sms_code=body["sms_code"])


def _sent(session: Session, actor: Actor, phone: str, purpose: str) -> dict[str, Any]:
    settings = runtime.current().settings
    codes.send(
        session,
        phone=phone,
        purpose=purpose,
        subject_id=actor.account,
        address=actor.address,
        settings=settings,
    )
    return {"expires_in": settings.sms_code_minutes * 60, "phone": privacy.mask_phone(phone)}
