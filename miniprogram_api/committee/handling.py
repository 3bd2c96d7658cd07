"""A clerk's work: claim, edit, overrule, return, transfer, propose refusal, forward."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.applications import handling, views
from backend.applications.committee_schemas import (
    CommitteeApplicationSchema,
    EditTextSchema,
    ReasonSchema,
    RefusalProposalSchema,
    ReturnSchema,
    TransferSchema,
    VersionedActSchema,
)
from backend.applications.handling import Missing
from backend.applications.models import Application
from backend.applications.refusals import Refusal
from backend.http import Blueprint

blueprint = Blueprint(
    "handling", "handling", url_prefix="/mp/v1/committee/applications", description="村（居）民委员会：经办"
)
_HANDLE = Permission.HANDLE_APPLICATIONS
_ONE = "/<uuid:application_id>"


@blueprint.post(f"{_ONE}/claim", may=_HANDLE, gives=CommitteeApplicationSchema)
def claim_application(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """认领

    首次认领即受理，受理回执自动发出。认领后几个办公小时没有动作会失效，别人可以接手。
    """
    settings = runtime.current().settings
    return _shown(
        session, actor, handling.claim(session, actor, application_id=application_id, settings=settings)
    )


@blueprint.put(f"{_ONE}/text", may=_HANDLE, takes=EditTextSchema, gives=CommitteeApplicationSchema)
def edit_text(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """修改证明正文

    带上读到的 row_version;修改痕迹申请人看得到。正文同样经过不得出具清单的检查。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        handling.edit_text(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post(f"{_ONE}/overrule", may=_HANDLE, takes=ReasonSchema, gives=CommitteeApplicationSchema)
def overrule_finding(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """书面说明清单疑点

    审查误判、确可出具时，写明理由；理由留痕，司法局每周查看。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        handling.overrule(session, actor, application_id=application_id, **body, settings=settings),
    )


@blueprint.post(f"{_ONE}/return", may=_HANDLE, takes=ReturnSchema, gives=CommitteeApplicationSchema)
def return_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """退回补正（一次性告知）

    只能一次，逐项写全；发出一次性告知书，补正期间时限停止计算。
    """
    items = [Missing(**each) for each in body["items"]]
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        handling.return_for_completion(
            session, actor, application_id=application_id, items=items, settings=settings
        ),
    )


@blueprint.post(f"{_ONE}/transfer", may=_HANDLE, takes=TransferSchema, gives=CommitteeApplicationSchema)
def transfer_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """转到正确的村（居）委会

    写明理由，时限继续计算；转出后本村不再看到这件申请。
    """
    moved = handling.transfer(
        session, actor, application_id=application_id, to=body["organisation_id"], reason=body["reason"]
    )
    return _shown(session, actor, moved)


@blueprint.post(
    f"{_ONE}/refusal-proposal", may=_HANDLE, takes=RefusalProposalSchema, gives=CommitteeApplicationSchema
)
def propose_refusal(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """提出不予出具

    选择理由，向申请人说明，并写明可以去哪里办；由负责人决定。
    """
    where = tuple((each["office"], each["how"]) for each in body["where_to_go"])
    refusal = Refusal(reason=body["reason"], words=body["words"], where_to_go=where)
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        handling.propose_refusal(
            session, actor, application_id=application_id, refusal=refusal, settings=settings
        ),
    )


@blueprint.post(f"{_ONE}/forward", may=_HANDLE, takes=VersionedActSchema, gives=CommitteeApplicationSchema)
def forward_application(
    session: Session, actor: Actor, body: dict[str, Any], application_id: uuid.UUID
) -> dict[str, Any]:
    """送签

    审核完毕，送负责人签批；需要复核的事项先送乡镇（街道）。
    """
    settings = runtime.current().settings
    return _shown(
        session,
        actor,
        handling.forward(session, actor, application_id=application_id, **body, settings=settings),
    )


def _shown(session: Session, actor: Actor, application: Application) -> dict[str, Any]:
    return views.for_staff(session, actor, application)
