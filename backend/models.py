"""Imports every capability's tables, for Alembic and the schema tests; nothing else."""

from backend import idempotency
from backend.applications import models as applications
from backend.audit import models as audit
from backend.certificates import models as certificates
from backend.complaints import models as complaints
from backend.db import Base
from backend.identity import models as identity
from backend.notifications import models as notifications
from backend.organisations import models as organisations
from backend.papers import models as papers
from backend.showcodes import models as showcodes
from backend.wallet import models as wallet

__all__ = [
    "Base",
    "applications",
    "audit",
    "certificates",
    "complaints",
    "idempotency",
    "identity",
    "notifications",
    "organisations",
    "papers",
    "showcodes",
    "wallet",
]
