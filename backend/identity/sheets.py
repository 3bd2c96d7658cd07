"""Signed sheets (授权书) and guardianship (监护), recorded by a clerk for who has no phone or is a minor.

The photo is checked by content, made anew without EXIF or place, and kept encrypted.
"""

import base64
import binascii
import io
import warnings
from datetime import date, datetime, time

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import acting, desk_codes, service
from backend.identity.models import ActingConsent, Person
from backend.problems import InvalidInput, NotAllowed, NotFound
from backend.storage import BlobStore

_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2400
_FORMATS = ("JPEG", "PNG")
_ADULT = 18


class NoMinor(InvalidInput):
    code = "no_minor"
    detail = "监护登记只用于未满 18 周岁的人；成年人请由本人同意，或拍下签名的授权书"


class BadPhoto(InvalidInput):
    code = "bad_photo"
    detail = "照片打不开，请重新拍一张清楚的（JPEG 或 PNG）"

    def __init__(self) -> None:
        super().__init__(errors={"json.photo": [self.detail]})


def record(
    session: Session,
    actor: Actor,
    *,
    helper: Person,
    person: Person,
    relation: str,
    basis: str,
    photo_blob: str,
    until: date | None,
) -> ActingConsent:
    """A clerk records a signed sheet (basis `signed_sheet`) or guardianship of a minor (`guardianship_document`,
    relation `ward`), with its photo; both sides are told.
    """
    grant = desk_codes.staff_grant(actor)
    accounts = service.own_accounts(session, helper.id)
    if not accounts:
        raise NotFound("代办人还没有实名的账号，请先让代办人登录并实名")
    if helper.id == person.id:
        raise acting.NotYourself()
    if actor.person_id in (helper.id, person.id):
        raise NotAllowed("不能登记与自己有关的授权，请找另一位工作人员")
    if (relation == acting.WARD) != (basis == "guardianship_document"):
        raise InvalidInput("监护关系要凭监护证明登记", errors={"json.relation": ["与依据不符"]})
    now = clock.now()
    row = ActingConsent(
        account_id=accounts[0].id,
        person_id=person.id,
        relation=relation,
        basis=basis,
        evidence_blob=photo_blob,
        recorded_by_account_id=actor.account,
        asked_at=now,
        until=_coming_of_age(person) if relation == acting.WARD else acting.until_end_of(until),
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "identity.sheet_recorded",
        subject_kind="acting_consent",
        subject_id=row.id,
        grant=grant,
        for_person_id=person.id,
        basis=basis,
    )
    return acting.given(session, actor, row)


def keep_photo(storage: BlobStore, photo: str) -> str:
    """Store a base64 photo, re-encoded; its blob address. BadPhoto for whatever is no JPEG or PNG."""
    try:
        data = base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError):
        raise BadPhoto() from None
    return storage.put(_made_anew(data))


def _made_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of decompression bombs
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise BadPhoto()
                upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        upright.save(out, "JPEG", quality=85)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadPhoto() from None
    return out.getvalue()


def _coming_of_age(person: Person) -> datetime:
    """Midnight before the eighteenth birthday; NoMinor when that is past."""
    born = person.birth_date
    if born is None:
        raise NoMinor()
    leap = born.month == 2 and born.day == 29
    birthday = date(born.year + _ADULT, 3, 1) if leap else born.replace(year=born.year + _ADULT)
    end = datetime.combine(birthday, time(), clock.BEIJING)
    if end <= clock.now():
        raise NoMinor()
    return end
