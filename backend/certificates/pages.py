"""The public page of a share link: the PDF itself, or a page that says why not."""

from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.certificates import downloading, sharing
from backend.desk.web import Pages

pages = Pages("certificates", __name__)


@pages.page("/share/<token>", may=Permission.PUBLIC_READ, writes=True)
def open_share(session: Session, actor: Actor, token: str) -> Any:
    """The shared certificate; counted, and recorded where the holder sees it."""
    certificate = sharing.opened(session, actor, token=token)
    return downloading.pdf_response(session, certificate, storage=runtime.current().storage)
