"""`flask zheng init` and `flask zheng keys`: the city's signing keys, its CA and its seals."""

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import select

from backend import access, clock, runtime
from backend.organisations.models import Organisation
from backend.papers import key_rotation, seals
from backend.problems import Problem
from backend.runtime import Runtime
from signing.keys import Purpose


@click.command("init")
@click.option("--seals/--no-seals", "all_seals", default=False, help="同时为全部村（居）民委员会制作印章")
@with_appcontext
def init_command(all_seals: bool) -> None:
    """准备签名密钥和市级签章根证书；可重复执行，已有的不动。印章默认在首次用印时制作。"""
    here = runtime.current()
    with here.database.session() as session:
        made = key_rotation.ensure(session, access.MACHINE, settings=here.settings)
        root = seals.ensure_root(session, here.settings)
        session.commit()
    for key in made:
        click.echo(f"已生成签名密钥 {key.kid}（用途 {key.purpose}，算法 {key.suite}）")
    click.echo(f"市级签章根证书：{root.name}，有效期至 {clock.spoken(root.not_after)}")
    if all_seals:
        _make_seals(here)


def _make_seals(here: Runtime) -> None:
    """One commit each: an interruption loses nothing, and a second run goes on."""
    with here.database.session(read_only=True) as session:
        ids = session.scalars(
            select(Organisation.id).where(Organisation.kind == "committee", Organisation.active)
        ).all()
    refused = []
    for organisation_id in track(ids, description="制作印章", console=Console(stderr=True)):
        with here.database.session() as session:
            organisation = session.get_one(Organisation, organisation_id)
            try:
                for kind in (seals.COMMITTEE, seals.BUSINESS):
                    seals.ensure_seal(session, organisation, kind, here.settings)
                session.commit()
            except Problem as problem:
                refused.append(f"{organisation.name}：{problem.message}")
    click.echo(f"{len(ids) - len(refused)} 个村（社区）的印章已备好。")
    if refused:
        raise click.ClickException("以下机构的印章没有制作：\n" + "\n".join(refused))


@click.group("keys")
def keys_command() -> None:
    """签名密钥：查看、轮换、作废。"""


@keys_command.command("list")
@with_appcontext
def list_command() -> None:
    """列出全部签名密钥。"""
    table = Table("密钥", "用途", "算法", "状态", "启用", "止用")
    with runtime.current().database.session(read_only=True) as session:
        for key in key_rotation.listed(session, access.MACHINE):
            period = clock.spoken(key.not_before), clock.spoken(key.not_after)
            table.add_row(key.kid, key.purpose, key.suite, key.state, *period)
    Console().print(table)


@keys_command.command("rotate")
@click.argument("purpose", type=click.Choice([str(purpose) for purpose in key_rotation.LIVES]))
@with_appcontext
def rotate_command(purpose: str) -> None:
    """公布一把新密钥；一小时后（各处名单都已更新）由后台任务启用，旧的只用于核验。"""
    here = runtime.current()
    with here.database.session() as session:
        try:
            key = key_rotation.rotate(
                session, access.MACHINE, purpose=Purpose(purpose), settings=here.settings
            )
        except Problem as problem:
            raise click.ClickException(problem.message) from problem
        session.commit()
    click.echo(f"已公布新密钥 {key.kid}，{clock.spoken(key.not_before)} 起启用。")


@keys_command.command("condemn")
@click.argument("kid")
@click.option("--reason", required=True, help="原因，写入审计记录")
@with_appcontext
def condemn_command(kid: str, reason: str) -> None:
    """密钥被盗用：立即停用并告知核验方；它签过的只有在透明日志中有更早记录的才算数。"""
    here = runtime.current()
    with here.database.session() as session:
        try:
            key_rotation.condemn(session, access.MACHINE, kid=kid, reason=reason, settings=here.settings)
        except Problem as problem:
            raise click.ClickException(problem.message) from problem
        session.commit()
    click.echo(f"密钥 {kid} 已作废，新的密钥已启用。")
