"""A village at work, and its people as HTTP callers."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from backend.organisations import notices
from tests.factories import applications
from tests.factories.applications import Village
from tests.http_client import Caller


@pytest.fixture
def here(session: Session) -> Village:
    notices.load_notices(session)
    return applications.village(session)


@dataclass
class Callers:
    """Who calls."""

    citizen: Caller
    clerk: Caller
    other_clerk: Caller
    approver: Caller
    town: Caller


@pytest.fixture
def callers(client: Caller, here: Village) -> Callers:
    return Callers(
        client.as_(here.citizen.token),
        client.as_(here.clerk.token),
        client.as_(here.other_clerk.token),
        client.as_(here.approver.token),
        client.as_(here.town_reviewer.token),
    )
