"""Public pages: `/V/<digits>` of a printed paper, `/S/<digits>` of a show-code, and how to tell true from false.

They open in any browser by any scanner, without JavaScript, and say the verdict in the first response.
"""

from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import clock
from backend.access import Actor, Permission
from backend.certificates import entries
from backend.desk import form_token
from backend.desk.web import Pages, render
from backend.problems import InvalidInput
from backend.showcodes import by_hand, checking, verifiers
from backend.showcodes.checking import PAPER, SHOW, Checked
from backend.showcodes.schemas import CheckCodeForm, PressForm
from backend.showcodes.verdicts import LOOKS, MEANINGS, Verdict, Word
from backend.showcodes.verifiers import Verifier
from signing.cose import read1
from signing.errors import VerificationFailed
from signing.tokens import from_digits

pages = Pages("public", __name__)


@pages.page("/V/<digits>", may=Permission.PUBLIC_READ, writes=True)
def paper(session: Session, actor: Actor, digits: str) -> Response:
    """核验证明（扫纸质证明上的二维码）"""
    verifier = verifiers.of_visit(actor, visit="")
    checked = _examined(session, verifier, digits)
    if request.method == "GET" and checked.seen and verifiers.first_visit(session, verifier, checked.seen):
        checking.settle(session, verifier, checked)
    return _paper_page(checked.verdict, recorded=checked.seen is not None)


@pages.form("/V/<digits>", may=Permission.PUBLIC_READ, takes=CheckCodeForm, again=paper)
def compare(session: Session, actor: Actor, form: dict[str, Any], digits: str) -> Response:
    """凭查验码对照原文"""
    verifier = verifiers.of_visit(actor, visit="")
    checked = _examined(session, verifier, digits)
    if not _can_compare(checked):
        return _paper_page(checked.verdict)
    assert checked.seen is not None
    certificate = entries.get(session, checked.seen.item_id)
    verdict, seen = by_hand.compare(
        session, verifier, certificate, check_code=form["check_code"], now=clock.now()
    )
    verifiers.record(session, verifier, verdict, seen)
    return _paper_page(verdict, recorded=True)


@pages.page("/S/<digits>", may=Permission.PUBLIC_READ)
def show(session: Session, actor: Actor, digits: str) -> Response:
    """核验亮证码：先给一个按钮，打开网页不消耗亮证码"""
    try:
        read1(from_digits(digits))  # its shape only: whether it is good is told to who presses the button
    except VerificationFailed as error:
        return _show_page(actor, Verdict(str(error.reason), clock.now()))
    return _show_page(actor, None)


@pages.form("/S/<digits>", may=Permission.PUBLIC_READ, takes=PressForm, again=show)
def press(session: Session, actor: Actor, form: dict[str, Any], digits: str) -> Response:
    """按下按钮：未登录的只知道是否有效，窗口人员看到出示范围内的内容"""
    if actor.may(Permission.VERIFY) and not form["matter"]:
        raise InvalidInput("请写明办理什么事", errors={"matter": ["请填写，持证人会看到"]})
    visit = request.form.get(form_token.FIELD, "")
    verifier = verifiers.of_visit(actor, visit=visit, matter=form["matter"])
    checked = checking.examine_token(session, verifier, digits, expected=SHOW)
    verdict = checking.settle(session, verifier, checked)
    return _show_page(actor, verdict, recorded=checked.seen is not None)


@pages.page("/how-to-check", may=Permission.PUBLIC_READ, indexed=True)
def how_to_check(session: Session, actor: Actor) -> Response:
    """如何辨别真伪"""
    meanings = [(word.value, LOOKS[word], MEANINGS[word]) for word in Word]
    return render("showcodes/how_to_check.html", meanings=meanings)


def _examined(session: Session, verifier: Verifier, digits: str) -> Checked:
    return checking.examine_token(session, verifier, digits, expected=PAPER)


def _can_compare(checked: Checked) -> bool:
    """Only what is in force and has a check code printed beside its QR code."""
    return checked.verdict.reason == "in_force" and checked.seen is not None


def _paper_page(verdict: Verdict, *, recorded: bool = False) -> Response:
    status = 404 if verdict.word is Word.NOT_OURS else 200
    asks = verdict.reason == "in_force"
    return render(
        "showcodes/certificate.html", status=status, verdict=verdict, asks_code=asks, recorded=recorded
    )


def _show_page(actor: Actor, verdict: Verdict | None, *, recorded: bool = False) -> Response:
    status = 404 if verdict and verdict.word is Word.NOT_OURS else 200
    staff = actor.may(Permission.VERIFY)
    return render("showcodes/show.html", status=status, verdict=verdict, staff=staff, recorded=recorded)
