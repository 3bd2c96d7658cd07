"""Finding one's committee from what a person has at hand: an address, an ID number, where they stand."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.access import Actor
from backend.identity import service as identity
from backend.organisations import addresses, places
from backend.organisations.models import Division
from backend.outside.errors import OutsideError, OutsideRefused
from backend.outside.location import Place, ReverseGeocoder
from backend.problems import InvalidInput

#: County codes of ID numbers given out before 咸宁 became a city (1998), by GB/T 2260 of that time -> today's county.
_FORMER = {
    "422301": "421202",  # 咸宁市
    "422321": "421202",  # 咸宁县
    "422302": "421281",  # 蒲圻市
    "422323": "421281",  # 蒲圻县
    "422322": "421221",  # 嘉鱼县
    "422324": "421222",  # 通城县
    "422325": "421223",  # 崇阳县
    "422326": "421224",  # 通山县
}


class LocationUnavailable(InvalidInput):
    """422 and not 503: the server is well, only this way of asking does not lead anywhere now."""

    code = "location_unavailable"
    detail = "暂时不能按位置查找，请输入村名"


@dataclass(frozen=True)
class Found:
    """Which places a hint leads to, best first; none: no place of ours. `rest`: what was not understood."""

    source: str  # address | location
    codes: tuple[str, ...]
    chain: tuple[Division, ...]
    rest: str = ""


def by_address(session: Session, address: str) -> Found:
    """What an address names."""
    understood = addresses.understand(session, address)
    codes = tuple(reading.code for reading in understood.readings)
    return Found("address", codes, understood.chain, understood.rest)


def locate(client: ReverseGeocoder | None, latitude: float, longitude: float) -> Place:
    """Ask where this is; LocationUnavailable without a key, or when the service does not answer. Keeps nothing."""
    if client is None:
        raise LocationUnavailable()
    try:
        return client.locate(latitude, longitude)
    except OutsideRefused as error:
        raise LocationUnavailable("没有认出这个位置，请输入村名") from error
    except OutsideError as error:
        raise LocationUnavailable() from error


def by_place(session: Session, place: Place) -> Found:
    """The town somebody stands in, else the county; the village when its name is one of the town's."""
    town = session.get(Division, place.town_code.ljust(places.CODE_LENGTH, "0")) if place.town_code else None
    if town is not None and town.name == place.town:
        chain: tuple[Division, ...] = _above(session, town)
    else:
        chain = addresses.understand(session, place.district + place.town).chain
    county = session.get(Division, place.adcode.ljust(places.CODE_LENGTH, "0")) if place.adcode else None
    if not chain or not chain[-1].code.startswith(place.adcode):
        chain = _above(session, county) if county is not None else ()
    words = "".join(one.name for one in chain if one.level in ("county", "township")) + place.village
    village = addresses.understand(session, words) if chain and place.village else None
    near = (
        [one.code for one in village.readings if one.code.startswith(places.prefix(chain[-1].code))]
        if village
        else []
    )
    codes = (*near, chain[-1].code) if chain else ()
    return Found("location", tuple(dict.fromkeys(codes)), chain, "" if chain else place.district)


def _above(session: Session, place: Division) -> tuple[Division, ...]:
    """A place with those that hold it, widest first."""
    chain = [place]
    while chain[0].parent_code:
        chain.insert(0, session.get_one(Division, chain[0].parent_code))
    return tuple(chain)


def home_county(session: Session, actor: Actor) -> str | None:
    """The 6-digit county of who asks, off their ID number; None when nobody knows yet who it is, or it is elsewhere."""
    if actor.person_id is None:
        return None
    county = county_of(identity.person(session, actor.person_id).id_number)
    return county if session.get(Division, f"{county}000000") is not None else None


def county_of(id_number: str) -> str:
    """Where a number was first given out, by today's code."""
    return _FORMER.get(id_number[:6], id_number[:6])
