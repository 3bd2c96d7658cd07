"""Overruled necessity hits (清单疑点说明): what justice (司法局) reads every week."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require, within
from backend.applications.models import NecessityFinding
from backend.paging import Key, Page, page


def of_area(session: Session, actor: Actor, *, days: int, cursor: str | None, limit: int | None) -> Page:
    """Hits overruled in the last `days` in the actor's area, newest first."""
    require(actor, Permission.READ_OVERRULES)
    statement = within(
        select(NecessityFinding), actor, Permission.READ_OVERRULES, NecessityFinding.organisation_id
    ).where(NecessityFinding.overruled_at >= clock.now() - timedelta(days=days))
    keys = [
        Key(NecessityFinding.overruled_at, "overruled_at", descending=True),
        Key(NecessityFinding.id, "id", descending=True),
    ]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)
