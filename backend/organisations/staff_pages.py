"""Staff on a desk: inviting, leaving, term changes, deputies."""

import uuid
from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import clock, privacy
from backend.access import Actor, Permission, Role
from backend.desk.web import Pages, redirect_to, render
from backend.organisations import deputies, forms, invitations, offices, service, staff, term_change, tree
from backend.organisations.forms import InviteForm, LeaveForm, StandInForm, TermChangeForm
from backend.organisations.invitations import Invited
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.words import ROLES
from backend.problems import InvalidInput

pages = Pages("staff", __name__)
_OFFICE = "/desk/organisations/<uuid:organisation_id>"
_GRANT = "/desk/grants/<uuid:grant_id>"
_SHOWN = 100


def _managed(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    office = service.get(session, organisation_id)
    offices.authority(actor, Permission.MANAGE_STAFF, office)
    return office


def _roles_at(actor: Actor, office: Organisation) -> list[tuple[str, str]]:
    """The roles this actor may give here: value and word."""
    city = Role.CITY_ADMIN in {grant.role for grant in actor.grants}
    return [
        (str(role), words)
        for role, words in ROLES.items()
        if office.kind in offices.WHERE[role] and (city or role not in offices.CITY_ONLY)
    ]


@pages.page(f"{_OFFICE}/invite", may=Permission.MANAGE_STAFF)
def invite(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """邀请工作人员"""
    office = _managed(session, actor, organisation_id)
    return render("organisations/invite.html", office=office, roles=_roles_at(actor, office))


@pages.form(f"{_OFFICE}/invite", may=Permission.MANAGE_STAFF, takes=InviteForm, again=invite)
def send_invitation(
    session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID
) -> Response:
    """发出邀请，显示一次邀请码"""
    made = invitations.invite(session, actor, organisation_id=organisation_id, **form)
    return _codes(session, organisation_id, [made])


def _codes(session: Session, organisation_id: uuid.UUID, made: list[Invited], **more: Any) -> Response:
    """The page that shows codes, this once."""
    return render(
        "organisations/codes.html",
        office=service.get(session, organisation_id),
        made=made,
        roles=ROLES,
        mask_phone=privacy.mask_phone,
        **more,
    )


@pages.form("/desk/invitations/<uuid:invitation_id>/renew", may=Permission.MANAGE_STAFF)
def renew_invitation(session: Session, actor: Actor, invitation_id: uuid.UUID) -> Response:
    """重新生成邀请码"""
    made = invitations.renew(session, actor, invitation_id=invitation_id)
    return _codes(session, made.invitation.organisation_id, [made])


@pages.form("/desk/invitations/<uuid:invitation_id>/cancel", may=Permission.MANAGE_STAFF)
def cancel_invitation(session: Session, actor: Actor, invitation_id: uuid.UUID) -> Response:
    """取消邀请"""
    row = invitations.cancel(session, actor, invitation_id=invitation_id)
    return redirect_to(f"/desk/organisations/{row.organisation_id}")


def _grant(session: Session, grant_id: uuid.UUID) -> tuple[RoleGrant, Organisation, str]:
    """The grant, its office, and the name of who holds it."""
    row = staff.find(session, grant_id)
    name = staff.names(session, {row.account_id}).get(row.account_id, "")
    return row, service.get(session, row.organisation_id), name


@pages.page(f"{_GRANT}/end", may=Permission.MANAGE_STAFF)
def leave(session: Session, actor: Actor, grant_id: uuid.UUID) -> Response:
    """离任：先看清楚再办"""
    row, office, name = _grant(session, grant_id)
    _managed(session, actor, office.id)
    return render("organisations/leave.html", row=row, office=office, name=name, roles=ROLES)


@pages.form(f"{_GRANT}/end", may=Permission.MANAGE_STAFF, takes=LeaveForm, again=leave)
def end_role(session: Session, actor: Actor, form: dict[str, Any], grant_id: uuid.UUID) -> Response:
    """办理离任"""
    row = staff.end(session, actor, grant_id=grant_id, on=form["on"])
    return redirect_to(f"/desk/organisations/{row.organisation_id}")


@pages.page(f"{_OFFICE}/term-change", may=Permission.MANAGE_STAFF)
def change(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """换届"""
    office = _managed(session, actor, organisation_id)
    rows = staff.of_office(session, actor, organisation_id=office.id, limit=_SHOWN).items
    names = staff.names(session, {row.account_id for row in rows})
    known = {str(row.account_id): f"{names.get(row.account_id, '')}({row.post})" for row in rows}
    return render(
        "organisations/term_change.html",
        office=office,
        staff=rows,
        names=names,
        known=[(key, words) for key, words in known.items() if key != str(actor.account_id)],
        roles=ROLES,
        may_give=_roles_at(actor, office),
        lines=range(1, forms.SUCCESSORS + 1),
        chosen=set(request.form.getlist("leaving")),
    )


@pages.form(f"{_OFFICE}/term-change", may=Permission.MANAGE_STAFF, takes=TermChangeForm, again=change)
def change_term(session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID) -> Response:
    """办理换届，显示新人的邀请码"""
    done = term_change.change_term(
        session,
        actor,
        organisation_id=organisation_id,
        on=form["on"],
        leaving=_ticked("leaving"),
        successors=forms.successors(form),
    )
    return _codes(session, organisation_id, done.invited, done=done, vacant=done.vacant)


def _ticked(name: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in request.form.getlist(name)]
    except ValueError as error:
        raise InvalidInput("所选人员有误，请重新勾选") from error


@pages.page(f"{_GRANT}/deputy", may=Permission.NAME_DEPUTY)
def deputy(session: Session, actor: Actor, grant_id: uuid.UUID) -> Response:
    """为负责人指定代行人"""
    row, office, _ = _grant(session, grant_id)
    people = deputies.candidates_for(session, actor, grant_id=grant_id)
    return _stand_in(session, office, people, f"{row.post}请假期间由谁代行")


@pages.form(f"{_GRANT}/deputy", may=Permission.NAME_DEPUTY, takes=StandInForm, again=deputy)
def name_deputy(session: Session, actor: Actor, form: dict[str, Any], grant_id: uuid.UUID) -> Response:
    """预先指定代行人"""
    row = deputies.name_deputy(session, actor, grant_id=grant_id, **form)
    return redirect_to(f"/desk/organisations/{row.organisation_id}")


@pages.page(f"{_OFFICE}/acting", may=Permission.NAME_DEPUTY)
def acting(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Response:
    """乡镇（街道）指定代理负责人"""
    people = deputies.candidates_at(session, actor, organisation_id=organisation_id)
    office = service.get(session, organisation_id)
    return _stand_in(session, office, people, f"由谁代理{office.name}的负责人")


@pages.form(f"{_OFFICE}/acting", may=Permission.NAME_DEPUTY, takes=StandInForm, again=acting)
def name_acting(session: Session, actor: Actor, form: dict[str, Any], organisation_id: uuid.UUID) -> Response:
    """指定代理负责人"""
    deputies.name_acting(session, actor, organisation_id=organisation_id, **form)
    return redirect_to(f"/desk/organisations/{organisation_id}")


def _stand_in(session: Session, office: Organisation, people: list[RoleGrant], title: str) -> Response:
    names = staff.names(session, {row.account_id for row in people})
    today = clock.today()
    return render(
        "organisations/stand_in.html",
        office=office,
        title=title,
        people=[
            (str(row.account_id), f"{privacy.mask_name(names.get(row.account_id, ''))}({row.post})")
            for row in people
        ],
        today=today,
        longest=today + deputies.LONGEST,
        next_week=today + timedelta(days=7),
    )


@pages.form("/desk/deputies/<uuid:grant_id>/end", may=Permission.NAME_DEPUTY)
def end_deputy(session: Session, actor: Actor, grant_id: uuid.UUID) -> Response:
    """提前结束代行"""
    row = deputies.end_early(session, actor, grant_id=grant_id)
    return redirect_to(f"/desk/organisations/{tree.visible(session, actor, row.organisation_id).id}")
