"""What must be true after any crash: one certificate an approval, no gap, one seal use, one announcement."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.applications.models import Application
from backend.certificates.models import Certificate, NumberCounter
from backend.notifications.models import Message, OutboxEntry
from backend.papers import service as papers
from backend.papers.models import LogLeaf, Paper, SealUse
from backend.storage import BlobStore
from backend.wallet.models import WalletItem

ANNOUNCED = "证明已出具"


def faults(session: Session, storage: BlobStore) -> list[str]:
    """Everything that is not as it must be; empty when all is well."""
    certificates = session.scalars(select(Certificate).order_by(Certificate.serial)).all()
    approved = select(Application.id).where(Application.state != "approving")
    ids = set(session.scalars(approved))
    checks = {
        "one certificate an approval": Counter(c.application_id for c in certificates) == Counter(ids),
        "serials run without gap": [c.serial for c in certificates] == list(range(1, len(certificates) + 1)),
        "the counter goes on behind the last": session.scalar(select(NumberCounter.next_serial))
        == len(certificates) + 1,
        "all are issued": {c.state for c in certificates} == {"issued"},
        "all applications are issued": set(
            session.scalars(select(Application.state).where(Application.id.in_(ids)))
        )
        == {"issued"},
        "one seal use each": Counter(session.scalars(select(SealUse.paper_id)))
        == Counter(c.paper_id for c in certificates),
        "one leaf each": _count(session, LogLeaf, LogLeaf.kind == "issue") == len(certificates),
        "one announcement each": _count(session, Message, Message.title == ANNOUNCED) == len(certificates),
        "every message went out": _count(session, Message, Message.sent_at.is_(None)) == 0,
        "one card each": _count(session, WalletItem) == len(certificates),
        "nothing is left in the outbox": _count(session, OutboxEntry, OutboxEntry.state != "done") == 0,
        "every paper is whole": all(_whole(session, storage, c.paper_id) for c in certificates),
    }
    return [name for name, holds in checks.items() if not holds]


def _count(session: Session, model: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def _whole(session: Session, storage: BlobStore, paper_id: Any) -> bool:
    """The archived file is the one the register of seal use names."""
    paper = session.get_one(Paper, paper_id)
    return papers.pdf(session, paper, storage=storage).startswith(b"%PDF-")
