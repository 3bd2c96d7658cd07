"""A committee at work, for every test of this folder."""

import pytest
from sqlalchemy.orm import Session

from backend.runtime import Runtime
from tests.factories import certificates as make
from tests.factories.certificates import Desk


@pytest.fixture
def desk(session: Session, runtime: Runtime) -> Desk:
    return make.desk(session, runtime)
