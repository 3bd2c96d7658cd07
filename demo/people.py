"""The demonstration's cast: persons in the register, accounts, offices, PINs."""

import uuid

import httpx
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from backend import access, clock, runtime
from backend.access import Actor, Role
from backend.identity import accounts, binding, codes, consents, pins, service
from backend.identity.models import Account, IdentityAttempt, Person
from backend.organisations import accepting, authority, invitations
from backend.organisations.models import Organisation
from demo import places
from demo.world import CAST, PIN, World

PHONES = {key: phone for key, _, phone in CAST}
#: key -> (name, first 17 digits of a made-up ID number)
PERSONS = {
    "worker": ("阿依古丽·买买提", "42122419880612401"),
    "mother": ("王桂兰", "42122419580304402"),
    "clerk": ("陈㛃", "42122419790821302"),
    "approver": ("王䶮", "42122419680917303"),
    "deputy": ("陈建国", "42122419720110304"),
}
#: key -> (role, post, office)
POSTS = {
    "clerk": (Role.CLERK, "村委会文书", places.VILLAGE),
    "approver": (Role.APPROVER, "村委会主任", places.VILLAGE),
    "deputy": (Role.CLERK, "村委会副主任", places.VILLAGE),
    "town": (Role.TOWN_REVIEWER, "民政办复核岗", places.TOWN),
    "counter": (Role.COUNTER, "综合窗口3号", "hall"),
    "officer": (Role.DEPARTMENT_OFFICER, "社保经办岗", "department"),
    "justice": (Role.JUSTICE_REVIEWER, "法制审查岗", "421200000000"),
    "auditor": (Role.AUDITOR, "审计岗", "421200000000"),
    "admin": (Role.ORGANISATION_ADMIN, "县政务办管理员", places.COUNTY),
    "city": (Role.CITY_ADMIN, "市数据局管理员", "421200000000"),
}
NAMES = {
    "town": "刘志强",
    "counter": "李梅",
    "officer": "周敏",
    "justice": "郑毅",
    "auditor": "冯宁",
    "admin": "何军",
    "city": "孙立",
}


def settle(world: World) -> str:
    """Everybody, once."""
    _register_persons(world)
    with runtime.current().database.session() as session:
        if accounts.find(session, accounts.PHONE, PHONES["city"]) is not None:
            return ""
        places.zone(session)
        for key, phone in PHONES.items():
            account = accounts.find_or_make(session, accounts.PHONE, phone)
            if key in PERSONS:
                _confirm(session, account, key)
            if key in POSTS:
                _take_office(session, account, key)
        session.commit()
    return f"{len(PHONES)} 人"


def id_number(key: str) -> str:
    """The made-up number with its check digit (GB 11643)."""
    first_17 = PERSONS[key][1]
    return first_17 + str(mod_11_2.calc_check_digit(first_17))


def person(session: Session, key: str) -> Person:
    """A person of the cast."""
    found = service.find_by_id_number(session, id_number(key))
    assert found is not None
    return found


def actor(session: Session, key: str) -> Actor:
    """Somebody of the cast, as the services see them."""
    account = accounts.find(session, accounts.PHONE, PHONES[key])
    assert account is not None
    grants = authority.grants_of(session, account.id, today=clock.today())
    return Actor(account_id=account.id, person_id=account.person_id, grants=grants, address="127.0.0.1")


def _register_persons(world: World) -> None:
    """The simulated national register knows the cast, so that they can be confirmed on a phone too."""
    for key, (name, _) in PERSONS.items():
        url = f"{world.simulator_urls()[2]}/__control__/persons"
        httpx.post(url, json={"name": name, "id_number": id_number(key)}, trust_env=False).raise_for_status()


def _confirm(session: Session, account: Account, key: str) -> None:
    name = PERSONS[key][0]
    who = service.ensure_person(session, name=name, id_number=id_number(key), verified_by="village_desk")
    me = Actor(account_id=account.id)
    for text in consents.TEXTS.values():
        consents.give(session, me, kind=text.kind, text_version=text.version)
    attempt = IdentityAttempt(
        id=uuid.uuid4(),
        account_id=account.id,
        name=name,
        id_number=id_number(key),
        state="desk",
        created_at=clock.now(),
    )
    session.add(attempt)
    session.flush()
    binding.bind(session, me, account=account, person=who, attempt=attempt)


def _take_office(session: Session, account: Account, key: str) -> None:
    role, post, where = POSTS[key]
    name = PERSONS[key][0] if key in PERSONS else NAMES[key]
    invited = invitations.invite(
        session,
        access.MACHINE,
        organisation_id=_office(session, where).id,
        role=role,
        post=post,
        name=name,
        phone=PHONES[key],
    )
    me = Actor(account_id=account.id, person_id=account.person_id)
    accepting.accept(session, me, code=invited.code)
    _set_pin(session, key)


def _office(session: Session, where: str) -> Organisation:
    if where == "hall":
        return places.extra(session, "service_hall", "通山县政务服务中心", places.COUNTY)
    if where == "department":
        return places.extra(session, "department", "通山县人力资源和社会保障局", places.COUNTY)
    return places.office(session, where)


def _set_pin(session: Session, key: str) -> None:
    me = actor(session, key)
    settings = runtime.current().settings
    code = codes.send(
        session,
        phone=PHONES[key],
        purpose=codes.STEP_UP,
        subject_id=me.account,
        address=key,
        settings=settings,
    )
    session.flush()
    pins.set_pin(session, me, pin=PIN, sms_code=code.code)
