"""An approval: what it commits, what the worker makes of it, and everything that stops it before a number is
taken.
"""

from backend import clock
from backend.certificates import reading
from backend.papers import service as papers
from tests.factories.certificates import Desk


def test_approved_certificate_is_numbered_at_once_and_issued_by_the_worker(desk: Desk) -> None:
    certificate = desk.issue()
    assert certificate.number.endswith(f"证〔{clock.today().year}〕1号")
    assert reading.standing(certificate, clock.now()) == reading.IN_FORCE
    paper = reading.paper_of(desk.session, certificate)
    pdf = papers.pdf(desk.session, paper, storage=desk.runtime.storage)
    assert pdf.startswith(b"%PDF-") and len(paper.check_code) == 8
