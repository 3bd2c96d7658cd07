"""Pending leaves of the transparency log (透明日志), written in the commit of what they record;
numbered later.
"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from backend.papers.models import LogLeaf
from signing.transparency import Leaf, LeafKind, leaf_hash

#: Kind of a row -> kind in the log.
KINDS = {
    "issue": LeafKind.ISSUE,
    "revoke": LeafKind.REVOCATION,
    "suspend": LeafKind.SUSPENSION,
    "supersede": LeafKind.CORRECTION,
    "void": LeafKind.VOID,
    "key": LeafKind.KEY_EVENT,
}


def leave(
    session: Session,
    kind: str,
    *,
    subject_id: uuid.UUID,
    hashes: tuple[bytes, ...],
    at: datetime,
    edition: int = 1,
) -> LogLeaf:
    """Write the leaf beside the change.

    `hashes`: 32 bytes each, never of anything that could be guessed back.
    """
    leaf = Leaf(KINDS[kind], at.replace(microsecond=0), hashes).to_bytes()
    row = LogLeaf(
        kind=kind,
        subject_id=subject_id,
        edition=edition,
        leaf=leaf,
        leaf_hash=leaf_hash(leaf),
        created_at=at,
    )
    session.add(row)
    return row
