"""Applications and certificates in every state, made by the same verbs people use, over the last four months."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock, runtime
from backend.access import Actor
from backend.applications import deciding, drafting, following, handling, submitting
from backend.applications.drafting import Draft
from backend.applications.handling import Missing
from backend.applications.models import Application
from backend.applications.refusals import Refusal
from backend.certificates import service as certificates
from backend.certificates.models import Certificate
from backend.notifications.worker import drain
from demo import people, places
from demo.world import PIN


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, and what the village writes."""

    who: str
    item: str
    title: str
    purpose: str
    receiver: str
    words: str
    text: str = ""
    in_city: bool = False


LIVING = Wish(
    "worker",
    "residence",
    "居住情况证明",
    "办理子女入学",
    "东莞市长安镇教育管理中心",
    "我和孩子的户口没有迁，一直住在村里三组老屋，学校要村里写个住在这里的证明",
    "兹证明该同志自2015年3月起在本村三组居住，房屋为其父所建，至今未变。特此证明。",
)
FLOOD = Wish(
    "worker",
    "disaster_damage",
    "受灾情况证明",
    "向单位请假修缮房屋",
    "深圳市远方建设有限公司",
    "七月发大水，老屋后墙倒了，要给工地领导看",
    "2026年7月12日本村连降暴雨，该户位于三组的房屋后墙倒塌约六米，情况属实。",
)
FUNERAL = Wish(
    "worker",
    "funeral_return",
    "返乡办丧事证明",
    "补办事假手续",
    "佛山市顺德区荣达电器厂",
    "爷爷过世我回来办丧事，厂里要村里的证明",
    "该同志因祖父去世，于2026年9月3日返回本村料理丧事,9月10日离村。情况属实。",
)
CARE = Wish(
    "mother",
    "elder_care",
    "照顾老人情况证明",
    "申请居家照护补贴",
    "广州市白云区某家政服务有限公司",
    "我在家照看八十多岁的婆婆，女儿单位要个证明",
    "该同志长期在本村五组照顾其婆婆（现年八十三岁）的饮食起居，情况属实。",
)
LAND = Wish(
    "mother",
    "land_contract",
    "土地承包情况证明",
    "办理种粮保险理赔",
    "中华联合财产保险通山支公司",
    "我家承包的田被野猪拱了，保险公司要村里证明田是我家的",
    "该户在本村五组承包水田三亩二分，合同期至2028年。特此证明。",
    in_city=True,
)
WATER = Wish(
    "deputy",
    "water_supply",
    "供水情况证明",
    "申请打井",
    "通山县水利和湖泊局",
    "我们六组到夏天就断水，要打个井",
    "本村六组自来水夏季水压不足，每日供水约四小时，情况属实。",
    in_city=True,
)
FARM = Wish(
    "worker",
    "farm_machinery",
    "农机使用情况证明",
    "申请农机保险",
    "太平洋保险通山支公司",
    "我家的收割机一直在村里用",
    "该户收割机一台自2023年起在本村使用，情况属实。",
    in_city=True,
)
GRAVE = Wish(
    "mother",
    "grave_moving",
    "迁坟情况证明",
    "领取迁坟安置",
    "咸宁市公路建设指挥部",
    "修路要迁我公公的坟",
    "因修建公路，该户位于六组山脚的祖坟一座需迁移，情况属实。",
    in_city=True,
)
FORBIDDEN = Wish(
    "worker", "", "亲属关系证明", "办理探亲假", "深圳市远方建设有限公司", "证明王桂兰是我妈，我们是母子关系"
)


def fill() -> str:
    """Each story at its time; nothing when there are applications already."""
    here = runtime.current()
    with here.database.session(read_only=True) as session:
        if session.scalar(select(func.count()).select_from(Application)):
            return ""
    now = clock.now()
    for days_ago, story in _STORIES:
        moment = _office_hours(now - timedelta(days=days_ago))
        with time_machine.travel(min(moment, now), tick=True):
            story()
            drain(here, strict=False)
    with here.database.session(read_only=True) as session:
        count = session.scalar(select(func.count()).select_from(Application))
        issued = session.scalar(select(func.count()).select_from(Certificate))
    return f"{count} 件申请，{issued} 份证明"


def _office_hours(moment: datetime) -> datetime:
    """The same day at 02:30 UTC: half past ten in 北京."""
    return moment.replace(hour=2, minute=30)


def _act(verb: Callable[[Session], object]) -> None:
    """One user's action: one transaction."""
    with runtime.current().database.session() as session:
        verb(session)
        session.commit()


class Case:
    """One application on its way; each method is somebody's next step."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.settings = runtime.current().settings
        _act(self._draft)

    def _draft(self, session: Session) -> None:
        wish = self.wish
        draft = Draft(
            organisation_id=places.office(session, places.VILLAGE).id,
            item_code=wish.item or None,
            title=wish.title,
            purpose=wish.purpose,
            receiver=wish.receiver,
            receiver_in_city=wish.in_city,
            words=wish.words,
        )
        me = people.actor(session, wish.who)
        self.id = drafting.start(session, me, holder_id=None, draft=draft, settings=self.settings).id

    def _by(self, key: str, verb: Callable[..., object], **facts: object) -> "Case":
        def act(session: Session) -> None:
            verb(session, people.actor(session, key), application_id=self.id, **facts)

        _act(act)
        return self

    def submit(self) -> "Case":
        return self._by(self.wish.who, submitting.submit, settings=self.settings, confirm_duplicate=True)

    def claim(self) -> "Case":
        return self._by("clerk", handling.claim, settings=self.settings)

    def write(self) -> "Case":
        version = self._version()
        return self._by(
            "clerk", handling.edit_text, text=self.wish.text, row_version=version, settings=self.settings
        )

    def forward(self) -> "Case":
        return self._by("clerk", handling.forward, row_version=self._version(), settings=self.settings)

    def cosign(self) -> "Case":
        return self._by("town", deciding.cosign)

    def approve(self) -> "Case":
        return self._by("approver", certificates.approve, pin=PIN, settings=self.settings)

    def to_approver(self) -> "Case":
        return self.submit().claim().write().forward()

    def give_back(self, *missing: Missing) -> "Case":
        return self._by("clerk", handling.return_for_completion, items=missing, settings=self.settings)

    def refuse(self, refusal: Refusal) -> "Case":
        self._by("clerk", handling.propose_refusal, refusal=refusal, settings=self.settings)
        return self._by("approver", deciding.refuse, pin=PIN, settings=self.settings)

    def withdraw(self) -> "Case":
        return self._by(self.wish.who, following.withdraw, reason="单位说不用了")

    def revoke(self, words: str) -> "Case":
        def act(session: Session) -> None:
            me = people.actor(session, "approver")
            certificates.revoke(
                session,
                me,
                certificate_id=self._certificate(session).id,
                reason_code="issued_in_error",
                words=words,
                pin=PIN,
            )

        _act(act)
        return self

    def supersede_by(self, other: "Case") -> None:
        def act(session: Session) -> None:
            me: Actor = people.actor(session, "approver")
            certificates.supersede(
                session,
                me,
                certificate_id=self._certificate(session).id,
                application_id=other.id,
                pin=PIN,
                settings=self.settings,
            )

        _act(act)

    def _certificate(self, session: Session) -> Certificate:
        return session.scalars(select(Certificate).where(Certificate.application_id == self.id)).one()

    def _version(self) -> int:
        with runtime.current().database.session(read_only=True) as session:
            return session.get_one(Application, self.id).row_version


_NOT_OURS = Refusal(
    reason="not_ours",
    words="所述供水设施由镇供水站管理，本村没有记录，不能出具。",
    where_to_go=(("黄沙铺镇供水站", "凭身份证查询供水记录，当场打印"),),
)
_kept: dict[str, Case] = {}


def _expired() -> None:
    Case(LIVING).to_approver().approve()


def _issue_then_revoke() -> None:
    _kept["revoked"] = Case(FUNERAL).to_approver().approve()


def _revoke() -> None:
    _kept["revoked"].revoke("返村日期写错，另行出具")


def _issue_then_correct() -> None:
    _kept["old"] = Case(FLOOD).to_approver().approve()


def _correct() -> None:
    _kept["old"].supersede_by(Case(FLOOD).to_approver())


def _recent() -> None:
    Case(LIVING).to_approver().approve()
    Case(CARE).to_approver().approve()


def _ended_otherwise() -> None:
    Case(WATER).submit().claim().refuse(_NOT_OURS)
    Case(FARM).submit().withdraw()
    Case(FORBIDDEN).submit()


def _at_work() -> None:
    Case(LAND).submit().claim().give_back(Missing("supply", "请补一张承包合同首页的照片"))
    Case(GRAVE).to_approver()


def _today() -> None:
    Case(CARE).submit()
    Case(WATER).submit().claim().write()
    Case(FARM)


#: (days ago, what happened): in the order of time.
_STORIES: tuple[tuple[int, Callable[[], None]], ...] = (
    (70, _expired),
    (40, _issue_then_revoke),
    (38, _revoke),
    (12, _issue_then_correct),
    (10, _correct),
    (6, _recent),
    (4, _ended_otherwise),
    (2, _at_work),
    (0, _today),
)
