"""`flask zheng import-divisions`, `load-holidays` and `invite-city-admin`."""

from pathlib import Path
from typing import Any, cast

import click
from flask.cli import with_appcontext
from marshmallow import ValidationError
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from backend import clock, runtime
from backend.access import MACHINE, Role
from backend.organisations import invitations, notices, seeding
from backend.organisations.division_rows import UnreadableFile
from backend.organisations.models import Organisation
from backend.organisations.seeding import ImportReport
from backend.organisations.staff_schemas import NewInvitationSchema

_MOST_FAULTS = 50


@click.command("import-divisions")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=seeding.CITY_FILE
)
@click.option("--dry-run", is_flag=True, help="只检查和计数，不写入")
@click.option("--skip-bad", is_flag=True, help="跳过有误的行，导入其余的；不加时有一行有误就全部放弃")
@with_appcontext
def import_divisions_command(file: Path, dry_run: bool, skip_bad: bool) -> None:
    """导入行政区划和村镇机构(CSV:code,name,level,parent)，可重复执行。

    不给文件时导入随产品附带的咸宁市区划。
    """
    with runtime.current().database.session() as session, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("导入区划", total=None)
        try:
            report = seeding.import_divisions(
                session,
                file,
                dry_run=dry_run,
                skip_bad=skip_bad,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except UnreadableFile as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    _tell(report)
    if report.faults and not skip_bad:
        raise click.ClickException(
            f"{len(report.faults)} 行有误" + ("；这是试运行，没有写入。" if dry_run else "，已全部放弃。")
        )


def _tell(report: ImportReport) -> None:
    for fault in report.faults[:_MOST_FAULTS]:
        click.echo(str(fault), err=True)
    if len(report.faults) > _MOST_FAULTS:
        click.echo(f"……还有 {len(report.faults) - _MOST_FAULTS} 行有误", err=True)
    verb = "将" if report.dry_run else "已"
    click.echo(
        f"共 {report.rows} 行：{verb}新增区划 {report.divisions_added} 个、机构 {report.organisations_added} 个，"
        f"{verb}改名区划 {report.divisions_renamed} 个、机构 {report.organisations_renamed} 个，"
        f"未变 {report.unchanged} 个。"
    )


@click.command("invite-city-admin")
@click.argument("name")
@click.argument("phone")
@with_appcontext
def invite_city_admin_command(name: str, phone: str) -> None:
    """邀请市级管理员（第一位由此产生）:给出姓名和手机号，得到邀请码。"""
    values = _invitee(name, phone)
    with runtime.current().database.session() as session:
        root = session.scalar(select(Organisation).where(Organisation.kind == "city"))
        if root is None:
            raise click.ClickException("还没有市级机构，请先执行 import-divisions。")
        made = invitations.invite(
            session, MACHINE, organisation_id=root.id, role=Role.CITY_ADMIN, post="市级管理员", **values
        )
        session.commit()
    click.echo(f"邀请码 {made.code}，有效到 {clock.spoken(made.invitation.expires_at)}。")
    click.echo("请本人用这个手机号登录小程序，在“我的岗位”输入邀请码。")


def _invitee(name: str, phone: str) -> dict[str, Any]:
    fields = NewInvitationSchema(only=("name", "phone"))
    try:
        loaded: dict[str, Any] = fields.load({"name": name, "phone": phone})
    except ValidationError as error:
        faults = cast(dict[str, list[str]], error.messages)
        raise click.UsageError("；".join(text for texts in faults.values() for text in texts)) from error
    return loaded


@click.command("load-holidays")
@with_appcontext
def load_holidays_command() -> None:
    """载入已发布的放假通知；已载入的年份（及其更正）保持不变，已算出的期限随后重算。"""
    with runtime.current().database.session() as session:
        years = notices.load_notices(session)
        session.commit()
    click.echo("已载入:" + "、".join(map(str, years)) if years else "没有新的放假通知。")
