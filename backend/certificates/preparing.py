"""From an approved application to a document that may be signed: `check` is the only way to a `Prepared`,
and only
issuing redeems it, once.

What is linted here is what will be signed, byte for byte; after this nobody changes a word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Grant
from backend.applications import reading as applications
from backend.applications.models import Application
from backend.catalogue import service as catalogue
from backend.certificates.models import Certificate
from backend.identity.models import Person
from backend.organisations import credit_codes
from backend.organisations.models import Organisation
from backend.papers import documents
from backend.papers.lint import DocumentUnfit, Fault, lint
from backend.papers.numbering import Number
from backend.problems import Conflict
from backend.settings import Settings
from signing.document import digest

_DEFAULT_DAYS = 30
_MOST_DAYS = 366


@dataclass(frozen=True)
class Draft:
    """What a certificate is made from, gathered."""

    application: Application
    organisation: Organisation
    holder: Person
    issuer: dict[str, str]
    grant: Grant
    one_person: bool

    @property
    def valid_until(self) -> date:
        """The last day in force: the item's days, the day of issue counted."""
        code = self.application.item_code
        days = catalogue.item(code).validity_days if code else _DEFAULT_DAYS
        return clock.today() + timedelta(days=days - 1)

    def document(self, number: str) -> documents.Document:
        """The canonical document."""
        application, holder = self.application, self.holder
        return documents.certificate(
            issuer=self.issuer,
            holder=documents.holder(holder.name, holder.id_kind, holder.id_number),
            title=application.title,
            body=application.text,
            purpose=application.purpose,
            receiver=application.receiver,
            issued_on=clock.today(),
            valid_until=self.valid_until,
            number=number,
            remark=self._remark(),
            acting_for=applications.acting_for(application),
        )

    def _remark(self) -> str:
        """What a reader must know of who signed: a deputy, or one person for both steps."""
        marks = [f"代理签批（{self.grant.post}）"] if self.grant.deputy else []
        marks += ["经办与签批为同一人（该村、社区设为一人办理）"] if self.one_person else []
        return "；".join(marks)


class ChangedSincePreview(Conflict):
    code = "changed_since_preview"
    detail = "证明内容在您预览之后有变化，尚未签批；请重新预览，核对后再签"


class AlreadyRedeemed(RuntimeError):
    """A prepared document was to be issued a second time: a fault of our program."""


class Prepared:
    """A checked document, good for one issue. Only `check` can make one."""

    def __init__(self, key: object, document: documents.Document, number: Number, valid_until: date) -> None:
        if key is not _CHECKED:
            raise TypeError("a Prepared comes from preparing.check() only")
        self._document: documents.Document | None = document
        self.number = number
        self.valid_until = valid_until

    def redeem(self) -> documents.Document:
        """The document, the first time."""
        document, self._document = self._document, None
        if document is None:
            raise AlreadyRedeemed()
        return document


_CHECKED = object()


def check(session: Session, draft: Draft, number: Number, *, settings: Settings) -> Prepared:
    """Lint the final document. DocumentUnfit names everything that is wrong;
    MadeUpCreditCode in production.
    """
    credit_codes.refuse_made_up(draft.organisation, settings)
    document = draft.document(number.text)
    found = [*lint(document), *_faults(session, draft, document)]
    if found:
        raise DocumentUnfit(found)
    return Prepared(_CHECKED, document, number, draft.valid_until)


def preview(session: Session, draft: Draft) -> tuple[dict[str, Any], Sequence[Fault]]:
    """The document as it would be, its number still open, and what would stop it."""
    document = draft.document(_open_number(draft))
    return document, [*lint(document), *_faults(session, draft, document)]


def _open_number(draft: Draft) -> str:
    return f"{draft.organisation.short_code or draft.organisation.name}证〔待编〕号"


def seen(document: Mapping[str, Any]) -> str:
    """The digest of a previewed document, in hex: what an approver says they have read."""
    return digest(document).hex()


def refuse_unseen(draft: Draft, read: str | None) -> None:
    """What is signed is what was read: between preview and PIN it may have gone back to the clerk and come again."""
    if read is not None and read != seen(draft.document(_open_number(draft))):
        raise ChangedSincePreview()


def _faults(session: Session, draft: Draft, document: documents.Document) -> Iterator[Fault]:
    """What the paper's shape cannot know: dates, the list of what may not be certified, the number's
    uniqueness.
    """
    if not 1 <= (draft.valid_until - clock.today()).days + 1 <= _MOST_DAYS:
        yield Fault("valid_until", f"有效期应为 1 到 {_MOST_DAYS} 天，请核对事项设置")
    yield from _forbidden(session, draft)
    taken = select(Certificate.id).where(
        Certificate.county_code == draft.organisation.county_code,
        Certificate.number == document.get("number"),
    )
    if session.scalar(taken) is not None:
        yield Fault("number", "文号与已有的证明重复，请联系管理员核对文号简称")


def _forbidden(session: Session, draft: Draft) -> Iterator[Fault]:
    """The final words once more against the lists, unless the clerk has overruled that hit in writing."""
    application = draft.application
    finding = catalogue.check(
        f"{application.title}\n{application.text}",
        purpose=application.purpose,
        receiver=application.receiver,
        receiver_in_city=application.receiver_in_city,
    )
    if finding is None:
        return
    overruled = {row.key for row in applications.findings(session, application) if row.overruled_at}
    if finding.key not in overruled:
        yield Fault(
            "body",
            f"正文属于村（居）委会不得出具的“{finding.title}”({finding.edition}),应由{finding.office}提供;"
            "请退回经办人修改，或由经办人书面说明理由",
        )
