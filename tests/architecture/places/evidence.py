"""Probes of evidence and uploads, which applicants and staff share, and of the links that open a file."""

import io
from typing import Any

from PIL import Image

from backend.applications.models import Application, Upload, UploadPart
from tests.architecture.places.people import ACTED_FOR, LADDER, OWN, SPLIT, Who
from tests.architecture.places.probes import Ask, Make, Probe, own, staff
from tests.architecture.places.world import World


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


PICTURE = _picture()


def _open(world: World, who: Who) -> Application:
    """One to which `who` may add: the clerk who has claimed it, or its applicant."""
    if who.grant_id is not None:
        return world.application("reviewing", who)
    return world.application("submitted")


def _begin(world: World, who: Who) -> Ask:
    return Ask({"application_id": _open(world, who).id}, json={"size": 3, "label": "门牌照片"})


def _upload(*, data: bytes | None = None, **where: Any) -> Make:
    def make(world: World, who: Who) -> Ask:
        row = world.upload(_open(world, who), who)
        return Ask({"application_id": row.application_id, "upload_id": row.id, **where}, data=data)

    return make


def _complete(world: World, who: Who) -> Ask:
    row: Upload = world.upload(_open(world, who), who)
    row.size = row.part_size = len(PICTURE)
    blob = world.runtime.storage.put(PICTURE)
    world.session.add(
        UploadPart(upload_id=row.id, number=1, county_code=row.county_code, size=row.size, blob=blob)
    )
    return Ask({"application_id": row.application_id, "upload_id": row.id})


def evidence(world: World, who: Who) -> Ask:
    """A file that is there."""
    application = _open(world, who)
    row = world.evidence(application, who if who.grant_id else None)
    return Ask({"application_id": application.id, "evidence_id": row.id})


def _foreign(world: World, who: Who) -> Ask:
    """An application of one's own, a file of another: it does not belong there."""
    other = world.evidence(world.elsewhere(), who)
    return Ask({"application_id": _open(world, who).id, "evidence_id": other.id})


def _foreign_upload(world: World, who: Who) -> Ask:
    other = world.upload(world.elsewhere(), who)
    return Ask({"application_id": _open(world, who).id, "upload_id": other.id})


def _mixed_up(make: Make, *, closed: int = 409) -> tuple[Probe, ...]:
    nowhere = dict.fromkeys((*LADDER, OWN, ACTED_FOR), 404)
    return staff(make, at={**nowhere, SPLIT: closed}), own(make, at=nowhere)


def _both(make: Make) -> tuple[Probe, ...]:
    # Who claimed it and is a clerk no more, but reads it by another role, is told that it is closed to them.
    return staff(make, at={SPLIT: 409}), own(make)


PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "evidence.begin_upload": _both(_begin),
    "evidence.get_upload": _both(_upload()) + _mixed_up(_foreign_upload),
    "evidence.put_upload_part": _both(_upload(data=b"abc", number=1)),
    "evidence.complete_upload": _both(_complete),
    "evidence.remove_evidence": _both(evidence) + _mixed_up(_foreign),
    "evidence.link_evidence": (staff(evidence), own(evidence), *_mixed_up(_foreign, closed=404)),
}
