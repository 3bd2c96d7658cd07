"""The audit trail over HTTP: whose area, what filter, no personal data."""

from datetime import timedelta
from urllib.parse import quote

from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE
from backend.audit import service
from tests.factories import organisations as make


def act(session: Session, organisation, action: str = "staff.grant") -> None:
    service.record(
        session,
        MACHINE,
        action,
        subject_kind="role_grant",
        organisation_id=organisation.id if organisation else None,
    )
    session.flush()


def actions(answer) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [row["action"] for row in answer.json["items"]]


def test_an_auditor_reads_the_trail_of_the_area(client, session: Session) -> None:
    act(session, make.village(session), "here")
    act(session, make.village(session, make.OTHER_COUNTY_VILLAGE), "elsewhere")
    act(session, None, "nowhere")
    county = client.as_(make.auditor(session, make.county(session)).token)
    city = client.as_(make.auditor(session).token)
    assert actions(county.get("/api/v1/audit")) == ["here"]
    assert set(actions(city.get("/api/v1/audit"))) == {"here", "elsewhere", "nowhere"}


def test_the_trail_is_for_auditors_alone(client, session: Session) -> None:
    assert client.get("/api/v1/audit").status_code == 401
    for who in (make.city_admin(session), make.approver(session), make.counter_clerk(session)):
        assert client.as_(who.token).get("/api/v1/audit").status_code == 403


def test_filters_and_pages(client, session: Session) -> None:
    village = make.village(session)
    for action in ("staff.grant", "staff.end", "calendar.load"):
        act(session, village, action)
    caller = client.as_(make.auditor(session).token)
    assert actions(caller.get("/api/v1/audit?action=staff.")) == ["staff.end", "staff.grant"]
    assert len(actions(caller.get(f"/api/v1/audit?organisation_id={village.id}"))) == 3
    first = caller.get("/api/v1/audit?limit=2")
    rest = caller.get(f"/api/v1/audit?limit=2&cursor={first.json['next_cursor']}")
    assert actions(first) + actions(rest) == ["calendar.load", "staff.end", "staff.grant"]
    tomorrow = quote((clock.beijing(clock.now()) + timedelta(days=1)).isoformat())
    assert actions(caller.get(f"/api/v1/audit?since={tomorrow}")) == []
    assert len(actions(caller.get(f"/api/v1/audit?until={tomorrow}"))) == 3
    assert caller.get("/api/v1/audit?since=yesterday").status_code == 422
    assert caller.get("/api/v1/audit?cursor=rubbish").status_code == 422


def test_acts_over_http_carry_the_trace_of_their_request(client, session: Session) -> None:
    village = make.village(session)
    admin = client.as_(make.organisation_admin(session, village).token)
    changed = admin.put(f"/api/v1/organisations/{village.id}", {"phone": "0715-8123456"})
    assert changed.status_code == 200
    told = client.as_(make.auditor(session).token).get("/api/v1/audit?action=organisation.edit").json["items"]
    assert [row["trace_id"] for row in told] == [changed.headers["X-Trace-Id"]]
    assert "0715" not in str(told[0]["facts"])
