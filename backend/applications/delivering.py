"""Delivering a paper by hand (送达): a clerk prints the receipt, notice or refusal for who has no phone."""

import uuid

from sqlalchemy.orm import Session

from backend.access import Actor, Permission, require_over
from backend.applications.reading import get_visible
from backend.audit import service as audit
from backend.organisations import service as organisations
from backend.papers import service as papers
from backend.papers.models import Paper
from backend.problems import NotFound
from backend.storage import BlobStore

#: Papers of an application; its certificate is printed from the committee's certificates.
KINDS = ("receipt", "correction_notice", "refusal")


def to_print(
    session: Session, actor: Actor, *, application_id: uuid.UUID, kind: str, storage: BlobStore
) -> tuple[Paper, bytes]:
    """The sealed PDF of a paper of this application, for staff of the area; the holder sees who took it.

    `kind`: of KINDS. NotFound when there is none, papers.PaperNotReady while it is being sealed.
    """
    application = get_visible(session, actor, application_id)
    office = organisations.get(session, application.organisation_id)
    grant = require_over(actor, Permission.READ_INBOX, office.path)
    paper = papers.paper_of(session, kind, application.id) if kind in KINDS else None
    if paper is None:
        raise NotFound("这件申请没有这种文书，请刷新后再看")
    data = papers.pdf(session, paper, storage=storage)
    audit.look(
        session,
        actor,
        holder_id=application.holder_id,
        kind="download",
        item_kind=kind,
        item_id=paper.id,
        verdict="打印送达",
        reason="downloaded",
        scope="full",
        organisation_name=organisations.get(session, grant.organisation_id).name,
        post=grant.post,
    )
    return paper, data
