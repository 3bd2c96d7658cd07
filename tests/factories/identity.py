"""Smallest valid people, accounts and log-ins."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from backend import clock, privacy
from backend.access import Actor
from backend.identity import accounts, acting, consents, service, sessions
from backend.identity.models import Account, ActingConsent, Person

_serial = itertools.count(100)
_phones = itertools.count(13800000000)
_openids = itertools.count(1)


def id_number(born: date = date(1990, 1, 1), place: str = "421221") -> str:
    """A number nobody has yet, with a right check digit; `place` 81, 82, 83 or 9… for other permits."""
    serial = next(_serial)
    first_17 = f"{place:0<6}{born + timedelta(days=serial // 1000):%Y%m%d}{serial % 1000:03d}"
    return first_17 + mod_11_2.calc_check_digit(first_17)


def phone() -> str:
    """A mobile number nobody has yet."""
    return str(next(_phones))


def openid() -> str:
    """A WeChat openid nobody has yet."""
    return f"oTest{next(_openids):023d}"


def person(session: Session, name: str = "欧阳春燕", number: str | None = None) -> Person:
    """A confirmed person without an account."""
    made = service.ensure_person(
        session, name=name, id_number=number or id_number(), verified_by="realname_data"
    )
    session.flush()
    return made


def account(
    session: Session, *, by_phone: str | None = None, by_wechat: str | None = None, of: Person | None = None
) -> Account:
    """An account that is found by its phone and its WeChat, and bound to a person if one is given."""
    made = accounts.find_or_make(session, accounts.PHONE, by_phone or phone())
    made.wechat_openid = by_wechat or openid()
    session.add(
        accounts.AccountLookup(
            key_index=privacy.blind_index(accounts.OPENID, made.wechat_openid), account_id=made.id
        )
    )
    made.person_id = of.id if of else None
    session.flush()
    return made


@dataclass(frozen=True)
class Citizen:
    """A real-named person, logged in."""

    person: Person
    account: Account
    token: str

    def actor(self, session: Session) -> Actor:
        """As the services see them now."""
        return Actor(
            account_id=self.account.id,
            person_id=self.account.person_id,
            acts_for=acting.acts_for(session, self.account.id),
            address="127.0.0.1",
        )


def log_in(session: Session, who: Account, kind: str = sessions.WECHAT) -> str:
    """An access token of a new device."""
    tokens = sessions.open_device(session, who, kind=kind, name="测试手机")
    session.commit()
    return tokens.access_token


def citizen(session: Session, name: str = "欧阳春燕", number: str | None = None) -> Citizen:
    """A person with account, consents and a logged-in phone."""
    who = person(session, name, number)
    made = account(session, of=who)
    actor = Actor(account_id=made.id, person_id=who.id)
    for text in consents.TEXTS.values():
        consents.give(session, actor, kind=text.kind, text_version=text.version)
    return Citizen(who, made, log_in(session, made))


def acts_for(session: Session, helper: Citizen, of: Person, relation: str = "parent") -> ActingConsent:
    """A recorded consent, in force for a year."""
    now = clock.now()
    row = ActingConsent(
        account_id=helper.account.id,
        person_id=of.id,
        relation=relation,
        basis="sms_code",
        asked_at=now,
        given_at=now,
        until=now + timedelta(days=365),
    )
    session.add(row)
    session.commit()
    return row
