"""The sentences a village keeps: list, add, edit, remove."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.applications import sentences
from backend.applications.models import CannedSentence
from backend.applications.sentence_schemas import (
    NewSentenceSchema,
    SentenceChangeSchema,
    SentenceSchema,
    SentencesQuery,
    SentencesSchema,
)
from backend.http import Blueprint

blueprint = Blueprint(
    "sentences",
    "sentences",
    url_prefix="/mp/v1/committee/sentences",
    description="本村（社区）的常用语：证明正文、补正理由、不予出具理由",
)
_KEEP = Permission.KEEP_SENTENCES


@blueprint.get("", may=_KEEP, query=SentencesQuery, gives=SentencesSchema)
def list_sentences(
    session: Session, actor: Actor, query: dict[str, Any]
) -> dict[str, Sequence[CannedSentence]]:
    """常用语，按种类和自定的次序"""
    return {"items": sentences.listed(session, actor, **query)}


@blueprint.post("", may=_KEEP, takes=NewSentenceSchema, gives=SentenceSchema, status=201)
def add_sentence(session: Session, actor: Actor, body: dict[str, Any]) -> CannedSentence:
    """加一条常用语

    没有写次序的排在最后；每类最多 50 条。
    """
    return sentences.add(session, actor, **body)


@blueprint.put("/<uuid:sentence_id>", may=_KEEP, takes=SentenceChangeSchema, gives=SentenceSchema)
def edit_sentence(
    session: Session, actor: Actor, body: dict[str, Any], sentence_id: uuid.UUID
) -> CannedSentence:
    """改一条常用语，或换次序"""
    return sentences.edit(session, actor, sentence_id=sentence_id, **body)


@blueprint.delete("/<uuid:sentence_id>", may=_KEEP, status=204)
def remove_sentence(session: Session, actor: Actor, sentence_id: uuid.UUID) -> None:
    """删去一条常用语"""
    sentences.remove(session, actor, sentence_id=sentence_id)
