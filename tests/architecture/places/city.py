"""Probes of what is of the whole city: the one role that may sits nowhere but there."""

from dataclasses import replace
from datetime import date
from typing import Any

from backend.identity import corrections, merging
from backend.notifications import outbox
from backend.notifications.models import OutboxEntry
from backend.organisations.models import CalendarDay
from tests.architecture.places.people import Who
from tests.architecture.places.probes import Ask, Make, Probe, citywide
from tests.architecture.places.world import World
from tests.factories import identity
from tests.factories import organisations as make


def _death(world: World, who: Who) -> Ask:
    return Ask({"person_id": world.people.stranger.person.id}, json={"basis": "court"})


def _two_records(world: World) -> dict[str, Any]:
    stranger = world.people.stranger.person
    twin = identity.person(world.session, stranger.name)
    return {"from_person_id": twin.id, "into_person_id": stranger.id, "reason": "同一人两份档案"}


def _merge(world: World, who: Who) -> Ask:
    return Ask(json={name: str(value) for name, value in _two_records(world).items()})


def _split(world: World, who: Who) -> Ask:
    actor = make.city_admin(world.session).actor
    merged = merging.merge(world.session, actor, movers=merging.current(), **_two_records(world))
    return Ask({"merge_id": merged.id})


def _correction(world: World) -> Any:
    actor = world.people.stranger.actor(world.session)
    row = corrections.ask(world.session, actor, field="other", wanted="出生日期有误")
    world.session.flush()
    return row.id


def _decide(world: World, who: Who) -> Ask:
    body = {"accepted": False, "answer": "请带身份证到窗口"}
    return Ask({"correction_id": _correction(world)}, json=body)


def _day(json: Any = None) -> Make:
    def make(world: World, who: Who) -> Ask:
        day = date(2027, 3, 1)
        world.session.add(CalendarDay(day=day, working=False, name="防汛停班"))
        return Ask({"day": day.isoformat()}, json=json)

    return make


def _dead_letter(world: World) -> OutboxEntry:
    row = outbox.enqueue(world.session, "probe", {}, dedup_key="dead")
    assert row is not None
    row.state = "dead"
    world.session.flush()
    return row


_HOLIDAY = {"day": "2027-01-01", "working": False, "name": "元旦"}


def _pair_of(world: World) -> dict[str, Any]:
    two = _two_records(world)
    return {"first_id": two["into_person_id"], "second_id": two["from_person_id"]}


def _two_numbers(world: World, who: Who) -> Ask:
    stranger, twin = world.people.stranger.person, identity.person(world.session)
    return Ask(form={"first_number": stranger.id_number, "second_number": twin.id_number})


_REASON = {"keep": "first", "reason": "同一人两份档案"}
_DAY = {"day": "2027-03-02", "working": "no", "name": "防汛停班"}


def _clear_by_form(world: World, who: Who) -> Ask:
    day = _day()(world, who).where["day"]
    return Ask({"year": 2027}, form={"clear_day": day})


PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "persons.record_death": citywide(_death),
    "persons.merge_persons": citywide(_merge),
    "persons.split_persons": citywide(_split),
    "persons.list_open_corrections": citywide(lambda world, who: Ask(shows=str(_correction(world)))),
    "persons.decide_correction": citywide(_decide),
    "calendar.load_calendar": citywide(
        lambda world, who: Ask({"year": 2027}, json={"source": "放假通知", "days": [_HOLIDAY]})
    ),
    "calendar.set_calendar_day": citywide(_day(json={"working": False, "name": "防汛停班"})),
    "calendar.clear_calendar_day": citywide(_day()),
    "calendar_pages.calendar": citywide(lambda world, who: Ask()),
    "calendar_pages.calendar_year": citywide(lambda world, who: Ask({"year": 2027})),
    "calendar_pages.set_day": citywide(lambda world, who: Ask({"year": 2027}, form=_DAY)),
    "calendar_pages.clear_day": citywide(_clear_by_form),
    "calendar_pages.load_notice": citywide(
        lambda world, who: Ask({"year": 2027}, form={"source": "放假通知", "lines": "2027-01-01 休 元旦"})
    ),
    "persons_pages.persons": citywide(lambda world, who: Ask()),
    "persons_pages.find_two": citywide(_two_numbers),
    "persons_pages.pair": citywide(lambda world, who: Ask(_pair_of(world))),
    "persons_pages.merge": citywide(lambda world, who: Ask(_pair_of(world), form=_REASON)),
    "persons_pages.split": citywide(lambda world, who: replace(_split(world, who), form={})),
    "persons_pages.open_corrections": citywide(lambda world, who: Ask(shows=str(_correction(world)))),
    "persons_pages.correction": citywide(lambda world, who: Ask({"correction_id": _correction(world)})),
    "persons_pages.decide": citywide(
        lambda world, who: Ask(
            {"correction_id": _correction(world)}, form={"accepted": "no", "answer": "请带身份证到窗口"}
        )
    ),
    "dead_letters_pages.letters": citywide(lambda world, who: Ask(shows=str(_dead_letter(world).id))),
    "dead_letters_pages.drive_again": citywide(
        lambda world, who: Ask({"entry_id": _dead_letter(world).id}, form={})
    ),
}
