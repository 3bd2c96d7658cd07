"""What administrators do about people and log-ins: unlock a PIN, join and split records, correct, close after death."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import closing, corrections, merging, pins
from backend.identity.account_schemas import CorrectionSchema
from backend.identity.models import Correction, Person, PersonMerge
from backend.identity.people_schemas import (
    CorrectionTaskSchema,
    DecideCorrectionSchema,
    MergePersonsSchema,
    PersonMergeSchema,
    RecordDeathSchema,
)
from backend.identity.schemas import MaskedPersonSchema
from backend.paging import Page

blueprint = Blueprint("persons", "persons", url_prefix="/api/v1", description="自然人档案与签批密码管理")


@blueprint.post("/staff/<uuid:account_id>/pin/unlock", may=Permission.UNLOCK_PIN, status=204)
def unlock_pin(session: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """解锁工作人员的签批密码

    只能解锁在本机构及下级任职的人，不能解锁自己。
    """
    pins.unlock(session, actor, account_id=account_id)


@blueprint.post(
    "/persons/merges",
    may=Permission.MERGE_PERSONS,
    takes=MergePersonsSchema,
    gives=PersonMergeSchema,
    status=201,
)
def merge_persons(session: Session, actor: Actor, body: dict[str, Any]) -> PersonMerge:
    """合并同一人的两份档案"""
    return merging.merge(session, actor, movers=merging.current(), **body)


@blueprint.post(
    "/persons/merges/<uuid:merge_id>/split", may=Permission.MERGE_PERSONS, gives=PersonMergeSchema
)
def split_persons(session: Session, actor: Actor, merge_id: uuid.UUID) -> PersonMerge:
    """拆分错误的合并

    合并时移动的内容原样退回。
    """
    return merging.split(session, actor, merge_id=merge_id, movers=merging.current())


@blueprint.post(
    "/persons/<uuid:person_id>/death",
    may=Permission.MERGE_PERSONS,
    takes=RecordDeathSchema,
    gives=MaskedPersonSchema,
)
def record_death(session: Session, actor: Actor, body: dict[str, Any], person_id: uuid.UUID) -> Person:
    """登记死亡，关闭卡包

    卡包不移交；继承人需要的证明向村（居）民委员会申请。
    """
    return closing.record_death(session, actor, person_id=person_id, basis=body["basis"])


@blueprint.get("/corrections", may=Permission.MERGE_PERSONS, lists=CorrectionTaskSchema)
def list_open_corrections(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """待处理的更正申请"""
    return corrections.waiting(session, actor, **query)


@blueprint.post(
    "/corrections/<uuid:correction_id>/decision",
    may=Permission.MERGE_PERSONS,
    takes=DecideCorrectionSchema,
    gives=CorrectionSchema,
)
def decide_correction(
    session: Session, actor: Actor, body: dict[str, Any], correction_id: uuid.UUID
) -> Correction:
    """处理更正申请"""
    return corrections.decide(session, actor, correction_id=correction_id, **body)
