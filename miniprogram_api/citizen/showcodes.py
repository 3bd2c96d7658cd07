"""Show-codes: make one, the next one, and its picture for those who cannot draw."""

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend import clock, runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.showcodes import service
from backend.showcodes.models import ShowCode
from backend.showcodes.schemas import ShowCodeSchema, ShowSchema
from signing import qr

blueprint = Blueprint("showcodes", "showcodes", url_prefix="/mp/v1/showcodes", description="亮证")


@blueprint.post("", may=Permission.OWN_WALLET, takes=ShowSchema, gives=ShowCodeSchema, status=201)
def show(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """亮证

    得到一分钟内有效的亮证码；码里没有个人信息，一个码只能由一个查验人核验。
    """
    return _data(service.show(session, actor, settings=runtime.current().settings, **body))


@blueprint.post("/<uuid:show_code_id>/renew", may=Permission.OWN_WALLET, gives=ShowCodeSchema, status=201)
def renew(session: Session, actor: Actor, show_code_id: uuid.UUID) -> dict[str, Any]:
    """换一个新的亮证码（同一份证明、范围和用途）"""
    settings = runtime.current().settings
    return _data(service.renew(session, actor, show_code_id=show_code_id, settings=settings))


@blueprint.get("/<uuid:show_code_id>", may=Permission.OWN_WALLET, gives=ShowCodeSchema)
def read(session: Session, actor: Actor, show_code_id: uuid.UUID) -> dict[str, Any]:
    """亮证码现在怎样：还有多少秒，是否已被核验"""
    return _data(service.get_own(session, actor, show_code_id=show_code_id))


@blueprint.get("/<uuid:show_code_id>/qr.svg", may=Permission.OWN_WALLET, raw="image/svg+xml")
def read_svg(session: Session, actor: Actor, show_code_id: uuid.UUID) -> Response:
    """亮证码的图（SVG）"""
    picture = qr.svg(_text(session, actor, show_code_id))
    return _picture(picture.encode(), "image/svg+xml")


@blueprint.get("/<uuid:show_code_id>/qr.png", may=Permission.OWN_WALLET, raw="image/png")
def read_png(session: Session, actor: Actor, show_code_id: uuid.UUID) -> Response:
    """亮证码的图（PNG）"""
    return _picture(qr.png(_text(session, actor, show_code_id)), "image/png")


def _text(session: Session, actor: Actor, show_code_id: uuid.UUID) -> str:
    row = service.get_own(session, actor, show_code_id=show_code_id)
    return service.text_of(row, runtime.current().settings)


def _picture(data: bytes, media_type: str) -> Response:
    """The drawing of a text is kept by `signing.qr`; the phone itself must not keep it."""
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _data(row: ShowCode) -> dict[str, Any]:
    left = int((row.expires_at - clock.now()).total_seconds())
    return {
        "id": row.id,
        "item_id": row.item_id,
        "scope": row.scope,
        "purpose": row.purpose,
        "text": service.text_of(row, runtime.current().settings),
        "expires_at": row.expires_at,
        "expires_in": max(0, left),
        "used_at": row.used_at,
    }
