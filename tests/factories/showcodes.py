"""Certificates that can be scanned, the codes that show them, and tokens that only look like ours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.certificates.models import Certificate
from backend.papers import keys, making
from backend.papers.models import Paper
from backend.runtime import Runtime
from backend.showcodes import checking, service
from backend.showcodes.models import ShowCode
from backend.showcodes.verdicts import Verdict
from signing.claims import ShowClaims, TokenClaims
from signing.qr import qr_text
from signing.tokens import to_digits
from tests.factories import certificates
from tests.factories import organisations as offices
from tests.factories.certificates import Desk
from tests.factories.organisations import Staff


@dataclass
class Scene:
    """A holder with a certificate in force, and a counter in another office."""

    session: Session
    runtime: Runtime
    desk: Desk
    certificate: Certificate
    counter: Staff

    @property
    def holder(self) -> Actor:
        return self.desk.holder.actor(self.session)

    @property
    def paper(self) -> Paper:
        paper = self.session.get(Paper, self.certificate.paper_id)
        assert paper is not None
        return paper

    @property
    def printed(self) -> str:
        """What the printed QR code says."""
        return str(self.paper.qr_text)

    @property
    def digits(self) -> str:
        return self.printed.rpartition("/")[2]

    def show(self, scope: str = "name", purpose: str | None = "入学报名") -> ShowCode:
        row = service.show(
            self.session,
            self.holder,
            item_id=self.certificate.id,
            scope=scope,
            purpose=purpose,
            settings=self.runtime.settings,
        )
        self.session.commit()
        return row

    def text(self, row: ShowCode) -> str:
        return service.text_of(row, self.runtime.settings)

    def check(self, text: str, by: Staff | None = None, matter: str = "公租房申请") -> Verdict:
        """What a counter is told."""
        actor = (by or self.counter).actor
        verdict = checking.check_text(
            self.session, actor, text=text, matter=matter, settings=self.runtime.settings
        )
        self.session.commit()
        return verdict

    def sign(self, claims: TokenClaims) -> str:
        """A token text with claims of the test's choice, under the city's own key."""
        data = keys.sign(self.session, claims, settings=self.runtime.settings)
        return qr_text(self.runtime.settings.public_url, claims.kind, to_digits(data))

    def end(self, state: str, **values: Any) -> None:
        """Put the certificate into another state of the register."""
        self.certificate.state = state
        self.certificate.ended_at = clock.now()
        for name, value in values.items():
            setattr(self.certificate, name, value)
        self.session.commit()


def scene(session: Session, runtime: Runtime) -> Scene:
    """A certificate approved and its token signed; nobody here looks at the PDF, so it is not made."""
    desk = certificates.desk(session, runtime)
    certificate = desk.approve()
    session.commit()
    paper = making._signed(runtime, certificate.paper_id)
    assert paper is not None and paper.token is not None
    session.expire_all()
    certificate.state = "issued"
    certificate.issued_at = clock.now()
    session.commit()
    return Scene(session, runtime, desk, certificate, offices.counter_clerk(session))


def show_claims(moment: datetime | None = None, *, nonce: bytes = b"n" * 16, seconds: int = 60) -> ShowClaims:
    """Claims of a show-code that nobody registered."""
    now = (moment or clock.now()).replace(microsecond=0)
    return ShowClaims(iss="421200000000", jti=nonce, iat=now, exp=now + timedelta(seconds=seconds))
