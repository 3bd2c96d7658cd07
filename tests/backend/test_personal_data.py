"""What the product holds of a person: copied whole, moved whole."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.certificates.models import Certificate
from backend.db import Base
from backend.identity.models import SmsCode
from backend.runtime import Runtime
from tests.factories import certificates, identity
from tests.factories import organisations as make
from tests.http_client import Caller

#: Columns that point to a person and are rightly left alone when records are joined, with the reason.
_LEFT = {
    "show_code.holder_id": "lives for a minute",
    "application.acting_person_id": "who helped, as it was",
    "application_event.for_person_id": "history, as it was",
    "audit_entry.for_person_id": "history, as it was",
}


def test_copy_holds_the_certificate_and_the_papers(
    client: Caller, session: Session, runtime: Runtime
) -> None:
    desk = certificates.desk(session, runtime)
    certificate = desk.issue()
    own = client.as_(desk.holder.token)
    assert own.post("/mp/v1/me/sms-codes").status_code == 202
    code = session.scalars(select(SmsCode).order_by(SmsCode.id.desc())).first()
    assert code
    copy: dict[str, Any] = json.loads(own.post("/mp/v1/me/data/copies", {"sms_code": code.code}).get_data())
    assert copy["certificates"][0]["number"] == certificate.number
    assert copy["applications"][0]["words"] == "想开个居住证明"
    assert any(certificate.number in paper["document"] for paper in copy["papers"])
    assert copy["messages"]


def test_merge_takes_the_wallet_along_and_split_brings_it_back(
    client: Caller, session: Session, runtime: Runtime
) -> None:
    desk = certificates.desk(session, runtime)
    certificate = desk.issue()
    other = identity.citizen(session)
    admin = client.as_(make.city_admin(session).token)
    body = {
        "from_person_id": str(desk.holder.person.id),
        "into_person_id": str(other.person.id),
        "reason": "同一人的新旧证件号",
    }
    merged = admin.post("/api/v1/persons/merges", body)
    assert merged.status_code == 201, merged.json
    assert [item["id"] for item in wallet(client, other)] == [str(certificate.id)]
    assert admin.post(f"/api/v1/persons/merges/{merged.json['id']}/split").status_code == 200
    session.expire_all()
    assert session.get_one(Certificate, certificate.id).holder_id == desk.holder.person.id
    assert wallet(client, other) == []
    assert len(wallet(client, desk.holder)) == 1


def wallet(client: Caller, who: identity.Citizen) -> list[dict[str, Any]]:
    answer = client.as_(who.token).get("/mp/v1/wallet")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def test_no_table_of_a_persons_is_forgotten() -> None:
    from backend.personal_data import _HELD

    moved = {f"{owner.class_.__tablename__}.{owner.key}" for _, _, owner in _HELD}
    named = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.c
        if column.name in ("holder_id", "person_id", "for_person_id", "acting_person_id")
    }
    own = {
        "account.person_id",
        "acting_consent.person_id",
        "id_number_lookup.person_id",
        "correction.person_id",
    }
    assert named - own - set(_LEFT) == moved
