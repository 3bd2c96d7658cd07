"""The certificate's number (文号): the next serial of the committee and year, taken in the approval's
transaction.

The counter's row stays locked until that transaction ends; a refused approval gives its serial back by
rolling back.
So every serial is issued or voided, none missing, none twice.
"""

import uuid

from sqlalchemy.orm import Session

from backend.certificates.models import NumberCounter
from backend.organisations import short_codes
from backend.organisations.models import Organisation
from backend.papers.numbering import Number, next_serial, spoken


def take(session: Session, organisation: Organisation, year: int) -> Number:
    """The committee's next number of this year: `咸安温泉高新社区证〔2026〕12号`."""
    short_code = short_codes.use(session, organisation)
    key: dict[str, str | uuid.UUID] = {
        "county_code": organisation.county_code,
        "organisation_id": organisation.id,
    }
    serial = next_serial(session, NumberCounter, **key, year=year)
    return Number(spoken(short_code, "certificate", year, serial), year, serial)
