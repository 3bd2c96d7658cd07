"""The desk's pages of offices and staff, filled in as a browser would."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend import clock
from backend.access import Role
from backend.desk.web import COOKIE
from backend.identity import sessions
from backend.organisations import invitations
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation
from tests.factories import organisations as make

TODAY = clock.today()
DAY = timedelta(days=1)


class Desk:
    """A browser logged in as somebody; fills in the form of a page and posts it."""

    def __init__(self, app: Flask, who: make.Staff) -> None:
        self.browser: FlaskClient = app.test_client()
        tokens = sessions.open_device(who.session, who.account, kind="desk", name="电脑")
        who.session.commit()
        self.browser.set_cookie(COOKIE, tokens.access_token)

    def see(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, page: str, action: str = "", **fields: object) -> TestResponse:
        token = re.search(r'name="form_token" value="([^"]+)"', self.see(page))
        assert token
        data = {key: value for key, value in fields.items() if value is not None}
        return self.browser.post(
            action or page, data=data | {"form_token": token.group(1)}, headers={"Origin": "http://localhost"}
        )


@pytest.fixture
def village(session: Session) -> Organisation:
    return make.village(session)


@pytest.fixture
def at(app: Flask) -> Iterator[type]:
    class At(Desk):
        def __init__(self, who: make.Staff) -> None:
            super().__init__(app, who)

    return At


def test_the_tree_is_walked_from_ones_own_office_down(at, session: Session, village: Organisation) -> None:
    make.village(session, make.OTHER_COUNTY_VILLAGE)
    boss = at(make.city_admin(session))
    assert "咸安区人民政府" in boss.see("/desk/organisations")
    page = boss.see(f"/desk/organisations?parent_id={make.town(session).id}")
    assert "万年路社区居民委员会" in page
    assert "咸安区人民政府" in page
    reviewer = at(make.town_reviewer(session))
    page = reviewer.see("/desk/organisations")
    assert "万年路社区居民委员会" in page
    assert "咸安区人民政府" not in page


def test_search_shows_the_area_only_and_says_when_nothing_is_found(
    at, session: Session, village: Organisation
) -> None:
    make.village(session, make.OTHER_COUNTY_VILLAGE)
    desk = at(make.town_reviewer(session))
    assert "万年路社区居民委员会" in desk.see("/desk/organisations?words=wnl")
    assert "没有找到" in desk.see("/desk/organisations?words=界石")


def test_an_admin_sees_staff_and_a_clerk_does_not(at, session: Session, village: Organisation) -> None:
    make.staff(session, village, Role.CLERK, name="王小明")
    path = f"/desk/organisations/{village.id}"
    page = at(make.organisation_admin(session, village)).see(path)
    assert "王小明" in page
    assert "邀请工作人员" in page
    assert "修改资料" in page
    page = at(make.approver(session, village)).see(path)
    assert "王小明" not in page
    assert "邀请" not in page
    at(make.organisation_admin(session, make.village(session, make.SIBLING_VILLAGE))).see(path, 404)


def test_the_code_of_an_invitation_is_shown_once(at, session: Session, village: Organisation) -> None:
    desk = at(make.organisation_admin(session, village))
    path = f"/desk/organisations/{village.id}/invite"
    fields = {"role": "clerk", "post": "文书", "name": "王小明", "phone": "139 1234 5678", "starts_on": ""}
    answer = desk.post(path, **fields)
    assert answer.status_code == 200
    code = re.search(r">(\d{8})<", answer.text)
    assert code
    assert "139****5678" in answer.text
    page = desk.see(f"/desk/organisations/{village.id}")
    assert "等待接受的邀请" in page
    assert code.group(1) not in page


def test_what_is_wrong_with_a_form_is_said_beside_what_was_typed(
    at, session: Session, village: Organisation
) -> None:
    desk = at(make.organisation_admin(session, village))
    path = f"/desk/organisations/{village.id}/invite"
    answer = desk.post(path, role="clerk", post="文书", name="<b>王", phone="12345")
    assert answer.status_code == 422
    assert "请输入 11 位手机号" in answer.text
    assert "&lt;b&gt;王" in answer.text
    answer = desk.post(path, role="city_admin", post="市长", name="王小明", phone="13912345678")
    assert answer.status_code == 403
    assert session.scalars(select(StaffInvitation)).all() == []


def test_an_invitation_is_renewed_and_cancelled(at, session: Session, village: Organisation) -> None:
    admin = make.organisation_admin(session, village)
    made = invitations.invite(
        session,
        admin.actor,
        organisation_id=village.id,
        role=Role.CLERK,
        post="文书",
        name="王小明",
        phone="13912345678",
    )
    desk, page = at(admin), f"/desk/organisations/{village.id}"
    renewed = desk.post(page, f"/desk/invitations/{made.invitation.id}/renew")
    assert re.search(r">\d{8}<", renewed.text)
    assert made.code not in renewed.text
    gone = desk.post(page, f"/desk/invitations/{made.invitation.id}/cancel")
    assert (gone.status_code, gone.location) == (303, page)
    assert "等待接受的邀请" not in desk.see(page)


def test_leaving_is_looked_at_first_and_the_last_admin_stays(
    at, session: Session, village: Organisation
) -> None:
    admin, clerk = make.organisation_admin(session, village), make.clerk(session, village)
    desk = at(admin)
    assert "自动交回" in desk.see(f"/desk/grants/{clerk.grant.id}/end")
    answer = desk.post(f"/desk/grants/{clerk.grant.id}/end", on=(TODAY + DAY).isoformat())
    assert answer.location == f"/desk/organisations/{village.id}"
    session.refresh(clerk.grant)
    assert clerk.grant.ends_on == TODAY + DAY
    answer = desk.post(f"/desk/grants/{admin.grant.id}/end")
    assert answer.status_code == 409
    assert "最后一位管理员" in answer.text


def test_a_term_change_on_one_page(at, session: Session, village: Organisation) -> None:
    admin, clerk = make.organisation_admin(session, village), make.clerk(session, village)
    approver = make.approver(session, village)
    path = f"/desk/organisations/{village.id}/term-change"
    answer = at(admin).post(
        path,
        on=(TODAY + DAY).isoformat(),
        leaving=[str(clerk.grant.id), str(approver.grant.id)],
        role_1="approver",
        post_1="主任",
        account_1=str(clerk.account.id),
        role_2="clerk",
        post_2="文书",
        name_2="新来的人",
        phone_2="13900001111",
    )
    assert answer.status_code == 200, answer.text
    assert "换届已办理" in answer.text
    assert "换届首日没有在任的经办人" in answer.text
    assert re.search(r">\d{8}<", answer.text)
    assert {row.ends_on for row in session.scalars(select(RoleGrant).where(RoleGrant.ends_on.is_not(None)))}


def test_a_term_change_gone_wrong_keeps_what_was_typed(at, session: Session, village: Organisation) -> None:
    admin, clerk = make.organisation_admin(session, village), make.clerk(session, village)
    desk, path = at(admin), f"/desk/organisations/{village.id}/term-change"
    answer = desk.post(
        path, on=(TODAY + DAY).isoformat(), leaving=[str(clerk.grant.id)], role_1="clerk", post_1="文书"
    )
    assert answer.status_code == 422
    assert f'value="{clerk.grant.id}" checked' in answer.text
    assert 'value="文书"' in answer.text
    assert desk.post(path, on=(TODAY + DAY).isoformat(), leaving="rubbish").status_code == 422
    assert desk.post(path, on=(TODAY + DAY).isoformat()).status_code == 422


def test_particulars_are_changed_by_those_who_may(at, session: Session, village: Organisation) -> None:
    path = f"/desk/organisations/{village.id}/edit"
    own = at(make.organisation_admin(session, village))
    assert 'name="one_person"' not in own.see(path)
    assert own.post(path, phone="0715-8123456", address="温泉路1号").status_code == 303
    session.refresh(village)
    assert (village.phone, village.address) == ("0715-8123456", "温泉路1号")
    assert own.post(path, phone="not a number").status_code == 422
    assert own.post(path, phone="0715-8123456", one_person="yes").status_code == 403
    above = at(make.organisation_admin(session, make.town(session)))
    done = above.post(path, name=village.name, one_person="yes", active="yes", phone="")
    assert done.status_code == 303, done.text
    session.refresh(village)
    assert (village.one_person, village.phone) == (True, None)
    assert above.post(path, name=village.name, credit_code="123").status_code == 422


def test_the_short_code_and_the_move_are_on_the_same_page(
    at, session: Session, village: Organisation
) -> None:
    boss = at(make.city_admin(session))
    path = f"/desk/organisations/{village.id}/edit"
    assert (
        boss.post(path, f"/desk/organisations/{village.id}/short-code", short_code="温新路").status_code
        == 303
    )
    taken = make.village(session, make.SIBLING_VILLAGE).short_code
    answer = boss.post(path, f"/desk/organisations/{village.id}/short-code", short_code=taken)
    assert answer.status_code == 409
    root = f"/desk/organisations/{make.city(session).id}"
    made = boss.post(f"{root}/new", kind="zone", name="咸宁高新区管委会")
    assert made.status_code == 303
    zone = made.location.rsplit("/", 1)[1]
    assert "咸宁高新区管委会" in boss.see(path)
    assert boss.post(path, f"/desk/organisations/{village.id}/move", parent_id=zone).status_code == 303
    session.expire_all()
    assert str(village.parent_id) == zone
    assert boss.post(path, f"/desk/organisations/{village.id}/move", parent_id="").status_code == 422


def test_deputies_on_the_desk(at, session: Session, village: Organisation) -> None:
    approver, clerk = make.approver(session, village), make.clerk(session, village)
    path = f"/desk/grants/{approver.grant.id}/deputy"
    term = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + DAY).isoformat()}
    page = f"/desk/organisations/{village.id}"
    done = at(approver).post(path, account_id=str(clerk.account.id), **term)
    assert (done.status_code, done.location) == (303, page)
    row = session.scalars(select(RoleGrant).where(RoleGrant.acting)).one()
    admin = at(make.organisation_admin(session, village))
    assert "结束代行" in admin.see(page)
    assert admin.post(page, f"/desk/deputies/{row.id}/end").status_code == 303
    reviewer = at(make.town_reviewer(session))
    acted = reviewer.post(f"{page}/acting", account_id=str(clerk.account.id), **term)
    assert acted.status_code == 303, acted.text
    at(make.approver(session, village)).see(f"{page}/acting", 404)


@pytest.mark.parametrize("tail", ["edit", "new", "invite", "term-change", "acting"])
def test_pages_of_another_office_do_not_exist(at, session: Session, village: Organisation, tail: str) -> None:
    sibling = make.village(session, make.SIBLING_VILLAGE)
    at(make.organisation_admin(session, sibling)).see(f"/desk/organisations/{village.id}/{tail}", 404)


def test_a_form_of_another_office_changes_nothing(at, session: Session, village: Organisation) -> None:
    sibling = make.village(session, make.SIBLING_VILLAGE)
    clerk = make.clerk(session, village)
    desk = at(make.organisation_admin(session, sibling))
    own = f"/desk/organisations/{sibling.id}"
    for action, fields in (
        (f"/desk/organisations/{village.id}/edit", {"phone": "0715-8123456"}),
        (f"/desk/organisations/{village.id}/short-code", {"short_code": "温新路"}),
        (f"/desk/grants/{clerk.grant.id}/end", {}),
        (
            f"/desk/organisations/{village.id}/invite",
            {"role": "clerk", "post": "文书", "name": "王小明", "phone": "13912345678"},
        ),
    ):
        assert desk.post(own, action, **fields).status_code == 404, action
    session.refresh(clerk.grant)
    assert clerk.grant.ends_on is None
