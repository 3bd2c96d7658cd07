"""A counter's scans: any text in, a verdict out."""

from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.paging import Page
from backend.schemas import PageQuery
from backend.showcodes import checking, schemas, verifiers
from backend.showcodes.schemas import ScanRecordSchema, ScanSchema, VerdictSchema

blueprint = Blueprint("counter", "counter", url_prefix="/mp/v1/counter", description="窗口核验")


@blueprint.post(
    "/verify",
    may=Permission.VERIFY,
    takes=ScanSchema,
    gives=VerdictSchema,
    exempt="a show-code has its own once-only rule: its verifier's retry gets the same answer",
    lock_late=True,
)
def verify(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """核验扫到的任何内容

    亮证码、证明二维码、手工输入的“文号 查验码”，或付款码、网页等别的码，都得到一个结论和一句怎么办。
    持证人会看到是哪个单位、哪个岗位、为什么事查验的。
    """
    settings = runtime.current().settings
    return schemas.verdict_data(checking.check_text(session, actor, settings=settings, **body))


@blueprint.get("/scans", may=Permission.VERIFY, query=PageQuery, lists=ScanRecordSchema)
def list_scans(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """我今天的查验"""
    return verifiers.scans_today(session, actor, **query)
