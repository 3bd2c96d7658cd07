"""Rows in bulk, as a city would have them after years: through Core, ten thousand a statement, sealed as the models seal.

1,096 committees (the real ones) of very different size, most applications long closed, people who applied once and
people who apply every season. The committee, the town and the person that are measured have the same open work and
the same wallet at every size, for open work comes and goes while the register only grows.
"""

import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select
from stdnum.cn.ric import calc_check_digit

from backend import ids, privacy
from backend.applications.models import Application
from backend.db import Base, Database
from backend.identity.models import IdNumberLookup, Person
from backend.organisations.models import Organisation
from backend.organisations.seeding import CITY_FILE, import_divisions
from backend.wallet.models import WalletItem

Row = dict[str, Any]
CHUNK = 10_000
#: Open applications of the measured committee, and items of the measured wallet, at every size.
ON_THE_TABLE, IN_THE_WALLET = 30, 30
_OPEN_SHARE = 0.03
_SPAN = timedelta(days=3 * 365)
_END = datetime(2026, 11, 20, 8, tzinfo=UTC)
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静强磊军洋勇艳杰涛明超秀霞平刚桂"
_TITLES = ("居住情况证明", "收入情况说明", "务农情况证明", "困难情况证明", "无房情况证明", "房屋自建证明")


class City:
    """The city's committees and the generator of everything that happens in them; the same every time."""

    def __init__(self, database: Database) -> None:
        self.chance = random.Random(421200)
        with database.session() as session:
            import_divisions(session, CITY_FILE)
            session.commit()
            found = select(Organisation).where(Organisation.kind == "committee").order_by(Organisation.path)
            self.committees = list(session.scalars(found))
            self.measured = self.committees[len(self.committees) // 2]
            above = session.get(Organisation, self.measured.parent_id)
            assert above is not None
            self.town = above
        self.weights = [self.chance.lognormvariate(0, 0.8) for _ in self.committees]
        self.holder = uuid.UUID(int=self.chance.getrandbits(128))

    def committee(self) -> Organisation:
        """One at random; a town's street has many times the work of a mountain village."""
        return self.chance.choices(self.committees, self.weights)[0]

    def moment(self) -> datetime:
        return _END - self.chance.random() * _SPAN

    def person(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128))

    def name(self) -> str:
        return self.chance.choice(_SURNAMES) + "".join(
            self.chance.choices(_GIVEN, k=self.chance.choice((1, 2, 2)))
        )

    def id_number(self, serial: int) -> str:
        """A valid one, another for each serial up to ten million."""
        born = date(1950, 1, 1) + timedelta(days=serial // 500)
        head = f"421202{born:%Y%m%d}{serial % 500:03d}"
        return head + str(calc_check_digit(head))

    def title(self) -> str:
        return self.chance.choice(_TITLES)

    def chosen(self, share: float) -> bool:
        return self.chance.random() < share


def id_at(moment: datetime, county_code: str | None = None) -> uuid.UUID:
    """An id as the product makes them, of that moment."""
    milliseconds = int(moment.timestamp() * 1000)
    return uuid.UUID(int=ids.new_id(county_code).int & (1 << 80) - 1 | milliseconds << 80)


def applications(city: City, count: int, *, first: bool) -> Iterator[Row]:
    """Applications of the whole city; at `first` also a table full of the measured committee, open and done."""
    for place in range(2 * ON_THE_TABLE if first else 0):
        yield _application(city, city.measured, still_open=place % 2 == 0)
    for _ in range(count):
        office = city.committee()
        still_open = office.parent_id != city.town.id and city.chosen(_OPEN_SHARE)
        yield _application(city, office, still_open=still_open)


def _application(city: City, office: Organisation, *, still_open: bool) -> Row:
    at = city.moment()
    row_id = id_at(at, office.county_code)
    name = city.name()
    texts = {
        "holder_name_sealed": name,
        "purpose_sealed": "子女入学报名",
        "receiver_sealed": "深圳市南山区教育局",
        "words_sealed": "我在村里住,孩子要报名上学,学校要一个居住证明。",
        "text_sealed": "兹证明该户自2019年3月起居住在我村三组,其子随其共同生活,情况属实。特此证明。" * 2,
    }
    return {
        **{column: _sealed("application", column, row_id, text) for column, text in texts.items()},
        "id": row_id,
        "county_code": office.county_code,
        "division_code": office.division_code,
        "organisation_id": office.id,
        "holder_id": city.person(),
        "holder_name_index": privacy.blind_index("name", name),
        "holder_number_index": city.chance.randbytes(16),
        "receiver_index": privacy.blind_index("receiver", texts["receiver_sealed"]),
        "account_id": city.person(),
        "state": "submitted" if still_open else "issued",
        "shelf": "open" if still_open else "closed",
        "title": city.title(),
        "created_at": at,
        "updated_at": at,
        "submitted_at": at,
        "sort_at": at + timedelta(days=3),
        "due_at": at + timedelta(days=5),
        "step_due_at": at + timedelta(days=3),
        "promise_days": 5,
    }


def wallet_items(city: City, count: int, *, first: bool) -> Iterator[Row]:
    """Cards of the whole city, three a person; at `first` also those of the measured person."""
    for _ in range(IN_THE_WALLET if first else 0):
        yield _wallet_item(city, city.holder)
    holder = city.holder
    for place in range(count):
        holder = city.person() if place % 3 == 0 else holder
        yield _wallet_item(city, holder)


def _wallet_item(city: City, holder: uuid.UUID) -> Row:
    at, office = city.moment(), city.committee()
    return {
        "id": id_at(at),
        "holder_id": holder,
        "kind": "certificate",
        "item_id": id_at(at, office.county_code),
        "title": city.title(),
        "number": f"{office.short_code}证〔{at.year}〕{city.chance.randrange(1, 4000)}号",
        "issuer": office.name,
        "state": "issued",
        "issued_on": at.date(),
        "valid_until": (at + timedelta(days=30)).date(),
        "sort_at": at,
    }


def people(city: City, start: int, count: int) -> Iterator[tuple[Row, Row]]:
    """Persons and their entries in the look-up by ID number, from serial `start` on."""
    for serial in range(start, start + count):
        at, number = city.moment(), city.id_number(serial)
        row_id = id_at(at)
        person = {
            "id": row_id,
            "name_sealed": _sealed("person", "name_sealed", row_id, city.name()),
            "id_number_sealed": _sealed("person", "id_number_sealed", row_id, number),
            "id_kind": "resident",
            "birth_date": at.date(),
            "verified_by": "realname_data",
            "verified_at": at,
            "created_at": at,
        }
        yield person, {"id_number_index": privacy.blind_index("id_number", number), "person_id": row_id}


def _sealed(table: str, column: str, row_id: uuid.UUID, text: str) -> bytes:
    return privacy.keys().seal(text.encode(), context=privacy.row_context(table, column, row_id))


class Filling:
    """One database that grows step by step."""

    def __init__(self, database: Database) -> None:
        self.database = database
        Base.metadata.create_all(database.engine)
        self.city = City(database)
        self.size = 0

    def grow_to(self, size: int) -> None:
        """Let each table hold `size` rows, plus what is measured."""
        more, first = size - self.size, self.size == 0
        with self.database.engine.begin() as connection:
            _insert(connection, Application, applications(self.city, more, first=first))
            _insert(connection, WalletItem, wallet_items(self.city, more, first=first))
            for pairs in _chunks(people(self.city, self.size, more)):
                connection.execute(insert(Person.__table__), [person for person, _ in pairs])  # type: ignore[arg-type]
                connection.execute(insert(IdNumberLookup.__table__), [entry for _, entry in pairs])  # type: ignore[arg-type]
        self.size = size


def _insert(connection: Connection, model: type[Base], rows: Iterable[Row]) -> None:
    for chunk in _chunks(rows):
        connection.execute(insert(model), chunk)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
