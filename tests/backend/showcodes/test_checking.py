"""Every row of the table of verdicts, with real tokens, the register as it stands, and what the holder then sees."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit.models import AccessRecord
from backend.identity import acting
from backend.papers import keys
from backend.papers.models import SigningKey
from backend.papers.tokens import claims_of
from backend.problems import NotAllowed, NotLoggedIn, TooMany
from backend.showcodes import checking, service
from backend.showcodes.models import Scan
from backend.showcodes.verdicts import Word
from signing.claims import Kind, NoticeClaims
from signing.qr import qr_text
from signing.tokens import to_digits
from tests.factories import identity, papers
from tests.factories import organisations as offices
from tests.factories.showcodes import Scene, show_claims


def looks(session: Session) -> list[AccessRecord]:
    return list(session.scalars(select(AccessRecord).order_by(AccessRecord.at, AccessRecord.id)))


def test_show_code_in_force_tells_the_scope_and_no_more(scene: Scene) -> None:
    verdict = scene.check(scene.text(scene.show("name")))
    assert (verdict.word, verdict.reason, verdict.look.tone) == (Word.VALID, "in_force", "good")
    assert verdict.fact("holder") == scene.desk.holder.person.name
    assert verdict.fact("number") == scene.certificate.number
    assert verdict.fact("id_number") == verdict.fact("body") == ""
    assert verdict.purpose == "入学报名"


def test_validity_only_tells_no_name(scene: Scene) -> None:
    verdict = scene.check(scene.text(scene.show("validity")))
    assert verdict.word is Word.VALID
    assert {fact.key for fact in verdict.facts} == {"title", "issuer", "issued_on", "valid_until"}


def test_full_scope_tells_the_text(scene: Scene) -> None:
    verdict = scene.check(scene.text(scene.show("full")))
    assert verdict.fact("id_number") == scene.desk.holder.person.id_number
    assert "特此证明" in verdict.fact("body")
    assert verdict.fact("receiver") == "深圳市南山区教育局"


def test_printed_code_tells_a_counter_what_it_tells_everybody(scene: Scene) -> None:
    verdict = scene.check(scene.printed)
    assert verdict.reason == "in_force"
    assert verdict.fact("holder") == "欧***"
    assert {fact.key for fact in verdict.facts} == {"number", "holder", "issuer", "issued_on", "valid_until"}


def test_bare_digits_of_either_kind_will_do(scene: Scene) -> None:
    assert scene.check(scene.digits).reason == "in_force"
    assert scene.check(scene.text(scene.show()).rpartition("/")[2]).reason == "in_force"


def test_show_code_carries_no_fact(scene: Scene) -> None:
    token = scene.show("full").token
    assert scene.desk.holder.person.name.encode() not in token
    assert scene.certificate.jti not in token and scene.certificate.id.bytes not in token


def test_the_same_verifier_gets_the_same_answer_again(scene: Scene, session: Session) -> None:
    text = scene.text(scene.show())
    first = scene.check(text)
    assert scene.check(text) == first
    assert len(looks(session)) == 1
    assert session.query(Scan).count() == 0


def test_another_verifier_is_told_that_it_was_used_and_the_holder_sees_both(
    scene: Scene, session: Session
) -> None:
    text = scene.text(scene.show())
    scene.check(text)
    other = offices.counter_clerk(session, offices.service_hall(session, "421221000000"))
    verdict = scene.check(text, by=other, matter="别的事")
    assert (verdict.word, verdict.reason) == (Word.EXPIRED, "show_used")
    assert verdict.facts == ()
    assert [(row.verdict, row.reason, row.matter) for row in looks(session)] == [
        ("有效", "in_force", "公租房申请"),
        ("已过期", "show_used", "别的事"),
    ]
    assert {row.holder_id for row in looks(session)} == {scene.certificate.holder_id}
    assert looks(session)[0].post == "窗口人员"
    assert looks(session)[0].organisation_name == scene.counter.actor.grants[0].organisation_name


def test_show_code_dies_after_a_minute_even_for_its_own_verifier(scene: Scene, session: Session) -> None:
    row = scene.show()
    scene.check(scene.text(row))
    with time_machine.travel(row.expires_at, tick=False):
        assert scene.check(scene.text(row)).reason == "show_expired"
    with time_machine.travel(row.expires_at + timedelta(hours=1), tick=False):
        verdict = scene.check(scene.text(row))
    assert (verdict.word, verdict.reason) == (Word.EXPIRED, "show_expired")
    assert [row.reason for row in looks(session)] == ["in_force", "show_expired", "show_expired"]


def shown_by(scene: Scene, helper: identity.Citizen) -> str:
    row = service.show(
        scene.session,
        helper.actor(scene.session),
        item_id=scene.certificate.id,
        scope="full",
        purpose=None,
        settings=scene.runtime.settings,
    )
    scene.session.commit()
    return scene.text(row)


def test_helpers_code_dies_with_their_authorisation(scene: Scene, session: Session) -> None:
    daughter = identity.citizen(session, "陈小满")
    consent = identity.acts_for(session, daughter, scene.desk.holder.person)
    unused, used = shown_by(scene, daughter), shown_by(scene, daughter)
    assert scene.check(used).word is Word.VALID
    acting.withdraw(session, scene.holder, consent_id=consent.id)
    session.commit()
    for text in (unused, used):  # on the screen, or answered already: nothing more is told of either
        verdict = scene.check(text)
        assert (verdict.word, verdict.reason, verdict.facts) == (Word.EXPIRED, "show_withdrawn", ())
        assert "持证人本人" in verdict.sentence
    assert [row.reason for row in looks(session)] == ["in_force", "show_withdrawn", "show_withdrawn"]
    assert scene.check(scene.text(scene.show())).word is Word.VALID  # the holder's own


def test_helpers_code_dies_when_the_authorisation_runs_out(scene: Scene, session: Session) -> None:
    daughter = identity.citizen(session, "陈小满")
    consent = identity.acts_for(session, daughter, scene.desk.holder.person)
    consent.until = clock.now() + timedelta(seconds=20)
    text = shown_by(scene, daughter)
    with time_machine.travel(clock.now() + timedelta(seconds=21), tick=False):
        assert scene.check(text).reason == "show_withdrawn"


def test_another_helpers_authorisation_is_none_of_theirs(scene: Scene, session: Session) -> None:
    daughter, son = identity.citizen(session, "陈小满"), identity.citizen(session, "陈大满")
    identity.acts_for(session, daughter, scene.desk.holder.person)
    other = identity.acts_for(session, son, scene.desk.holder.person)
    text = shown_by(scene, daughter)
    acting.withdraw(session, scene.holder, consent_id=other.id)
    session.commit()
    assert scene.check(text).word is Word.VALID


def test_replayed_screenshot_tells_nothing(scene: Scene) -> None:
    row = scene.show("full")
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert scene.check(scene.text(row)).facts == ()


def test_certificate_revoked_between_showing_and_scanning(scene: Scene) -> None:
    row = scene.show("full")
    scene.end("revoked", end_reason="所证情况不实")
    verdict = scene.check(scene.text(row))
    assert (verdict.word, verdict.reason) == (Word.REVOKED, "revoked")
    assert verdict.fact("end_reason") == "所证情况不实"
    assert verdict.fact("body") == verdict.fact("id_number") == ""


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("suspended", Word.SUSPENDED),
        ("superseded", Word.SUPERSEDED),
        ("revoked", Word.REVOKED),
        ("voided", Word.NOT_TRUSTED),
        ("sealing", Word.UNCONFIRMED),
    ],
)
def test_states_of_the_register(scene: Scene, session: Session, state: str, word: Word) -> None:
    scene.end(state)
    verdict = scene.check(scene.printed)
    assert (verdict.word, verdict.reason) == (word, state)
    assert looks(session)[0].verdict == word


def test_superseded_says_where_the_new_one_is(scene: Scene) -> None:
    new = scene.desk.issue()
    scene.end("superseded", superseded_by_id=new.id)
    verdict = scene.check(scene.printed)
    assert verdict.fact("replaced_by") == new.number
    assert scene.check("https://zheng.example.cn" + verdict.replaced_by_url).reason == "in_force"


def test_expired_certificate_the_day_after_its_last(scene: Scene, session: Session) -> None:
    last = scene.certificate.valid_until
    last_minute = (
        clock.now()
        .astimezone(clock.BEIJING)
        .replace(year=last.year, month=last.month, day=last.day, hour=23, minute=59, second=0)
    )
    with time_machine.travel(last_minute, tick=False):
        assert scene.check(scene.printed).reason == "in_force"
    with time_machine.travel(last_minute + timedelta(minutes=2), tick=False):
        assert scene.check(scene.printed).reason == "certificate_expired"
    with time_machine.travel(last_minute + timedelta(days=400), tick=False):
        verdict = scene.check(scene.printed)
    assert (verdict.word, verdict.reason) == (Word.EXPIRED, "certificate_expired")
    assert verdict.fact("number") == scene.certificate.number
    assert looks(session)[-1].reason == "certificate_expired"


def test_revoked_stays_revoked_after_its_last_day(scene: Scene) -> None:
    scene.end("revoked", end_reason="所证情况不实")
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        assert scene.check(scene.printed).reason == "revoked"


def test_clock_ten_minutes_slow_is_unconfirmed(scene: Scene, session: Session) -> None:
    row = scene.show()
    with time_machine.travel(clock.now() - timedelta(minutes=10), tick=False):
        verdict = scene.check(scene.text(row))
        assert scene.check(scene.printed).reason == "not_yet_valid"
    assert (verdict.word, verdict.reason) == (Word.UNCONFIRMED, "not_yet_valid")
    assert verdict.facts == ()
    assert len(looks(session)) == 2


def test_half_a_minute_of_difference_between_clocks_is_forgiven(scene: Scene) -> None:
    row = scene.show()
    with time_machine.travel(clock.now() - timedelta(seconds=25), tick=False):
        assert scene.check(scene.text(row)).reason == "in_force"


def test_forged_signature(scene: Scene, session: Session) -> None:
    data = bytearray(scene.paper.token or b"")
    data[-1] ^= 1
    forged = qr_text("https://zheng.example.cn", Kind.CERTIFICATE, to_digits(bytes(data)))
    verdict = scene.check(forged)
    assert (verdict.word, verdict.reason) == (Word.NOT_TRUSTED, "bad_signature")
    assert verdict.facts == ()
    assert looks(session) == []
    assert session.query(Scan).one().reason == "bad_signature"


def test_changed_claims(scene: Scene) -> None:
    data = bytearray(scene.paper.token or b"")
    data[60] ^= 1
    forged = qr_text("https://zheng.example.cn", Kind.CERTIFICATE, to_digits(bytes(data)))
    assert scene.check(forged).word in (Word.NOT_TRUSTED, Word.NOT_OURS)


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_truncated_code(scene: Scene, cut: int) -> None:
    verdict = scene.check(scene.printed[:-cut])
    assert verdict.word in (Word.NOT_OURS, Word.NOT_TRUSTED)
    assert verdict.facts == ()


def test_genuine_token_of_another_document_is_altered(scene: Scene) -> None:
    claims = claims_of(scene.paper, "欧阳春燕", now=clock.now())
    wrong = type(claims)(**{**claims.__dict__, "digest": b"\x00" * 32})
    assert (verdict := scene.check(scene.sign(wrong))).reason == "altered"
    assert verdict.word is Word.NOT_TRUSTED and verdict.facts == ()


def test_well_signed_but_never_registered(scene: Scene) -> None:
    claims = claims_of(scene.paper, "欧阳春燕", now=clock.now())
    unknown = type(claims)(**{**claims.__dict__, "jti": b"\x07" * 16})
    assert scene.check(scene.sign(unknown)).reason == "not_registered"
    assert scene.check(scene.sign(show_claims())).reason == "show_unknown"


def test_code_under_the_wrong_address(scene: Scene) -> None:
    as_show = scene.printed.replace("/V/", "/S/")
    assert (verdict := scene.check(as_show)).reason == "wrong_kind"
    assert verdict.word is Word.NOT_TRUSTED


def test_another_citys_code(scene: Scene) -> None:
    elsewhere = scene.printed.replace("ZHENG.EXAMPLE.CN", "ZHENG.OTHER.GOV.CN")
    assert (verdict := scene.check(elsewhere)).reason == "other_city"
    assert verdict.word is Word.NOT_OURS


def key_of(session: Session, purpose: str) -> SigningKey:
    return session.scalars(select(SigningKey).where(SigningKey.purpose == purpose)).one()


def set_key_state(session: Session, purpose: str, state: str) -> None:
    key_of(session, purpose).state = state
    session.commit()
    keys.forget()


def test_token_of_a_retired_key_is_still_good(scene: Scene, session: Session) -> None:
    set_key_state(session, "certificate", "retired")
    assert scene.check(scene.printed).reason == "in_force"


def test_compromised_key_proves_nothing_but_the_holder_learns(scene: Scene, session: Session) -> None:
    set_key_state(session, "certificate", "compromised")
    verdict = scene.check(scene.printed)
    assert (verdict.word, verdict.reason) == (Word.NOT_TRUSTED, "compromised_key")
    assert verdict.facts == ()
    assert looks(session)[0].reason == "compromised_key"


def test_unknown_key(scene: Scene, session: Session) -> None:
    set_key_state(session, "certificate", "destroyed")
    assert scene.check(scene.printed).reason == "unknown_key"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("wxp://f2f0abcdefghijklmnop", "payment"),
        ("134567890123456789", "payment"),
        ("https://qr.alipay.com/fkx123", "payment"),
        ("https://www.example.com/page", "web_page"),
        ("BEGIN:VCARD\nN:张三\nEND:VCARD", "contact_card"),
        ("WIFI:T:WPA;S:hall;P:secret;;", "wifi"),
        ("ZS1:123456", "offline_show"),
        ("胡言乱语 <script>alert(1)</script>", "rubbish"),
        ("https://zheng.example.cn/V/12345", "not_ours"),
        ("https://zheng.example.cn/V/0123", "not_canonical"),
        ("9" * 20_000, "rubbish"),
        ("https://zheng.example.cn/V/" + "9" * 2_000, "too_long"),
        ("𝟙𝟚𝟛" * 100, "rubbish"),
        (" ", "rubbish"),
    ],
)
def test_whatever_else_is_held_up_gets_a_verdict(
    scene: Scene, session: Session, text: str, reason: str
) -> None:
    verdict = scene.check(text)
    assert verdict.reason == reason
    assert verdict.word in (Word.NOT_OURS, Word.UNCONFIRMED, Word.NOT_TRUSTED)
    assert verdict.sentence.endswith("。")
    assert looks(session) == []


def test_number_and_check_code_typed_by_hand_show_the_text(scene: Scene, session: Session) -> None:
    code = str(scene.paper.check_code)
    verdict = scene.check(f"{scene.certificate.number} {code}")
    assert (verdict.word, verdict.reason) == (Word.VALID, "text_matches")
    assert "特此证明" in verdict.fact("body")
    assert looks(session)[0].scope == "full"


def test_typed_in_whatever_brackets_and_width_the_keyboard_has(scene: Scene) -> None:
    number = scene.certificate.number.replace("〔", "(").replace("〕", ")")
    code = str(scene.paper.check_code).lower()
    assert scene.check(f" {number},{code[:4]}-{code[4:]}").reason == "text_matches"
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.upper())
    assert scene.check(f"{number}　{wide}").reason == "text_matches"


def test_wrong_check_code_and_unknown_number_are_one_answer(scene: Scene, session: Session) -> None:
    wrong = scene.check(f"{scene.certificate.number} 22222222")
    unknown = scene.check("无名村证〔2026〕1号 22222222")
    assert wrong.reason == unknown.reason == "wrong_number_or_code"
    assert (wrong.word, wrong.facts) == (unknown.word, unknown.facts) == (Word.NOT_TRUSTED, ())
    assert [row.reason for row in looks(session)] == ["wrong_number_or_code"]


def test_guessing_check_codes_is_stopped(scene: Scene) -> None:
    for _ in range(10):
        scene.check(f"{scene.certificate.number} 22222222")
    with pytest.raises(TooMany):
        scene.check(f"{scene.certificate.number} {scene.paper.check_code}")


def test_receipt_is_genuine_and_tells_only_its_head(scene: Scene, session: Session) -> None:
    from backend.papers import making

    paper = papers.receipt(session, scene.desk.village)
    signed = making._signed(scene.runtime, paper.id)
    assert signed is not None
    session.expire_all()
    verdict = scene.check(str(paper.qr_text))
    assert (verdict.word, verdict.reason, verdict.kind) == (Word.VALID, "notice_genuine", "notice")
    assert verdict.fact("holder").startswith("阿*")
    assert verdict.fact("body") == ""
    claims = claims_of(paper, "阿依古丽", now=clock.now())
    assert isinstance(claims, NoticeClaims)
    with time_machine.travel(clock.now() + timedelta(days=4 * 366), tick=False):
        keys.forget()
        assert scene.check(str(paper.qr_text)).word in (Word.EXPIRED, Word.NOT_TRUSTED)


def test_only_staff_with_the_permission_may_scan(scene: Scene) -> None:
    settings = scene.runtime.settings
    with pytest.raises(NotLoggedIn):
        checking.check_text(scene.session, Actor(), text="x", matter="事", settings=settings)
    with pytest.raises(NotAllowed):
        checking.check_text(scene.session, scene.desk.clerk.actor, text="x", matter="事", settings=settings)


def test_look_is_written_with_the_office_and_the_matter(scene: Scene, session: Session) -> None:
    scene.check(scene.printed, matter="落户")
    row = looks(session)[0]
    assert (row.kind, row.matter, row.item_id) == ("scan", "落户", scene.certificate.id)
    assert row.account_id == scene.counter.account.id
