"""Alembic's door: the models' metadata against the database of ZHENG_DATABASE_URL, or the connection handed in."""

from alembic import context
from sqlalchemy import Connection

from backend.engines import make_engine
from backend.models import Base
from backend.settings import Settings


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def _offline() -> None:
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _offline()
elif "connection" in context.config.attributes:
    _run(context.config.attributes["connection"])
else:
    with make_engine(Settings().database_url).begin() as _connection:
        _run(_connection)
