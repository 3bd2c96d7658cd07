"""Files coming in parts (分片上传): resumable, put together, cleaned, and only then evidence.

A blob is stored before its row. Cleaning may take seconds, so `gather` and `keep` are two short transactions with
the work between them; finishing an upload twice gives the same evidence.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.applications import evidence
from backend.applications.evidence_files import DEFAULT_LIMITS, CleanFile
from backend.applications.models import Evidence, Upload, UploadPart
from backend.problems import Conflict, InvalidInput, NotFound, Problem, Unavailable
from backend.storage import BlobStore

PART_SIZE = 1024 * 1024
MOST_BYTES = DEFAULT_LIMITS.size
_LIFE = timedelta(hours=24)


class UploadTooLarge(InvalidInput):
    code = "upload_too_large"
    detail = "文件超过 10MB,请压缩，或拍照后上传"


class WrongPart(InvalidInput):
    code = "wrong_part"
    detail = "这一片的序号或大小不对，请从断点重新上传"


class UploadIncomplete(Conflict):
    """Parts are missing; `missing` numbers them."""

    code = "upload_incomplete"
    detail = "文件还没有传完，请继续上传缺少的部分"


class UploadExpired(Problem):
    status = 410
    code = "upload_expired"
    detail = "上传已超过一天，请重新选择文件上传"


class StorageFull(Unavailable):
    code = "storage_unavailable"
    detail = "文件暂时存不下来，请稍后再试；已填写的内容没有丢失"


@dataclass(frozen=True)
class Progress:
    """Where an upload stands: part numbers from 1; `evidence_id` when it is done."""

    id: uuid.UUID
    size: int
    part_size: int
    received: Sequence[int]
    missing: Sequence[int]
    expires_at: datetime
    evidence_id: uuid.UUID | None


def begin(session: Session, actor: Actor, *, application_id: uuid.UUID, size: int, label: str) -> Progress:
    """Announce a file of `size` bytes; its parts follow within a day."""
    application = evidence.addable(session, actor, application_id)
    if size > MOST_BYTES:
        raise UploadTooLarge()
    evidence.refuse_too_many(session, application)
    now = clock.now()
    upload = Upload(
        county_code=application.county_code,
        application_id=application.id,
        account_id=actor.account,
        size=size,
        part_size=PART_SIZE,
        label=label,
        created_at=now,
        expires_at=now + _LIFE,
    )
    session.add(upload)
    session.flush()
    return _progress(session, upload)


def put_part(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    upload_id: uuid.UUID,
    number: int,
    data: bytes,
    storage: BlobStore,
) -> Progress:
    """Store one part, in any order; the same part again replaces it."""
    upload = _open(session, actor, application_id, upload_id)
    if upload.evidence_id is not None:
        return _progress(session, upload)
    if not 1 <= number <= _count(upload) or len(data) != _expected(upload, number):
        raise WrongPart(expected_bytes=_expected(upload, number) if 1 <= number <= _count(upload) else 0)
    blob = store(storage, data)
    part = session.get(UploadPart, (upload.id, number))
    if part is None:
        part = UploadPart(upload_id=upload.id, number=number, county_code=upload.county_code)
        session.add(part)
    part.size, part.blob = len(data), blob
    session.flush()
    return _progress(session, upload)


def progress(session: Session, actor: Actor, *, application_id: uuid.UUID, upload_id: uuid.UUID) -> Progress:
    """What has come, and what is missing: to resume after a lost connection."""
    return _progress(session, _open(session, actor, application_id, upload_id))


def gather(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    upload_id: uuid.UUID,
    storage: BlobStore,
) -> bytes | None:
    """The whole file as it came; None when it has become evidence already. Changes nothing."""
    upload = _open(session, actor, application_id, upload_id)
    if upload.evidence_id is not None:
        return None
    now = _progress(session, upload)
    if now.missing:
        raise UploadIncomplete(missing=list(now.missing))
    blobs = select(UploadPart.blob).where(UploadPart.upload_id == upload.id).order_by(UploadPart.number)
    return b"".join(storage.get(blob) for blob in session.scalars(blobs))


def keep(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    upload_id: uuid.UUID,
    clean: CleanFile | None,
    blob: str | None,
) -> Evidence:
    """Make evidence of the cleaned file, stored at `blob`; the parts as they came are forgotten."""
    upload = _open(session, actor, application_id, upload_id)
    if clean is None or blob is None or upload.evidence_id is not None:
        return evidence.get(session, upload.evidence_id)
    row = evidence.add(
        session, actor, application_id=application_id, label=upload.label, clean=clean, blob=blob
    )
    guarded = update(Upload).where(Upload.id == upload.id, Upload.evidence_id.is_(None))
    done = session.execute(guarded.values(evidence_id=row.id).execution_options(synchronize_session=False))
    if getattr(done, "rowcount", 0) != 1:
        raise Conflict("这个文件刚刚已由另一次操作完成，请刷新")
    session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
    return row


def store(storage: BlobStore, data: bytes) -> str:
    """The blob's address; StorageFull when the disk refuses."""
    try:
        return storage.put(data)
    except OSError as error:
        raise StorageFull() from error


def forget_expired(session: Session) -> int:
    """Remove uploads that were never finished, and the trace of those that were; how many."""
    old = select(Upload.id).where(Upload.expires_at < clock.now())
    session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(old)))
    done = session.execute(delete(Upload).where(Upload.expires_at < clock.now()))
    return int(getattr(done, "rowcount", 0))


def _open(session: Session, actor: Actor, application_id: uuid.UUID, upload_id: uuid.UUID) -> Upload:
    evidence.addable(session, actor, application_id)
    upload = session.get(Upload, upload_id)
    if upload is None or upload.application_id != application_id or upload.account_id != actor.account:
        raise NotFound("没有找到这次上传，请重新选择文件")
    if upload.expires_at <= clock.now():
        raise UploadExpired()
    return upload


def _count(upload: Upload) -> int:
    return -(-upload.size // upload.part_size)


def _expected(upload: Upload, number: int) -> int:
    return min(upload.part_size, upload.size - (number - 1) * upload.part_size)


def _progress(session: Session, upload: Upload) -> Progress:
    numbers = select(UploadPart.number).where(UploadPart.upload_id == upload.id).order_by(UploadPart.number)
    received = list(session.scalars(numbers))
    wanted = range(1, _count(upload) + 1) if upload.evidence_id is None else ()
    return Progress(
        id=upload.id,
        size=upload.size,
        part_size=upload.part_size,
        received=received,
        missing=[number for number in wanted if number not in received],
        expires_at=upload.expires_at,
        evidence_id=upload.evidence_id,
    )
