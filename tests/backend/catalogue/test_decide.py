"""decide(): every kind, receivers inside and outside the city, several wishes, and what cannot be understood."""

from dataclasses import replace
from time import process_time

import pytest

from backend.catalogue import items, published, rules
from backend.catalogue.decide import ENGINE, KINDS, Decision, Question, Receiver, decide
from backend.catalogue.snapshot import build, current

OUTSIDE = Receiver(kind="employer", in_city=False)


def ask(words: str = "", **more: object) -> tuple[Decision, ...]:
    return decide(current(), replace(Question(words=words), **more))  # type: ignore[arg-type]


def only(words: str = "", **more: object) -> Decision:
    (found,) = ask(words, **more)
    return found


@pytest.mark.parametrize(
    ("words", "kind", "item", "way"),
    [
        ("老板要证明我没结婚", "forbidden", "marriage", "data"),
        ("房子空了一年没人住,证明一下减免水费", "abolished", "house_vacant", "nothing"),
        ("孩子上大学要贫困证明", "shared", "hardship", "data"),
        ("营业执照副本", "licence", "business_licence", "licence"),
        ("屋顶装光伏要村里证明", "commitment", "pv_ownership", "commitment"),
        ("工伤认定证明", "inquiry", "work_injury", "inquiry"),
        ("孩子上学说要我们住这儿的证明", "retained", "residence", "certificate"),
        ("务农收入证明", "ask", "farm_income", ""),
        ("今天天气怎么样", "unknown", "", ""),
    ],
)
def test_every_kind_has_its_way(words: str, kind: str, item: str, way: str) -> None:
    found = only(words)
    assert (found.kind, found.item, found.way) == (kind, item, way)
    assert found.next_step and found.where and found.trace


@pytest.mark.parametrize("key", [rule.key for rule in published.rules()])
def test_what_the_ministry_or_the_province_forbids_stays_forbidden_outside_the_city(key: str) -> None:
    inside, outside = only(item=key), only(item=key, receiver=OUTSIDE)
    assert inside.kind == outside.kind == "forbidden"
    assert inside.key == outside.key == key
    assert any("2020" in basis for basis in outside.basis)


def test_what_only_the_city_spared_is_issued_for_a_receiver_outside() -> None:
    spared = [item for item in items.seed() if item.bound == "city"]
    assert len(spared) >= 6
    for item in spared:
        assert only(item=item.code).kind in {"abolished", "shared", "commitment"}
        outside = only(item=item.code, receiver=OUTSIDE)
        assert (outside.kind, outside.way) == ("retained", "certificate")
        assert "市外" in outside.next_step


def test_a_broken_promise_takes_the_promise_away_where_another_way_exists() -> None:
    assert only(item="guardian_minor").kind == "commitment"
    assert only(item="guardian_minor", may_promise=False).kind == "inquiry"


def test_each_wish_of_one_text_is_answered() -> None:
    found = ask("我要开个单身证明再开个居住证明给厂里")
    assert [(each.kind, each.item) for each in found] == [
        ("forbidden", "marriage"),
        ("retained", "residence"),
    ]


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("不是要开婚姻证明只要证明我住在村里", "residence"),
        ("我不要收入证明我要的是贫困证明", "hardship"),
        ("除了无房证明别的都有了,就差亲属关系证明", "kinship"),
        ("办离婚要证明他失踪", "missing"),
        ("转学要用,证明我家住在本村", "residence"),
    ],
)
def test_what_is_denied_or_only_the_purpose_is_not_the_wish(words: str, item: str) -> None:
    assert only(words).item == item


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("单生证明", "marriage"),
        ("户藉证明", "identity"),
        ("无饭罪记录证明", "no_crime"),
        ("宅鸡地证明", "homestead_opinion"),
    ],
)
def test_slips_of_the_keyboard_and_the_ear_are_mended(words: str, item: str) -> None:
    assert only(words).item == item


@pytest.mark.parametrize(
    "words", ["开个证明", "单位要个证明", "村里给盖个章", "务农收入证明", "证明我家的情况"]
)
def test_what_is_unclear_is_asked_with_at_most_two_questions(words: str) -> None:
    found = only(words)
    assert found.kind == "ask" and 1 <= len(found.question) <= 2
    assert not found.key


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            " ",
            "。。。",
            "😀😀👍",
            "傻逼系统",
            "hello there",
            "どうやって申請しますか",
            "打我电话13997512345",
        ),
        *(
            "\x00\u202e\u200b",
            "死",
            "证" * 5000,
            "[](){}*+?\\" * 400,
            "<script>alert(1)</script>",
            "𠮷" * 100,
        ),
    ],
)
def test_hostile_words_are_unknown_or_asked_back(words: str) -> None:
    assert {each.kind for each in ask(words)} <= {"unknown", "ask"}


@pytest.mark.parametrize(
    "piece", ["我一直在外地务工证明", "没犯罪没吸毒证明住在村里的", "证明证明", "是我的妈妈的", "、,。 "]
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        words = (piece * length)[:length]
        began = process_time()
        ask(words)
        return process_time() - began

    ask(piece)
    small, large = min(seconds(500) for _ in range(3)), min(seconds(5000) for _ in range(3))
    assert large < max(small, 0.0005) * 40  # ten times the text; a square would be a hundred


def test_an_unknown_code_is_unknown() -> None:
    assert only(item="no-such-item").kind == "unknown"


def test_edition_and_engine_stand_in_the_trace() -> None:
    assert only("单身证明").trace[0] == f"目录 {current().edition}，引擎 {ENGINE}"


def test_a_rule_for_an_unknown_item_or_word_list_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown items"):
        build("x", [item for item in items.seed() if item.code != "dog"], rules.shipped())
    words, raw = items.read("words.json"), items.read("rules.json")
    with pytest.raises(ValueError, match="没有的词"):
        rules.book({**raw, "rules": [{"item": "dog", "says": ["〔没有的词〕"]}]}, words)


@pytest.mark.parametrize("item", published.permitted().values(), ids=lambda item: item.code)
def test_the_usual_text_of_a_permitted_certificate_is_not_stopped(item: published.PermittedItem) -> None:
    found = ask(f"{item.title}。{item.body_hint}")
    assert all(each.kind != "forbidden" for each in found), [(each.item, each.words) for each in found]


_HEADS = (
    "兹证明张三,男,汉族,1980年1月1日出生,身份证号码421202198001010011,系我村三组村民,",
    "兹证明李四(女,身份证号421202198001010011)系我村村民,",
    "",
)
_BODIES = (
    ("居住情况证明", "自2019年3月起居住在我村三组12号,至今仍在此居住。"),
    ("土地承包情况证明", "在我村承包土地十二亩,现由其本人耕种。"),
    ("受灾情况证明", "因2026年7月暴雨,房屋倒塌两间,粮食被淹。"),
    ("返乡办丧事证明", "因父亲去世,于11月1日至5日回村料理丧事。"),
    ("照顾老人情况证明", "其母亲(78岁,瘫痪在床)日常生活由张三照顾。"),
    ("抚养留守儿童情况证明", "孙子张小宝(父母在外务工)由其抚养照料。"),
    ("宅基地申请村级意见", "申请在原址翻建住房120平方米,四邻无异议,同意上报。"),
    ("农机使用情况证明", "购买收割机一台,在我村作业三百亩。"),
)


@pytest.mark.parametrize("head", _HEADS)
@pytest.mark.parametrize(("title", "body"), _BODIES, ids=[title for title, _ in _BODIES])
def test_a_clerks_usual_words_about_the_person_stop_no_permitted_certificate(
    title: str, body: str, head: str
) -> None:
    found = ask(f"{title}\n{head}{body}情况属实,特此证明。")
    assert all(each.kind != "forbidden" for each in found), [(each.item, each.words) for each in found]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("证明\n兹证明张三,男,35岁,未婚。特此证明。", "marriage"),
        ("居住证明\n兹证明张三居住在我村,遵纪守法,无违法犯罪记录。特此证明。", "no_crime"),
        ("居住情况证明。证明我没结婚", "marriage"),
        ("情况说明\n张三与李四系父子关系。特此证明。", "kinship"),
    ],
)
def test_what_is_forbidden_is_found_between_a_clerks_usual_words(words: str, key: str) -> None:
    assert key in {each.key for each in ask(words)}


def test_kinds_are_the_documented_ones() -> None:
    assert {each.kind for item in items.seed() for each in ask(item=item.code)} <= set(KINDS)
