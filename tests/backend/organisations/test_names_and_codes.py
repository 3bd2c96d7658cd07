"""Names, short codes and credit codes of committees."""

import pytest
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from backend.access import Role
from backend.organisations import credit_codes, naming, short_codes
from backend.organisations.credit_codes import MadeUpCreditCode
from backend.organisations.short_codes import Named, ShortCodeInUse, ShortCodeTaken
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound
from backend.settings import ConfigurationRefused, Settings
from tests.factories import organisations as make

PRODUCTION = Settings(environment="production", _env_file=None)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("大桥村委会", "大桥村村民委员会"),
        ("肖桥村村委会", "肖桥村村民委员会"),
        ("界石村民委员会", "界石村村民委员会"),
        ("东村村民委员会", "东村村民委员会"),
        ("万年路社区", "万年路社区居民委员会"),
        ("北街社区居委会", "北街社区居民委员会"),
        ("凤凰山居委会", "凤凰山居民委员会"),
        ("林场生活区", "林场生活区"),
    ],
)
def test_names_of_the_statistics_office_become_names_of_law(short: str, full: str) -> None:
    assert naming.committee_name(short) == full


@pytest.mark.parametrize(
    ("name", "level", "office"),
    [
        ("温泉街道", "township", "温泉街道办事处"),
        ("大坪乡", "township", "大坪乡人民政府"),
        ("赤壁市经济开发区", "township", "赤壁市经济开发区"),
        ("咸安区", "county", "咸安区人民政府"),
    ],
)
def test_offices_of_towns_and_counties(name: str, level: str, office: str) -> None:
    assert naming.office_name(name, level) == office


def test_initials() -> None:
    assert naming.initials("万年路社区") == "wnlsq"
    assert naming.initials("103厂 A 区") == "cq"


def named(key: str, name: str, town: str, county: str = "通山县") -> Named:
    return Named(key, name, town, county)


def test_a_code_is_short_where_the_name_is_alone() -> None:
    found = short_codes.propose([named("1", "高新社区居民委员会", "温泉街道", "咸安区")], [])
    assert found == {"1": "温高新社区"}


def test_namesakes_move_to_the_longer_form_together() -> None:
    twins = [
        named("a", "大坪村村民委员会", "大路乡"),
        named("b", "大坪村村民委员会", "大畈镇"),
        named("c", "大坪村村民委员会", "南林桥镇"),
    ]
    found = short_codes.propose(twins, [])
    assert len(set(found.values())) == 3
    assert found == short_codes.propose(reversed(twins), [])


def test_namesakes_in_towns_of_one_name_are_told_apart_by_county_and_at_last_by_code() -> None:
    found = short_codes.propose(
        [
            named("421224001201", "白沙村村民委员会", "城关镇", "通山县"),
            named("421223001201", "白沙村村民委员会", "城关镇", "崇阳县"),
            named("421223002202", "白沙村村民委员会", "城关乡", "崇阳县"),
        ],
        ["城白沙村"],
    )
    assert found["421224001201"] == "通山城关白沙村"
    assert found["421223001201"] == "崇阳城关白沙村001201"
    assert found["421223002202"] == "崇阳城关白沙村002202"


def test_an_admin_changes_the_code_before_its_first_use(session: Session) -> None:
    village = make.village(session)
    admin = make.organisation_admin(session, village)
    row = short_codes.change(session, admin.actor, organisation_id=village.id, short_code="温万年路")
    assert row.short_code == "温万年路"
    assert short_codes.use(session, row) == "温万年路"
    session.flush()
    with pytest.raises(ShortCodeInUse):
        short_codes.change(session, admin.actor, organisation_id=village.id, short_code="温万年")
    assert short_codes.use(session, row) == "温万年路"


def test_a_code_of_another_village_is_refused(session: Session) -> None:
    village, other = make.village(session), make.village(session, make.SIBLING_VILLAGE)
    admin = make.organisation_admin(session, village)
    with pytest.raises(ShortCodeTaken):
        short_codes.change(
            session, admin.actor, organisation_id=village.id, short_code=other.short_code or ""
        )


def test_who_is_not_its_admin_cannot_change_a_code(session: Session) -> None:
    village = make.village(session)
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE))
    with pytest.raises(NotFound):
        short_codes.change(session, sibling.actor, organisation_id=village.id, short_code="温新路")
    with pytest.raises(NotAllowed):
        short_codes.change(
            session, make.clerk(session, village).actor, organisation_id=village.id, short_code="温新路"
        )


def test_only_committees_have_short_codes(session: Session) -> None:
    town = make.town(session)
    admin = make.organisation_admin(session, town)
    with pytest.raises(NotFound):
        short_codes.change(session, admin.actor, organisation_id=town.id, short_code="温泉")
    with pytest.raises(Conflict):
        short_codes.use(session, town)


def test_short_code_over_http(client, session: Session) -> None:
    village = make.village(session)
    caller = client.as_(make.organisation_admin(session, village).token)
    path = f"/api/v1/organisations/{village.id}/short-code"
    assert caller.put(path, {"short_code": "温万年路"}).json["short_code"] == "温万年路"
    for bad in ("", "x", "温 泉", "温泉〔〕", "长" * 13):
        assert caller.put(path, {"short_code": bad}).status_code == 422


def test_a_made_up_credit_code_has_right_check_digits_and_is_always_the_same() -> None:
    code = credit_codes.make_up("421202001002", "万年路社区居民委员会")
    assert code == credit_codes.make_up("421202001002", "万年路社区居民委员会")
    assert code != credit_codes.make_up("421202001003", "滨河社区居民委员会")
    assert uscc.is_valid(code)
    assert code[2:8] == "421202"


def test_made_up_codes_are_flagged_and_refused_in_production(session: Session, settings: Settings) -> None:
    village = make.village(session)
    credit_codes.refuse_made_up_codes(session, PRODUCTION)
    assert credit_codes.make_up_missing(session) == 1
    session.flush()
    assert village.credit_code_made_up
    credit_codes.refuse_made_up(village, settings)
    with pytest.raises(MadeUpCreditCode):
        credit_codes.refuse_made_up(village, PRODUCTION)
    with pytest.raises(ConfigurationRefused, match="1 个机构"):
        credit_codes.refuse_made_up_codes(session, PRODUCTION)


@pytest.mark.parametrize(
    "code", ["", "54421202MF4521983X", "544212O2MF4521983T", "123", "５４４２１２０２", "x" * 18]
)
def test_a_wrong_credit_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        credit_codes.check(code)


def test_credit_code_of_the_standard() -> None:
    assert credit_codes.check(" 91350100m000100y43 ") == "91350100M000100Y43"


def test_role_words_cover_every_role() -> None:
    from backend.access import STAFF
    from backend.organisations.offices import WHERE
    from backend.organisations.words import ROLES

    assert set(ROLES) == set(WHERE) == set(STAFF)
    assert Role.CITY_ADMIN in ROLES
