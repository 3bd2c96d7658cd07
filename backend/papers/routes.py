"""What verifiers fetch: the public keys as JWKS and as a COSE key set, and the city's root certificate."""

from flask import Response, current_app
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.db import dumps
from backend.http import Blueprint
from backend.papers import key_rotation, keys, seals
from backend.papers.seals import NoCityRoot
from signing.authority import to_pem
from signing.keysets import to_cose_keys, to_jwks

blueprint = Blueprint("keys", "keys", url_prefix="/.well-known", description="核验方需要的公钥和根证书，公开")

_CACHED = f"public, max-age={int(key_rotation.CACHE_LIFE.total_seconds()) // 2}"


@blueprint.get("/jwks.json", may=Permission.PUBLIC_READ, raw="application/jwk-set+json")
def jwks(session: Session, actor: Actor) -> Response:
    """公钥名单(JWKS)

    RFC 7517;每把钥匙另有 purpose、state、nbf、exp,供离线核验。
    """
    ring = keys.load(session).ring
    return _file(dumps(to_jwks(ring)).encode(), "application/jwk-set+json")


@blueprint.get("/cose-keys", may=Permission.PUBLIC_READ, raw="application/cose-key-set")
def cose_keys(session: Session, actor: Actor) -> Response:
    """公钥名单(COSE)

    RFC 9052 第 7 节的 COSE_KeySet,确定性 CBOR。
    """
    ring = keys.load(session).ring
    return _file(to_cose_keys(ring), "application/cose-key-set")


@blueprint.get("/city-root.pem", may=Permission.PUBLIC_READ, raw="application/x-pem-file")
def city_root(session: Session, actor: Actor) -> Response:
    """市级签章根证书(PEM)

    核验盖章 PDF 时信任它；有新旧多张时新的在前。
    """
    roots = seals.root_certificates(session)
    if not roots:
        raise NoCityRoot()
    return _file(b"".join(map(to_pem, roots)), "application/x-pem-file")


def _file(data: bytes, media_type: str) -> Response:
    response: Response = current_app.response_class(data, content_type=media_type)
    response.headers["Cache-Control"] = _CACHED
    response.headers["Access-Control-Allow-Origin"] = (
        "*"  # public by intent: verifiers of other sites read it
    )
    return response
