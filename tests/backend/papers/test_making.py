"""A paper's making: from a document to a sealed PDF, and everything that stops it or that it outlives."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.models import OutboxEntry
from backend.notifications.outbox import NeverWorks
from backend.papers import keys, making, seals, service, token_reader, tokens
from backend.papers.lint import DocumentUnfit
from backend.papers.models import LogLeaf, Paper, PaperCounter, SealUse, SigningKey
from backend.papers.second_reader import PaperMismatch
from backend.papers.service import PaperDamaged, PaperNotReady
from backend.runtime import Runtime
from backend.storage import FileBlobStore
from signing.claims import Kind
from signing.errors import KeyUnusable
from signing.keys import KeyState
from signing.seal_check import check_pdf
from signing.suites import SuiteName
from signing.tokens import verify_token
from tests.factories import organisations as offices
from tests.factories import papers as make


@pytest.fixture(autouse=True)
def _keys(session: Session, runtime: Runtime) -> None:
    make.city_keys(session, runtime.settings)


def run(runtime: Runtime, session: Session, paper: Paper) -> Paper:
    making.make(runtime, {"paper_id": str(paper.id)})
    session.expire_all()
    return paper


class FullDisk(FileBlobStore):
    """The real store on a disk that takes 4 kB more: the kernel says no in the middle of the file."""

    def put(self, data: bytes) -> str:
        with bounded_files(4096):
            return super().put(data)


@contextmanager
def bounded_files(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_receipt_is_sealed_and_its_code_verifies(session: Session, runtime: Runtime) -> None:
    paper = make.receipt(session)
    with pytest.raises(PaperNotReady):
        service.pdf(session, paper, storage=runtime.storage)
    run(runtime, session, paper)
    assert paper.state == "sealed" and paper.qr_text.startswith("HTTPS://ZHENG.EXAMPLE.CN/V/")
    verified = verify_token(paper.qr_text, ring=keys.ring(session), now=clock.now(), kind=Kind.NOTICE)
    assert verified.claims.jti == paper.jti
    pdf = service.pdf(session, paper, storage=runtime.storage)
    check = check_pdf(pdf, roots=seals.root_certificates(session), now=clock.now())
    assert check.good and check.signer == "咸安区温泉街道万年路社区居民委员会"
    use = session.scalars(select(SealUse)).one()
    assert (use.paper_id, use.number, use.kind) == (paper.id, paper.number, "receipt")


def test_wallet_hears_of_a_sealed_receipt(session: Session, runtime: Runtime) -> None:
    paper = run(runtime, session, make.receipt(session))
    told = session.scalar(select(OutboxEntry.payload).where(OutboxEntry.topic == "wallet.item_changed"))
    assert told == {"holder_id": str(paper.holder_id), "kind": "receipt", "item_id": str(paper.id)}


def test_asked_twice_is_one_paper_with_one_number(session: Session) -> None:
    paper = make.receipt(session)
    again = service.prepare(
        session,
        kind="receipt",
        organisation=offices.village(session),
        holder_id=paper.holder_id,
        subject_id=paper.subject_id,
        document={"changed": "meanwhile"},
        seal_kind="business",
    )
    assert again.id == paper.id and session.scalars(select(PaperCounter.next_serial)).one() == 2
    assert len(session.scalars(select(LogLeaf).where(LogLeaf.kind == "issue")).all()) == 1


def test_unfit_document_is_refused_before_a_row_is_written(session: Session) -> None:
    with pytest.raises(DocumentUnfit) as refused:
        make.receipt(session, body="藏文\u0f40")
    assert "U+0F40" in refused.value.errors["document.body.0"][0]
    assert session.scalars(select(Paper)).all() == []


def test_full_disk_stops_nothing_for_good(session: Session, runtime: Runtime) -> None:
    paper = make.receipt(session)
    full = replace(runtime, storage=FullDisk(runtime.settings.storage_dir))
    before = set(runtime.storage.addresses())
    with pytest.raises(OSError, match="File too large"):
        making.make(full, {"paper_id": str(paper.id)})
    session.expire_all()
    token = paper.token
    assert paper.state == "signed" and session.scalars(select(SealUse)).all() == []
    assert not list(runtime.settings.storage_dir.glob("??/.part-*")), "no half file is left"
    assert set(runtime.storage.addresses()) == before
    run(runtime, session, paper)
    assert (paper.state, paper.token) == ("sealed", token), "the token was signed once"


def test_made_again_changes_nothing(session: Session, runtime: Runtime) -> None:
    paper = run(runtime, session, make.receipt(session))
    before = (paper.token, paper.pdf_blob, paper.sealed_at)
    run(runtime, session, paper)
    assert (paper.token, paper.pdf_blob, paper.sealed_at) == before
    assert len(session.scalars(select(SealUse)).all()) == 1


def test_paper_that_reads_otherwise_than_decided_never_leaves(
    session: Session, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = make.receipt(session)
    real = making.typeset

    def lying(document: dict[str, object], **rest: str | None) -> bytes:
        return real({**document, "title": "受理通知"}, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "typeset", lying)
    with pytest.raises(NeverWorks, match="PaperMismatch"):
        making.make(runtime, {"paper_id": str(paper.id)})
    session.expire_all()
    assert paper.state == "failed" and session.scalars(select(SealUse)).all() == []
    assert paper.document not in (paper.failure or "")


@pytest.mark.parametrize("damage", ["changed", "lost"])
def test_damaged_file_is_not_given_out(session: Session, runtime: Runtime, damage: str) -> None:
    paper = run(runtime, session, make.receipt(session))
    assert paper.pdf_blob is not None
    if damage == "lost":
        runtime.storage.delete(paper.pdf_blob)
    else:
        session.scalars(select(SealUse)).one().pdf_sha256 = bytes(32)
        session.commit()
    with pytest.raises(PaperDamaged):
        service.pdf(session, paper, storage=runtime.storage)


def test_no_active_key_waits_for_an_operator(session: Session, runtime: Runtime) -> None:
    paper = make.receipt(session)
    for row in session.scalars(select(SigningKey)):
        row.state = KeyState.RETIRED
    session.commit()
    keys.forget()
    with pytest.raises(keys.NoSigningKey):
        making.make(runtime, {"paper_id": str(paper.id)})
    session.expire_all()
    assert paper.state == "pending"


@pytest.mark.parametrize("suite", [SuiteName.ES256, SuiteName.EDDSA, SuiteName.SM2])
def test_second_reader_of_tokens_notices_other_claims_and_other_keys(
    session: Session, runtime: Runtime, suite: SuiteName
) -> None:
    settings = runtime.settings.model_copy(update={"signing_suite": str(suite)})
    for row in session.scalars(select(SigningKey)):
        row.state = KeyState.RETIRED
    make.city_keys(session, settings)
    claims = tokens.claims_of(make.receipt(session), "张三", now=clock.now())
    token = keys.sign(session, claims, settings=settings)
    key = keys.current(session).signer_of(claims)
    token_reader.reread(token, claims=claims, key=key)
    with pytest.raises(PaperMismatch, match="claims"):
        token_reader.reread(token, claims=replace(claims, serial=claims.serial + 1), key=key)
    broken = token[:-1] + bytes([token[-1] ^ 1])
    with pytest.raises(PaperMismatch):
        token_reader.reread(broken, claims=claims, key=key)


def test_token_is_not_signed_by_a_key_whose_time_has_not_come(session: Session, runtime: Runtime) -> None:
    claims = tokens.claims_of(make.receipt(session), "张三", now=clock.now())
    early = replace(claims, iat=claims.iat.replace(year=2020))
    with pytest.raises(KeyUnusable):
        keys.sign(session, early, settings=runtime.settings)
