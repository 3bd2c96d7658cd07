"""Acting for others: with their word, until a date, ended by either side at once."""

import base64
import io
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.audit.models import AuditEntry
from backend.identity import attempts, desk_codes
from backend.identity.models import ActingConsent, Person
from backend.notifications.models import Message
from backend.notifications.worker import drain
from backend.runtime import Runtime
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.identity import Citizen
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

PEOPLE = "/mp/v1/people"


@pytest.fixture
def daughter(session: Session) -> Citizen:
    return identity.citizen(session, "陈小满")


@pytest.fixture
def mother(session: Session) -> Citizen:
    return identity.citizen(session, "李秀英")


def ask(client: Caller, who: Citizen, of: Person, **more: Any) -> Any:
    body = {"name": of.name, "id_number": of.id_number, "relation": "parent", **more}
    return client.as_(who.token).post(f"{PEOPLE}/consents", body)


def confirm(client: Caller, who: Citizen, consent_id: str, code: str) -> Any:
    return client.as_(who.token).post(f"{PEOPLE}/consents/{consent_id}/confirm", {"code": code})


def acts_for(client: Caller, who: Citizen) -> list[str]:
    found: list[str] = client.as_(who.token).get("/mp/v1/me").json["acts_for"]
    return found


def test_code_from_the_mothers_own_phone(
    client: Caller, runtime: Runtime, simulators: Simulators, daughter: Citizen, mother: Citizen
) -> None:
    asked = ask(client, daughter, mother.person)
    assert asked.status_code == 202, asked.json
    drain(runtime)
    assert acts_for(client, daughter) == []
    given = confirm(client, daughter, asked.json["id"], simulators.sms.code(mother.account.phone or ""))
    assert given.status_code == 200, given.json
    assert given.json["until"][:4] == str(clock.today().year + 1)
    assert acts_for(client, daughter) == [str(mother.person.id)]
    row = client.as_(daughter.token).get(PEOPLE).json["items"][0]
    assert (row["person"]["name"], row["waiting"]) == ("李**", False)


def test_mother_agrees_in_her_own_app(client: Caller, daughter: Citizen, mother: Citizen) -> None:
    asked = ask(client, daughter, mother.person).json["id"]
    waiting = client.as_(mother.token).get(f"{PEOPLE}/helpers").json["items"]
    assert [(row["helper_name"], row["waiting"]) for row in waiting] == [("陈**", True)]
    assert client.as_(mother.token).post(f"{PEOPLE}/consents/{asked}/agree").status_code == 200
    assert acts_for(client, daughter) == [str(mother.person.id)]


def test_helper_cannot_agree_for_her(client: Caller, daughter: Citizen, mother: Citizen) -> None:
    asked = ask(client, daughter, mother.person).json["id"]
    assert client.as_(daughter.token).post(f"{PEOPLE}/consents/{asked}/agree").status_code == 404
    assert acts_for(client, daughter) == []


def test_answer_is_the_same_for_a_stranger(
    client: Caller,
    session: Session,
    runtime: Runtime,
    simulators: Simulators,
    daughter: Citizen,
    mother: Citizen,
) -> None:
    known = ask(client, daughter, mother.person)
    body = {"name": "某某某", "id_number": identity.id_number(), "relation": "parent"}
    unknown = client.as_(daughter.token).post(f"{PEOPLE}/consents", body)
    misnamed = client.as_(daughter.token).post(
        f"{PEOPLE}/consents", body | {"id_number": mother.person.id_number}
    )
    assert {answer.status_code for answer in (known, unknown, misnamed)} == {202}
    assert known.json["words"] == unknown.json["words"] == misnamed.json["words"]
    drain(runtime)
    refused = confirm(client, daughter, unknown.json["id"], "123456")
    assert (refused.status_code, refused.json["code"]) == (422, "wrong_code")
    assert session.scalar(select(func.count()).select_from(ActingConsent)) == 1


def test_wrong_code_five_times(
    client: Caller, runtime: Runtime, simulators: Simulators, daughter: Citizen, mother: Citizen
) -> None:
    asked = ask(client, daughter, mother.person).json["id"]
    drain(runtime)
    code = simulators.sms.code(mother.account.phone or "")
    for _ in range(5):
        assert confirm(client, daughter, asked, "000000" if code != "000000" else "1").status_code == 422
    assert confirm(client, daughter, asked, code).status_code == 422


def test_another_helper_cannot_use_the_code(
    client: Caller,
    session: Session,
    runtime: Runtime,
    simulators: Simulators,
    daughter: Citizen,
    mother: Citizen,
) -> None:
    thief = identity.citizen(session, "某某某")
    asked = ask(client, daughter, mother.person).json["id"]
    drain(runtime)
    code = simulators.sms.code(mother.account.phone or "")
    assert confirm(client, thief, asked, code).status_code == 422
    assert acts_for(client, thief) == []


@pytest.mark.parametrize("side", ["daughter", "mother"])
def test_either_side_ends_it_at_once(
    client: Caller, session: Session, daughter: Citizen, mother: Citizen, side: str
) -> None:
    consent = identity.acts_for(session, daughter, mother.person)
    who = {"daughter": daughter, "mother": mother}[side]
    ended = client.as_(who.token).delete(f"{PEOPLE}/consents/{consent.id}")
    assert ended.status_code == 200, ended.json
    assert acts_for(client, daughter) == []
    told = set(session.scalars(select(Message.account_id).where(Message.title.contains("取消"))))
    assert told == {daughter.account.id, mother.account.id}


def test_stranger_cannot_end_it(client: Caller, session: Session, daughter: Citizen, mother: Citizen) -> None:
    consent = identity.acts_for(session, daughter, mother.person)
    stranger = identity.citizen(session, "某某某")
    assert client.as_(stranger.token).delete(f"{PEOPLE}/consents/{consent.id}").status_code == 404
    assert acts_for(client, daughter) == [str(mother.person.id)]


def test_it_ends_on_its_day(
    client: Caller, session: Session, daughter: Citizen, mother: Citizen, advance: Advance
) -> None:
    consent = identity.acts_for(session, daughter, mother.person)
    consent.until = clock.now() + timedelta(minutes=5)
    session.commit()
    assert acts_for(client, daughter)
    advance(timedelta(minutes=6))
    assert acts_for(client, daughter) == []


@pytest.mark.parametrize("days", [-1, 4 * 365])
def test_until_must_lie_within_three_years(
    client: Caller, daughter: Citizen, mother: Citizen, days: int
) -> None:
    until = (clock.today() + timedelta(days=days)).isoformat()
    answer = ask(client, daughter, mother.person, until=until)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["json.until"])


def test_nobody_needs_consent_of_themselves(client: Caller, daughter: Citizen) -> None:
    assert ask(client, daughter, daughter.person).json["code"] == "not_yourself"


def test_who_is_not_real_named_cannot_act_for_others(
    client: Caller, session: Session, mother: Citizen
) -> None:
    account = identity.account(session)
    token = identity.log_in(session, account)
    body = {"name": "李秀英", "id_number": mother.person.id_number, "relation": "parent"}
    assert client.as_(token).post(f"{PEOPLE}/consents", body).json["code"] == "real_name_required"


def test_asking_is_limited(client: Caller, daughter: Citizen) -> None:
    body = {"name": "某某某", "id_number": identity.id_number(), "relation": "parent"}
    answers = [client.as_(daughter.token).post(f"{PEOPLE}/consents", body).status_code for _ in range(11)]
    assert answers == [202] * 10 + [429]


# Signed sheets and guardianship, recorded by a clerk


def photo(kind: str = "JPEG") -> str:
    out = io.BytesIO()
    picture = Image.new("RGB", (40, 30), "white")
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    picture.save(out, kind, exif=exif)
    return base64.b64encode(out.getvalue()).decode()


def sheet(helper: Person, of: Person, **more: Any) -> dict[str, Any]:
    return {
        "helper_name": helper.name,
        "helper_id_number": helper.id_number,
        "person_name": of.name,
        "person_id_number": of.id_number,
        "relation": "parent",
        "basis": "signed_sheet",
        "photo": photo(),
        **more,
    }


def record(client: Caller, session: Session, body: dict[str, Any]) -> Any:
    token = make.clerk(session).token
    return client.as_(token).post(f"{PEOPLE}/signed-sheets", body)


def test_clerk_records_a_signed_sheet(
    client: Caller, session: Session, runtime: Runtime, daughter: Citizen
) -> None:
    grandmother = identity.person(session, "王䶮")
    session.commit()
    answer = record(client, session, sheet(daughter.person, grandmother))
    assert answer.status_code == 201, answer.json
    assert acts_for(client, daughter) == [str(grandmother.id)]
    row = session.scalars(select(ActingConsent)).one()
    assert row.recorded_by_account_id and row.evidence_blob
    stored = runtime.storage.get(row.evidence_blob)
    assert stored.startswith(b"\xff\xd8") and b"secret camera" not in stored


def test_person_not_yet_registered_is_registered_by_the_clerk(
    client: Caller, session: Session, daughter: Citizen
) -> None:
    body = sheet(daughter.person, daughter.person, person_name="刘𬭎", person_id_number=identity.id_number())
    assert record(client, session, body).status_code == 201
    new = session.scalars(select(Person).where(Person.verified_by == "village_desk")).one()
    assert new.name == "刘𬭎"


def test_guardianship_lasts_to_the_eighteenth_birthday(
    client: Caller, session: Session, daughter: Citizen
) -> None:
    born = date(clock.today().year - 10, 3, 1)
    child = identity.person(session, "陈小小", identity.id_number(born))
    session.commit()
    body = sheet(daughter.person, child, relation="ward", basis="guardianship_document")
    answer = record(client, session, body)
    assert answer.status_code == 201, answer.json
    assert answer.json["until"].startswith(f"{child.birth_date.year + 18}-{child.birth_date:%m-%d}T00:00")


def test_adult_is_nobodys_ward(client: Caller, session: Session, daughter: Citizen, mother: Citizen) -> None:
    body = sheet(daughter.person, mother.person, relation="ward", basis="guardianship_document")
    assert record(client, session, body).json["code"] == "no_minor"


def test_ward_needs_the_document(
    client: Caller, session: Session, daughter: Citizen, mother: Citizen
) -> None:
    body = sheet(daughter.person, mother.person, relation="ward")
    assert record(client, session, body).status_code == 422


@pytest.mark.parametrize(
    "wrong", ["bm90IGEgcGljdHVyZSBhdCBhbGw=", "%%%%%%%%%%%%%%%%%%%%", "PHN2Zz48L3N2Zz48c3ZnPg=="]
)
def test_what_is_no_photo_is_refused(
    client: Caller, session: Session, daughter: Citizen, mother: Citizen, wrong: str
) -> None:
    answer = record(client, session, sheet(daughter.person, mother.person, photo=wrong))
    assert (answer.status_code, answer.json["code"]) == (422, "bad_photo")


def test_gif_is_not_taken(client: Caller, session: Session, daughter: Citizen, mother: Citizen) -> None:
    out = io.BytesIO()
    Image.new("P", (4, 4)).save(out, "GIF")
    body = sheet(daughter.person, mother.person, photo=base64.b64encode(out.getvalue()).decode())
    assert record(client, session, body).json["code"] == "bad_photo"


def test_citizen_records_no_sheet(client: Caller, daughter: Citizen, mother: Citizen) -> None:
    answer = client.as_(daughter.token).post(f"{PEOPLE}/signed-sheets", sheet(daughter.person, mother.person))
    assert answer.status_code == 403


def test_clerk_records_nothing_about_themselves(client: Caller, session: Session, mother: Citizen) -> None:
    clerk = make.clerk(session)
    own = identity.person(session, "某某某")
    clerk.account.person_id = own.id
    session.commit()
    answer = client.as_(clerk.token).post(f"{PEOPLE}/signed-sheets", sheet(own, mother.person))
    assert answer.status_code == 403


def test_sheets_and_confirmations_count_the_same_tries(
    client: Caller, session: Session, daughter: Citizen, mother: Citizen
) -> None:
    """A clerk who runs out of guesses in one form does not go on in another."""
    desk = client.as_(make.clerk(session).token)
    for guess in ("李一", "李二", "李三", "李四", "李五"):
        body = sheet(daughter.person, mother.person, person_name=guess, helper_name="陈小满")
        body |= {"helper_id_number": identity.id_number()}
        assert desk.post(f"{PEOPLE}/signed-sheets", body).json["code"] == "name_differs"
    account = identity.account(session)
    attempt = attempts.start(
        session, account.id, name="李六", id_number=mother.person.id_number, state="face"
    )
    code = desk_codes.send_to_desk(session, attempt, reason="chosen").desk_code
    session.commit()
    stopped = desk.post(f"{PEOPLE}/confirmations", {"code": code, "document": "id_card"})
    assert (stopped.status_code, stopped.json["code"]) == (429, "too_many")
    lines = session.scalars(
        select(AuditEntry).where(
            AuditEntry.action == "identity.named_at_desk", AuditEntry.subject_id == mother.person.id
        )
    ).all()
    assert [line.facts for line in lines] == [{"outcome": "name_differs"}] * 5
