"""A paper's making: from a document to a sealed PDF, and what stops it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.models import OutboxEntry
from backend.papers import keys, making, seals, service
from backend.papers.models import SealUse
from backend.papers.service import PaperNotReady
from backend.runtime import Runtime
from signing.claims import Kind
from signing.seal_check import check_pdf
from signing.tokens import verify_token
from tests.factories import papers as make


@pytest.fixture(autouse=True)
def _keys(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)


def test_receipt_is_sealed_and_its_code_verifies(session: Session, runtime: Runtime) -> None:
    paper = make.receipt(session)
    with pytest.raises(PaperNotReady):
        service.pdf(session, paper, storage=runtime.storage)
    making.make(runtime, {"paper_id": str(paper.id)})
    session.refresh(paper)
    assert paper.state == "sealed" and paper.qr_text.startswith("HTTPS://ZHENG.EXAMPLE.CN/V/")
    ring = keys.ring(session)
    verified = verify_token(paper.qr_text, ring=ring, now=clock.now(), kind=Kind.NOTICE)
    assert verified.claims.jti == paper.jti and verified.claims.digest == paper.digest
    pdf = service.pdf(session, paper, storage=runtime.storage)
    check = check_pdf(pdf, roots=seals.root_certificates(session), now=clock.now())
    assert check.good and check.signer == "咸安区温泉街道万年路社区居民委员会"
    use = session.scalars(select(SealUse)).one()
    assert use.paper_id == paper.id and use.number == paper.number
    assert session.scalar(select(OutboxEntry.payload).where(OutboxEntry.topic == "wallet.item_changed")) == {
        "holder_id": str(paper.holder_id),
        "kind": "receipt",
        "item_id": str(paper.id),
    }
