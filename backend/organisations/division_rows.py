"""Rows of a divisions file (code, name, level, parent): read, checked, each fault told with its line."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from backend.organisations import places

COLUMNS = ("code", "name", "level", "parent")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Row:
    """One place as the file says it."""

    line: int
    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.reason}"


class UnreadableFile(Exception):
    """Not a divisions file at all; the message says what is expected."""


def read(path: Path) -> list[Row]:
    """The rows of a UTF-8 CSV with the columns code, name, level, parent (a byte order mark may lead)."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            _expect_header(next(reader, []))
            return [row for cells in reader if (row := _row(reader.line_num, cells)) is not None]
    except UnicodeDecodeError as error:
        raise UnreadableFile("文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV") from error
    except csv.Error as error:
        raise UnreadableFile(f"文件不是完整的 CSV:{error}") from error


def _expect_header(cells: list[str]) -> None:
    if tuple(cell.strip() for cell in cells) != COLUMNS:
        raise UnreadableFile(f"第一行应为 {','.join(COLUMNS)}")


def _row(line: int, cells: list[str]) -> Row | None:
    """None for an empty line; a wrong number of columns is told as a missing name."""
    texts = [cell.strip() for cell in cells]
    if not any(texts):
        return None
    code, name, level, parent = (texts + [""] * len(COLUMNS))[: len(COLUMNS)]
    return Row(line, code, name if len(texts) == len(COLUMNS) else "", level, parent)


def check(rows: Iterable[Row], *, known: Collection[str]) -> tuple[list[Row], list[Fault]]:
    """The rows that can be taken, parents first, and the faults by line. `known`: codes already stored."""
    faults: list[Fault] = []
    by_code: dict[str, Row] = {}
    for row in rows:
        reason = _fault(row) or _repeated(row, by_code.get(row.code))
        if reason:
            faults.append(Fault(row.line, reason))
        else:
            by_code.setdefault(row.code, row)
    good: dict[str, Row] = {}
    for row in sorted(by_code.values(), key=lambda one: (places.LEVELS.index(one.level), one.code)):
        if row.parent and row.parent not in good and row.parent not in known:
            faults.append(Fault(row.line, f"上级 {row.parent} 不在文件中（或所在行有误），系统中也没有"))
        else:
            good[row.code] = row
    return list(good.values()), sorted(faults, key=lambda fault: fault.line)


def _fault(row: Row) -> str | None:
    """What is wrong with the row by itself."""
    if len(row.code) != places.CODE_LENGTH or not (row.code.isascii() and row.code.isdigit()):
        return f"代码“{row.code[:20]}”不是 12 位数字"
    if not row.name:
        return "没有名称，或列数不对"
    if len(row.name) > _LONGEST_NAME or not row.name.isprintable():
        return f"名称过长(超过 {_LONGEST_NAME} 字)或含有不可见字符"
    if row.level not in places.DIGITS:
        return f"级别“{row.level[:20]}”无效，应为 {'、'.join(places.LEVELS)} 之一"
    if places.level_of(row.code) != row.level:
        return f"代码 {row.code} 不是 {row.level} 级的代码"
    if row.parent != (places.parent_code(row.code) or ""):
        return f"上级代码应为 {places.parent_code(row.code) or '空'}，文件中是“{row.parent[:20]}”"
    return None


def _repeated(row: Row, first: Row | None) -> str | None:
    if first is None or first.name == row.name:
        return None
    return f"代码 {row.code} 与第 {first.line} 行重复，名称不同({first.name})"
