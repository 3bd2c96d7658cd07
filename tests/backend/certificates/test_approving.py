"""An approval: what it commits, what the worker makes of it, and everything that stops it before a number is
taken.
"""

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications.guards import CosignMissing, SameEyes, WrongState
from backend.applications.models import Application
from backend.applications.reading import acting_for
from backend.certificates import preparing, reading, service, status_places
from backend.certificates.models import Certificate, NumberCounter, StatusListCounter
from backend.certificates.preparing import AlreadyRedeemed, Prepared
from backend.identity.models import PinCredential
from backend.identity.pins import WrongPin
from backend.notifications.models import Message
from backend.organisations.credit_codes import MadeUpCreditCode
from backend.papers import keys, seals
from backend.papers import service as papers
from backend.papers.lint import DocumentUnfit
from backend.papers.models import LogLeaf, Paper, SealUse
from backend.problems import NotFound
from signing.claims import CertificateClaims, Kind
from signing.document import canonical
from signing.seal_check import check_pdf
from signing.tokens import verify_token
from tests.factories import certificates as make
from tests.factories import organisations as offices
from tests.factories.certificates import Desk

RARE = "阿依古丽·买买提䶮㛃\U0002cb4e"


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_approval_commits_number_document_place_and_leaf_at_once(desk: Desk) -> None:
    certificate = desk.approve()
    session = desk.session
    assert (certificate.state, certificate.year, certificate.serial) == ("sealing", clock.today().year, 1)
    assert certificate.number == f"{desk.village.short_code}证〔{clock.today().year}〕1号"
    assert reading.standing(certificate, clock.now()) == reading.Standing.SEALING
    paper = reading.paper_of(session, certificate)
    document = json.loads(paper.document)
    assert canonical(document).decode() == paper.document and document["number"] == certificate.number
    assert document["body"] == make.BODY.split("\n") and paper.token is None
    leaf = session.scalars(select(LogLeaf).where(LogLeaf.kind == "issue")).one()
    assert leaf.subject_id == paper.id and leaf.number is None
    assert desk.village.short_code_used
    assert session.get_one(Application, certificate.application_id).state == "sealing"


def test_issued_certificate_stands_in_the_register_the_wallet_and_the_seal_register(desk: Desk) -> None:
    certificate = desk.issue()
    session = desk.session
    assert reading.standing(certificate, clock.now()) == reading.IN_FORCE
    assert session.get_one(Application, certificate.application_id).certificate_number == certificate.number
    paper = reading.paper_of(session, certificate)
    verified = verify_token(paper.qr_text, ring=keys.ring(session), now=clock.now(), kind=Kind.CERTIFICATE)
    claims = verified.claims
    assert isinstance(claims, CertificateClaims)
    assert (claims.jti, claims.digest, claims.serial) == (certificate.jti, paper.digest, 1)
    assert (claims.status_list, claims.status_index) == (certificate.status_list, certificate.status_index)
    pdf = papers.pdf(session, paper, storage=desk.runtime.storage)
    assert check_pdf(pdf, roots=seals.root_certificates(session), now=clock.now()).good
    use = session.scalars(select(SealUse)).one()
    assert (use.number, use.approved_by_post) == (certificate.number, "主任")
    told = session.scalars(select(Message).where(Message.account_id == desk.holder.account.id)).all()
    assert [message.title for message in told] == ["证明已出具"]


def test_serials_run_on_without_gap_and_per_committee(desk: Desk, session: Session) -> None:
    assert [desk.approve().serial for _ in range(3)] == [1, 2, 3]
    other = make.desk(session, desk.runtime, offices.village(session, offices.SIBLING_VILLAGE))
    assert other.approve().serial == 1
    places = session.execute(select(Certificate.status_list, Certificate.status_index)).all()
    assert len(set(places)) == 4


def test_new_status_list_begins_when_one_is_half_full(session: Session) -> None:
    assert status_places.take(session, "421202")[0] == 1
    session.get_one(StatusListCounter, ("421202", 1)).used = status_places.SIZE // 2
    session.flush()
    assert status_places.take(session, "421202")[0] == 2
    assert status_places.take(session, "421221")[0] == 1


def test_wrong_pin_is_counted_and_takes_no_number(desk: Desk) -> None:
    application = desk.application()
    with pytest.raises(WrongPin) as refused:
        desk.approve(application, pin="000000")
    assert refused.value.keeps_changes
    assert desk.session.get_one(PinCredential, desk.approver.account.id).failures == 1
    assert application.state == "approving" and count(desk.session, NumberCounter) == 0


def test_second_approver_learns_that_it_is_done(desk: Desk, session: Session) -> None:
    application = desk.application()
    desk.approve(application)
    second = offices.approver(session, desk.village)
    make.pin(session, second.account)
    desk.approver = second
    with pytest.raises(WrongState, match="正在签章"):
        desk.approve(application)
    assert count(session, Certificate) == 1


def test_approver_of_another_village_is_refused(desk: Desk, session: Session) -> None:
    application = desk.application()
    desk.approver = offices.approver(session, offices.village(session, offices.SIBLING_VILLAGE))
    make.pin(session, desk.approver.account)
    with pytest.raises(NotFound):
        desk.approve(application)


def test_drafter_may_not_sign(desk: Desk) -> None:
    application = desk.application(drafter_account_id=desk.approver.account.id)
    with pytest.raises(SameEyes):
        desk.approve(application)


def test_one_person_committee_is_marked_on_paper_and_in_the_register(desk: Desk) -> None:
    desk.village.one_person = True
    certificate = desk.approve(desk.application(drafter_account_id=desk.approver.account.id))
    assert certificate.one_person
    document = papers.document_of(reading.paper_of(desk.session, certificate))
    assert "一人办理" in document["remark"]


def test_deputy_signs_as_deputy(desk: Desk, session: Session) -> None:
    stands_in_for = desk.approver.grant.id
    desk.approver = offices.staff(session, desk.village, Role.APPROVER, post="副主任")
    desk.approver.grant.deputy_for_id, desk.approver.grant.acting = stands_in_for, True
    make.pin(session, desk.approver.account)
    certificate = desk.approve()
    assert (certificate.by_deputy, certificate.approved_by_post) == (True, "副主任")
    document = papers.document_of(reading.paper_of(session, certificate))
    assert document["remark"] == "代理签批（副主任）"


def test_cosign_comes_first(desk: Desk) -> None:
    with pytest.raises(CosignMissing):
        desk.approve(desk.application(cosign_required=True))


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("text", "住在\ue000号", "document.body.0"),
        ("text", "住在\u202e十五号", "document.body.0"),
        ("text", "家里三口人\U0001f600", "document.body.0"),
        ("text", "藏文\u0f40", "document.body.0"),
        ("text", "  \n ", "document.body"),
        ("purpose", "", "document.purpose"),
        ("receiver", "", "document.receiver"),
        ("title", "", "document.title"),
        ("text", "长" * 20_001, "document.body"),
    ],
)
def test_text_that_may_not_be_printed_is_refused_before_anything_is_signed(
    desk: Desk, field: str, value: str, path: str
) -> None:
    application = desk.application(**{field: value})
    with pytest.raises(DocumentUnfit) as refused:
        desk.approve(application)
    assert path in refused.value.errors
    desk.session.rollback()
    assert (
        count(desk.session, Certificate)
        == count(desk.session, Paper)
        == count(desk.session, LogLeaf) - 2
        == 0
    )


def test_rare_names_and_code_like_text_are_printed_as_typed(desk: Desk) -> None:
    text = f'兹证明{RARE} #let x = 1 <b>粗</b> $x^2$ "引号" \\n 住在本村。'
    certificate = desk.issue(desk.application(text=text))
    assert certificate.state == "issued"
    assert reading.facts(desk.session, certificate)["body"] == text


def test_forbidden_item_in_the_final_text_stops_it(desk: Desk) -> None:
    application = desk.application(title="婚姻状况证明", text="兹证明该同志未婚。")
    with pytest.raises(DocumentUnfit, match="不得出具"):
        desk.approve(application)


@pytest.mark.parametrize(
    ("helper", "words"),
    [("self", ""), ("relative", "由亲友代为申请"), ("clerk", "由村（社区）经办人代为申请")],
)
def test_paper_says_who_applied_in_the_words_of_the_other_papers(desk: Desk, helper: str, words: str) -> None:
    application = desk.application(helper=helper)
    certificate = desk.issue(application)
    assert reading.facts(desk.session, certificate)["acting_for"] == words == acting_for(application)


def test_made_up_credit_code_never_signs_in_production(desk: Desk) -> None:
    desk.village.credit_code_made_up = True
    production = desk.runtime.settings.model_copy(update={"environment": "production"})
    desk.runtime = type(desk.runtime)(**{**vars(desk.runtime), "settings": production})
    with pytest.raises(MadeUpCreditCode):
        desk.approve()


def test_preview_names_the_faults_and_changes_nothing(desk: Desk) -> None:
    application = desk.application(text="住在\ue000号")
    document, faults = service.preview(desk.session, desk.approver.actor, application_id=application.id)
    assert [fault.field for fault in faults] == ["body.0"]
    assert document["title"] == "居住情况证明" and count(desk.session, NumberCounter) == 0


def test_prepared_document_comes_from_the_check_and_is_issued_once(desk: Desk) -> None:
    with pytest.raises(TypeError):
        Prepared(object(), {}, None, clock.today())  # type: ignore[arg-type]
    prepared = Prepared(preparing._CHECKED, {"a": 1}, None, clock.today())  # type: ignore[arg-type]
    assert prepared.redeem() == {"a": 1}
    with pytest.raises(AlreadyRedeemed):
        prepared.redeem()


def test_validity_is_the_items_and_ends_by_the_date_alone(desk: Desk) -> None:
    certificate = desk.issue()
    assert (certificate.valid_until - certificate.issued_on).days == 29
    end = datetime.combine(certificate.valid_until + timedelta(days=1), time(), tzinfo=clock.BEIJING)
    assert reading.standing(certificate, end - timedelta(seconds=1)) == reading.IN_FORCE
    assert reading.standing(certificate, end) == reading.Standing.EXPIRED
