"""Importing divisions (行政区划) and the offices that stand for them; repeatable, in any order of rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import ids
from backend.access import MACHINE
from backend.audit import service as audit
from backend.organisations import division_rows, naming, places, short_codes
from backend.organisations.division_rows import Fault, Row
from backend.organisations.models import Division, Organisation

CITY_FILE = Path(__file__).parent / "data" / "divisions-421200.csv"
_KINDS = {"city": "city", "county": "county", "township": "township", "village": "committee"}

#: Told after each row: how many are done, how many there are.
Progress = Callable[[int, int], None]


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do."""

    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    divisions_added: int = 0
    divisions_renamed: int = 0
    organisations_added: int = 0
    organisations_renamed: int = 0
    unchanged: int = 0
    dry_run: bool = False
    written: bool = False


def import_divisions(
    session: Session,
    source: Path | Iterable[Row],
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take every row, or none: faults leave the database as it was, unless `skip_bad` takes the good ones.

    Faults are in the report, by line. A second run of the same file changes nothing. Names that an
    administrator has changed stay. Raises UnreadableFile.
    """
    rows = division_rows.read(source) if isinstance(source, Path) else list(source)
    known = {row.code: row for row in session.scalars(select(Division))}
    good, faults = division_rows.check(rows, known=known)
    report = ImportReport(rows=len(rows), faults=faults, dry_run=dry_run)
    if faults and not skip_bad and not dry_run:
        good = []
    work = _Import(session, known, report, write=not dry_run)
    work.take(good, progress)
    report.written = not dry_run and bool(good)
    if report.written:
        _record(session, report)
    return report


def _record(session: Session, report: ImportReport) -> None:
    counts: dict[str, Any] = {name: n for name, n in vars(report).items() if type(n) is int}
    audit.record(
        session,
        MACHINE,
        "organisations.import",
        subject_kind="division",
        skipped=len(report.faults),
        **counts,
    )


class _Import:
    """One run: divisions first, then offices from the root down, then the short codes of new committees."""

    def __init__(
        self, session: Session, known: Mapping[str, Division], report: ImportReport, *, write: bool
    ) -> None:
        self._session, self._report, self._write = session, report, write
        self._known = dict(known)
        self._names = {code: row.name for code, row in known.items()}
        offices = session.scalars(select(Organisation).where(Organisation.kind.in_(_KINDS.values())))
        self._offices = {office.division_code: office for office in offices}
        self._new: list[Organisation] = []

    def take(self, rows: list[Row], progress: Progress | None) -> None:
        for done, row in enumerate(rows, start=1):
            renamed_from = self._division(row)
            self._office(row, renamed_from)
            if progress:
                progress(done, len(rows))
        self._propose_codes()
        if self._write:
            self._session.flush()

    def _division(self, row: Row) -> str | None:
        """Add or rename the place; gives the former name of a renamed one."""
        known, self._names[row.code] = self._known.get(row.code), row.name
        if known is None:
            self._report.divisions_added += 1
            self._add(_division(row))
            return None
        if known.name == row.name:
            self._report.unchanged += 1
            return None
        former = known.name
        self._report.divisions_renamed += 1
        if self._write:
            known.name, known.initials = row.name, naming.initials(row.name)
            known.virtual = naming.VIRTUAL in row.name
        return former

    def _office(self, row: Row, renamed_from: str | None) -> None:
        """Add the office of a place that has one, or let it follow its place's new name."""
        kind = _KINDS.get(row.level)
        if kind is None or naming.VIRTUAL in row.name:
            return
        office = self._offices.get(row.code)
        if office is None:
            self._offices[row.code] = office = self._make(row, kind)
            self._report.organisations_added += 1
            self._add(office)
        elif renamed_from and office.name == naming.office_name(renamed_from, row.level):
            self._report.organisations_renamed += 1
            if self._write:
                office.name = naming.office_name(row.name, row.level)
                office.initials = naming.initials(office.name)

    def _make(self, row: Row, kind: str) -> Organisation:
        parent = self._offices.get(row.parent)
        office_id = ids.new_id()
        name = naming.office_name(row.name, row.level)
        office = Organisation(
            id=office_id,
            kind=kind,
            name=name,
            initials=naming.initials(name),
            division_code=row.code,
            parent_id=parent.id if parent else None,
            path=f"{parent.path if parent else ''}{office_id}/",
        )
        self._new.append(office)
        return office

    def _add(self, row: Division | Organisation) -> None:
        if self._write:
            self._session.add(row)

    def _propose_codes(self) -> None:
        """Only committees without a code get one, so that a later import changes no code in use."""
        taken = self._session.scalars(
            select(Organisation.short_code).where(Organisation.short_code.is_not(None))
        )
        committees = {office.division_code: office for office in self._new if office.kind == "committee"}
        named = [
            short_codes.Named(
                key=code,
                name=office.name,
                town=self._names.get(places.above(code, "township"), ""),
                county=self._names.get(places.above(code, "county"), ""),
            )
            for code, office in committees.items()
        ]
        for code, text in short_codes.propose(named, [code for code in taken if code]).items():
            committees[code].short_code = text


def _division(row: Row) -> Division:
    return Division(
        code=row.code,
        name=row.name,
        level=row.level,
        parent_code=row.parent or None,
        initials=naming.initials(row.name),
        virtual=naming.VIRTUAL in row.name,
    )
