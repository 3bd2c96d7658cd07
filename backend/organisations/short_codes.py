"""文号简称: the short code at the head of a committee's certificate numbers, unique in the city.

Proposed from the names when a committee is imported, editable until its first certificate carries it.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.access import Actor, Permission, require_over
from backend.organisations import trail
from backend.organisations.models import Organisation
from backend.organisations.naming import core_name
from backend.organisations.service import get
from backend.problems import Conflict, NotFound


class ShortCodeTaken(Conflict):
    code = "short_code_taken"
    detail = "这个文号简称已被本市其他村（社区）使用，请换一个"


class ShortCodeInUse(Conflict):
    code = "short_code_in_use"
    detail = "已经用这个简称编过文号，不能再改"


#: The longest form ends in digits of the division code, which no two committees share.
LONGEST = 3


@dataclass(frozen=True)
class Named:
    """What a proposal is made from: the committee's name and those of the places above it."""

    key: str
    name: str
    town: str
    county: str

    def candidates(self) -> tuple[str, ...]:
        """From short to long: `温高新村`, `温泉高新村`, `咸安温泉高新村`; last, digits of its code."""
        core = core_name(self.name, self.town)
        town = self.town.rstrip("镇乡") if len(self.town) > 2 else self.town
        town, county = town.removesuffix("街道"), self.county[:-1]
        short = core if core.startswith(town[:1]) else town[:1] + core
        return (short, town + core, county + town + core, county + town + core + self.key[-6:])


def propose(committees: Iterable[Named], taken: Iterable[str]) -> dict[str, str]:
    """Key -> a short code unique among these and `taken`.

    Namesakes all move to the next longer form together, so that the order of rows does not matter.
    """
    used, left = set(taken), list(committees)
    found: dict[str, str] = {}
    for level in range(LONGEST + 1):
        settled = _settle(left, used, level)
        left = [one for one in left if one.key not in settled]
        used |= set(settled.values())
        found |= settled
    if left:
        raise ValueError(f"no free short code for {[one.key for one in left]}")
    return found


def _settle(left: list[Named], used: set[str], level: int) -> dict[str, str]:
    texts = {one.key: one.candidates()[level] for one in left}
    counts = Counter(texts.values())
    return {key: text for key, text in texts.items() if counts[text] == 1 and text not in used}


def change(session: Session, actor: Actor, *, organisation_id: uuid.UUID, short_code: str) -> Organisation:
    """Choose another short code before its first use."""
    row = get(session, organisation_id)
    grant = require_over(actor, Permission.MANAGE_ORGANISATIONS, row.path)
    if row.kind != "committee":
        raise NotFound("只有村（居）民委员会有文号简称")
    if short_code != row.short_code and _taken(session, short_code):
        raise ShortCodeTaken(errors={"json.short_code": ["已被使用"]})
    changed = session.execute(
        update(Organisation)
        .where(Organisation.id == row.id, Organisation.short_code_used.is_(False))
        .values(short_code=short_code, row_version=Organisation.row_version + 1)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ShortCodeInUse()
    session.refresh(row)
    trail.act(session, actor, "organisation.short_code", row, grant=grant, short_code=short_code)
    return row


def _taken(session: Session, short_code: str) -> bool:
    return session.scalar(select(Organisation.id).where(Organisation.short_code == short_code)) is not None


def use(session: Session, organisation: Organisation) -> str:
    """The short code for a number taken in this transaction; from now on it stays."""
    if organisation.short_code is None:
        raise Conflict("这个村（社区）还没有文号简称，请管理员先设置")
    if not organisation.short_code_used:
        session.refresh(organisation, with_for_update=True)
        organisation.short_code_used = True
    return organisation.short_code
