"""The necessity check on the words people really use, and on words that only look like them."""

import pytest

from backend.catalogue import published, service
from backend.catalogue.necessity import suggest

STABLE_KEYS = {
    *("kinship", "identity", "hukou_change", "dog", "no_crime", "drug_rehab", "missing", "marriage", "birth"),
    *("death", "alive", "illness", "disability", "fertility", "employment", "archive", "property"),
    *("inheritance", "business_address", "lost_id", "lost_receipt", "school_transfer"),
}


def key_of(words: str) -> str | None:
    found = service.check(words, purpose="", receiver="", receiver_in_city=False)
    return found.key if found else None


FORBIDDEN = [
    ("kinship", "证明我妈是我妈"),
    ("kinship", "亲属关系证明"),
    ("kinship", "要开一个证明,说张小花是我女儿"),
    ("kinship", "公证处要我开和父亲的父子关系"),
    ("kinship", "证明李大山系我的亲哥哥"),
    ("kinship", "我们是一家人的证明"),
    ("identity", "户籍证明"),
    ("identity", "证明张三和张叁是同一个人"),
    ("identity", "身份证号码前后不一致,证明是同一人"),
    ("identity", "居民身份信息证明"),
    ("hukou_change", "户口本上的生日写错了,要村里证明改一下"),
    ("hukou_change", "派出所让我开改名字的证明"),
    ("hukou_change", "分户证明"),
    ("dog", "养犬证明"),
    ("dog", "给家里养的狗上户口,开个证明"),
    ("no_crime", "没犯过罪的证明"),
    ("no_crime", "无犯罪记录证明"),
    ("no_crime", "当保安要证明我没有前科"),
    ("no_crime", "从来没有坐过牢"),
    ("no_crime", "遵纪守法证明"),
    ("no_crime", "公司要政审材料"),
    ("drug_rehab", "社区戒毒表现证明"),
    ("drug_rehab", "证明我没有吸毒"),
    ("missing", "我老公失踪三年了,开个证明"),
    ("missing", "下落不明证明"),
    ("marriage", "老板要证明我没结婚"),
    ("marriage", "单身证明"),
    ("marriage", "婚姻状况"),
    ("marriage", "证明我和王芳是夫妻"),
    ("marriage", "我离婚了没有再婚"),
    ("birth", "出生证明"),
    ("birth", "证明孩子是在家里出生的"),
    ("death", "死亡证明"),
    ("death", "我爷爷去年走了,社保局要证明"),
    ("death", "证明我父亲已经去世"),
    ("alive", "健在证明"),
    ("alive", "社保要证明我妈还活着"),
    ("illness", "证明我得过乙肝病"),
    ("illness", "保险公司要意外受伤的证明"),
    ("disability", "残疾证明"),
    ("disability", "证明我是残疾人"),
    ("fertility", "流动人口婚育证明"),
    ("fertility", "证明我只有一个孩子,独生子女"),
    ("fertility", "没生过孩子的证明"),
    ("employment", "失业证明"),
    ("employment", "证明我没有工作"),
    ("employment", "证明我在深圳打工"),
    ("archive", "个人档案证明"),
    ("archive", "证明我的工龄"),
    ("property", "收入证明"),
    ("property", "证明我名下没有住房"),
    ("property", "这套房子是我的"),
    ("property", "家庭收入证明"),
    ("inheritance", "遗产继承证明"),
    ("inheritance", "我是唯一继承人"),
    ("business_address", "开小超市办营业执照要经营场所证明"),
    ("business_address", "住改商不扰民证明"),
    ("lost_id", "身份证丢了要证明"),
    ("lost_id", "结婚证遗失证明"),
    ("lost_id", "弄丢了房产证"),
    ("lost_receipt", "住院发票丢了"),
    ("lost_receipt", "缴费票据遗失证明"),
    ("school_transfer", "转学证明"),
    ("school_transfer", "开个转学的证明给孩子"),
]


@pytest.mark.parametrize(("key", "words"), FORBIDDEN, ids=[words for _, words in FORBIDDEN])
def test_words_that_ask_for_a_listed_item_are_caught(key: str, words: str) -> None:
    assert key_of(words) == key


PERMITTED = [
    ("residence", "居住证明"),
    ("residence", "我一直在村里住,公司要证明"),
    ("residence", "证明我租房住在白沙村三组"),
    ("residence", "孩子转学要用,证明我家住在本村"),
    ("residence", "户口不在这里,但是一直在社区居住"),
    ("elder_care", "照顾老人"),
    ("elder_care", "我妈瘫痪在床,一直是我在照顾,单位请假要证明"),
    ("elder_care", "父母生病都是我护理的"),
    ("child_care", "我在外打工,孩子一直由奶奶带大"),
    ("child_care", "留守儿童由我照看"),
    ("disaster_damage", "房子被水淹"),
    ("disaster_damage", "大雨把我家的房子冲垮了,倒塌两间"),
    ("disaster_damage", "冰雹把庄稼都打坏了"),
    ("disaster_damage", "养的猪被洪水淹死了"),
    ("funeral_return", "爷爷去世了,要回村奔丧,厂里请假"),
    ("funeral_return", "回家办丧事的证明"),
    ("collective_member", "集体经济组织成员证明"),
    ("homestead_opinion", "翻建老房子,宅基地要村里出意见"),
    ("neighbour_consent", "四邻同意我家通道的意见"),
    ("land_contract", "证明我承包了十亩鱼塘"),
    ("farm_machinery", "拖拉机在村里使用的证明"),
    ("grave_moving", "修路要迁坟"),
    ("water_supply", "自来水接水"),
]


@pytest.mark.parametrize(("code", "words"), PERMITTED, ids=[words for _, words in PERMITTED])
def test_words_that_ask_for_what_committees_certify_pass(code: str, words: str) -> None:
    assert key_of(words) is None
    found = suggest(words)
    assert found is not None and found.code == code


@pytest.mark.parametrize(
    "words",
    [
        "不是要开婚姻证明,只要证明我住在村里",
        "不用证明亲属关系,证明我住在本村就行",
        "",
        "。。。,,,",
        "请村里帮忙证明一下",
        "证明我家的情况",
        "<script>alert(1)</script>",
    ],
)
def test_words_that_do_not_ask_for_a_listed_item_pass(words: str) -> None:
    assert key_of(words) is None


def test_one_clause_asked_for_rightly_does_not_hide_the_other() -> None:
    assert key_of("证明我住在白沙村,还要证明我没结婚") == "marriage"


@pytest.mark.parametrize("words", ["结 婚 证 明", "**结婚**证明", "结婚\n证明", "结婚证明".encode().decode()])
def test_blanks_and_markup_hide_nothing(words: str) -> None:
    assert key_of(words.replace("\n", "")) == "marriage"


def test_a_very_long_text_is_answered_quickly() -> None:
    assert key_of("我一直在外地务工" * 250) is None


def test_the_lists_hold_the_published_number_of_items() -> None:
    national, provincial = service.lists()
    assert (len(national.entries), len(provincial.entries)) == (20, 21)
    assert set(national.entries) | set(provincial.entries) == STABLE_KEYS
    assert "alive" not in provincial.entries
    assert {"lost_receipt", "school_transfer"} == set(provincial.entries) - set(national.entries)


def test_every_key_has_a_rule_with_an_office_and_a_next_step() -> None:
    assert {rule.key for rule in published.rules()} == STABLE_KEYS
    for rule in published.rules():
        assert rule.office and rule.where and rule.how_to and rule.ways
        assert set(rule.ways) <= set(published.WAYS)
        assert rule.basis


@pytest.mark.parametrize("entry", [entry for each in service.lists() for entry in each.entries.items()])
def test_the_official_name_of_every_listed_item_is_caught(
    entry: tuple[str, published.Entry],
) -> None:
    key, line = entry
    assert key_of(line.title) == key


def test_a_finding_names_the_documents_that_forbid_it() -> None:
    found = service.check("单身证明", purpose="", receiver="", receiver_in_city=True)
    assert found is not None
    assert found.edition == "民发〔2020〕20号;鄂民政发〔2020〕32号"
    assert found.matched == "单身证明"


@pytest.mark.parametrize("words", ["孩子上大学要开贫困证明", "家庭经济困难"])
def test_poverty_is_the_citys_own_cut_and_binds_only_its_offices(words: str) -> None:
    said = service.answer(words, purpose="助学", receiver="本市某校", receiver_in_city=True)
    assert (said.needed, said.finding, said.decisions[0].kind) == (False, None, "shared")
    said = service.answer(words, purpose="助学", receiver="武汉某校", receiver_in_city=False)
    assert (said.needed, said.decisions[0].kind) == (True, "retained")
    assert "市外" in said.text


def test_what_is_unclear_is_asked_back() -> None:
    said = service.answer("开个证明", purpose="", receiver="", receiver_in_city=True)
    assert said.needed and "说清楚" in said.text and len(said.decisions[0].question) == 2


def test_the_answer_says_the_next_step() -> None:
    said = service.answer("老板要证明我没结婚", purpose="入职", receiver="某厂", receiver_in_city=False)
    assert not said.needed
    assert "民政" in said.text and "民发〔2020〕20号" in said.text
    said = service.answer("居住证明", purpose="入学", receiver="某校", receiver_in_city=False)
    assert said.needed and said.suggestion is not None and "居住情况证明" in said.text
