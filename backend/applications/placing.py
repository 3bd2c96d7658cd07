"""Which committee has an application: the one the fact belongs to."""

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from backend.applications.models import (
    Application,
    ApplicationEvent,
    Evidence,
    NecessityFinding,
    ReturnItem,
    TextRevision,
    Upload,
    UploadPart,
)
from backend.organisations.models import Organisation

_PARTS = (ApplicationEvent, TextRevision, ReturnItem, NecessityFinding, Evidence, Upload)


def place(session: Session, application: Application, organisation: Organisation) -> None:
    """Put it on this committee's table; into another county, what belongs to it goes along."""
    application.organisation_id = organisation.id
    application.division_code = organisation.division_code
    if application.county_code == organisation.county_code:
        return
    application.county_code = organisation.county_code
    for part in _PARTS:
        _move(session, update(part).where(part.application_id == application.id), organisation)
    uploads = select(Upload.id).where(Upload.application_id == application.id)
    _move(session, update(UploadPart).where(UploadPart.upload_id.in_(uploads)), organisation)


def _move(session: Session, statement: Update, organisation: Organisation) -> None:
    moved = statement.values(county_code=organisation.county_code)
    session.execute(moved.execution_options(synchronize_session="fetch"))
