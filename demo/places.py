"""Where the demonstration plays: one village, its town, a hall and a department."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import access, runtime
from backend.organisations import credit_codes, tree
from backend.organisations.models import Organisation

VILLAGE = "421224102206"  # 通山县黄沙铺镇柏树村
TOWN = "421224102000"
COUNTY = "421224000000"


def made_up_codes() -> str:
    """Credit codes with right check digits for every committee, flagged as made up."""
    with runtime.current().database.session() as session:
        made = credit_codes.make_up_missing(session)
        session.commit()
    return f"新增 {made} 个" if made else ""


def made_up_numbers() -> str:
    """Telephone numbers no exchange gives out (a local number never begins with 0), for the town and its villages."""
    with runtime.current().database.session() as session:
        silent = select(Organisation).where(
            Organisation.phone.is_(None),
            Organisation.division_code.startswith(TOWN[:9]),
            Organisation.kind.in_(("committee", "township")),
        )
        rows = session.scalars(silent).all()
        for row in rows:
            number = f"0715-0{row.division_code[-6:]}"
            tree.edit(session, access.MACHINE, organisation_id=row.id, phone=number)
        session.commit()
    return f"新增 {len(rows)} 个" if rows else ""


def office(session: Session, division_code: str) -> Organisation:
    """The office of a division: its committee, town office or county."""
    kinds = ("committee", "township", "county", "city")
    found = select(Organisation).where(
        Organisation.division_code == division_code, Organisation.kind.in_(kinds)
    )
    return session.scalars(found).one()


def extra(session: Session, kind: str, name: str, division_code: str) -> Organisation:
    """A hall or department of that name, made on first use."""
    found = session.scalar(select(Organisation).where(Organisation.kind == kind, Organisation.name == name))
    if found is not None:
        return found
    parent = office(session, division_code)
    return tree.create(session, access.MACHINE, kind=kind, name=name, parent_id=parent.id)


def zone(session: Session) -> Organisation:
    """高新区: a functional zone without a division of its own, which holds a community of 咸安区."""
    made = extra(session, "zone", "咸宁高新技术产业开发区", "421200000000")
    community = office(session, "421202103001")
    if community.parent_id != made.id:
        tree.move(session, access.MACHINE, organisation_id=community.id, parent_id=made.id)
    return made
