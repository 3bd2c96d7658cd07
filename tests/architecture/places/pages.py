"""Probes of the desk's pages: the same things as over JSON, asked for by a browser."""

from tests.architecture.places.committee import FROM_ABOVE, certificate, overseen, seal_uses
from tests.architecture.places.offices import (
    ACTING,
    ANSWER,
    AWAY,
    BOTH_ENDS,
    ONLY_FROM_ABOVE,
    PHONE,
    approvers_grant,
    clerks_grant,
    complaint,
    complaints,
    deputy,
    invitation,
    invited,
    new_hall,
    next_town,
    office,
    office_with,
    short_code,
    term_change,
    village_in_list,
)
from tests.architecture.places.people import Who
from tests.architecture.places.probes import Ask, Probe, listed, staff
from tests.architecture.places.world import World


def _create_by_form(world: World, who: Who) -> Ask:
    return Ask({"organisation_id": world.town.id}, form=new_hall(world))


PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "organisations_pages.organisations": (
        listed(village_in_list),
        staff(lambda world, who: Ask(query={"parent_id": world.village.id})),
    ),
    "organisations_pages.organisation": staff(office()),
    "organisations_pages.edit": staff(office()),
    "organisations_pages.save": (
        staff(office(form=PHONE)),
        staff(office(form={"phone": "", "name": "万年路新社区"}), at=ONLY_FROM_ABOVE),
    ),
    "organisations_pages.save_short_code": staff(short_code(as_form=True)),
    "organisations_pages.move": staff(office_with(next_town, as_form=True), at=BOTH_ENDS),
    "organisations_pages.new": staff(
        lambda world, who: Ask({"organisation_id": world.town.id}), owner="town"
    ),
    "organisations_pages.create": staff(_create_by_form, owner="town"),
    "staff_pages.invite": staff(office()),
    "staff_pages.send_invitation": staff(office_with(invited, as_form=True)),
    "staff_pages.renew_invitation": staff(invitation(form={})),
    "staff_pages.cancel_invitation": staff(invitation(form={})),
    "staff_pages.leave": staff(clerks_grant()),
    "staff_pages.end_role": staff(clerks_grant(form={})),
    "staff_pages.change": staff(office()),
    "staff_pages.change_term": staff(office_with(term_change, as_form=True)),
    "staff_pages.deputy": overseen(approvers_grant()),
    "staff_pages.name_deputy": overseen(approvers_grant(AWAY, as_form=True)),
    "staff_pages.acting": staff(office(), at=FROM_ABOVE),
    "staff_pages.name_acting": staff(office_with(ACTING, as_form=True), at=FROM_ABOVE),
    "staff_pages.end_deputy": overseen(deputy(form={})),
    "certificate_register_pages.certificates": listed(
        lambda world, who: Ask(shows=str(world.certificate.id))
    ),
    "certificate_register_pages.certificate": staff(certificate()),
    "certificate_register_pages.certificate_pdf": staff(certificate()),
    "seal_register_pages.seal_register": listed(seal_uses),
    "complaints_pages.complaints": listed(complaints, owner="town"),
    "complaints_pages.complaint": staff(complaint(), owner="town"),
    "complaints_pages.answer": staff(complaint(ANSWER, as_form=True), owner="town"),
}
