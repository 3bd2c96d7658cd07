"""A holder with a certificate in the wallet, for every test of this folder."""

import pytest
from sqlalchemy.orm import Session

from backend.runtime import Runtime
from backend.wallet import filling
from tests.factories import showcodes
from tests.factories.showcodes import Scene
from tests.http_client import Caller


@pytest.fixture
def scene(session: Session, runtime: Runtime) -> Scene:
    made = showcodes.scene(session, runtime)
    fill(made)
    return made


@pytest.fixture
def holder(client: Caller, scene: Scene) -> Caller:
    return client.as_(scene.desk.holder.token)


def fill(scene: Scene) -> None:
    """What the worker does when the outbox says that the certificate changed."""
    filling.item_changed(scene.runtime, {"kind": "certificate", "item_id": str(scene.certificate.id)})
    scene.session.expire_all()
