"""Separate consents: read, given, withdrawn."""

from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import consents
from backend.identity.account_schemas import (
    ConsentStateSchema,
    ConsentStatesSchema,
    ConsentTextsSchema,
    GiveConsentSchema,
    consent_state,
)

blueprint = Blueprint("consents", "consents", url_prefix="/mp/v1/me/consents", description="单独同意与撤回")


@blueprint.get("", may=Permission.OWN_ACCOUNT, gives=ConsentStatesSchema)
def list_consents(session: Session, actor: Actor) -> dict[str, Any]:
    """各项同意书与本人的选择"""
    return {"items": [_state(session, actor, kind) for kind in consents.TEXTS]}


@blueprint.get("/texts", may=Permission.PUBLIC_READ, gives=ConsentTextsSchema)
def list_texts(session: Session, actor: Actor) -> dict[str, Any]:
    """各项同意书的现行文本

    登录之前也能读：先读过、同意了，才请您填手机号。
    """
    return {"items": list(consents.TEXTS.values())}


@blueprint.post("", may=Permission.OWN_ACCOUNT, takes=GiveConsentSchema, gives=ConsentStateSchema)
def give_consent(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """同意

    同意书更新后要按新的版本再同意一次。
    """
    consents.give(session, actor, kind=body["kind"], text_version=body["text_version"])
    return _state(session, actor, body["kind"])


@blueprint.delete("/<string:kind>", may=Permission.OWN_ACCOUNT, gives=ConsentStateSchema)
def withdraw_consent(session: Session, actor: Actor, kind: str) -> dict[str, Any]:
    """撤回同意

    立即生效；回答里说明撤回之后会怎样。
    """
    consents.withdraw(session, actor, kind=kind)
    return _state(session, actor, kind)


def _state(session: Session, actor: Actor, kind: str) -> dict[str, Any]:
    session.flush()
    return consent_state(consents.TEXTS[kind], consents.latest(session, actor.account, kind))
