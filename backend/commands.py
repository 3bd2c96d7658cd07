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


def stale_pages() -> list[str]:
    """Names of pages in docs/ that no longer say what the code says."""
    folder = _ROOT / "docs"
    return [
        name
        for name, text in docs_tables.pages().items()
        if not (folder / name).exists() or (folder / name).read_text() != text
    ]


@click.command("docs")
@with_appcontext
def docs_command() -> None:
    """Write the pages of docs/ that come from the code."""
    stale = stale_pages()
    pages = docs_tables.pages()
    for name in stale:
        (_ROOT / "docs" / name).write_text(pages[name])
    click.echo("已更新：" + ("、".join(stale) or "无"))
