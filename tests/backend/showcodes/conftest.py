"""A holder with a certificate in force and a counter that scans, for every test of this folder."""

import pytest
from sqlalchemy.orm import Session

from backend.runtime import Runtime
from tests.factories import showcodes
from tests.factories.showcodes import Scene


@pytest.fixture
def scene(session: Session, runtime: Runtime) -> Scene:
    return showcodes.scene(session, runtime)
