"""`flask zheng worker` and `flask zheng dead-letters`."""

import uuid

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from backend import access, clock, runtime
from backend.notifications import dead_letters
from backend.notifications.worker import Worker
from backend.problems import NotFound


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """处理签章、消息等后台任务，直到收到 SIGTERM（会先做完手上的一件）。"""
    Worker(runtime.current()).run_forever()


@click.group("dead-letters")
def dead_letters_command() -> None:
    """多次失败、等人处理的后台任务（死信）。"""


@dead_letters_command.command("list")
@click.option("--limit", default=50, show_default=True, help="最多列出几条")
@with_appcontext
def list_command(limit: int) -> None:
    """列出死信，最近失败的在前。"""
    table = Table("编号", "任务", "次数", "最后失败", "原因")
    with runtime.current().database.session(read_only=True) as session:
        found = dead_letters.dead_letters(session, access.MACHINE, cursor=None, limit=limit)
        for entry in found.items:
            moment = clock.spoken(entry.next_at)
            table.add_row(str(entry.id), entry.topic, str(entry.attempts), moment, entry.last_error or "")
    if not found.items:
        click.echo("没有死信。")
        return
    Console().print(table)
    if found.next_cursor:
        click.echo("还有更多，请加大 --limit。")


@dead_letters_command.command("redrive")
@click.argument("entry_id", type=click.UUID, required=False)
@click.option("--topic", help="重新处理这种任务的全部死信")
@with_appcontext
def redrive_command(entry_id: uuid.UUID | None, topic: str | None) -> None:
    """重新处理一条死信（给出编号），或一种任务的全部死信(--topic)。"""
    if (entry_id is None) == (topic is None):
        raise click.UsageError("请给出一个编号，或用 --topic 指定任务，二选一。")
    with runtime.current().database.session() as session:
        try:
            count = _redrive(session, entry_id, topic or "")
        except NotFound as problem:
            raise click.ClickException(problem.message) from problem
        session.commit()
    click.echo(f"已重新排队 {count} 条，由后台任务进程处理。")


def _redrive(session: Session, entry_id: uuid.UUID | None, topic: str) -> int:
    if entry_id is None:
        return dead_letters.redrive_topic(session, access.MACHINE, topic=topic)
    dead_letters.redrive(session, access.MACHINE, entry_id=entry_id)
    return 1
