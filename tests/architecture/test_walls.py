"""The walls of the house: who imports whom, what every table declares, what every route declares."""

import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from backend.access import TABLE, Permission
from backend.models import Base

MAPPERS = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
DISTRIBUTED_KEY = {"county": "county_code", "holder": "holder_id"}


def distribution_column(table: Table) -> str | None:
    """The column a table is distributed by; None for reference and single tables."""
    model = MAPPERS[table.name]
    if model.distribution in ("reference", "single"):
        return None
    key: str | None = model.distribution_key or DISTRIBUTED_KEY.get(model.distribution)
    return key or next(iter(table.primary_key.columns)).name


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_table_says_how_it_is_distributed(table: Table) -> None:
    assert MAPPERS[table.name].distribution in ("county", "holder", "key hash", "single", "reference")
    column = distribution_column(table)
    assert column is None or column in table.c


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_unique_constraints_contain_the_distribution_column(table: Table) -> None:
    column = distribution_column(table)
    if column is None:
        return
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    names = [{part.name for part in constraint.columns} for constraint in unique]
    names += [{part.name for part in index.columns} for index in table.indexes if index.unique]
    assert all(column in parts for parts in names), (column, names)


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_foreign_keys_stay_on_one_shard(table: Table) -> None:
    own = MAPPERS[table.name].distribution
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            other = MAPPERS[constraint.referred_table.name].distribution
            assert other == "reference" or (own == other and own in ("county", "single")), constraint


def test_every_permission_has_its_row_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


def test_every_route_declares_who_may_call_it(app: Flask) -> None:
    silent = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if not isinstance(getattr(app.view_functions[rule.endpoint], "zheng_permission", None), Permission)
        and not _methods_declared(app, rule.endpoint)
    ]
    assert silent == []


def _methods_declared(app: Flask, endpoint: str) -> bool:
    """flask-smorest puts several views of one rule into a MethodView-like holder: each must declare."""
    view = app.view_functions[endpoint]
    holder = getattr(view, "view_class", None)
    return holder is not None and all(
        isinstance(getattr(getattr(holder, name.lower()), "zheng_permission", None), Permission)
        for name in holder.methods
    )


def test_every_operation_has_an_id_and_chinese_words(app: Flask) -> None:
    from backend.apidocs import document

    seen = set()
    for path, operations in document(staff=True)["paths"].items():
        for name, operation in operations.items():
            if name == "parameters":
                continue
            assert operation["operationId"] not in seen, operation["operationId"]
            seen.add(operation["operationId"])
            summary = operation.get("summary", "")
            assert any("\u4e00" <= letter <= "\u9fff" for letter in summary), f"{name} {path}: {summary!r}"


def test_pages_of_docs_that_come_from_the_code_are_fresh(app: Flask) -> None:
    from backend.commands import stale_pages

    assert stale_pages() == []
