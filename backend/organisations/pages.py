"""Offices on a desk: the tree, search, one office and its particulars."""

import uuid
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.access import Actor, Permission
from backend.desk.web import Pages, redirect_to, render
from backend.organisations import deputies, invitations, offices, service, short_codes, staff, tree
from backend.organisations.forms import BrowseQuery, DetailsForm, MoveForm, NewOfficeForm, ShortCodeForm
from backend.organisations.models import Organisation
from backend.organisations.words import KINDS, ROLES

pages = Pages("organisations", __name__)

_SHOWN = 100


@pages.page("/desk/organisations", may=Permission.READ_ORGANISATIONS, query=BrowseQuery)
def organisations(session: Session, actor: Actor, query: dict[str, Any]) -> Response:
    """机构：找，或逐级往下看"""
    here = None if query["words"] else _standing_at(session, actor, query["parent_id"])
    found = tree.listed(
        session,
        actor,
        words=query["words"],
        parent_id=here.id if here else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    return render(
        "organisations/list.html",
        page=found,
        words=query["words"],
        office=here,
        above=_above(session, actor, here),
        places=tree.where(session, list(found.items)),
        kinds=KINDS,
    )


def _standing_at(session: Session, actor: Actor, parent_id: uuid.UUID | None) -> Organisation | None:
    """The office whose lower ones are shown: the one asked for, or the highest of one's own."""
    if parent_id is not None:
        return tree.visible(session, actor, parent_id)
    grants = sorted(actor.grants_for(Permission.READ_ORGANISATIONS), key=lambda grant: len(grant.path))
    return service.get(session, grants[0].organisation_id) if grants else None


def _above(session: Session, actor: Actor, office: Organisation | None) -> list[Organisation]:
    """The way down to an office, as far as the reader may see it."""
    if office is None:
        return []
    rows = service.ancestors(session, office)
    return [row for row in reversed(rows) if actor.grant_over(Permission.READ_ORGANISATIONS, row.path)]


@pages.page("/desk/organisations/<uuid:organisation_id>", may=Permission.READ_ORGANISATIONS)
def organisation(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """一个机构：资料、人员、邀请、下级"""
    office = tree.visible(session, actor, organisation_id)
    below = tree.listed(session, actor, parent_id=office.id, cursor=None, limit=_SHOWN)
    return render(
        "organisations/one.html",
        office=office,
        place=service.formal_name(session, office),
        above=_above(session, actor, office),
        below=below,
        kinds=KINDS,
        roles=ROLES,
        manages=_holds(actor, Permission.MANAGE_ORGANISATIONS, office),
        names_deputies=_holds(actor, Permission.NAME_DEPUTY, office),
        names_acting=office.kind == "committee" and deputies.from_above(actor, office),
        can_hold=[kind for kind in sorted(tree.MADE) if office.kind in tree.PARENTS[kind]],
        **_people(session, actor, office),
    )


def _people(session: Session, actor: Actor, office: Organisation) -> dict[str, Any]:
    """Staff and open invitations, for those who manage them."""
    if not _holds(actor, Permission.MANAGE_STAFF, office):
        return {"staff": None, "names": {}, "waiting": []}
    rows = staff.of_office(session, actor, organisation_id=office.id, limit=_SHOWN).items
    waiting = invitations.pending(session, actor, organisation_id=office.id, cursor=None, limit=_SHOWN)
    return {
        "staff": rows,
        "names": staff.names(session, {row.account_id for row in rows}),
        "waiting": waiting.items,
    }


def _holds(actor: Actor, permission: Permission, office: Organisation) -> bool:
    return actor.grant_over(permission, office.path) is not None


def _managed(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    """An office that the actor manages: to see it, by another role, is not enough."""
    office = service.get(session, organisation_id)
    offices.authority(actor, Permission.MANAGE_ORGANISATIONS, office)
    return office


@pages.page("/desk/organisations/<uuid:organisation_id>/edit", may=Permission.MANAGE_ORGANISATIONS)
def edit(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """修改机构资料"""
    office = _managed(session, actor, organisation_id)
    return render(
        "organisations/edit.html",
        office=office,
        from_above=tree.from_above(actor, office),
        destinations=_destinations(session, actor, office),
    )


def _destinations(session: Session, actor: Actor, office: Organisation) -> list[tuple[str, str]]:
    """Where the office could be moved to: the offices of the right kinds in the reader's area."""
    if not tree.from_above(actor, office):
        return []
    rows = tree.homes(session, actor, office)
    return [(str(row.id), row.name) for row in rows if row.id != office.parent_id]


@pages.form(
    "/desk/organisations/<uuid:organisation_id>/edit",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=DetailsForm,
    again=edit,
)
def save(session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID) -> Response:
    """保存机构资料：只改变动了的"""
    office = _managed(session, actor, organisation_id)
    changes = {name: value for name, value in _typed(form, office).items() if getattr(office, name) != value}
    if changes:
        tree.edit(session, actor, organisation_id=organisation_id, **changes)
    return redirect_to(f"/desk/organisations/{organisation_id}")


def _typed(form: dict[str, Any], office: Organisation) -> dict[str, Any]:
    """What the form says; what an office cannot be without stays when left empty."""
    return {
        "name": form["name"] or office.name,
        "phone": form["phone"],
        "address": form["address"],
        "credit_code": form["credit_code"] if form["name"] else office.credit_code,
        "one_person": form["one_person"] == "yes" if form["one_person"] else office.one_person,
        "active": form["active"] == "yes" if form["active"] else office.active,
    }


@pages.form(
    "/desk/organisations/<uuid:organisation_id>/short-code",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=ShortCodeForm,
    again=edit,
)
def save_short_code(
    session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID
) -> Response:
    """修改文号简称"""
    short_codes.change(session, actor, organisation_id=organisation_id, **form)
    return redirect_to(f"/desk/organisations/{organisation_id}")


@pages.form(
    "/desk/organisations/<uuid:organisation_id>/move",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=MoveForm,
    again=edit,
)
def move(session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID) -> Response:
    """迁到另一上级之下"""
    tree.move(session, actor, organisation_id=organisation_id, **form)
    return redirect_to(f"/desk/organisations/{organisation_id}")


@pages.page("/desk/organisations/<uuid:organisation_id>/new", may=Permission.MANAGE_ORGANISATIONS)
def new(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """新建下级机构"""
    office = _managed(session, actor, organisation_id)
    kinds = [(kind, KINDS[kind]) for kind in sorted(tree.MADE) if office.kind in tree.PARENTS[kind]]
    return render("organisations/new.html", office=office, kinds=kinds)


@pages.form(
    "/desk/organisations/<uuid:organisation_id>/new",
    may=Permission.MANAGE_ORGANISATIONS,
    takes=NewOfficeForm,
    again=new,
)
def create(session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID) -> Response:
    """建立功能区、部门或服务大厅"""
    made = tree.create(session, actor, parent_id=organisation_id, **form)
    return redirect_to(f"/desk/organisations/{made.id}")
