"""Probes of the phones of committees and towns."""

from datetime import timedelta
from typing import Any

from backend import clock
from backend.access import Role
from backend.applications.models import Application
from tests.architecture.places.applications import BODY, PURPOSE, RECEIVER, TITLE
from tests.architecture.places.people import Who
from tests.architecture.places.probes import Ask, Make, Probe, listed, staff
from tests.architecture.places.world import World
from tests.factories.certificates import PIN, read

_REASON = "材料齐全可以出具"


def application(state: str, *, claimed: bool = False, json: Any = None, **changes: Any) -> Make:
    """An application in this state; `claimed`: by who asks."""

    def make(world: World, who: Who) -> Ask:
        row = world.application(state, who if claimed else None, **changes)
        return Ask({"application_id": row.id}, json=json)

    return make


def certificate(json: Any = None) -> Make:
    """The sealed certificate."""
    return lambda world, who: Ask({"certificate_id": world.certificate.id}, json=json)


def draft(world: World) -> dict[str, Any]:
    """A complete draft as typed."""
    return {
        "organisation_id": str(world.village.id),
        "title": TITLE,
        "purpose": PURPOSE,
        "receiver": RECEIVER,
        "words": BODY,
    }


def _assisted(state: str = "draft", body: Any = None, **changes: Any) -> Make:
    """One that the village's clerk types for somebody without a phone."""

    def make(world: World, who: Who) -> Ask:
        row = world.unsubmitted(state, **world.assisted(), **changes)
        return Ask({"application_id": row.id}, json=body(world) if callable(body) else body)

    return make


def dispute(world: World, **changes: Any) -> Ask:
    """What the lists forbid, asked for all the same."""
    row = world.unsubmitted("not_needed", **changes)
    world.finding(row)
    body = {"reason": "我要证明的是住在村里", "confirm_duplicate": True}
    return Ask({"application_id": row.id}, json=body)


def answer(world: World, **changes: Any) -> Ask:
    """Everything that was missing, at once."""
    row = world.returned(**changes)
    body = {"answers": [{"return_item_id": str(world.return_item(row).id), "text": "住了五年"}]}
    return Ask({"application_id": row.id}, json=body)


def _start_assisted(world: World, who: Who) -> Ask:
    person = world.people.holder.person
    return Ask(json={**draft(world), "name": person.name, "id_number": person.id_number})


def _consent(world: World, who: Who) -> Ask:
    row = world.unsubmitted(**world.assisted())
    return Ask({"application_id": row.id}, json={"evidence_id": str(world.evidence(row).id)})


def _consent_of_another(world: World, who: Who) -> Ask:
    """A sheet that was signed for something else."""
    sheet = world.evidence(world.elsewhere())
    row = world.unsubmitted(**world.assisted())
    return Ask({"application_id": row.id}, json={"evidence_id": str(sheet.id)})


def _overrule(world: World, who: Who) -> Ask:
    row = world.application("reviewing", who, necessity_open=True)
    world.finding(row)
    return Ask({"application_id": row.id}, json={"reason": _REASON})


def _refuse(world: World, who: Who) -> Ask:
    return Ask({"application_id": world.refusing().id}, json={"pin": PIN})


def _transfer(world: World, who: Who) -> Ask:
    to = world.people.offices["sibling"].id
    body = {"organisation_id": str(to), "reason": "户口在滨河社区"}
    return Ask({"application_id": world.application("submitted").id}, json=body)


def signing(world: World, application: Application) -> dict[str, Any]:
    """PIN, and the digest of what the village's approver read."""
    return {"pin": PIN, "digest": read(world.session, world.approver.actor, application.id)}


def _approve(world: World, who: Who) -> Ask:
    row = world.application("approving")
    return Ask({"application_id": row.id}, json=signing(world, row))


def _supersede(world: World, who: Who) -> Ask:
    corrected = world.application("approving")
    body = {**signing(world, corrected), "application_id": str(corrected.id)}
    return Ask({"certificate_id": world.certificate.id}, json=body)


def _void(world: World, who: Who) -> Ask:
    return Ask({"certificate_id": world.unmakeable().id}, json={"pin": PIN, "reason": "字库缺字"})


def _in_tab(tab: str, state: str, **changes: Any) -> Make:
    def make(world: World, who: Who) -> Ask:
        row = world.application(state, who, **changes)
        query = {"tab": tab, "organisation_id": world.village.id}
        return Ask(query=query, shows=str(row.id))

    return make


def _tabs(world: World, who: Who) -> Ask:
    world.application("returned")
    return Ask(shows='"count":1')


def _receipt(world: World, who: Who) -> Ask:
    return Ask({"application_id": world.receipt(), "kind": "receipt"})


def _search(world: World, who: Who) -> Ask:
    row = world.application("submitted")
    return Ask(json={"kind": "name", "words": world.people.holder.person.name}, shows=str(row.id))


def _register(world: World, who: Who) -> Ask:
    return Ask(query={"organisation_id": world.village.id})


def _certificates(world: World, who: Who) -> Ask:
    return Ask(query={"id_number": world.people.holder.person.id_number}, shows=str(world.certificate.id))


def seal_uses(world: World, who: Who) -> Ask:
    """The register of the village's seal."""
    return Ask(query={"organisation_id": world.village.id}, shows=world.certificate.number)


def _deputy_term(**more: Any) -> dict[str, Any]:
    today = clock.today()
    return {"starts_on": str(today), "ends_on": str(today + timedelta(days=3)), **more}


def approver_away(world: World, who: Who) -> dict[str, Any]:
    """A deputy for the village's approver."""
    return _deputy_term(grant_id=str(world.approver.grant.id), account_id=str(world.clerk.account.id))


def nobody_to_sign(world: World, who: Who) -> dict[str, Any]:
    """An acting approver for the village."""
    return _deputy_term(organisation_id=str(world.village.id), account_id=str(world.clerk.account.id))


def _new_sentence(world: World, who: Who) -> Ask:
    body = {"organisation_id": str(world.village.id), "kind": "body_text", "words": "情况属实。"}
    return Ask(json=body)


def _sentence(json: Any = None) -> Make:
    """One that the village keeps."""
    return lambda world, who: Ask({"sentence_id": world.sentence().id}, json=json)


_OVERSEERS = frozenset({Role.TOWN_REVIEWER, Role.ORGANISATION_ADMIN, Role.CITY_ADMIN})
_FELLOW = frozenset({Role.APPROVER})
#: A fellow approver may not decide for another, wherever they sit.
NEVER = dict.fromkeys(("village", "town", "county", "city"), 404)
#: The town names an acting approver for a village: the village itself may not, not even its admin.
FROM_ABOVE = {"village": 404}


def overseen(make: Make) -> tuple[Probe, ...]:
    """What those above do about an approver, and a fellow approver never."""
    return staff(make, roles=_OVERSEERS), staff(make, roles=_FELLOW, at=NEVER)


def _deputy_of_the_approver(world: World, who: Who) -> Ask:
    return Ask({"grant_id": world.deputy().id})


PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "assisting.start_assisted": staff(_start_assisted),
    "assisting.save_assisted": staff(_assisted(body=draft)),
    "assisting.send_consent_code": staff(_assisted(body={"phone": "13612345678"})),
    "assisting.record_consent": (staff(_consent), staff(_consent_of_another, at=NEVER)),
    "assisting.submit_assisted": staff(_assisted(body={"confirm_duplicate": True})),
    "assisting.dispute_assisted": staff(lambda world, who: dispute(world, **world.assisted())),
    "assisting.revise_assisted": staff(_assisted("not_needed")),
    "assisting.answer_assisted": staff(lambda world, who: answer(world, **world.assisted())),
    "assisting.withdraw_assisted": staff(_assisted(body={})),
    "handling.claim_application": staff(application("submitted")),
    "handling.edit_text": staff(
        application("reviewing", claimed=True, json={"text": "兹证明其住在我社区。", "row_version": 1})
    ),
    "handling.overrule_finding": staff(_overrule),
    "handling.return_application": staff(
        application("reviewing", claimed=True, json={"items": [{"kind": "supply", "message": "请补充照片"}]})
    ),
    "handling.transfer_application": staff(_transfer),
    "handling.propose_refusal": staff(
        application(
            "reviewing",
            claimed=True,
            json={
                "reason": "unverifiable",
                "words": "没有材料可以核实",
                "where_to_go": [{"office": "派出所", "how": "带身份证"}],
            },
        )
    ),
    "handling.forward_application": (
        staff(application("reviewing", claimed=True, json={"row_version": 1})),
        # An empty text is told to who may see the application, to nobody else.
        staff(
            application("reviewing", claimed=True, json={"row_version": 1}, text=""),
            at=dict.fromkeys(("village", "town", "county", "city"), 422),
        ),
    ),
    "deciding.refuse_application": staff(_refuse),
    "deciding.send_back": staff(application("approving", json={"remark": "请核对门牌号"})),
    "deciding.cosign_application": staff(application("approving", json={}, cosign_required=True)),
    "deciding.decline_cosign": staff(
        application("approving", json={"remark": "请核对门牌号"}, cosign_required=True)
    ),
    "inbox.get_application": staff(application("reviewing")),
    "inbox.committee_timeline": staff(application("reviewing")),
    "inbox.committee_changes": staff(application("reviewing")),
    "inbox.show_holder": staff(application("reviewing"), unmasked=True),
    "inbox.list_inbox": (
        listed(_in_tab("returned", "returned")),
        listed(_in_tab("unclaimed", "submitted"), roles=frozenset({Role.CLERK})),
        listed(_in_tab("mine", "reviewing"), roles=frozenset({Role.CLERK})),
        listed(_in_tab("to_sign", "approving"), roles=frozenset({Role.APPROVER})),
        listed(
            _in_tab("to_cosign", "approving", cosign_required=True), roles=frozenset({Role.TOWN_REVIEWER})
        ),
    ),
    "inbox.print_paper": staff(_receipt),
    "inbox.inbox_tabs": listed(_tabs),
    "inbox.search_inbox": listed(_search),
    "sentences.list_sentences": staff(lambda world, who: Ask(query={"organisation_id": world.village.id})),
    "sentences.add_sentence": staff(_new_sentence),
    "sentences.edit_sentence": staff(_sentence({"words": "改过的一句。", "row_version": 1})),
    "sentences.remove_sentence": staff(_sentence()),
    "committee_certificates.preview_document": staff(application("approving")),
    "committee_certificates.approve_application": staff(_approve),
    "committee_certificates.list_certificates": listed(_certificates),
    "committee_certificates.number_register": staff(_register),
    "committee_certificates.seal_register": listed(seal_uses),
    "committee_certificates.get_committee_certificate": staff(certificate()),
    "committee_certificates.get_committee_pdf": staff(certificate()),
    "committee_certificates.revoke_certificate": staff(
        certificate(json={"pin": PIN, "reason_code": "issued_in_error"})
    ),
    "committee_certificates.supersede_certificate": staff(_supersede),
    "committee_certificates.void_certificate": staff(_void),
    "absences.name_deputy": overseen(lambda world, who: Ask(json=approver_away(world, who))),
    "absences.name_acting_approver": staff(
        lambda world, who: Ask(json=nobody_to_sign(world, who)), at=FROM_ABOVE
    ),
    "absences.list_stand_ins": (
        *overseen(lambda world, who: Ask(query={"grant_id": world.approver.grant.id})),
        staff(lambda world, who: Ask(query={"organisation_id": world.village.id}), at=FROM_ABOVE),
    ),
    "absences.end_absence": overseen(_deputy_of_the_approver),
}
