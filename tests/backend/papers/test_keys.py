"""Signing keys and seals: made once, rotated with an overlap, condemned at once; and what verifiers fetch."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import ANONYMOUS, MACHINE
from backend.organisations.credit_codes import MadeUpCreditCode
from backend.papers import key_rotation, keys, seals, tokens
from backend.papers.key_rotation import RotationUnderWay
from backend.papers.models import LogLeaf, Seal, SigningKey
from backend.papers.seals import NoCityRoot, NoCreditCode
from backend.problems import NotFound, NotLoggedIn
from backend.runtime import Runtime
from signing.authority import from_pem
from signing.errors import Reason, UnwrapFailed, VerificationFailed
from signing.keys import KeyState, Purpose
from signing.keysets import from_cose_keys, from_jwks
from signing.tokens import to_digits, verify_token
from tests.factories import organisations as offices
from tests.factories import papers as make
from tests.http_client import Caller


def states(session: Session, purpose: Purpose = Purpose.CERTIFICATE) -> list[str]:
    rows = select(SigningKey.state).where(SigningKey.purpose == purpose).order_by(SigningKey.not_before)
    return list(session.scalars(rows))


def signed(session: Session, runtime: Runtime) -> str:
    paper = make.receipt(session)
    claims = tokens.claims_of(paper, "张三", now=clock.now())
    return to_digits(keys.sign(session, claims, settings=runtime.settings))


def test_first_keys_are_active_at_once_and_made_once(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)
    make.city_keys(session, runtime.settings)
    assert states(session) == ["active"] == states(session, Purpose.SHOW)
    assert len(session.scalars(select(Seal)).all()) == 1
    assert len(session.scalars(select(LogLeaf).where(LogLeaf.kind == "key")).all()) == 2


def test_rotation_publishes_waits_a_cache_life_and_keeps_the_old_for_verifying(
    session: Session, runtime: Runtime
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        make.city_keys(session, runtime.settings)
        old = signed(session, runtime)
        key_rotation.rotate(session, MACHINE, purpose=Purpose.CERTIFICATE, settings=runtime.settings)
        with pytest.raises(RotationUnderWay):
            key_rotation.rotate(session, MACHINE, purpose=Purpose.CERTIFICATE, settings=runtime.settings)
        assert key_rotation.activate_due(session, MACHINE) == []
        assert states(session) == ["active", "published"]
        traveller.shift(timedelta(hours=1, seconds=1))
        assert len(key_rotation.activate_due(session, MACHINE)) == 1
        session.commit()
        assert states(session) == ["retired", "active"]
        new = signed(session, runtime)
        ring = keys.ring(session)
        kids = {verify_token(text, ring=ring, now=clock.now()).kid for text in (old, new)}
        assert len(kids) == 2


def test_condemned_key_is_not_believed_and_another_signs_at_once(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)
    text = signed(session, runtime)
    kid = keys.current(session).kid(Purpose.CERTIFICATE).hex()
    key_rotation.condemn(session, MACHINE, kid=kid, reason="备份丢失", settings=runtime.settings)
    session.commit()
    assert sorted(states(session)) == ["active", "compromised"]
    with pytest.raises(VerificationFailed) as refused:
        verify_token(text, ring=keys.ring(session), now=clock.now())
    assert refused.value.reason is Reason.COMPROMISED_KEY
    verify_token(signed(session, runtime), ring=keys.ring(session), now=clock.now())
    with pytest.raises(NotFound):
        key_rotation.condemn(session, MACHINE, kid="00", reason="-", settings=runtime.settings)


def test_private_keys_open_only_with_the_right_key_encryption_key(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)
    other = type(runtime.settings)(
        environment="test", key_encryption_key="44" * 32, public_url="https://x.cn", _env_file=None
    )
    claims = tokens.claims_of(make.receipt(session), "张三", now=clock.now())
    with pytest.raises(UnwrapFailed):
        keys.sign(session, claims, settings=other)


def test_keys_are_for_operators(session: Session, runtime: Runtime) -> None:
    with pytest.raises(NotLoggedIn):
        key_rotation.ensure(session, ANONYMOUS, settings=runtime.settings)


def test_seal_is_made_at_first_use_and_again_before_it_ends(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)
    village = offices.village(session)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        first = seals.ensure_seal(session, village, seals.COMMITTEE, runtime.settings)
        assert seals.ensure_seal(session, village, seals.COMMITTEE, runtime.settings).id == first.id
        business = seals.ensure_seal(session, village, seals.BUSINESS, runtime.settings)
        assert business.name.endswith("业务专用章") and business.id != first.id
        traveller.shift(timedelta(days=5 * 365 - 29))
        second = seals.ensure_seal(session, village, seals.COMMITTEE, runtime.settings)
        assert (second.id != first.id, first.state) == (True, "retired")
    seal = seals.open_seal(session, village, seals.BUSINESS, runtime.settings)
    assert seal.certificate.issuer == seal.root.subject


def test_no_seal_without_a_root_or_with_an_invented_code_in_production(
    session: Session, runtime: Runtime
) -> None:
    village = offices.village(session)
    with pytest.raises(NoCityRoot):
        seals.ensure_seal(session, village, seals.COMMITTEE, runtime.settings)
    make.city_keys(session, runtime.settings)
    production = runtime.settings.model_copy(update={"environment": "production"})
    with pytest.raises(NoCreditCode):
        seals.ensure_seal(session, village, seals.COMMITTEE, production)
    village.credit_code_made_up = True
    with pytest.raises(MadeUpCreditCode):
        seals.ensure_seal(session, village, seals.COMMITTEE, production)


def test_verifiers_fetch_keys_and_root_and_may_cache_them(
    client: Caller, session: Session, runtime: Runtime
) -> None:
    assert client.get("/.well-known/city-root.pem").status_code == 503
    make.city_keys(session, runtime.settings)
    jwks = client.get("/.well-known/jwks.json")
    cose = client.get("/.well-known/cose-keys")
    mine = {key.kid for key in keys.load(session).ring}
    assert {key.kid for key in from_jwks(jwks.json)} == mine == {key.kid for key in from_cose_keys(cose.data)}
    root = client.get("/.well-known/city-root.pem")
    assert from_pem(root.data)[0].subject.rfc4514_string().startswith("CN=咸宁市掌上证签章根证书")
    for answer in (jwks, cose, root):
        assert answer.headers["Cache-Control"] == "public, max-age=1800" and answer.headers["ETag"]
    again = client.get("/.well-known/jwks.json", headers={"If-None-Match": jwks.headers["ETag"]})
    assert again.status_code == 304


def test_init_may_be_run_again_and_makes_all_seals_on_demand(app: Flask, session: Session) -> None:
    offices.village(session)
    session.commit()
    cli = app.test_cli_runner()
    first = cli.invoke(args=["zheng", "init"])
    assert first.exit_code == 0 and "已生成签名密钥" in first.output, first.output
    second = cli.invoke(args=["zheng", "init", "--seals"])
    assert "已生成" not in second.output and "1 个村（社区）的印章已备好" in second.output, second.output
    assert {seal.kind for seal in session.scalars(select(Seal))} == {"ca", "committee", "business"}
    listed = cli.invoke(args=["zheng", "keys", "list"])
    assert listed.output.count(str(KeyState.ACTIVE)) == 2
    assert cli.invoke(args=["zheng", "keys", "rotate", "show"]).exit_code == 0
    assert "已有一把新密钥" in cli.invoke(args=["zheng", "keys", "rotate", "show"]).output
