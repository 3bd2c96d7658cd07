"""Deciding: refuse, send back, co-sign. Approving and issuing are in `certificates.py`."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.applications import deciding, views
from backend.applications.committee_schemas import (
    CommitteeApplicationSchema,
    OptionalRemarkSchema,
    RefuseSchema,
    RemarkSchema,
)
from backend.http import Blueprint

blueprint = Blueprint(
    "deciding",
    "deciding",
    url_prefix="/mp/v1/committee/applications",
    description="村（居）民委员会负责人、乡镇（街道）复核人：不予出具、退回、复核",
)
_DECIDE, _COSIGN = Permission.DECIDE_APPLICATIONS, Permission.COSIGN_APPLICATIONS
_ONE = "/<uuid:application_id>"


@blueprint.post(
    f"{_ONE}/refuse", may=_DECIDE, takes=RefuseSchema, gives=CommitteeApplicationSchema, also=(423,)
)
def refuse_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """决定不予出具

    要签批密码；发出不予出具决定书，写明理由、依据、去哪里办和如何救济。
    """
    settings = runtime.current().settings
    decided = deciding.refuse(session, actor, application_id=application_id, **body, settings=settings)
    return views.for_staff(session, actor, decided)


@blueprint.post(f"{_ONE}/send-back", may=_DECIDE, takes=RemarkSchema, gives=CommitteeApplicationSchema)
def send_back(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """退回经办人

    待签批或拟不予出具的，写明意见退回重新审核。
    """
    settings = runtime.current().settings
    back = deciding.send_back(session, actor, application_id=application_id, **body, settings=settings)
    return views.for_staff(session, actor, back)


@blueprint.post(f"{_ONE}/cosign", may=_COSIGN, takes=OptionalRemarkSchema, gives=CommitteeApplicationSchema)
def cosign_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """复核同意

    乡镇（街道）复核后，村（居）委会负责人才能签批。
    """
    settings = runtime.current().settings
    agreed = deciding.cosign(session, actor, application_id=application_id, **body, settings=settings)
    return views.for_staff(session, actor, agreed)


@blueprint.post(f"{_ONE}/decline-cosign", may=_COSIGN, takes=RemarkSchema, gives=CommitteeApplicationSchema)
def decline_cosign(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """复核退回

    不同意的，写明意见退回村（居）委会重新审核。
    """
    settings = runtime.current().settings
    back = deciding.decline_cosign(session, actor, application_id=application_id, **body, settings=settings)
    return views.for_staff(session, actor, back)
