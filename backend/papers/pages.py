"""The register of seal use (用印登记) on a desk."""

import uuid
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.access import Actor, Permission
from backend.desk.web import Pages, render
from backend.organisations import service as organisations
from backend.papers import service
from backend.schemas import PageQuery

pages = Pages("seal_register", __name__)

KINDS = {
    "certificate": "证明",
    "receipt": "受理回执",
    "correction_notice": "一次性告知书",
    "refusal": "不予出具决定书",
    "notice": "告知单",
}


class SealRegisterQuery(PageQuery):
    """Whose seals."""

    organisation_id = fields.UUID(load_default=None)


@pages.page("/desk/seal-register", may=Permission.READ_SEAL_REGISTER, query=SealRegisterQuery)
def seal_register(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """用印登记"""
    found = service.seal_uses(session, actor, **query)
    offices = _names(session, {use.organisation_id for use in found.items})
    return render("papers/seal_register.html", page=found, offices=offices, kinds=KINDS, query=query)


def _names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {office_id: organisations.get(session, office_id).name for office_id in ids}
