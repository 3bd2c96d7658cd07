"""Starting a proof of who somebody is: one open attempt an account, the newest."""

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend import clock
from backend.identity.models import IdentityAttempt

_OPEN = ("checking", "face", "desk")


def start(
    session: Session,
    account_id: uuid.UUID,
    *,
    name: str,
    id_number: str,
    state: str,
    reason: str | None = None,
) -> IdentityAttempt:
    """A new attempt in `state` (checking or face); an older open one of the account is replaced."""
    session.execute(
        update(IdentityAttempt)
        .where(IdentityAttempt.account_id == account_id, IdentityAttempt.state.in_(_OPEN))
        .values(state="replaced", desk_code_hash=None, decided_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )
    attempt = IdentityAttempt(
        account_id=account_id,
        name=name,
        id_number=id_number,
        state=state,
        reason=reason,
        created_at=clock.now(),
    )
    session.add(attempt)
    session.flush()
    return attempt
