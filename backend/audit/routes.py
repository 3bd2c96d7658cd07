"""The audit trail, for auditors of the area."""

from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.audit import service
from backend.audit.schemas import AuditEntrySchema, AuditQuery
from backend.http import Blueprint
from backend.paging import Page

blueprint = Blueprint("audit", "audit", url_prefix="/api/v1/audit", description="审计记录")


@blueprint.get("", may=Permission.READ_AUDIT, query=AuditQuery, lists=AuditEntrySchema)
def list_audit_entries(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """本辖区的审计记录，新的在前"""
    return service.entries(session, actor, **query)
