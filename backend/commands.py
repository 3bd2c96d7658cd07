"""Commands of the whole product: the schema, and the documentation taken from the code."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask.cli import with_appcontext

from backend import docs_tables, runtime

_ROOT = Path(__file__).parents[1]


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database to the newest schema."""
    configuration = Config(_ROOT / "alembic.ini")
    with runtime.current().database.engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
    click.echo("数据库结构已是最新。")


@click.command("docs")
@click.option("--check", is_flag=True, help="只检查是否与代码一致")
@with_appcontext
def docs_command(check: bool) -> None:
    """Write the pages of docs/ that come from the code."""
    stale = []
    for name, text in docs_tables.pages().items():
        path = _ROOT / "docs" / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if not check:
                path.write_text(text)
    if check and stale:
        raise click.ClickException(f"docs 与代码不一致,请运行 make docs:{'、'.join(stale)}")
    click.echo("已更新:" + ("、".join(stale) or "无"))
