"""Real-name check: asked, looked at, by face, or handed to a desk."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime, transaction
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import asking, id_numbers, realname, service
from backend.identity.models import IdentityAttempt
from backend.identity.schemas import FaceOpenedSchema, IdentityAttemptSchema, RealNameSchema
from backend.outside.wechat import FaceSession, FaceVerdict
from backend.problems import Conflict

blueprint = Blueprint("real_name", "real_name", url_prefix="/mp/v1/auth/real-name", description="实名认证")


def _ask_register(actor: Actor, body: dict[str, Any]) -> asking.Answer:
    """Count and check consent in a transaction of its own, so that no refusal undoes the count; then ask."""
    number = id_numbers.parse(body["id_number"])
    transaction.in_transaction(
        lambda session: realname.allow(session, actor, number=number, consent_version=body["consent_version"])
    )
    return asking.register_says(runtime.current().realname, body["name"], number)


@blueprint.post(
    "",
    may=Permission.OWN_ACCOUNT,
    takes=RealNameSchema,
    gives=IdentityAttemptSchema,
    before=_ask_register,
)
def check_real_name(
    session: Session, actor: Actor, body: dict[str, Any], *, outside: asking.Answer
) -> IdentityAttempt:
    """实名认证

    核验服务暂时没有响应时回答 checking，稍后自动完成并通知本人。
    """
    number = id_numbers.parse(body["id_number"])
    return realname.record(session, actor, name=body["name"], number=number, answer=outside)


@blueprint.get("", may=Permission.OWN_ACCOUNT, gives=IdentityAttemptSchema)
def read_real_name(session: Session, actor: Actor) -> IdentityAttempt:
    """实名认证的进展"""
    return realname.latest(session, actor)


@blueprint.post("/desk", may=Permission.OWN_ACCOUNT, gives=IdentityAttemptSchema)
def choose_desk(session: Session, actor: Actor) -> IdentityAttempt:
    """改为当面确认

    得到 8 位确认码，带证件原件到村（社区）或窗口出示。
    """
    return realname.choose_desk(session, actor)


def _open_face(actor: Actor) -> tuple[uuid.UUID, str, FaceSession]:
    current = runtime.current()
    with current.database.session(read_only=True) as session:
        attempt = realname.wants_face(session, actor)
        openid = service.account(session, actor.account).wechat_openid
    if openid is None:
        raise Conflict("人脸核身要在微信里进行，请用微信登录，或改为当面确认")
    serial = uuid.uuid4().hex
    opened = asking.open_face(
        current.wechat, openid=openid, serial=serial, name=attempt.name, id_number=attempt.id_number
    )
    return attempt.id, serial, opened


@blueprint.post("/face", may=Permission.OWN_ACCOUNT, gives=FaceOpenedSchema, before=_open_face)
def begin_face(session: Session, actor: Actor, *, outside: tuple[uuid.UUID, str, FaceSession]) -> FaceSession:
    """开始人脸核身

    要先单独同意人脸核身。
    """
    attempt_id, serial, opened = outside
    realname.begin_face(session, actor, attempt_id=attempt_id, serial=serial, opened=opened)
    return opened


def _ask_verdict(actor: Actor) -> tuple[uuid.UUID, FaceVerdict]:
    current = runtime.current()
    with current.database.session(read_only=True) as session:
        attempt = realname.wants_face(session, actor)
        openid = service.account(session, actor.account).wechat_openid
    if openid is None or attempt.face is None:
        raise asking.FaceNotDone()
    serial, verify_id, cert_hash = attempt.face.split()
    verdict = asking.face_verdict(
        current.wechat, openid=openid, serial=serial, verify_id=verify_id, cert_hash=cert_hash
    )
    return attempt.id, verdict


@blueprint.post("/face/result", may=Permission.OWN_ACCOUNT, gives=IdentityAttemptSchema, before=_ask_verdict)
def finish_face(session: Session, actor: Actor, *, outside: tuple[uuid.UUID, FaceVerdict]) -> IdentityAttempt:
    """完成人脸核身

    结果只认微信给我们的回答，不认手机上报的结果。
    """
    attempt_id, verdict = outside
    return realname.finish_face(session, actor, attempt_id=attempt_id, verdict=verdict)
