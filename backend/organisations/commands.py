"""`flask zheng import-divisions` and `flask zheng load-holidays`."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress

from backend import runtime
from backend.organisations import notices, seeding
from backend.organisations.division_rows import UnreadableFile
from backend.organisations.seeding import ImportReport

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


@click.command("load-holidays")
@with_appcontext
def load_holidays_command() -> None:
    """载入已发布的放假通知；已载入的年份(及其更正)保持不变，已算出的期限随后重算。"""
    with runtime.current().database.session() as session:
        years = notices.load_notices(session)
        session.commit()
    click.echo("已载入:" + "、".join(map(str, years)) if years else "没有新的放假通知。")
