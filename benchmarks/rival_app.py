"""The rival of `POST /mp/v1/counter/verify`: the least a flask-smorest route can do and still verify something.

It checks one ES256 signature with `cryptography`, reads one row by primary key and inserts one row, in one transaction;
no log-in, no permission, no one-time use, no disclosure rule. Engine, pragmas and pool are the product's own, so
that what differs is the work and not the database. Started by gunicorn: `benchmarks.rival_app:create_app()`.
"""

import os
import uuid
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask_smorest import Api, Blueprint, abort
from marshmallow import Schema, fields
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from backend.engines import make_engine

DATABASE, PUBLIC_KEY = "RIVAL_DATABASE_URL", "RIVAL_PUBLIC_KEY"
ALGORITHM = ec.ECDSA(hashes.SHA256())


class Base(DeclarativeBase):
    pass


class Item(Base):
    """What is looked up."""

    __tablename__ = "rival_item"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]


class Look(Base):
    """What is written down."""

    __tablename__ = "rival_look"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    item_id: Mapped[uuid.UUID]
    at: Mapped[datetime]


class ScanSchema(Schema):
    item = fields.UUID(required=True)
    message = fields.String(required=True)
    signature = fields.String(required=True)


class AnswerSchema(Schema):
    title = fields.String()
    state = fields.String()


def create_app() -> Flask:
    """The whole rival, from two environment variables."""
    app = Flask("rival")
    app.config.update(API_TITLE="rival", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    blueprint = Blueprint("rival", "rival")
    engine = make_engine(os.environ[DATABASE])
    key = serialization.load_pem_public_key(os.environ[PUBLIC_KEY].encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)

    @blueprint.route("/verify", methods=["POST"])
    @blueprint.arguments(ScanSchema)
    @blueprint.response(200, AnswerSchema)
    def verify(body: dict[str, Any]) -> Item:
        try:
            key.verify(bytes.fromhex(body["signature"]), bytes.fromhex(body["message"]), ALGORITHM)
        except InvalidSignature:
            abort(422)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            item = session.get_one(Item, body["item"])
            session.add(Look(id=uuid.uuid4(), item_id=item.id, at=datetime.now(UTC)))
        return item

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    Api(app).register_blueprint(blueprint)
    return app
