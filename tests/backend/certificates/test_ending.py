"""The end of a certificate: voided, revoked, superseded; each once, each visible at once."""

from datetime import timedelta

import pytest
import time_machine
import typst
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE
from backend.applications.models import Application
from backend.certificates import issuing, reading, service
from backend.certificates.ending import CorrectionUnderWay, NotEndable, NotForCorrection
from backend.certificates.models import Certificate
from backend.identity.pins import WrongPin
from backend.notifications import dead_letters
from backend.notifications.models import Message, OutboxEntry
from backend.notifications.worker import drain
from backend.papers import making
from backend.papers import service as papers
from backend.papers.models import LogLeaf, SealUse
from backend.problems import InvalidInput, NotFound
from tests.factories import certificates as make
from tests.factories import identity
from tests.factories import organisations as offices
from tests.factories.certificates import PIN, Desk


def revoke(desk: Desk, certificate: Certificate, **changes: str) -> Certificate:
    asked = {"reason_code": "facts_changed", "words": "已搬离", "pin": PIN, **changes}
    return service.revoke(desk.session, desk.approver.actor, certificate_id=certificate.id, **asked)


def unmakeable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """A certificate whose paper no typesetter will ever set."""

    def broken(*_: object, **__: object) -> bytes:
        raise typst.TypstError("layout is broken")

    certificate = desk.approve()
    desk.session.commit()
    with monkeypatch.context() as patch:
        patch.setattr(making, "typeset", broken)
        drain(desk.runtime, strict=False)
    desk.session.expire_all()
    return certificate


def titles(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Message.title).order_by(Message.created_at)))


def test_revocation_holds_from_its_commit_on(desk: Desk) -> None:
    certificate = desk.issue()
    revoke(desk, certificate)
    assert reading.standing(certificate, clock.now()) == reading.Standing.REVOKED
    assert certificate.end_reason == "事实已变化：已搬离" and certificate.ended_by_post == "主任"
    assert (
        desk.session.scalars(select(LogLeaf).where(LogLeaf.kind == "revoke")).one().subject_id
        == certificate.id
    )
    assert "证明已被吊销" in titles(desk)
    with pytest.raises(NotEndable, match="已吊销"):
        revoke(desk, certificate)


def test_revoking_asks_for_the_pin_a_known_reason_and_the_right_place(desk: Desk, session: Session) -> None:
    certificate = desk.issue()
    with pytest.raises(WrongPin):
        revoke(desk, certificate, pin="111111")
    with pytest.raises(InvalidInput):
        revoke(desk, certificate, reason_code="because")
    desk.approver = offices.approver(session, offices.village(session, offices.OTHER_COUNTY_VILLAGE))
    make.pin(session, desk.approver.account)
    with pytest.raises(NotFound):
        revoke(desk, certificate)
    assert certificate.state == "issued"


def test_certificate_still_being_sealed_cannot_be_revoked(desk: Desk) -> None:
    with pytest.raises(NotEndable, match="正在签章"):
        revoke(desk, desk.approve())


def test_document_that_cannot_be_made_is_voided_and_its_number_never_used_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = unmakeable(desk, monkeypatch)
    paper = reading.paper_of(desk.session, certificate)
    assert paper.state == "failed" and "TypstError" in (paper.failure or "")
    assert "有证明无法制作" in titles(desk)
    dead = desk.session.scalars(select(OutboxEntry).where(OutboxEntry.topic == papers.MAKE)).one()
    assert dead.state == "dead"
    service.void(desk.session, desk.approver.actor, certificate_id=certificate.id, reason="版式出错", pin=PIN)
    desk.session.commit()
    application = desk.session.get_one(Application, certificate.application_id)
    assert (certificate.state, application.state) == ("voided", "reviewing")
    dead_letters.redrive(desk.session, MACHINE, entry_id=dead.id)
    desk.session.commit()
    drain(desk.runtime, strict=False)
    desk.session.expire_all()
    assert reading.paper_of(desk.session, certificate).state == "abandoned"
    assert desk.session.scalars(select(SealUse)).all() == []
    assert desk.approve().serial == 2
    register = reading.register(
        desk.session,
        desk.approver.actor,
        organisation_id=desk.village.id,
        year=certificate.year,
        cursor=None,
        limit=None,
    )
    assert [(row.serial, row.state) for row in register.items] == [(1, "voided"), (2, "sealing")]


def test_failed_paper_may_be_driven_again_once_the_cause_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = unmakeable(desk, monkeypatch)
    entry = desk.session.scalars(select(OutboxEntry).where(OutboxEntry.topic == papers.MAKE)).one()
    dead_letters.redrive(desk.session, MACHINE, entry_id=entry.id)
    desk.session.commit()
    drain(desk.runtime, strict=False)
    desk.session.expire_all()
    assert certificate.state == "issued"
    with pytest.raises(NotEndable):
        service.void(desk.session, desk.approver.actor, certificate_id=certificate.id, reason="迟了", pin=PIN)


def test_number_that_can_be_made_is_not_voided(desk: Desk) -> None:
    certificate = desk.approve()
    with pytest.raises(NotEndable, match="无法制作"):
        service.void(
            desk.session, desk.approver.actor, certificate_id=certificate.id, reason="不要了", pin=PIN
        )


def test_corrected_one_replaces_the_old_when_it_is_issued(desk: Desk) -> None:
    old = desk.issue()
    application = desk.application(text="兹证明该同志自2018年3月起居住在我社区。")
    new = service.supersede(
        desk.session,
        desk.approver.actor,
        certificate_id=old.id,
        application_id=application.id,
        pin=PIN,
        settings=desk.runtime.settings,
    )
    desk.session.commit()
    assert reading.standing(old, clock.now()) == reading.IN_FORCE
    drain(desk.runtime, strict=False)
    desk.session.expire_all()
    assert (old.state, old.superseded_by_id, new.supersedes_id) == ("superseded", new.id, old.id)
    assert new.state == "issued" and old.end_reason == f"已由{new.number}更正"
    assert "证明已更正" in titles(desk)


def test_correction_must_be_the_same_persons(desk: Desk, session: Session) -> None:
    old = desk.issue()
    desk.holder = identity.citizen(session, "张三丰")
    application = desk.application()
    with pytest.raises(NotForCorrection):
        service.supersede(
            session,
            desk.approver.actor,
            certificate_id=old.id,
            application_id=application.id,
            pin=PIN,
            settings=desk.runtime.settings,
        )


def correct(desk: Desk, old: Certificate) -> Certificate:
    return service.supersede(
        desk.session,
        desk.approver.actor,
        certificate_id=old.id,
        application_id=desk.application().id,
        pin=PIN,
        settings=desk.runtime.settings,
    )


def test_one_certificate_is_corrected_once(desk: Desk) -> None:
    """Two corrections under way at once would leave two in force where there was one."""
    old = desk.issue()
    new = correct(desk, old)
    desk.session.commit()
    with pytest.raises(CorrectionUnderWay):
        correct(desk, old)
    desk.session.rollback()
    drain(desk.runtime, strict=False)
    desk.session.expire_all()
    with pytest.raises(NotEndable):
        correct(desk, old)
    desk.session.rollback()
    assert correct(desk, new).supersedes_id == new.id


def test_old_one_revoked_meanwhile_stays_revoked(desk: Desk) -> None:
    old = desk.issue()
    application = desk.application()
    new = service.supersede(
        desk.session,
        desk.approver.actor,
        certificate_id=old.id,
        application_id=application.id,
        pin=PIN,
        settings=desk.runtime.settings,
    )
    revoke(desk, old)
    desk.session.commit()
    drain(desk.runtime, strict=False)
    desk.session.expire_all()
    assert (old.state, new.state) == ("revoked", "issued")


def test_issue_happens_once_however_often_it_is_told(desk: Desk) -> None:
    certificate = desk.issue()
    payload = {"paper_id": str(certificate.paper_id), "subject_id": str(certificate.id)}
    issued_at = certificate.issued_at
    issuing.issue(desk.runtime, payload)
    making.make(desk.runtime, payload)
    desk.session.expire_all()
    assert certificate.issued_at == issued_at and len(titles(desk)) == 1
    assert len(desk.session.scalars(select(SealUse)).all()) == 1


def test_expired_ones_refresh_their_cards(desk: Desk) -> None:
    certificate = desk.issue()
    with time_machine.travel(clock.now() + timedelta(days=31)):
        issuing.refresh_expired(desk.runtime)
        issuing.refresh_expired(desk.runtime)
        keys = desk.session.scalars(
            select(OutboxEntry.dedup_key).where(OutboxEntry.topic == "wallet.item_changed")
        ).all()
        assert f"{certificate.id.hex}.expired" in keys
