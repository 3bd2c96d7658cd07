"""My data (个人信息查阅、复制, 个人信息保护法 article 45): every capability says what it holds of a person.

Capabilities to the right register an exporter; identity knows none of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import codes, service
from backend.identity.models import (
    Account,
    ActingConsent,
    Consent,
    Correction,
    Device,
    IdentityAttempt,
    Person,
)
from backend.problems import PhoneRequired

#: (session, actor) -> JSON-ready data of the actor and, where confirmed, of their person.
Exporter = Callable[[Session, Actor], Any]
_NAME = "zhangshangzheng.exporters"


@dataclass
class Exporters:
    """Name of a section -> exporter. Filled once, when the application is composed."""

    by_name: dict[str, Exporter] = field(default_factory=dict)

    def add(self, name: str, exporter: Exporter) -> None:
        """Register the one exporter of a section."""
        if name in self.by_name:
            raise ValueError(f"section {name} has an exporter already")
        self.by_name[name] = exporter


def attach(app: Flask, exporters: Exporters) -> None:
    """Give the application its exporters; identity's own section is always there."""
    app.extensions[_NAME] = exporters


def current() -> Exporters:
    """The application's exporters; for routes only."""
    return cast(Exporters, current_app.extensions.setdefault(_NAME, Exporters()))


def full_copy(session: Session, actor: Actor, *, sms_code: str, exporters: Exporters) -> dict[str, Any]:
    """Everything held of the actor, in full, after a step-up code; recorded where the holder sees it."""
    account = service.account(session, actor.account)
    if account.phone is None:
        raise PhoneRequired("请先绑定手机号，再复制资料")
    codes.check(session, phone=account.phone, purpose=codes.STEP_UP, subject_id=account.id, code=sms_code)
    copy: dict[str, Any] = {"made_at": _moment(clock.now()), "identity": identity_section(session, actor)}
    for name, exporter in exporters.by_name.items():
        copy[name] = exporter(session, actor)
    if account.person_id is not None:
        audit.look(
            session,
            actor,
            holder_id=account.person_id,
            kind="disclosure",
            item_kind="personal_data",
            item_id=None,
            verdict="",
            reason="own_copy",
            post="本人",
        )
    audit.record(session, actor, "identity.data_copied", subject_kind="account", subject_id=account.id)
    return copy


def identity_section(session: Session, actor: Actor) -> dict[str, Any]:
    """What identity itself holds, in full."""
    account = service.account(session, actor.account)
    person = service.person(session, account.person_id) if account.person_id else None
    return {
        "account": _account(account),
        "person": _person(person) if person else None,
        "devices": _rows(
            session, Device, account, "kind", "name", "created_at", "last_used_at", "revoked_at"
        ),
        "consents": _rows(session, Consent, account, "kind", "text_version", "given_at", "withdrawn_at"),
        "real_name_checks": _rows(
            session, IdentityAttempt, account, "name", "id_number", "state", "created_at", "decided_at"
        ),
        "acting_for": _rows(
            session, ActingConsent, account, "person_id", "relation", "given_at", "until", "withdrawn_at"
        ),
        "corrections": _rows(session, Correction, account, "field", "wanted", "state", "created_at"),
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "phone": account.phone,
        "wechat_openid": account.wechat_openid,
        "created_at": _moment(account.created_at),
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "id_number": person.id_number,
        "id_kind": person.id_kind,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "verified_by": person.verified_by,
        "verified_at": _moment(person.verified_at),
    }


def _rows(session: Session, model: Any, account: Account, *names: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(model).where(model.account_id == account.id).order_by(model.id))
    return dumped(rows, names)


def dumped(rows: Iterable[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """These attributes of the rows, JSON-ready."""
    return [{name: _plain(getattr(row, name)) for name in names} for row in rows]


def _plain(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return _moment(value)
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _moment(moment: Any) -> str:
    return clock.beijing(moment).isoformat(timespec="seconds")
