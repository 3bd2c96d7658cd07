"""The staff PIN: weak ones, growing waits, the hard lock, and unlocking."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import accounts, codes, pins, weak_pins
from backend.identity.models import Person, PinCredential, SmsCode
from backend.identity.pins import PinLocked, PinNotSet, WrongPin
from backend.identity.weak_pins import WeakPin
from backend.problems import NotAllowed, NotFound
from backend.runtime import Runtime
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.organisations import Staff
from tests.http_client import Caller

GOOD, BAD = "580374", "111112"


@pytest.fixture
def approver(session: Session) -> Staff:
    made = make.approver(session)
    session.commit()
    return made


def code_of(session: Session, runtime: Runtime, staff: Staff) -> str:
    phone = staff.account.phone
    assert phone
    row = codes.send(
        session,
        phone=phone,
        purpose=codes.STEP_UP,
        subject_id=staff.account.id,
        address="127.0.0.1",
        settings=runtime.settings,
    )
    session.flush()
    return str(row.code)


@pytest.mark.parametrize("known", [False, True])
def test_another_number_sets_no_other_pin(
    session: Session, runtime: Runtime, with_pin: Staff, known: bool
) -> None:
    """Who holds a stolen log-in, and the old phone for a moment, binds a phone of their own, known here already or
    not, and asks it for a code.
    """
    own_number = "13799998888"
    old_code = code_of(session, runtime, with_pin)
    if known:
        accounts.find_or_make(session, accounts.PHONE, own_number)
    kept, joined = accounts.bind_phone(session, with_pin.actor, phone=own_number, old_code=old_code)
    assert (kept.id, joined, kept.phone) == (with_pin.account.id, known, own_number)
    session.commit()
    with pytest.raises(PinLocked):
        pins.set_pin(session, with_pin.actor, pin="904617", sms_code=code_of(session, runtime, with_pin))
    with pytest.raises(PinLocked):
        pins.check(session, with_pin.actor, pin=GOOD)


@pytest.fixture
def with_pin(session: Session, runtime: Runtime, approver: Staff) -> Staff:
    pins.set_pin(session, approver.actor, pin=GOOD, sms_code=code_of(session, runtime, approver))
    session.commit()
    return approver


def fail(session: Session, staff: Staff, times: int, advance: Advance | None = None) -> None:
    for _ in range(times):
        with pytest.raises(WrongPin):
            pins.check(session, staff.actor, pin=BAD)
        if advance:
            advance(timedelta(hours=3))


def test_right_pin_passes_and_is_not_stored(session: Session, with_pin: Staff) -> None:
    pins.check(session, with_pin.actor, pin=GOOD)
    stored = session.get_one(PinCredential, with_pin.account.id).pin_hash
    assert stored.startswith("$argon2id$") and GOOD not in stored


def test_no_pin_yet(session: Session, approver: Staff) -> None:
    with pytest.raises(PinNotSet):
        pins.check(session, approver.actor, pin=GOOD)


def test_third_failure_makes_wait_a_minute_then_two_then_four(
    session: Session, with_pin: Staff, advance: Advance
) -> None:
    fail(session, with_pin, 3)
    for minutes in (1, 2, 4):
        with pytest.raises(PinLocked) as locked:
            pins.check(session, with_pin.actor, pin=GOOD)
        assert (minutes - 1) * 60 < int(locked.value.headers["Retry-After"]) <= minutes * 60 + 1
        advance(timedelta(minutes=minutes, seconds=1))
        fail(session, with_pin, 1)


def test_right_pin_clears_the_failures(session: Session, with_pin: Staff, advance: Advance) -> None:
    fail(session, with_pin, 3)
    advance(timedelta(minutes=2))
    pins.check(session, with_pin.actor, pin=GOOD)
    fail(session, with_pin, 2)
    pins.check(session, with_pin.actor, pin=GOOD)


def test_tenth_failure_locks_until_an_admin_unlocks(
    session: Session, runtime: Runtime, with_pin: Staff, advance: Advance
) -> None:
    fail(session, with_pin, 10, advance)
    with pytest.raises(PinLocked) as locked:
        pins.check(session, with_pin.actor, pin=GOOD)
    assert "管理员" in locked.value.message
    with pytest.raises(PinLocked):
        pins.set_pin(session, with_pin.actor, pin="730581", sms_code=code_of(session, runtime, with_pin))
    admin = make.organisation_admin(session)
    pins.unlock(session, admin.actor, account_id=with_pin.account.id)
    pins.check(session, with_pin.actor, pin=GOOD)
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"identity.pin_wrong", "identity.pin_locked", "identity.pin_unlocked"} <= actions


def test_failure_over_http_stays_counted(client: Caller, session: Session, with_pin: Staff) -> None:
    from backend.transaction import in_transaction

    for _ in range(2):
        with pytest.raises(WrongPin):
            in_transaction(lambda other: pins.check(other, with_pin.actor, pin=BAD))
    session.expire_all()
    assert session.get_one(PinCredential, with_pin.account.id).failures == 2


def test_admin_of_another_county_cannot_unlock(session: Session, with_pin: Staff) -> None:
    foreign = make.organisation_admin(session, make.village(session, make.OTHER_COUNTY_VILLAGE))
    with pytest.raises(NotFound):
        pins.unlock(session, foreign.actor, account_id=with_pin.account.id)


def test_clerk_cannot_unlock_and_admin_not_themselves(session: Session, with_pin: Staff) -> None:
    with pytest.raises(NotAllowed):
        pins.unlock(session, make.clerk(session).actor, account_id=with_pin.account.id)
    admin = make.organisation_admin(session)
    with pytest.raises(NotAllowed):
        pins.unlock(session, admin.actor, account_id=admin.account.id)


def test_unlock_over_http(client: Caller, session: Session, with_pin: Staff, advance: Advance) -> None:
    fail(session, with_pin, 3)
    admin = make.organisation_admin(session)
    session.commit()
    answer = client.as_(admin.token).post(f"/api/v1/staff/{with_pin.account.id}/pin/unlock")
    assert answer.status_code == 204
    session.expire_all()
    pins.check(session, with_pin.actor, pin=GOOD)


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "654321",
        "890123",
        "111111",
        "121212",
        "123123",
        "112233",
        "147258",
        "000000",
        "55555",
        "1234567",
        "abcdef",
        "１２３４５６",
        "",
    ],
)
def test_guessable_pins_are_refused(pin: str) -> None:
    with pytest.raises(WeakPin):
        weak_pins.refuse_weak(pin, person=None, phone=None)


@pytest.mark.parametrize("pin", ["900307", "030790", "070390", "199003", "031990", "246810"])
def test_birthday_and_phone_are_refused(pin: str) -> None:
    who = Person(name="张建国", id_number="421221199003070112", birth_date=date(1990, 3, 7))
    with pytest.raises(WeakPin):
        weak_pins.refuse_weak(pin, person=who, phone="13724681099")


def test_weak_pin_leaves_the_code_usable(client: Caller, session: Session, approver: Staff) -> None:
    caller = client.as_(approver.token)
    assert caller.post("/mp/v1/me/sms-codes").status_code == 202
    code = session.scalars(select(SmsCode).order_by(SmsCode.id.desc())).first()
    assert code
    weak = caller.put("/mp/v1/auth/pin", {"pin": "123456", "sms_code": code.code})
    assert (weak.status_code, weak.json["code"]) == (422, "weak_pin")
    good = caller.put("/mp/v1/auth/pin", {"pin": GOOD, "sms_code": code.code})
    assert (good.status_code, good.json["is_set"]) == (200, True)
    assert caller.get("/mp/v1/auth/pin").json == {"is_set": True, "locked": False, "locked_until": None}


def test_pin_needs_the_right_code(client: Caller, session: Session, approver: Staff) -> None:
    answer = client.as_(approver.token).put("/mp/v1/auth/pin", {"pin": GOOD, "sms_code": "000000"})
    assert (answer.status_code, answer.json["code"]) == (422, "wrong_code")
    assert session.get(PinCredential, approver.account.id) is None


def test_citizen_has_no_pin(client: Caller, session: Session) -> None:
    someone = identity.citizen(session)
    answer = client.as_(someone.token).put("/mp/v1/auth/pin", {"pin": GOOD, "sms_code": "000000"})
    assert answer.status_code == 403


def test_a_check_costs_the_same_without_a_pin(
    session: Session, approver: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    monkeypatch.setattr(pins, "_matches", lambda pin_hash, pin: verified.append(pin_hash) or False)
    with pytest.raises(PinNotSet):
        pins.check(session, approver.actor, pin=GOOD)
    assert len(verified) == 1 and verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
