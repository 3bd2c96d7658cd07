"""The catalogue over HTTP: public, plain words, nothing written."""

import pytest

from tests.http_client import Caller


def test_anybody_reads_what_committees_certify(client: Caller) -> None:
    answer = client.get("/mp/v1/catalogue/items")
    assert answer.status_code == 200
    assert {item["code"] for item in answer.json["items"]} >= {"residence", "water_supply", "child_care"}


def test_anybody_reads_the_published_lists(client: Caller) -> None:
    answer = client.get("/mp/v1/catalogue/not-by-committees")
    assert [len(each["entries"]) for each in answer.json["items"]] == [20, 21]


def test_a_needless_certificate_is_answered_with_the_office(client: Caller) -> None:
    asked = {"words": "老板要证明我没结婚", "receiver": "深圳某电子厂", "receiver_in_city": False}
    answer = client.post("/mp/v1/necessity", asked, key=None)
    assert answer.status_code == 200
    assert answer.json["needed"] is False
    assert answer.json["finding"]["key"] == "marriage"
    assert "婚姻登记" in answer.json["finding"]["office"]
    assert answer.json["finding"]["basis"][0]["number"] == 8


def test_each_wish_is_answered_with_its_way(client: Caller) -> None:
    answer = client.post("/mp/v1/necessity", {"words": "单身证明和居住证明"}, key=None)
    first, second = answer.json["decisions"]
    assert (first["kind"], first["key"], first["way"]) == ("forbidden", "marriage", "data")
    assert (second["kind"], second["item"], second["way"]) == ("retained", "residence", "certificate")
    assert first["basis"] and first["where"] and first["next_step"] and first["question"] == []


def test_a_needed_one_is_answered_with_the_item(client: Caller) -> None:
    answer = client.post("/mp/v1/necessity", {"words": "在村里住"}, key=None)
    assert answer.json["needed"] is True
    assert answer.json["suggestion"]["code"] == "residence"


@pytest.mark.parametrize("words", ["", "字" * 2001, "结\u200b婚", "\u202e证明", "\ue000", None, 5])
def test_words_that_cannot_be_used_are_refused_with_words(client: Caller, words: object) -> None:
    answer = client.post("/mp/v1/necessity", {"words": words}, key=None)
    assert answer.status_code == 422
    assert answer.json["errors"]["json.words"]
