"""The counter's page (窗口核验): a hand scanner types into one field and presses Enter; the verdict stands large."""

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import runtime
from backend.access import Actor, Permission
from backend.desk.web import Pages, render
from backend.showcodes import checking, verifiers
from backend.showcodes.schemas import ScanSchema
from backend.showcodes.verdicts import LOOKS, Look, Verdict, Word

pages = Pages("counter", __name__)
_LISTED = 20


@pages.page("/desk/counter", may=Permission.VERIFY)
def counter(session: Session, actor: Actor) -> Response:
    """窗口核验"""
    return _shown(session, actor, None)


@pages.form("/desk/counter", may=Permission.VERIFY, takes=ScanSchema, again=counter)
def scan(session: Session, actor: Actor, form: dict[str, Any]) -> Response:
    """核验扫到的内容"""
    verdict = checking.check_text(session, actor, settings=runtime.current().settings, **form)
    return _shown(session, actor, verdict)


def _shown(session: Session, actor: Actor, verdict: Verdict | None) -> Response:
    scans = verifiers.scans_today(session, actor, cursor=None, limit=_LISTED)
    return render("showcodes/counter.html", verdict=verdict, scans=scans, look=_look)


def _look(word: str) -> Look:
    return LOOKS[Word(word)]
