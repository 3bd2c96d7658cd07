"""Pages of docs/ that are tables of the code: states, authority, addresses, database tables."""

from flask import current_app

from backend.access import TABLE, Permission, Role
from backend.applications import state_table
from backend.models import Base

_NOTE = "<!-- made by `make docs` from the code; do not edit -->\n\n"


def pages() -> dict[str, str]:
    """File name in docs/ -> text."""
    return {
        "state-table.md": state_table.page(),
        "authority.md": _NOTE + _authority(),
        "addresses.md": _NOTE + _addresses(),
        "tables.md": _NOTE + _tables(),
    }


def _authority() -> str:
    roles = [role for role in Role if role is not Role.MACHINE]
    lines = [
        "# Who may do what",
        "",
        "Roles are held at an office for its subtree; the jurisdiction filter is `backend/access.py`.",
        "",
        "| permission | " + " | ".join(str(role) for role in roles) + " |",
        "| --- |" + " --- |" * len(roles),
    ]
    for permission in Permission:
        marks = ["●" if role in TABLE[permission] else "" for role in roles]
        lines.append(f"| {permission} | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


def _addresses() -> str:
    lines = ["# Addresses", "", "| address | methods | permission |", "| --- | --- | --- |"]
    for rule in sorted(current_app.url_map.iter_rules(), key=str):
        view = current_app.view_functions[rule.endpoint]
        holder = getattr(view, "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            handler = getattr(holder, method.lower(), view) if holder else view
            lines.append(f"| `{rule}` | {method} | {getattr(handler, 'zheng_permission', '?')} |")
    return "\n".join(lines) + "\n"


def _tables() -> str:
    lines = ["# Tables", "", "| table | distributed by | what it is |", "| --- | --- | --- |"]
    for model in sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda m: m.__tablename__):
        words = (model.__doc__ or "").strip().splitlines()[0]
        lines.append(f"| `{model.__tablename__}` | {model.distribution} | {words} |")
    return "\n".join(lines) + "\n"
