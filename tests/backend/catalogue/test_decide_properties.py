"""Whatever is typed: an answer, the same each time, and nothing changed by asking."""

import unicodedata
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue import published
from backend.catalogue.decide import KINDS, Question, Receiver, decide
from backend.catalogue.reading import plain
from backend.catalogue.snapshot import build, current

_BITS = st.sampled_from(
    [
        *("证明", "我", "没结婚", "住在村里", "妈妈", "是", "丢了", "身份证", "发票", "不是", "要", "开"),
        *(
            "个",
            "和",
            ",。、",
            "残疾",
            "照顾",
            "死了",
            "奔丧",
            "转学",
            "狗",
            "的",
            "还要",
            "再开",
            "房子",
            "被水淹",
        ),
    ]
)
WORDS = st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=30).map("".join))
QUESTIONS = st.builds(
    Question,
    words=WORDS,
    item=st.sampled_from(["", "", "", "marriage", "hardship", "nothing"]),
    purpose=st.text(max_size=20),
    receiver=st.builds(Receiver, kind=st.text(max_size=5), in_city=st.booleans()),
    may_promise=st.booleans(),
    on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


@settings(max_examples=300, deadline=None)
@given(QUESTIONS)
def test_any_question_has_an_answer_of_the_known_shape(question: Question) -> None:
    found = decide(current(), question)
    assert found
    for each in found:
        assert each.kind in KINDS
        assert (each.kind == "forbidden") == bool(each.key)
        assert each.key in {"", *(rule.key for rule in published.rules())}
        assert len(each.question) <= 2
        assert 0 <= each.confidence <= 1
        assert each.trace


@settings(max_examples=100, deadline=None)
@given(QUESTIONS)
def test_the_same_question_has_the_same_answer_in_any_order(question: Question) -> None:
    first = decide(current(), question)
    decide(current(), Question(words="单身证明"))
    now = current()
    again = build(now.edition, now.items.values(), now.rulebook)
    assert decide(again, question) == first


@settings(max_examples=100, deadline=None)
@given(st.lists(_BITS, max_size=20).map("".join))
def test_a_receiver_outside_never_turns_a_stop_into_a_certificate(words: str) -> None:
    inside = decide(current(), Question(words=words))
    outside = decide(current(), Question(words=words, receiver=Receiver(in_city=False)))
    assert [each.key for each in inside] == [each.key for each in outside]


@given(WORDS)
def test_what_is_read_has_no_control_characters_and_only_single_pauses(words: str) -> None:
    read = plain(words)
    assert "  " not in read
    assert not any(unicodedata.category(each).startswith("C") for each in read)
