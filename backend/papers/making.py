"""Making a paper: token signed once and stored, typeset with its QR, sealed, read by a second reader,
archived.

Every step is one transaction and looks first at what is done already, so that the worker resumes wherever it
was
stopped. Nothing is announced before the archive row is durable. What can never be made is marked failed and
becomes a dead letter, for a person to decide.
"""

import hashlib
import logging
import uuid
from dataclasses import dataclass
from typing import Any

import typst
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.outbox import NeverWorks, enqueue
from backend.organisations import service as organisations
from backend.organisations.credit_codes import MadeUpCreditCode
from backend.papers import keys, seals, second_reader, service, token_reader, tokens
from backend.papers.models import Paper, SealUse
from backend.papers.seal_picture import SealNameRefused
from backend.papers.seals import OpenSeal
from backend.papers.second_reader import PaperMismatch
from backend.papers.typesetting import CannotTypeset, typeset
from backend.runtime import Runtime
from signing.errors import ClaimsInvalid, NotEncodable, QrTooLarge, SealFailed
from signing.seal import seal_pdf
from signing.seal_check import check_pdf

log = logging.getLogger("zhangshangzheng.papers")

SEALED, FAILED = "papers.sealed", "papers.failed"
#: No later try will fare better with these: they lie in the document, the layout or the office's data.
_HOPELESS = (
    CannotTypeset,
    typst.TypstError,
    PaperMismatch,
    SealNameRefused,
    ClaimsInvalid,
    NotEncodable,
    QrTooLarge,
    MadeUpCreditCode,
    seals.NoCreditCode,
)
_OPEN = ("pending", "signed", "failed")  # a failed one is tried again when an operator drives it again


@dataclass(frozen=True)
class _Sealed:
    """A finished PDF and the seal it bears."""

    pdf: bytes
    seal: OpenSeal


def make(runtime: Runtime, payload: dict[str, Any]) -> None:
    """The handler of `papers.make`."""
    paper_id = uuid.UUID(payload["paper_id"])
    try:
        paper = _signed(runtime, paper_id)
        if paper is None:
            return
        sealed = _sealed(runtime, paper)
        _check(runtime, paper, sealed)
    except _HOPELESS as error:
        _fail(runtime, paper_id, error)
        raise NeverWorks(f"{type(error).__name__}: {error}") from error
    blob = runtime.storage.put(sealed.pdf)
    _archive(runtime, paper, sealed, blob)


def _signed(runtime: Runtime, paper_id: uuid.UUID) -> Paper | None:
    """The paper with its token, signed now unless it was before; None when nothing is left to do."""
    with runtime.database.session() as session:
        paper = session.get(Paper, paper_id, with_for_update=True)
        if paper is None or paper.state not in _OPEN:
            return None
        if paper.token is None:
            _sign(session, paper, runtime)
        session.commit()
        return paper


def _sign(session: Session, paper: Paper, runtime: Runtime) -> None:
    """Sign, have another library read the token, and store it: from here on this is the paper's one token."""
    name = service.document_of(paper)["holder"]["name"]
    claims = tokens.claims_of(paper, name, now=clock.now())
    token = keys.sign(session, claims, settings=runtime.settings)
    token_reader.reread(token, claims=claims, key=keys.current(session).signer_of(claims))
    paper.token = token
    paper.qr_text = tokens.text_of(token, paper.kind, runtime.settings.public_url)
    paper.state = "signed"


def _sealed(runtime: Runtime, paper: Paper) -> _Sealed:
    """The typeset PDF under the office's seal."""
    document = service.document_of(paper)
    with runtime.database.session() as session:
        organisation = organisations.get(session, paper.organisation_id)
        seal = seals.open_seal(session, organisation, paper.seal_kind, runtime.settings)
        session.commit()
    plain = typeset(document, qr_text=paper.qr_text, check_code=paper.check_code)
    pdf = seal_pdf(
        plain,
        certificate=seal.certificate,
        private_key=seal.key,
        chain=[seal.root],
        reason=f"{document['title']} {document['number']}",
        location=runtime.settings.city_name,
        name=seal.row.name,
        now=clock.now().replace(microsecond=0),
    )
    return _Sealed(pdf, seal)


def _check(runtime: Runtime, paper: Paper, sealed: _Sealed) -> None:
    """The second reader: another library reads text, code and fonts;
    the seal must lead to the city's root.
    """
    document = service.document_of(paper)
    second_reader.reread(sealed.pdf, document=document, qr_text=paper.qr_text, check_code=paper.check_code)
    try:
        seal = check_pdf(sealed.pdf, roots=[sealed.seal.root], now=clock.now())
    except SealFailed as error:
        raise PaperMismatch("seal", str(error)) from error
    if not seal.good:
        raise PaperMismatch("seal", str(seal.reason))


def _archive(runtime: Runtime, paper: Paper, sealed: _Sealed, blob: str) -> None:
    """Register the use of the seal and archive the PDF, in one commit and once; what follows hears of it."""
    now = clock.now()
    with runtime.database.session() as session:
        guarded = update(Paper).where(
            Paper.id == paper.id, Paper.county_code == paper.county_code, Paper.state.in_(_OPEN)
        )
        values = {"state": "sealed", "pdf_blob": blob, "sealed_at": now, "failure": None}
        guarded = guarded.values(**values, row_version=Paper.row_version + 1).returning(Paper.id)
        if session.scalar(guarded.execution_options(synchronize_session=False)) is None:
            return  # another worker was quicker, or the number was voided: this PDF is swept
        session.add(_use(paper, sealed))
        _announce(session, paper, SEALED)
        session.commit()


def _use(paper: Paper, sealed: _Sealed) -> SealUse:
    return SealUse(
        county_code=paper.county_code,
        division_code=paper.division_code,
        organisation_id=paper.organisation_id,
        paper_id=paper.id,
        seal_id=sealed.seal.row.id,
        kind=paper.kind,
        purpose=service.document_of(paper)["title"],
        number=paper.number,
        pdf_sha256=hashlib.sha256(sealed.pdf).digest(),
        approved_by_account_id=paper.approved_by_account_id,
        approved_by_post=paper.approved_by_post,
        at=clock.now(),
    )


def _fail(runtime: Runtime, paper_id: uuid.UUID, error: Exception) -> None:
    """Mark the paper as one that cannot be made, with a reason an approver can read."""
    with runtime.database.session() as session:
        paper = session.get(Paper, paper_id, with_for_update=True)
        if paper is None or paper.state not in _OPEN:
            return
        paper.state = "failed"
        paper.failure = f"{type(error).__name__}: {error}"[:300]
        _announce(session, paper, FAILED)
        session.commit()
    log.error("paper %s cannot be made: %s", paper_id, type(error).__name__)


def _announce(session: Session, paper: Paper, topic: str) -> None:
    """Tell whoever asked for the paper, by kind;
    the wallet hears of papers that are no certificates from here.
    """
    payload = {"paper_id": str(paper.id), "subject_id": str(paper.subject_id)}
    county = paper.county_code
    if paper.kind == "certificate":
        enqueue(session, f"{topic}.certificate", payload, dedup_key=paper.id.hex, county_code=county)
    elif topic == SEALED:
        item = {"holder_id": str(paper.holder_id), "kind": paper.kind, "item_id": str(paper.id)}
        enqueue(session, "wallet.item_changed", item, dedup_key=paper.id.hex, county_code=county)
