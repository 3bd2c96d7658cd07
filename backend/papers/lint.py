"""The lint of a canonical document: everything that would keep it from being printed and believed, said at
once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.papers.paper_shape import Fault, faults
from backend.problems import InvalidInput

__all__ = ["DocumentUnfit", "Fault", "lint"]


class DocumentUnfit(InvalidInput):
    """The document may not be signed; `errors` names each field at fault."""

    code = "document_unfit"
    detail = "文书内容还不能签发，请按提示修改"

    def __init__(self, found: Sequence[Fault]) -> None:
        errors: dict[str, list[str]] = {}
        for fault in found:
            errors.setdefault(f"document.{fault.field}", []).append(fault.message)
        super().__init__(f"{self.detail}：{found[0].message}", errors=errors)


def lint(document: Mapping[str, Any]) -> list[Fault]:
    """Shape, dates, length, and every character drawable, visible and normalised; empty when all is well."""
    return faults(document)
