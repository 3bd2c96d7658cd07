"""Links that share the PDF: told once, counted, withdrawn, dead by date, silent about what they never
were.
"""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock, logs
from backend.audit.models import AccessRecord
from backend.certificates import service, sharing
from backend.certificates.models import Certificate, ShareLink
from backend.certificates.sharing import NotShareable, TooManyShares
from backend.problems import NotFound
from tests.factories import identity
from tests.factories.certificates import PIN, Desk
from tests.http_client import Caller


def share(desk: Desk, certificate: Certificate, for_whom: str = "某公司人事部") -> tuple[ShareLink, str]:
    return service.share(
        desk.session,
        desk.holder.actor(desk.session),
        certificate_id=certificate.id,
        for_whom=for_whom,
        settings=desk.runtime.settings,
    )


def test_link_serves_the_pdf_and_the_holder_sees_who_opened_it(desk: Desk, client: Caller) -> None:
    certificate = desk.issue()
    link, url = share(desk, certificate)
    desk.session.commit()
    answer = client.get(url.removeprefix("https://zheng.example.cn"))
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    desk.session.refresh(link)
    assert link.opened == 1
    look = desk.session.scalars(select(AccessRecord)).one()
    assert (look.kind, look.holder_id, look.item_id) == ("share_link", desk.holder.person.id, certificate.id)


def test_token_is_stored_hashed_and_cut_from_logs(desk: Desk) -> None:
    link, url = share(desk, desk.issue())
    token = url.rpartition("/")[2]
    assert token.encode() not in link.token_hash
    assert token not in logs.redact(f"GET /share/{token} HTTP/1.1")


def test_dead_withdrawn_and_made_up_links_answer_alike(desk: Desk, client: Caller) -> None:
    link, url = share(desk, desk.issue())
    _, second = share(desk, desk.session.get_one(Certificate, link.certificate_id))
    service.withdraw(desk.session, desk.holder.actor(desk.session), link_id=link.id)
    desk.session.commit()
    path, other = (one.removeprefix("https://zheng.example.cn") for one in (url, second))
    answers = [client.get(path), client.get("/share/made-up")]
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        answers.append(client.get(other))
    for answer in answers:
        assert answer.status_code == 410 and "索要新的链接" in answer.text


def test_helpers_link_dies_with_their_authorisation_and_the_holders_lives(desk: Desk, client: Caller) -> None:
    certificate, session = desk.issue(), desk.session
    daughter = identity.citizen(session, "陈小满")
    consent = identity.acts_for(session, daughter, desk.holder.person)
    _, theirs = service.share(
        session,
        daughter.actor(session),
        certificate_id=certificate.id,
        for_whom="某公司人事部",
        settings=desk.runtime.settings,
    )
    _, own = share(desk, certificate)
    session.commit()
    path, own_path = (one.removeprefix("https://zheng.example.cn") for one in (theirs, own))
    listed = f"/mp/v1/certificates/{certificate.id}/shares"
    assert client.get(path).status_code == 200
    assert client.as_(desk.holder.token).delete(f"/mp/v1/people/consents/{consent.id}").status_code == 200
    answer = client.get(path)
    assert answer.status_code == 410 and "索要新的链接" in answer.text
    assert client.get(own_path).status_code == 200
    items = client.as_(desk.holder.token).get(listed).json["items"]
    assert [item["alive"] for item in items] == [True, False]
    session.expire_all()
    assert [link.opened for link in session.scalars(select(ShareLink).order_by(ShareLink.id))] == [1, 1]


def test_links_of_a_closed_account_die(desk: Desk, client: Caller) -> None:
    _, url = share(desk, desk.issue())
    desk.session.refresh(desk.holder.account)
    desk.holder.account.state = "closed"
    desk.session.commit()
    assert client.get(url.removeprefix("https://zheng.example.cn")).status_code == 410


def test_revoked_certificate_is_no_longer_served(desk: Desk, client: Caller) -> None:
    certificate = desk.issue()
    _, url = share(desk, certificate)
    service.revoke(
        desk.session,
        desk.approver.actor,
        certificate_id=certificate.id,
        reason_code="issued_in_error",
        words="",
        pin=PIN,
    )
    desk.session.commit()
    answer = client.get(url.removeprefix("https://zheng.example.cn"))
    assert answer.status_code == 410 and "已吊销" in answer.text


def test_only_the_holder_and_what_is_in_force_can_be_shared(desk: Desk, session: Session) -> None:
    pending = desk.approve()
    with pytest.raises(NotShareable):
        share(desk, pending)
    stranger = identity.citizen(session, "赵四")
    with pytest.raises(NotFound):
        sharing.shares(session, stranger.actor(session), certificate_id=pending.id)


def test_number_of_living_links_is_bounded(desk: Desk) -> None:
    certificate = desk.issue()
    for _ in range(20):
        share(desk, certificate)
    with pytest.raises(TooManyShares):
        share(desk, certificate)
