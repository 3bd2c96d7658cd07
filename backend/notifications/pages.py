"""Dead letters (死信) on a desk: what failed too often, and the button that drives it again."""

import uuid
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.access import Actor, Permission
from backend.desk.web import Pages, redirect_to, render
from backend.notifications.dead_letters import dead_letters, redrive
from backend.schemas import PageQuery

pages = Pages("dead_letters", __name__)


@pages.page("/desk/dead-letters", may=Permission.OPERATE, query=PageQuery)
def letters(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """未办成的后台事项"""
    return render("notifications/dead_letters.html", page=dead_letters(session, actor, **query))


@pages.form("/desk/dead-letters/<uuid:entry_id>/redrive", may=Permission.OPERATE)
def drive_again(session: Session, actor: Actor, entry_id: uuid.UUID) -> Response:
    """重办一件"""
    redrive(session, actor, entry_id=entry_id)
    return redirect_to("/desk/dead-letters")
