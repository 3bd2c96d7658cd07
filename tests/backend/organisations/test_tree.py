"""The tree: new offices, changes, moves to a zone and back, and who may."""

import uuid

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from backend.access import Permission, Role, within
from backend.audit.models import AuditEntry
from backend.organisations import service, tree
from backend.organisations.models import Organisation
from backend.organisations.tree import OnlyFromAbove, StillHasOffices, WrongParent
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound
from tests.factories import organisations as make


def zone(session: Session) -> Organisation:
    admin = make.city_admin(session).actor
    return tree.create(session, admin, kind="zone", name="咸宁高新区管委会", parent_id=make.city(session).id)


def test_a_zone_bears_the_code_of_the_city(session: Session) -> None:
    made = zone(session)
    assert (made.division_code, made.kind) == (make.CITY, "zone")
    assert made.path == f"{make.city(session).path}{made.id}/"


def test_a_town_moves_under_a_zone_with_all_its_villages(session: Session) -> None:
    village, sibling = make.village(session), make.village(session, make.SIBLING_VILLAGE)
    elsewhere = make.village(session, make.OTHER_TOWN_VILLAGE)
    made = zone(session)
    before = elsewhere.path
    tree.move(
        session,
        make.city_admin(session).actor,
        organisation_id=make.town(session).id,
        parent_id=made.id,
    )
    town = make.town(session)
    assert town.parent_id == made.id
    assert [row.path for row in (village, sibling)] == [
        f"{made.path}{town.id}/{village.id}/",
        f"{made.path}{town.id}/{sibling.id}/",
    ]
    assert village.division_code == make.VILLAGE
    assert elsewhere.path == before


def test_authority_moves_with_the_tree(session: Session) -> None:
    village, made = make.village(session), zone(session)
    county_auditor = make.auditor(session, make.county(session))
    zone_admin = make.organisation_admin(session, made)
    statement = select(Organisation.id)

    def seen(who: make.Staff) -> bool:
        mine = within(statement, who.actor, Permission.READ_ORGANISATIONS, Organisation.id)
        return village.id in session.scalars(mine).all()

    assert (seen(county_auditor), seen(zone_admin)) == (True, False)
    mover = make.city_admin(session).actor
    tree.move(session, mover, organisation_id=village.id, parent_id=made.id)
    assert (seen(county_auditor), seen(zone_admin)) == (False, True)
    assert service.town_above(session, village) == made
    tree.move(session, mover, organisation_id=village.id, parent_id=make.town(session).id)
    assert (seen(county_auditor), seen(zone_admin)) == (True, False)
    assert service.town_above(session, village) == make.town(session)


def test_moves_that_make_no_sense_are_refused(session: Session) -> None:
    village, town, county = make.village(session), make.town(session), make.county(session)
    admin = make.city_admin(session).actor
    for what, where in ((village, county), (village, village), (town, village), (county, town)):
        with pytest.raises(WrongParent):
            tree.move(session, admin, organisation_id=what.id, parent_id=where.id)
    with pytest.raises(WrongParent):
        tree.move(session, admin, organisation_id=make.city(session).id, parent_id=county.id)
    with pytest.raises(NotFound):
        tree.move(session, admin, organisation_id=village.id, parent_id=uuid.uuid4())


def test_a_mover_must_manage_both_places(session: Session) -> None:
    village = make.village(session)
    other_town = make.town(session, "421202002000")
    county_admin = make.organisation_admin(session, make.county(session)).actor
    town_admin = make.organisation_admin(session, make.town(session)).actor
    village_admin = make.organisation_admin(session, village).actor
    with pytest.raises(NotFound):
        tree.move(session, town_admin, organisation_id=village.id, parent_id=other_town.id)
    with pytest.raises(OnlyFromAbove):
        tree.move(session, village_admin, organisation_id=village.id, parent_id=make.town(session).id)
    moved = tree.move(session, county_admin, organisation_id=village.id, parent_id=other_town.id)
    assert moved.path.startswith(other_town.path)


@pytest.mark.parametrize("kind", ["committee", "township", "county", "city", "castle"])
def test_what_comes_by_import_is_not_made_by_hand(session: Session, kind: str) -> None:
    with pytest.raises(WrongParent):
        tree.create(
            session,
            make.city_admin(session).actor,
            kind=kind,
            name="手工新建",
            parent_id=make.city(session).id,
        )


def test_a_namesake_under_the_same_office_is_refused(session: Session) -> None:
    zone(session)
    with pytest.raises(Conflict):
        zone(session)


def test_an_office_changes_its_own_telephone_but_not_its_name(session: Session) -> None:
    village = make.village(session)
    own = make.organisation_admin(session, village).actor
    above = make.organisation_admin(session, make.town(session)).actor
    tree.edit(session, own, organisation_id=village.id, phone="0715-8123456", address="温泉路1号")
    assert (village.phone, village.address) == ("0715-8123456", "温泉路1号")
    for change in ({"name": "新名"}, {"one_person": True}, {"active": False}, {"credit_code": None}):
        with pytest.raises(OnlyFromAbove):
            tree.edit(session, own, organisation_id=village.id, **change)
    tree.edit(session, above, organisation_id=village.id, name="万年路第一社区居民委员会", one_person=True)
    assert (village.name, village.one_person, village.initials[:4]) == (
        "万年路第一社区居民委员会",
        True,
        "wnld",
    )


def test_a_sibling_a_clerk_and_another_county_change_nothing(session: Session) -> None:
    village = make.village(session)
    sibling = make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE)).actor
    far = make.organisation_admin(session, make.county(session, "421221000000")).actor
    for actor in (sibling, far):
        with pytest.raises(NotFound):
            tree.edit(session, actor, organisation_id=village.id, phone="0715-8123456")
    with pytest.raises(NotAllowed):
        tree.edit(session, make.clerk(session, village).actor, organisation_id=village.id, phone="12345")


def test_a_real_credit_code_takes_the_flag_away_and_cannot_be_shared(session: Session) -> None:
    village, other = make.village(session), make.village(session, make.SIBLING_VILLAGE)
    village.credit_code, village.credit_code_made_up = "54421202WA191JD18J", True
    admin = make.city_admin(session).actor
    tree.edit(session, admin, organisation_id=village.id, credit_code="91350100M000100Y43")
    assert (village.credit_code, village.credit_code_made_up) == ("91350100M000100Y43", False)
    with pytest.raises(Conflict):
        tree.edit(session, admin, organisation_id=other.id, credit_code="91350100m000100y43")
    with pytest.raises(InvalidInput):
        tree.edit(session, admin, organisation_id=other.id, credit_code="91350100M000100Y44")


def test_an_office_with_offices_below_is_not_closed(session: Session) -> None:
    village, town = make.village(session), make.town(session)
    admin = make.city_admin(session).actor
    with pytest.raises(StillHasOffices):
        tree.edit(session, admin, organisation_id=town.id, active=False)
    tree.edit(session, admin, organisation_id=village.id, active=False)
    assert service.committee_for(session, make.VILLAGE) is None
    tree.edit(session, admin, organisation_id=town.id, active=False)


def test_roles_at_a_closed_office_carry_no_authority(session: Session) -> None:
    village = make.village(session)
    clerk = make.clerk(session, village)
    assert clerk.actor.roles >= {Role.CLERK}
    village.active = False
    session.flush()
    assert Role.CLERK not in clerk.actor.roles


def test_lists_show_the_area_only_and_page(client, session: Session) -> None:
    for code in (make.VILLAGE, make.SIBLING_VILLAGE, make.OTHER_TOWN_VILLAGE, make.OTHER_COUNTY_VILLAGE):
        make.village(session, code)
    caller = client.as_(make.town_reviewer(session).token)
    first = caller.get("/api/v1/organisations?limit=2").json
    assert [row["name"] for row in first["items"]] == ["温泉街道办事处", "万年路社区居民委员会"]
    second = caller.get(f"/api/v1/organisations?limit=2&cursor={first['next_cursor']}").json
    assert [row["name"] for row in second["items"]] == ["滨河社区居民委员会"]
    assert second["next_cursor"] is None
    assert len(caller.get("/api/v1/organisations?words=bh").json["items"]) == 1
    assert len(caller.get("/api/v1/organisations?words=%25").json["items"]) == 0
    assert len(caller.get("/api/v1/organisations?kind=township").json["items"]) == 1


def test_an_office_outside_the_area_does_not_exist(client, session: Session) -> None:
    other = make.village(session, make.OTHER_COUNTY_VILLAGE)
    caller = client.as_(make.town_reviewer(session).token)
    assert caller.get(f"/api/v1/organisations/{other.id}").status_code == 404
    assert caller.get(f"/api/v1/organisations/{make.town(session).id}").status_code == 200
    assert client.get(f"/api/v1/organisations/{other.id}").status_code == 401


def test_making_changing_and_moving_over_http(client, session: Session) -> None:
    village = make.village(session)
    caller = client.as_(make.city_admin(session).token)
    body = {"kind": "zone", "name": "咸宁高新区管委会", "parent_id": str(make.city(session).id)}
    made = caller.post("/api/v1/organisations", body)
    assert made.status_code == 201
    assert caller.post("/api/v1/organisations", body | {"kind": "committee"}).status_code == 422
    path = f"/api/v1/organisations/{village.id}"
    assert caller.post(f"{path}/move", {"parent_id": made.json["id"]}).json["parent_id"] == made.json["id"]
    changed = caller.put(path, {"phone": "0715-8123456"}).json
    assert changed["phone"] == "0715-8123456"
    assert caller.put(path, {"phone": "<script>"}).status_code == 422
    assert caller.put(path, {"path": "/"}).status_code == 422
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.organisation_id == village.id)).all()
    assert {"organisation.move", "organisation.edit"} <= set(actions)


def test_anybody_finds_a_committee(client, session: Session) -> None:
    for code in (make.VILLAGE, make.SIBLING_VILLAGE, make.OTHER_TOWN_VILLAGE, make.OTHER_COUNTY_VILLAGE):
        make.village(session, code)
    make.village(session).phone = "0715-8123456"
    session.commit()

    def names(query: str) -> list[str]:
        found = client.get(f"/mp/v1/organisations?{query}")
        assert found.status_code == 200, found.json
        return [row["place"] + row["name"] for row in found.json["items"]]

    assert names("words=万年路") == ["咸安区温泉街道万年路社区居民委员会"]
    assert names("words=wnl") == names("words=万年路")
    assert names("words=温泉街道 滨") == ["咸安区温泉街道滨河社区居民委员会"]
    assert names("words=嘉鱼") == ["嘉鱼县陆溪镇界石村村民委员会"]
    assert len(names("division_code=421202000000")) == 3
    assert len(names("division_code=421202001000")) == 2
    assert names("words=没有这个村") == names("words=_") == names("words=%25") == []
    assert len(names("words=")) == 4
    told = client.get("/mp/v1/organisations?words=wnl").json["items"][0]
    assert told["phone"] == "0715-8123456"
    assert "credit_code" not in told
    assert client.get("/mp/v1/organisations?division_code=42").status_code == 422
    assert client.get(f"/mp/v1/organisations?words={'长' * 61}").status_code == 422


def test_a_search_takes_three_queries_however_many_it_finds(client, session: Session) -> None:
    for code in (make.VILLAGE, make.SIBLING_VILLAGE, make.OTHER_TOWN_VILLAGE):
        make.village(session, code)
    session.commit()
    asked: list[str] = []
    connection = session.connection()

    def count(conn, cursor, statement, *rest) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append(statement)

    event.listen(connection, "before_cursor_execute", count)
    assert len(client.get("/mp/v1/organisations").json["items"]) == 3
    event.remove(connection, "before_cursor_execute", count)
    assert len(asked) == 3  # the committees, the places above them, whom to call


def test_places_are_chosen_level_by_level(client, session: Session) -> None:
    make.village(session)
    make.division(session, "421202001498", "温泉虚拟社区").virtual = True
    session.commit()
    found = client.get(f"/mp/v1/organisations/divisions?parent_code={make.CITY}").json["items"]
    assert [row["name"] for row in found] == ["咸安区"]
    found = client.get(f"/mp/v1/organisations/divisions?parent_code={make.TOWN}").json["items"]
    assert [row["name"] for row in found] == ["万年路社区"]
    assert client.get("/mp/v1/organisations/divisions").status_code == 422


def test_staff_accounts_at_the_office_and_above(session: Session) -> None:
    village = make.village(session)
    clerk, reviewer = make.clerk(session, village), make.town_reviewer(session)
    make.town_reviewer(session, make.town(session, "421202002000"))
    assert service.staff_accounts(session, village.id, Role.CLERK) == [clerk.account.id]
    assert service.staff_accounts(session, village.id, Role.TOWN_REVIEWER) == []
    above = service.staff_accounts(session, village.id, Role.TOWN_REVIEWER, include_above=True)
    assert above == [reviewer.account.id]
    with pytest.raises(NotFound):
        service.get(session, uuid.uuid4())
