"""What a counter needs for the benchmark: a sealed certificate, its holder's show-codes, somebody who scans.

Made by the product's own services and worker; only the show-codes live an hour instead of a minute, so that a run does
not outlive them.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from backend import runtime, work
from backend.certificates import reading
from backend.db import Base
from backend.notifications import worker
from backend.runtime import Runtime
from backend.showcodes import service as showcodes
from benchmarks.databases import use_demo_keys
from tests.factories import certificates, organisations

_LIFE_SECONDS = 3600
_BATCH = 500


@dataclass(frozen=True)
class Counter:
    """`token`: the access token of somebody at a counter. Codes are texts as a scanner reads them."""

    environment: dict[str, str]
    token: str
    show_codes: list[str]
    certificate_code: str


def prepared(database_url: str, folder: Path, *, show_codes: int) -> Counter:
    """Fill an empty database; the environment starts a server on it."""
    environment = {
        "ZHENG_ENVIRONMENT": "demo",
        "ZHENG_DATABASE_URL": database_url,
        "ZHENG_STORAGE_DIR": str(folder / "blobs"),
        "ZHENG_PUBLIC_URL": "https://zs.xn.gov.cn",
    }
    settings = use_demo_keys().model_copy(
        update={
            "database_url": database_url,
            "storage_dir": folder / "blobs",
            "public_url": environment["ZHENG_PUBLIC_URL"],
            "show_code_seconds": _LIFE_SECONDS,
        }
    )
    whole = runtime.build(settings)
    Base.metadata.create_all(whole.database.engine)
    worker.install(work.register_all)
    with whole.database.session() as session:
        counter = _rows(session, whole, environment, show_codes)
    whole.database.engine.dispose()
    return counter


def _rows(session: Session, whole: Runtime, environment: dict[str, str], count: int) -> Counter:
    desk = certificates.desk(session, whole)
    certificate = desk.issue()
    scanner = organisations.counter_clerk(session)
    token = scanner.token
    texts = []
    for place in range(count):
        row = showcodes.show(
            session,
            desk.holder.actor(session),
            item_id=certificate.id,
            scope="name",
            purpose="子女入学报名",
            settings=whole.settings,
        )
        texts.append(showcodes.text_of(row, whole.settings))
        if place % _BATCH == 0:
            session.commit()
    session.commit()
    printed = reading.paper_of(session, certificate).qr_text
    assert printed is not None
    return Counter(environment, token, texts, printed)
