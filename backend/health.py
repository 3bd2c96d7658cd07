"""Liveness, readiness and metrics."""

import hmac

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy import text

from backend import runtime
from backend.access import Permission, declare
from backend.problems import NotFound

REQUESTS = Counter("zheng_requests_total", "Answers by route and status", ["route", "method", "status"])
SECONDS = Histogram("zheng_request_seconds", "Time to answer by route", ["route"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})

blueprint = Blueprint("health", __name__)


def count(route: str, method: str, status: int) -> None:
    """One more answer. Made-up methods are one: each label ever seen is kept in memory."""
    REQUESTS.labels(route, method if method in _METHODS else "other", str(status)).inc()


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers."""
    with runtime.current().database.session(read_only=True) as session:
        session.execute(text("SELECT 1"))
    return jsonify(status="ready"), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics, for the bearer of the metrics token only; to others the page does not exist."""
    expected = f"Bearer {current_app.config['METRICS_TOKEN']}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise NotFound("没有这个地址")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


for _view in (healthz, readyz, metrics):
    declare(_view, Permission.PUBLIC_READ)
