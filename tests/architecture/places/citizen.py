"""Probes of citizens' phones: one's own, one's mother's by her consent, nobody else's."""

from datetime import timedelta
from typing import Any

from backend import clock
from backend.identity import codes, sessions
from backend.identity.models import ActingConsent
from tests.architecture.places.committee import answer, application, certificate, dispute, draft
from tests.architecture.places.people import ACTED_FOR, OWN, Who
from tests.architecture.places.probes import Ask, Make, Probe, own
from tests.architecture.places.world import World

#: What hangs on the account alone: acting for somebody opens none of it.
_ACCOUNT_ONLY = {ACTED_FOR: 404}


def _unsubmitted(body: Any, state: str = "draft") -> Make:
    def make(world: World, who: Who) -> Ask:
        return Ask({"application_id": world.unsubmitted(state).id}, json=body(world))

    return make


def _start(world: World, who: Who) -> Ask:
    return Ask(json={**draft(world), "holder_id": str(world.people.holder.person.id)})


def _list_of_holder(world: World, who: Who) -> Ask:
    row = world.application("reviewing")
    return Ask(query={"holder_id": world.people.holder.person.id}, shows=str(row.id))


def _mine_and_theirs(shows: Any) -> Make:
    """A list of everything one holds or acts for."""
    return lambda world, who: Ask(shows=shows(world))


def _item(world: World, who: Who) -> Ask:
    return Ask({"item_id": world.certificate.id})


def _wallet_of(world: World, who: Who) -> Ask:
    return Ask(query={"holder_id": world.people.holder.person.id}, shows=str(world.certificate.id))


def _looks_at(world: World, who: Who) -> Ask:
    return Ask({"item_id": world.certificate.id}, shows=str(world.look().id))


def _show(world: World, who: Who) -> Ask:
    return Ask(json={"item_id": str(world.certificate.id)})


def _show_code(world: World, who: Who) -> Ask:
    return Ask({"show_code_id": world.show_code(who).id})


def _code_of_another(world: World, who: Who) -> Ask:
    """Made on somebody else's phone: only that phone draws it."""
    maker = world.people.officers[next(iter(world.people.officers))]
    return Ask({"show_code_id": world.show_code(maker).id})


def _share(world: World, who: Who) -> Ask:
    return Ask({"link_id": world.share(who).id})


def _complain(about: str, kind: str) -> Make:
    def make(world: World, who: Who) -> Ask:
        subject = {
            "application": lambda: world.application("refused" if kind == "refusal" else "reviewing").id,
            "look": lambda: world.look().id,
            "certificate": lambda: world.certificate.id,
        }[about]()
        return Ask(json={"about": about, "subject_id": str(subject), "kind": kind, "text": "请核实"})

    return make


def _complaint(world: World, who: Who) -> Ask:
    return Ask({"complaint_id": world.complaint().id})


def _message(world: World, who: Who) -> Ask:
    return Ask({"message_id": world.message().id})


def _device(world: World, who: Who) -> Ask:
    account = world.people.holder.account
    sessions.open_device(world.session, account, kind=sessions.BROWSER, name="电脑")
    actor = world.people.holder.actor(world.session)
    row = max(sessions.devices(world.session, actor), key=lambda device: device.created_at)
    return Ask({"device_id": row.id})


def _asked_by_stranger(world: World) -> ActingConsent:
    """The stranger asks to act for the holder; who agrees is the holder alone."""
    row = ActingConsent(
        account_id=world.people.stranger.account.id,
        person_id=world.people.holder.person.id,
        relation="other",
        basis="sms_code",
        asked_at=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    world.session.add(row)
    return row


def _agree(world: World, who: Who) -> Ask:
    return Ask({"consent_id": _asked_by_stranger(world).id})


def _end_consent(world: World, who: Who) -> Ask:
    """Given to a clerk's account: the holder may end it, others who act for her may not."""
    row = _asked_by_stranger(world)
    row.account_id, row.given_at = world.clerk.account.id, clock.now()
    return Ask({"consent_id": row.id})


def _confirm(world: World, who: Who) -> Ask:
    """Asked for by the holder's account, of the stranger, whose phone had the code."""
    row = _asked_by_stranger(world)
    row.account_id, row.person_id = world.people.holder.account.id, world.people.stranger.person.id
    world.session.flush()
    phone = world.people.stranger.account.phone
    assert phone
    sent = codes.send(
        world.session,
        phone=phone,
        purpose=codes.CONSENT,
        subject_id=row.id,
        address="127.0.0.1",
        settings=world.runtime.settings,
    )
    return Ask({"consent_id": row.id}, json={"code": sent.code})


PROBES: dict[str, Probe | tuple[Probe, ...]] = {
    "applications.start_application": own(_start),
    "applications.list_own_applications": own(_list_of_holder),
    "applications.get_own_application": own(application("reviewing")),
    "applications.save_application": own(_unsubmitted(draft)),
    "applications.submit_application": own(_unsubmitted(lambda world: {"confirm_duplicate": True})),
    "applications.dispute_not_needed": own(lambda world, who: dispute(world)),
    "applications.revise_application": own(_unsubmitted(lambda world: None, "not_needed")),
    "applications.answer_return": own(lambda world, who: answer(world)),
    "applications.urge_application": own(application("reviewing")),
    "applications.withdraw_application": own(application("submitted", json={})),
    "applications.application_timeline": own(application("reviewing")),
    "applications.text_changes": own(application("reviewing")),
    "my_certificates.get_certificate": own(certificate()),
    "my_certificates.get_certificate_pdf": own(certificate()),
    "my_certificates.list_shares": own(certificate()),
    "my_certificates.create_share": own(certificate(json={"for_whom": "某公司人事部"})),
    "my_certificates.withdraw_share": own(_share),
    "wallet.list_items": (
        own(_wallet_of),
        own(_mine_and_theirs(lambda world: str(world.certificate.id)), outside=frozenset({200})),
    ),
    "wallet.list_looks": own(
        _mine_and_theirs(lambda world: str(world.look().id)),
        outside=frozenset({200}),
        at={ACTED_FOR: 200},
    ),
    "wallet.read_item": own(_item),
    "wallet.list_item_looks": own(_looks_at),
    "wallet.read_pdf": own(_item),
    "showcodes.show": own(_show),
    "showcodes.read": (own(_show_code), own(_code_of_another, at={OWN: 404, ACTED_FOR: 404})),
    "showcodes.read_png": own(_show_code),
    "showcodes.read_svg": own(_show_code),
    "showcodes.renew": (own(_show_code), own(_code_of_another, at={OWN: 404, ACTED_FOR: 404})),
    "own_complaints.file": (
        own(_complain("application", "application")),
        own(_complain("application", "refusal")),
        own(_complain("look", "not_me")),
        own(_complain("certificate", "application")),
    ),
    "own_complaints.list_own": own(
        _mine_and_theirs(lambda world: str(world.complaint().id)), outside=frozenset({200})
    ),
    "own_complaints.read": own(_complaint),
    "own_complaints.withdraw": own(_complaint),
    "messages.read_message": own(_message, at=_ACCOUNT_ONLY),
    "account.log_device_out": own(_device, at=_ACCOUNT_ONLY),
    "people.agree_consent": own(_agree, at=_ACCOUNT_ONLY),
    "people.withdraw_consent": own(_end_consent, at=_ACCOUNT_ONLY),
    # One answer to a wrong code, to a wrong asker and to a request that reached nobody.
    "people.confirm_consent": own(_confirm, at={ACTED_FOR: 422}, outside=frozenset({422})),
}
