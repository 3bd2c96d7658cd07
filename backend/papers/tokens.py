"""The token of a paper: which claims say it, until when, and the text of its QR code."""

from datetime import date, datetime, time, timedelta

from backend import clock, privacy
from backend.papers.models import Paper
from signing.claims import CertificateClaims, Kind, NoticeClaims, TokenClaims
from signing.qr import qr_text
from signing.tokens import to_digits

#: Claim `type`: kind of paper. Numbers are forever: they stand in signed tokens.
TYPES = {"certificate": 1, "receipt": 2, "correction_notice": 3, "refusal": 4, "notice": 5}
#: How long a notice's token lives, in days: as long as somebody may have to prove that it was sent.
NOTICE_DAYS = 3 * 366


def claims_of(paper: Paper, holder_name: str, *, now: datetime) -> TokenClaims:
    """What the token of this paper says, signed `now`."""
    kind = CertificateClaims if paper.kind == "certificate" else NoticeClaims
    return kind(
        iss=paper.division_code,
        jti=paper.jti,
        iat=now.replace(microsecond=0),
        exp=end_of(paper.valid_until),
        type=TYPES[paper.kind],
        year=paper.year,
        serial=paper.serial,
        masked_name=privacy.mask_name(holder_name)[:2],  # two characters: the name's length would be a hint
        digest=paper.digest,
        status_list=paper.status_list,
        status_index=paper.status_index,
    )


def text_of(token: bytes, kind: str, public_url: str) -> str:
    """`HTTPS://HOST/V/<digits>`: what the printed code says."""
    return qr_text(public_url, Kind.CERTIFICATE if kind == "certificate" else Kind.NOTICE, to_digits(token))


def end_of(day: date) -> datetime:
    """The first moment after a day in 北京时间."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.BEIJING)
