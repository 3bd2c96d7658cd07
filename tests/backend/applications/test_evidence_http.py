"""Evidence over HTTP: parts that resume, hostile files, links that die, and who may see."""

import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.applications import uploads, work
from backend.applications.models import Application, Evidence, Upload, UploadPart
from backend.audit.models import AccessRecord
from backend.runtime import Runtime
from backend.settings import Settings
from tests.backend.applications.conftest import Callers
from tests.factories import applications, identity, organisations
from tests.factories.applications import Village
from tests.http_client import Caller

FILES = Path(__file__).parents[2] / "files"
MIB = 1024 * 1024


@pytest.fixture
def draft(session: Session, settings: Settings, here: Village) -> Application:
    return applications.drafted_application(session, settings, here)


def noise(size: int) -> bytes:
    """A JPEG of at least `size` bytes: the picture first, what a camera might append after it."""
    out = BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG")
    return out.getvalue() + b"\x00" * max(0, size - len(out.getvalue()))


def begin(caller: Caller, made: Application, size: int, label: str = "居住地照片") -> Any:
    return caller.post(f"/mp/v1/applications/{made.id}/uploads", {"size": size, "label": label})


def put(caller: Caller, made: Application, upload: str, number: int, data: bytes, **options: Any) -> Any:
    path = f"/mp/v1/applications/{made.id}/uploads/{upload}/parts/{number}"
    return caller.post(path, data=data, content_type="application/octet-stream", **options)


def complete(caller: Caller, made: Application, upload: str) -> Any:
    return caller.post(f"/mp/v1/applications/{made.id}/uploads/{upload}/complete", key=None)


def uploaded(caller: Caller, made: Application, data: bytes) -> Any:
    upload = begin(caller, made, len(data)).json["id"]
    for number in range(-(-len(data) // MIB)):
        answer = put(caller, made, upload, number + 1, data[number * MIB : (number + 1) * MIB])
        assert answer.status_code == 200, answer.json
    return complete(caller, made, upload)


def link(caller: Caller, made: Application, evidence_id: str) -> Any:
    return caller.post(f"/mp/v1/applications/{made.id}/evidence/{evidence_id}/link")


def opened(caller: Caller, url: str) -> Any:
    parts = urlsplit(url)
    return caller.get(f"{parts.path}?{parts.query}")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("photo-with-gps.jpg", "image/jpeg"),
        ("scan.png", "image/jpeg"),
        ("phone.heic", "image/jpeg"),
        ("javascript-and-attachment.pdf", "application/pdf"),
        ("really-a-png.pdf", "image/jpeg"),
    ],
)
def test_a_file_becomes_evidence_by_its_content(
    client: Caller, callers: Callers, draft: Application, name: str, media_type: str
) -> None:
    done = uploaded(callers.citizen, draft, (FILES / name).read_bytes())
    assert done.status_code == 200, done.json
    assert (done.json["media_type"], done.json["added_by"]) == (media_type, "申请人")
    answer = opened(client, link(callers.citizen, draft, done.json["id"]).json["url"])
    assert answer.status_code == 200
    assert answer.content_type == media_type
    assert "no-store" in answer.headers["Cache-Control"]
    for leftover in (b"GPS", b"Exif", b"/JavaScript", b"/EmbeddedFile"):
        assert leftover not in answer.data


def test_parts_come_in_any_order_and_resume(callers: Callers, draft: Application) -> None:
    data = noise(2 * MIB + 10)
    upload = begin(callers.citizen, draft, len(data)).json
    assert (upload["part_size"], upload["missing"]) == (MIB, [1, 2, 3])
    put(callers.citizen, draft, upload["id"], 3, data[2 * MIB :])
    put(callers.citizen, draft, upload["id"], 1, data[:MIB])
    early = complete(callers.citizen, draft, upload["id"])
    assert (early.status_code, early.json["code"], early.json["missing"]) == (409, "upload_incomplete", [2])
    path = f"/mp/v1/applications/{draft.id}/uploads/{upload['id']}"
    assert callers.citizen.get(path).json["missing"] == [2]
    put(callers.citizen, draft, upload["id"], 2, data[MIB : 2 * MIB])
    assert complete(callers.citizen, draft, upload["id"]).status_code == 200


def test_a_part_sent_again_is_the_same_part(session: Session, callers: Callers, draft: Application) -> None:
    data = noise(100)
    upload = begin(callers.citizen, draft, len(data)).json["id"]
    for key in ("part-key-1", "part-key-1", "part-key-2"):
        assert put(callers.citizen, draft, upload, 1, data, key=key).json["missing"] == []
    assert session.scalar(select(func.count()).select_from(UploadPart)) == 1


def test_completed_twice_it_is_one_evidence(session: Session, callers: Callers, draft: Application) -> None:
    data = noise(100)
    upload = begin(callers.citizen, draft, len(data)).json["id"]
    put(callers.citizen, draft, upload, 1, data)
    first, again = complete(callers.citizen, draft, upload), complete(callers.citizen, draft, upload)
    assert first.json == again.json
    assert session.scalar(select(func.count()).select_from(Evidence)) == 1
    assert session.scalar(select(func.count()).select_from(UploadPart)) == 0


@pytest.mark.parametrize(("number", "size"), [(1, 99), (1, 101), (0, 100), (2, 100), (2**40, 100)])
def test_a_part_of_the_wrong_size_or_number_is_refused(
    callers: Callers, draft: Application, number: int, size: int
) -> None:
    upload = begin(callers.citizen, draft, 100).json["id"]
    answer = put(callers.citizen, draft, upload, number, b"x" * size)
    assert (answer.status_code, answer.json["code"]) == (422, "wrong_part")


def test_more_than_ten_megabytes_is_refused_before_anything_is_sent(
    callers: Callers, draft: Application
) -> None:
    answer = begin(callers.citizen, draft, 10 * MIB + 1)
    assert (answer.status_code, answer.json["code"]) == (422, "upload_too_large")


HOSTILE = {
    "text": b"hello, I am a photo",
    "html": b"<html><script>alert(1)</script>",
    "program": b"MZ" + b"\x00" * 100,
    "cut": (FILES / "photo-with-gps.jpg").read_bytes()[:200],
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "zip": b"PK\x03\x04" + b"\x00" * 50,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_picture_is_refused_with_words(
    session: Session, callers: Callers, draft: Application, kind: str
) -> None:
    answer = uploaded(callers.citizen, draft, HOSTILE[kind])
    assert answer.status_code == 422
    assert answer.json["code"].startswith("evidence_")
    assert "请" in answer.json["detail"]
    assert session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_nine_files_and_no_more(callers: Callers, draft: Application) -> None:
    early = begin(callers.citizen, draft, 700).json["id"]
    for _ in range(9):
        assert uploaded(callers.citizen, draft, noise(700)).status_code == 200
    answer = begin(callers.citizen, draft, 700)
    assert (answer.status_code, answer.json["code"]) == (409, "too_many_files")
    put(callers.citizen, draft, early, 1, noise(700))
    late = complete(callers.citizen, draft, early)
    assert (late.status_code, late.json["code"]) == (409, "too_many_files")


def test_a_link_dies_and_cannot_be_bent(
    session: Session, client: Caller, callers: Callers, draft: Application, settings: Settings
) -> None:
    evidence_id = uploaded(callers.citizen, draft, noise(700)).json["id"]
    url = link(callers.citizen, draft, evidence_id).json["url"]
    other = uploaded(callers.citizen, draft, noise(800)).json["id"]
    signature = url.rpartition("=")[2]
    for bent in (
        url.replace(evidence_id, other),
        url.replace("expires=", "expires=9"),
        url.replace(signature, "0" * 64),
        url.replace("account=", "account=" + str(uuid.uuid4()) + "&x="),
    ):
        assert opened(client, bent).status_code in (410, 422), bent
    with time_machine.travel(
        clock.now() + timedelta(minutes=settings.evidence_link_minutes, seconds=1), tick=False
    ):
        dead = opened(client, url)
    assert (dead.status_code, dead.json["code"]) == (410, "link_dead")


def test_a_link_dies_with_the_right_to_see(
    session: Session, settings: Settings, client: Caller, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    evidence_id = uploaded(callers.citizen, made, noise(700)).json["id"]
    url = link(callers.clerk, made, evidence_id).json["url"]
    assert opened(client, url).status_code == 200
    here.clerk.grant.ends_on = clock.today() - timedelta(days=1)
    session.commit()
    assert opened(client, url).status_code == 410


def test_a_look_of_staff_is_recorded_and_one_s_own_is_not(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    evidence_id = uploaded(callers.citizen, made, noise(700)).json["id"]
    link(callers.citizen, made, evidence_id)
    looks = select(AccessRecord).where(AccessRecord.holder_id == here.citizen.person.id)
    assert session.scalars(looks).all() == []
    link(callers.clerk, made, evidence_id)
    (look,) = session.scalars(looks).all()
    assert (look.kind, look.post, look.scope) == ("disclosure", "经办人", "佐证材料")


def test_strangers_and_other_villages_get_no_link(
    session: Session, settings: Settings, client: Caller, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    evidence_id = uploaded(callers.citizen, made, noise(700)).json["id"]
    stranger = client.as_(identity.citizen(session, "王二").token)
    elsewhere = applications.village(session, organisations.SIBLING_VILLAGE)
    for caller in (stranger, client.as_(elsewhere.clerk.token), client.as_(elsewhere.approver.token)):
        assert link(caller, made, evidence_id).status_code == 404
        assert begin(caller, made, 10).status_code in (403, 404)
    assert link(client, made, evidence_id).status_code == 401


def test_an_upload_is_its_uploader_s(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    by_clerk = begin(callers.clerk, made, 700)
    assert by_clerk.status_code == 201
    assert put(callers.citizen, made, by_clerk.json["id"], 1, noise(700)).status_code in (404, 409)
    assert put(callers.other_clerk, made, by_clerk.json["id"], 1, noise(700)).status_code == 409
    done = uploaded(callers.clerk, made, noise(700))
    assert done.json["added_by"] == "经办人"


def test_while_the_committee_works_the_citizen_adds_nothing(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    answer = begin(callers.citizen, made, 700)
    assert (answer.status_code, answer.json["code"]) == (409, "evidence_closed")


def test_removed_before_submitting_it_is_gone(
    session: Session, client: Caller, callers: Callers, draft: Application
) -> None:
    evidence_id = uploaded(callers.citizen, draft, noise(700)).json["id"]
    url = link(callers.citizen, draft, evidence_id).json["url"]
    path = f"/mp/v1/applications/{draft.id}/evidence/{evidence_id}"
    assert callers.citizen.delete(path).status_code == 204
    assert opened(client, url).status_code == 410
    assert session.scalar(select(func.count()).select_from(Evidence)) == 0
    assert callers.citizen.delete(path).status_code == 404


def test_removed_after_submitting_it_is_kept_out_of_sight(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    evidence_id = uploaded(callers.citizen, made, noise(700)).json["id"]
    callers.citizen.delete(f"/mp/v1/applications/{made.id}/evidence/{evidence_id}")
    assert callers.citizen.get(f"/mp/v1/applications/{made.id}").json["evidence"] == []
    assert session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_a_new_file_answers_what_was_to_be_supplied(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.claimed_application(session, settings, here)
    items = [{"kind": "supply", "message": "请补房屋照片"}]
    callers.clerk.post(f"/mp/v1/committee/applications/{made.id}/return", {"items": items})
    assert uploaded(callers.citizen, made, noise(700)).status_code == 200
    answer = callers.citizen.post(f"/mp/v1/applications/{made.id}/answer", {"answers": []})
    assert answer.json["state"] == "reviewing"


def test_a_full_disk_is_told_and_nothing_is_half_done(
    session: Session, callers: Callers, draft: Application, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(callers.citizen, draft, 700).json["id"]

    def full(data: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runtime.storage, "put", full)
    answer = put(callers.citizen, draft, upload, 1, noise(700))
    assert (answer.status_code, answer.json["code"]) == (503, "storage_unavailable")
    monkeypatch.undo()
    assert put(callers.citizen, draft, upload, 1, noise(700)).json["missing"] == []


def test_an_upload_expires_and_is_forgotten(
    session: Session, client: Caller, draft: Application, here: Village, callers: Callers, runtime: Runtime
) -> None:
    upload = begin(callers.citizen, draft, 700).json["id"]
    put(callers.citizen, draft, upload, 1, noise(700))
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        late = put(client.as_(identity.log_in(session, here.citizen.account)), draft, upload, 1, noise(700))
        assert (late.status_code, late.json["code"]) == (410, "upload_expired")
        assert work.forget_uploads(runtime) == 1
    assert session.scalar(select(func.count()).select_from(Upload)) == 0
    assert uploads.MOST_BYTES == 10 * MIB
