"""Tokens: rotation, the lost answer, theft, and logging out."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import privacy
from backend.identity import sessions
from backend.identity.models import AccessToken, Account, Device, RefreshToken
from backend.identity.sessions import SessionEnded, TokenReplayed, Tokens
from backend.notifications.models import Message
from backend.problems import NotFound, NotLoggedIn
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.http_client import Caller


@pytest.fixture
def account(session: Session) -> Account:
    return identity.account(session)


@pytest.fixture
def tokens(session: Session, account: Account) -> Tokens:
    made = sessions.open_device(session, account, kind="wechat", name="华为")
    session.flush()
    return made


def test_token_resolves_to_account_person_and_those_acted_for(session: Session) -> None:
    daughter, mother = identity.citizen(session, "陈小满"), identity.person(session, "李秀英")
    identity.acts_for(session, daughter, mother)
    found = sessions.resolve(session, daughter.token)
    assert found.account_id == daughter.account.id
    assert found.person_id == daughter.person.id
    assert found.acts_for == {mother.id}


def test_tokens_are_stored_hashed(session: Session, tokens: Tokens) -> None:
    stored = [row.token_hash for row in session.scalars(select(AccessToken))]
    assert stored == [privacy.secret_hash(tokens.access_token)]
    assert tokens.refresh_token.encode() not in session.scalars(select(RefreshToken.token_hash)).one()


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "中文"])
def test_rubbish_is_no_token(session: Session, token: str) -> None:
    with pytest.raises(NotLoggedIn):
        sessions.resolve(session, token)


def test_access_token_expires(session: Session, tokens: Tokens, advance: Advance) -> None:
    advance(timedelta(minutes=29))
    sessions.resolve(session, tokens.access_token)
    advance(timedelta(minutes=1))
    with pytest.raises(NotLoggedIn):
        sessions.resolve(session, tokens.access_token)


def test_refresh_gives_new_tokens_that_work(session: Session, tokens: Tokens) -> None:
    fresh = sessions.refresh(session, refresh_token=tokens.refresh_token)
    assert {fresh.access_token, fresh.refresh_token}.isdisjoint({tokens.access_token, tokens.refresh_token})
    sessions.resolve(session, fresh.access_token)
    sessions.refresh(session, refresh_token=fresh.refresh_token)


def test_phone_that_lost_the_answer_gets_the_same_answer(
    session: Session, tokens: Tokens, advance: Advance
) -> None:
    first = sessions.refresh(session, refresh_token=tokens.refresh_token)
    advance(timedelta(seconds=9))
    assert sessions.refresh(session, refresh_token=tokens.refresh_token) == first


def test_later_reuse_ends_the_device_and_the_person_is_told(
    session: Session, account: Account, tokens: Tokens, advance: Advance
) -> None:
    fresh = sessions.refresh(session, refresh_token=tokens.refresh_token)
    advance(timedelta(seconds=11))
    with pytest.raises(TokenReplayed):
        sessions.refresh(session, refresh_token=tokens.refresh_token)
    with pytest.raises(NotLoggedIn):
        sessions.resolve(session, fresh.access_token)
    with pytest.raises(SessionEnded):
        sessions.refresh(session, refresh_token=fresh.refresh_token)
    told = session.scalars(select(Message).where(Message.account_id == account.id)).one()
    assert "退出" in told.title and "华为" in told.text


def test_reuse_after_the_successor_was_used_is_theft_even_at_once(session: Session, tokens: Tokens) -> None:
    fresh = sessions.refresh(session, refresh_token=tokens.refresh_token)
    sessions.refresh(session, refresh_token=fresh.refresh_token)
    with pytest.raises(TokenReplayed):
        sessions.refresh(session, refresh_token=tokens.refresh_token)


def test_replayed_refresh_over_http_stays_revoked(
    client: Caller, session: Session, tokens: Tokens, advance: Advance
) -> None:
    session.commit()
    body = {"refresh_token": tokens.refresh_token}
    fresh = client.post("/mp/v1/auth/refresh", body, key=None)
    assert fresh.status_code == 200
    advance(timedelta(minutes=1))
    replay = client.post("/mp/v1/auth/refresh", body, key=None)
    assert (replay.status_code, replay.json["code"]) == (401, "token_replayed")
    stolen = client.as_(fresh.json["access_token"]).get("/mp/v1/me")
    assert stolen.status_code == 401


@pytest.mark.parametrize("header", ["Bearer nobody", "Basic x", "Bearer"])
def test_token_that_is_no_good_hinders_neither_renewal_nor_log_in(
    client: Caller, session: Session, tokens: Tokens, header: str
) -> None:
    session.commit()
    stale = {"Authorization": header}
    body = {"refresh_token": tokens.refresh_token}
    assert client.post("/mp/v1/auth/refresh", body, key=None, headers=stale).status_code == 200
    asked = client.post("/mp/v1/auth/sms-codes", {"phone": "13712345678"}, headers=stale)
    assert asked.status_code == 202
    assert client.get("/mp/v1/me", headers=stale).status_code == 401


def test_other_devices_survive_a_theft(
    session: Session, account: Account, tokens: Tokens, advance: Advance
) -> None:
    other = sessions.open_device(session, account, kind="browser", name="电脑")
    sessions.refresh(session, refresh_token=tokens.refresh_token)
    advance(timedelta(seconds=11))
    with pytest.raises(TokenReplayed):
        sessions.refresh(session, refresh_token=tokens.refresh_token)
    sessions.resolve(session, other.access_token)


def test_refresh_token_expires(session: Session, tokens: Tokens, advance: Advance) -> None:
    advance(timedelta(days=60))
    with pytest.raises(SessionEnded):
        sessions.refresh(session, refresh_token=tokens.refresh_token)


def test_desk_token_lasts_a_day_and_is_not_refreshed(
    session: Session, account: Account, advance: Advance
) -> None:
    tokens = sessions.open_device(session, account, kind="desk", name="工作台")
    session.flush()
    assert tokens.refresh_token == ""
    advance(timedelta(hours=9))
    sessions.resolve(session, tokens.access_token)
    advance(timedelta(hours=2))
    with pytest.raises(NotLoggedIn):
        sessions.resolve(session, tokens.access_token)


def test_device_list_over_http(client: Caller, session: Session) -> None:
    someone = identity.citizen(session)
    identity.log_in(session, someone.account, "browser")
    items = client.as_(someone.token).get("/mp/v1/me/devices").json["items"]
    assert sorted(item["kind"] for item in items) == ["browser", "wechat"]
    assert [item["current"] for item in items].count(True) == 1


def test_revoking_one_device(client: Caller, session: Session) -> None:
    someone = identity.citizen(session)
    lost = identity.log_in(session, someone.account)
    own = client.as_(someone.token)
    lost_id = next(item["id"] for item in own.get("/mp/v1/me/devices").json["items"] if not item["current"])
    assert own.delete(f"/mp/v1/me/devices/{lost_id}").status_code == 204
    assert client.as_(lost).get("/mp/v1/me").status_code == 401
    assert own.get("/mp/v1/me").status_code == 200


def test_strangers_device_does_not_exist(client: Caller, session: Session) -> None:
    me, stranger = identity.citizen(session), identity.citizen(session)
    theirs = session.scalars(select(Device.id).where(Device.account_id == stranger.account.id)).one()
    assert client.as_(me.token).delete(f"/mp/v1/me/devices/{theirs}").status_code == 404
    assert client.as_(stranger.token).get("/mp/v1/me").status_code == 200


@pytest.mark.parametrize(("keep", "left"), [(False, 0), (True, 1)])
def test_log_out_everywhere(client: Caller, session: Session, keep: bool, left: int) -> None:
    someone = identity.citizen(session)
    for _ in range(2):
        identity.log_in(session, someone.account)
    answer = client.as_(someone.token).post("/mp/v1/me/devices/log-out", {"keep_this": keep})
    assert answer.json == {"devices": 3 - left}
    assert client.as_(someone.token).get("/mp/v1/me").status_code == (200 if keep else 401)


def test_closed_account_has_no_session(session: Session, account: Account, tokens: Tokens) -> None:
    account.state = "closed"
    session.flush()
    with pytest.raises(NotLoggedIn):
        sessions.resolve(session, tokens.access_token)


def test_revoking_twice(session: Session, account: Account, tokens: Tokens) -> None:
    from backend.access import Actor

    device_id = sessions.resolve(session, tokens.access_token).device_id
    actor = Actor(account_id=account.id)
    sessions.revoke_device(session, actor, device_id=device_id)
    with pytest.raises(NotFound):
        sessions.revoke_device(session, actor, device_id=device_id)
