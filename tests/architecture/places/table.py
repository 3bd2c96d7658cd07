"""Every route: how its place is proved, or why there is nothing to prove."""

from tests.architecture.places import citizen, city, committee, evidence, offices, pages
from tests.architecture.places.probes import Probe

#: Endpoint -> the requests that prove it.
PROBES: dict[str, tuple[Probe, ...]] = {
    endpoint: probe if isinstance(probe, tuple) else (probe,)
    for part in (committee, offices, pages, city, citizen, evidence)
    for endpoint, probe in part.PROBES.items()
}

_PUBLIC = "public"
_OWN = "names nothing: only what hangs on the caller's own account"
_LOG_IN = "names nothing but secrets of the caller's own"
_IN_PERSON = "opens to whoever holds the person's code or papers: any desk of the city"
_SECRET = "opens to whoever holds what is printed or shared; proved beside the code"
_OWN_LINK = "proved by test_a_link_to_evidence_dies_with_the_authority_of_who_got_it"

#: Endpoint -> why no place decides. A route whose address names a thing may stand here only as public or secret.
NOTHING_NAMED: dict[str, str] = {
    "absences.list_absences": _OWN,
    "account.ask_correction": _OWN,
    "account.ask_phone_code": _OWN,
    "account.ask_step_up_code": _OWN,
    "account.bind_phone": _OWN,
    "account.close_account": _OWN,
    "account.copy_data": _OWN,
    "account.list_corrections": _OWN,
    "account.list_devices": _OWN,
    "account.log_out_everywhere": _OWN,
    "account.read_held_data": _OWN,
    "account.read_me": _OWN,
    "account.replace_lost_phone": _OWN,
    "apidocs.asset": _PUBLIC,
    "apidocs.docs": _PUBLIC,
    "apidocs.openapi": _PUBLIC,
    "auth.ask_login_code": _LOG_IN,
    "auth.bind_wechat_phone": _OWN,
    "auth.log_in_by_sms": _LOG_IN,
    "auth.log_in_by_wechat": _LOG_IN,
    "auth.log_out": _OWN,
    "auth.read_pin_state": _OWN,
    "auth.refresh": _LOG_IN,
    "auth.set_pin": _OWN,
    "calendar.read_calendar": _PUBLIC,
    "catalogue.ask_necessity": _PUBLIC,
    "catalogue.list_permitted_items": _PUBLIC,
    "catalogue.list_published": _PUBLIC,
    "certificates_pages.open_share": _SECRET,
    "committees.list_divisions": _PUBLIC,
    "committees.search_committees": _PUBLIC,
    "consents.give_consent": _OWN,
    "consents.list_consents": _OWN,
    "consents.list_texts": _PUBLIC,
    "consents.withdraw_consent": _OWN,
    "counter.list_scans": _OWN,
    "counter.verify": _SECRET,
    "counter_pages.counter": _OWN,
    "counter_pages.scan": _SECRET,
    "desk_login.confirm_desk_login": _LOG_IN,
    "desk_login.poll_desk_login": _LOG_IN,
    "desk_login.start_desk_login": _LOG_IN,
    "desk_pages.asset": _PUBLIC,
    "desk_pages.desk": _PUBLIC,
    "desk_pages.home": _PUBLIC,
    "desk_people.confirm_person": _IN_PERSON,
    "desk_people.look_up_attempt": _IN_PERSON,
    "desk_people.record_sheet": _IN_PERSON,
    "desk_people.refuse_person": _IN_PERSON,
    "evidence.open_evidence_image": _OWN_LINK,
    "evidence.open_evidence_pdf": _OWN_LINK,
    "health.healthz": _PUBLIC,
    "health.metrics": _PUBLIC,
    "health.readyz": _PUBLIC,
    "identity_pages.check_code": _LOG_IN,
    "identity_pages.log_in": _LOG_IN,
    "identity_pages.log_in_by_sms": _LOG_IN,
    "identity_pages.log_out": _OWN,
    "identity_pages.send_code": _LOG_IN,
    "keys.city_root": _PUBLIC,
    "keys.cose_keys": _PUBLIC,
    "keys.jwks": _PUBLIC,
    "messages.list_messages": _OWN,
    "messages.list_subscriptions": _OWN,
    "messages.read_all_messages": _OWN,
    "messages.report_subscription": _OWN,
    "messages.unread_messages": _OWN,
    "my_roles.accept_invitation": _LOG_IN,
    "my_roles.list_my_invitations": _OWN,
    "my_roles.list_my_roles": _OWN,
    "people.ask_consent": _OWN,
    "people.list_helpers": _OWN,
    "people.list_people": _OWN,
    "phone_client.asset": _PUBLIC,
    "phone_client.index": _PUBLIC,
    "public_pages.compare": _SECRET,
    "public_pages.how_to_check": _PUBLIC,
    "public_pages.paper": _SECRET,
    "public_pages.press": _SECRET,
    "public_pages.show": _SECRET,
    "real_name.begin_face": _OWN,
    "real_name.check_real_name": _OWN,
    "real_name.choose_desk": _OWN,
    "real_name.finish_face": _OWN,
    "real_name.read_real_name": _OWN,
}
MAY_NAME = frozenset({_PUBLIC, _SECRET, _OWN_LINK})
