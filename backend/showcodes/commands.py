"""`flask zheng verify`: a token, a scanned text or a sealed PDF, by this installation's register or without it."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend import clock, runtime
from backend.access import MACHINE
from backend.papers import seals
from backend.papers import service as papers
from backend.showcodes import checking, verifiers
from backend.showcodes.checking import PAPER
from backend.showcodes.verdicts import Verdict, Word
from signing.__main__ import main as verify_offline
from signing.scanned import ScanKind, classify
from signing.seal_check import SealCheck, check_pdf
from signing.tokens import to_digits

_LONGEST_FILE_NAME = 200


@click.command("verify")
@click.argument("what")
@click.option("--keys", type=click.Path(path_type=Path), help="公钥名单的副本；给出后不查数据库")
@click.option("--root", type=click.Path(path_type=Path), help="市级签章根证书（PEM）；给出后不查数据库")
@with_appcontext
def verify_command(what: str, keys: Path | None, root: Path | None) -> None:
    """核验证明码（网址或数字）或盖章的 PDF 文件（WHAT）。

    有效时退出码为 0，否则为 1。不消耗亮证码，不留查验记录。
    """
    if keys or root:
        raise SystemExit(verify_offline(_offline(what, keys, root)))
    try:
        with runtime.current().database.session(read_only=True) as session:
            good = _verify(session, what)
    except DBAPIError as error:
        hint = "数据库打不开。可以加 --keys 或 --root，不用数据库核验"
        raise click.ClickException(hint) from error
    raise SystemExit(0 if good else 1)


def _offline(what: str, keys: Path | None, root: Path | None) -> list[str]:
    options = [("--keys", keys), ("--root", root)]
    return ["verify", what, *(text for name, path in options if path for text in (name, str(path)))]


def _verify(session: Session, what: str) -> bool:
    path = Path(what)
    if len(what) < _LONGEST_FILE_NAME and path.is_file():
        return _verify_pdf(session, path.read_bytes())
    return _say(_verdict_on(session, what))


def _verdict_on(session: Session, text: str) -> Verdict:
    """By the register. A show-code is only recognised: judging it would take its one use from a counter."""
    base_url = runtime.current().settings.public_url
    scanned = classify(text, base_urls=(base_url,))
    if scanned.digits is None or scanned.kind in (ScanKind.OFFLINE_SHOW, ScanKind.SHOW):
        known = {ScanKind.OFFLINE_SHOW: "offline_show", ScanKind.SHOW: "show_press_first"}
        return Verdict(known.get(scanned.kind, str(scanned.kind)), clock.now(), kind=str(scanned.kind))
    verifier = verifiers.visitor(MACHINE, visit="")
    return checking.examine_token(session, verifier, scanned.digits, expected=PAPER).verdict


def _verify_pdf(session: Session, data: bytes) -> bool:
    """First the seal, then what the register says of exactly this file."""
    check = check_pdf(data, roots=seals.root_certificates(session), now=clock.now())
    if not _say_seal(check):
        return False
    paper = papers.by_file(session, data)
    if paper is None or paper.token is None:
        click.echo("登记簿中没有这个文件：签章虽好，请扫文件上的二维码核对。")
        return False
    return _say(_verdict_on(session, to_digits(paper.token)))


def _say_seal(check: SealCheck) -> bool:
    if check.reason is not None:
        click.echo(f"结论：{check.reason.verdict}")
        click.echo(f"原因：{check.reason.value}　{check.reason.sentence}")
        return False
    click.echo(f"签章：有效，{check.signer}（{check.uscc}），文件自签章后未被改动")
    return True


def _say(verdict: Verdict) -> bool:
    click.echo(f"结论：{verdict.word}")
    click.echo(f"原因：{verdict.reason}　{verdict.sentence}")
    for fact in verdict.facts:
        click.echo(f"{fact.label}：{fact.value}")
    return verdict.word is Word.VALID
