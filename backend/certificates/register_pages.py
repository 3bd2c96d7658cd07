"""The register of certificates (证明登记) on a desk: look one up, see where it stands, print its PDF."""

import uuid
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import clock, privacy
from backend import runtime as runtimes
from backend.access import Actor, Permission
from backend.certificates import downloading, reading
from backend.certificates.models import Certificate
from backend.certificates.reading import STANDING_NAMES, Standing
from backend.desk.web import Pages, render
from backend.schemas import PageQuery, Words

pages = Pages("certificate_register", __name__)

#: Standing -> tone and icon of its chip.
LOOKS: dict[Standing, tuple[str, str]] = {
    Standing.SEALING: ("wait", "clock"),
    Standing.IN_FORCE: ("good", "check"),
    Standing.EXPIRED: ("past", "clock"),
    Standing.SUSPENDED: ("wait", "pause"),
    Standing.SUPERSEDED: ("news", "arrow"),
    Standing.REVOKED: ("stop", "cross"),
    Standing.VOIDED: ("past", "cross"),
}
_STATES = {
    "issued": "已签发",
    **{key.value: STANDING_NAMES[key] for key in LOOKS if key.value not in ("in_force", "expired")},
}


class CertificateRegisterQuery(PageQuery):
    """Which certificates of the area."""

    number = Words(low=0, high=60, load_default="")
    state = fields.String(load_default="", validate=validate.OneOf(["", *_STATES], error="没有这种状态"))


@pages.page("/desk/certificates", may=Permission.READ_CERTIFICATES, query=CertificateRegisterQuery)
def certificates(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """证明登记"""
    found = reading.listed(session, actor, **query)
    return render("certificates/register.html", page=found, chip=chip, states=_STATES, query=query)


@pages.page("/desk/certificates/<uuid:certificate_id>", may=Permission.READ_CERTIFICATES)
def certificate(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Response:
    """一份证明"""
    row = reading.get_in_area(session, actor, certificate_id)
    told = reading.facts(session, row)
    new = reading.find(session, row.superseded_by_id) if row.superseded_by_id else None
    return render(
        "certificates/registered.html",
        certificate=row,
        chip=chip,
        holder=privacy.mask_name(told["holder_name"]),
        facts=told,
        successor=new,
        ready=row.issued_at is not None,
    )


@pages.page("/desk/certificates/<uuid:certificate_id>/pdf", may=Permission.READ_CERTIFICATES, writes=True)
def certificate_pdf(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Response:
    """盖章的 PDF；持证人会看到谁打开过"""
    row = reading.get_in_area(session, actor, certificate_id)
    return downloading.by_staff(session, actor, row, storage=runtimes.current().storage)


def chip(row: Certificate) -> tuple[str, str, str]:
    """Word, tone and icon of where it stands now."""
    standing = reading.standing(row, clock.now())
    return (STANDING_NAMES[standing], *LOOKS[standing])
