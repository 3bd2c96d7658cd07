"""Importing divisions: the whole city, again, in any order, and with bad rows."""

import random
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.organisations import division_rows, seeding, service
from backend.organisations.division_rows import UnreadableFile
from backend.organisations.models import Division, Organisation

HEAD = "code,name,level,parent\n"
SMALL = (
    HEAD
    + "420000000000,湖北省,province,\n"
    + "421200000000,咸宁市,city,420000000000\n"
    + "421202000000,咸安区,county,421200000000\n"
    + "421202001000,温泉街道,township,421202000000\n"
    + "421202001002,万年路社区,village,421202001000\n"
    + "421202001003,滨河社区,village,421202001000\n"
)


def file_of(folder: Path, text: str | bytes) -> Path:
    path = folder / "divisions.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(Organisation).where(*where)) or 0


def committees(session: Session) -> dict[str, Organisation]:
    rows = session.scalars(select(Organisation).where(Organisation.kind == "committee"))
    return {row.division_code: row for row in rows}


def test_the_whole_city_is_imported(session: Session) -> None:
    told: list[tuple[int, int]] = []
    report = seeding.import_divisions(
        session, seeding.CITY_FILE, progress=lambda done, total: told.append((done, total))
    )
    assert (report.rows, report.faults, report.divisions_added) == (1193, [], 1193)
    assert (count(session), count(session, Organisation.kind == "committee")) == (1178, 1082)
    assert session.scalar(select(func.count()).select_from(Division).where(Division.virtual)) == 14
    assert told[-1] == (1193, 1193)
    root = session.scalars(select(Organisation).where(Organisation.parent_id.is_(None))).all()
    assert [row.name for row in root] == ["咸宁市人民政府"]


def test_every_committee_gets_a_short_code_of_its_own_and_a_path_below_its_town(session: Session) -> None:
    seeding.import_divisions(session, seeding.CITY_FILE)
    rows = committees(session)
    codes = [row.short_code for row in rows.values()]
    assert None not in codes
    assert len(set(codes)) == len(codes) == 1082
    assert max(len(code) for code in codes if code) <= 9
    baisha = (
        rows["421202111202"]
        if "421202111202" in rows
        else next(row for row in rows.values() if row.name == "白沙村村民委员会")
    )
    town = service.town_above(session, baisha)
    assert town is not None
    assert baisha.path.startswith(town.path)
    assert service.formal_name(session, baisha).endswith("白沙村村民委员会")


def test_a_second_run_changes_nothing(session: Session) -> None:
    seeding.import_divisions(session, seeding.CITY_FILE)
    before = {code: (row.id, row.short_code, row.path) for code, row in committees(session).items()}
    report = seeding.import_divisions(session, seeding.CITY_FILE)
    assert (report.divisions_added, report.organisations_added, report.unchanged) == (0, 0, 1193)
    assert {code: (row.id, row.short_code, row.path) for code, row in committees(session).items()} == before


def test_the_order_of_rows_does_not_matter(session: Session) -> None:
    rows = division_rows.read(seeding.CITY_FILE)
    with session.begin_nested() as first:
        seeding.import_divisions(session, rows)
        in_order = {code: (row.name, row.short_code) for code, row in committees(session).items()}
        first.rollback()
    random.Random(7).shuffle(rows)
    report = seeding.import_divisions(session, rows)
    assert report.faults == []
    assert {code: (row.name, row.short_code) for code, row in committees(session).items()} == in_order


def test_a_dry_run_counts_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    report = seeding.import_divisions(session, file_of(tmp_path, SMALL), dry_run=True)
    assert (report.divisions_added, report.organisations_added, report.written) == (6, 5, False)
    assert session.scalar(select(func.count()).select_from(Division)) == 0
    assert count(session) == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("42120200100,少一位,village,421202001000", "不是 12 位数字"),
        ("４２１２０２００１００９,全角,village,421202001000", "不是 12 位数字"),
        ("421202001009,,village,421202001000", "没有名称"),
        ("421202001009,多一列,village,421202001000,x", "列数不对"),
        ("421202001009,少一列,village", "列数不对"),
        ("421202001009,某村,hamlet,421202001000", "级别“hamlet”无效"),
        ("421202001009,某村,township,421202001000", "不是 township 级"),
        ("421202001009,某村,village,421202002000", "上级代码应为 421202001000"),
        ("421202009009,无镇之村,village,421202009000", "上级 421202009000 不在文件中"),
        ("421202001002,别的名字,village,421202001000", "与第 6 行重复"),
        ("421202001009,隐\u202e形,village,421202001000", "不可见字符"),
        (f"421202001009,{'长' * 61},village,421202001000", "过长"),
    ],
)
def test_a_bad_row_is_told_by_its_line_and_nothing_is_written(
    session: Session, tmp_path: Path, row: str, reason: str
) -> None:
    report = seeding.import_divisions(session, file_of(tmp_path, SMALL + "\n" + row + "\n"))
    assert [fault.line for fault in report.faults] == [9]
    assert reason in str(report.faults[0])
    assert str(report.faults[0]).startswith("第 9 行：")
    assert (report.written, count(session)) == (False, 0)


def test_good_rows_can_be_taken_without_the_bad(session: Session, tmp_path: Path) -> None:
    text = SMALL + "421202001xxx,坏行,village,421202001000\n"
    report = seeding.import_divisions(session, file_of(tmp_path, text), skip_bad=True)
    assert len(report.faults) == 1
    assert (report.written, report.divisions_added) == (True, 6)


def test_rows_below_a_bad_row_are_told_too(session: Session, tmp_path: Path) -> None:
    text = SMALL.replace("421202001000,温泉街道,township", "421202001000,温泉街道,county")
    report = seeding.import_divisions(session, file_of(tmp_path, text), skip_bad=True)
    assert [fault.line for fault in report.faults] == [5, 6, 7]
    assert committees(session) == {}


def test_a_row_given_twice_alike_is_taken_once(session: Session, tmp_path: Path) -> None:
    text = SMALL + "421202001003,滨河社区,village,421202001000\n"
    report = seeding.import_divisions(session, file_of(tmp_path, text))
    assert (report.faults, report.divisions_added) == ([], 6)


def test_a_renamed_place_takes_its_office_along_but_not_an_edited_one(
    session: Session, tmp_path: Path
) -> None:
    seeding.import_divisions(session, file_of(tmp_path, SMALL))
    committees(session)["421202001003"].name = "滨河社区（筹）"
    session.flush()
    text = SMALL.replace("万年路社区", "万年社区").replace("滨河社区", "滨江社区")
    report = seeding.import_divisions(session, file_of(tmp_path, text))
    assert (report.divisions_renamed, report.organisations_renamed) == (2, 1)
    rows = committees(session)
    assert rows["421202001002"].name == "万年社区居民委员会"
    assert rows["421202001002"].short_code == "温万年路社区"
    assert rows["421202001003"].name == "滨河社区（筹）"


def test_a_later_village_gets_a_code_that_is_free(session: Session, tmp_path: Path) -> None:
    seeding.import_divisions(session, file_of(tmp_path, SMALL))
    committees(session)["421202001003"].short_code = "温望江社区"
    session.flush()
    more = SMALL + "421202001004,望江社区,village,421202001000\n"
    seeding.import_divisions(session, file_of(tmp_path, more))
    assert committees(session)["421202001004"].short_code == "温泉望江社区"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("code;name;level;parent\n", "第一行应为"),
        ("", "第一行应为"),
        (HEAD.encode() + "万年路".encode("gb18030"), "UTF-8"),
        (HEAD + '421202001002,"未合上\n', "不是完整的 CSV"),
    ],
)
def test_what_is_no_divisions_file_is_refused_in_words(
    session: Session, tmp_path: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        seeding.import_divisions(session, file_of(tmp_path, content))


def test_a_byte_order_mark_from_a_spreadsheet_is_no_obstacle(session: Session, tmp_path: Path) -> None:
    report = seeding.import_divisions(session, file_of(tmp_path, "\ufeff" + SMALL.replace("\n", "\r\n")))
    assert (report.faults, report.divisions_added) == ([], 6)


def test_the_command_imports_and_names_bad_lines(app, session: Session, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    bad = file_of(tmp_path, SMALL + "1,坏,village,\n")
    refused = runner.invoke(args=["zheng", "import-divisions", str(bad)])
    assert refused.exit_code == 1
    assert "第 8 行" in refused.output
    done = runner.invoke(args=["zheng", "import-divisions", str(file_of(tmp_path, SMALL))])
    assert (done.exit_code, "新增区划 6 个、机构 5 个" in done.output) == (0, True)
    dry = runner.invoke(args=["zheng", "import-divisions", "--dry-run"])
    assert "将新增区划 1187 个" in dry.output
    assert count(session) == 5
