"""Electronic seals (电子印章): the city's CA, and under it one certificate per office and kind of seal.

A committee has its own seal (公章) for certificates; every office has a business seal (业务专用章) for the
papers
that rules, not persons, send out. Seals are made at first use, or all at once by `flask zheng init --seals`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend import clock
from backend.organisations import credit_codes
from backend.organisations import service as organisations
from backend.organisations.models import Organisation
from backend.papers.keys import key_encryption_key
from backend.papers.models import Seal
from backend.papers.seal_picture import BUSINESS_LINE
from backend.problems import Conflict, Unavailable
from backend.settings import Settings
from signing.authority import city_root, from_pem, public_material, seal_certificate, to_pem
from signing.keys import PrivateKey, PublicKey, Purpose, generate_key
from signing.suites import SuiteName
from signing.wrapping import WrappedKey, unwrap, wrap

CA, COMMITTEE, BUSINESS = "ca", "committee", "business"
_ROOT_LIFE = timedelta(days=20 * 365)
_SEAL_LIFE = timedelta(days=5 * 365)
#: A seal this close to its end is replaced before it is used again.
_RENEWED_BEFORE = timedelta(days=30)
_LONGEST_NAME = 64  # RFC 5280 appendix A, ub-organization-name


class NoCityRoot(Unavailable):
    code = "no_city_root"
    detail = "系统还没有市级签章根证书，请运维人员执行 flask zheng init"


class NoCreditCode(Conflict):
    code = "no_credit_code"
    detail = "该机构还没有统一社会信用代码，不能制作印章；请管理员先填写"


@dataclass(frozen=True)
class OpenSeal:
    """A seal ready for use: its row, its certificate, its private key and the city's root above it."""

    row: Seal
    certificate: x509.Certificate
    key: PrivateKey
    root: x509.Certificate


def ensure_root(session: Session, settings: Settings) -> Seal:
    """The city's CA, made now if there is none."""
    found = _root(session)
    if found is not None:
        return found
    begins = clock.now().replace(microsecond=0)
    key = generate_key(Purpose.CA, not_before=begins, not_after=begins + _ROOT_LIFE)
    name = f"{settings.city_name}掌上证签章根证书"
    certificate = city_root(
        key,
        common_name=name,
        organization=f"{settings.city_name}人民政府",
        province=settings.province_name,
        city=settings.city_name,
    )
    return _keep(session, None, CA, name, certificate, key, settings)


def root_certificates(session: Session) -> list[x509.Certificate]:
    """Every root of the city a sealed PDF may lead to, newest first."""
    rows = session.scalars(select(Seal).where(Seal.kind == CA).order_by(Seal.not_before.desc()))
    return [_certificate(row) for row in rows]


def open_seal(session: Session, organisation: Organisation, kind: str, settings: Settings) -> OpenSeal:
    """The office's seal of this kind with its key, made now if there is none or it is about to end."""
    row = ensure_seal(session, organisation, kind, settings)
    root = _root(session)
    if root is None:
        raise NoCityRoot()
    return OpenSeal(row, _certificate(row), _private(row, Purpose.SEAL, settings), _certificate(root))


def ensure_seal(session: Session, organisation: Organisation, kind: str, settings: Settings) -> Seal:
    """The office's seal. Two that make it at once wait for each other on the root's row."""
    credit_codes.refuse_made_up(organisation, settings)
    found = _usable(session, organisation, kind)
    if found is not None:
        return found
    root = _root(session, lock=True)
    if root is None:
        raise NoCityRoot()
    return _usable(session, organisation, kind) or _make(session, organisation, kind, root, settings)


def _make(session: Session, organisation: Organisation, kind: str, root: Seal, settings: Settings) -> Seal:
    begins = clock.now().replace(microsecond=0)
    ends = min(begins + _SEAL_LIFE, root.not_after)
    key = generate_key(Purpose.SEAL, not_before=begins, not_after=ends)
    name = organisations.formal_name(session, organisation)[:_LONGEST_NAME]
    common_name = f"{organisation.name}{BUSINESS_LINE if kind == BUSINESS else ''}"[:_LONGEST_NAME]
    certificate = seal_certificate(
        key.public,
        root=_certificate(root),
        root_key=_private(root, Purpose.CA, settings),
        organization=name,
        uscc=_credit_code(organisation, settings),
        common_name=common_name,
    )
    for old in session.scalars(_of(organisation, kind)):
        old.state = "retired"
    return _keep(session, organisation, kind, common_name, certificate, key, settings)


def _credit_code(organisation: Organisation, settings: Settings) -> str:
    """The office's code; outside production the division's code stands in where there is none."""
    if organisation.credit_code is None and settings.environment == "production":
        raise NoCreditCode()
    return organisation.credit_code or organisation.division_code


def _keep(
    session: Session,
    organisation: Organisation | None,
    kind: str,
    name: str,
    certificate: x509.Certificate,
    key: PrivateKey,
    settings: Settings,
) -> Seal:
    row = Seal(
        organisation_id=organisation.id if organisation else None,
        kind=kind,
        name=name,
        serial_number=f"{certificate.serial_number:x}",
        certificate_pem=to_pem(certificate).decode(),
        wrapped_private_key=wrap(key, key_encryption_key(settings)).blob,
        not_before=key.public.not_before,
        not_after=key.public.not_after,
        state="active",
    )
    session.add(row)
    session.flush()
    return row


def _root(session: Session, *, lock: bool = False) -> Seal | None:
    found = select(Seal).where(Seal.kind == CA, Seal.state == "active").order_by(Seal.not_before.desc())
    return session.scalars(found.with_for_update() if lock else found).first()


def _of(organisation: Organisation, kind: str) -> Select[Seal]:
    return select(Seal).where(
        Seal.organisation_id == organisation.id, Seal.kind == kind, Seal.state == "active"
    )


def _usable(session: Session, organisation: Organisation, kind: str) -> Seal | None:
    lasting = _of(organisation, kind).where(Seal.not_after > clock.now() + _RENEWED_BEFORE)
    return session.scalars(lasting.order_by(Seal.not_before.desc())).first()


def _certificate(row: Seal) -> x509.Certificate:
    return from_pem(row.certificate_pem.encode())[0]


def _private(row: Seal, purpose: Purpose, settings: Settings) -> PrivateKey:
    public = _public(_certificate(row), purpose, row.not_before, row.not_after)
    return unwrap(WrappedKey(public, row.wrapped_private_key), key_encryption_key(settings))


def _public(
    certificate: x509.Certificate, purpose: Purpose, not_before: datetime, not_after: datetime
) -> PublicKey:
    return PublicKey(purpose, SuiteName.ES256, public_material(certificate), not_before, not_after)
