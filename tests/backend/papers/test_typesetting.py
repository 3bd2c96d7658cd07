"""Real PDFs of every kind: archival, tagged, exact in text, same for the same input, and deaf to markup."""

from collections.abc import Callable
from io import BytesIO
from threading import Thread
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from backend.papers.paper_shape import MOST_CHARACTERS, faults
from backend.papers.second_reader import reread
from backend.papers.typesetting import CannotTypeset, trusted_address, typeset
from tests.backend.papers.samples import (
    ALL_KINDS,
    CHECK_CODE,
    QR_TEXT,
    RARE_NAME,
    certificate,
    correction_notice,
    receipt,
    refusal,
)

Document = dict[str, Any]


def printed(document: Document, check_code: str | None = CHECK_CODE) -> bytes:
    """Typeset and read back: every test of a layout is also a test that its text returns."""
    pdf = typeset(document, qr_text=QR_TEXT, check_code=check_code)
    reread(pdf, document=document, qr_text=QR_TEXT, check_code=check_code)
    return pdf


def text_of(pdf: bytes) -> str:
    paper = pdfium.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in paper)


def pages_of(pdf: bytes) -> int:
    return len(pdfium.PdfDocument(pdf))


@pytest.mark.parametrize("make", ALL_KINDS)
def test_every_kind_is_one_tagged_archival_page(make: Callable[..., Document]) -> None:
    with pikepdf.open(BytesIO(printed(make()))) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox] == [0, 0, 595, 842]
        assert pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith("zh")
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == f"{make()['title']} {make()['number']}"
            assert make()["issuer"]["name"] in metadata["dc:creator"]


@pytest.mark.parametrize("make", ALL_KINDS)
def test_same_input_same_bytes(make: Callable[..., Document]) -> None:
    first = typeset(make(), qr_text=QR_TEXT, check_code=CHECK_CODE)
    typeset(certificate(title="别的证明"), qr_text=QR_TEXT, check_code=None)
    assert typeset(make(), qr_text=QR_TEXT, check_code=CHECK_CODE) == first


def test_rare_names_come_back_exactly() -> None:
    assert RARE_NAME in text_of(printed(certificate()))


def test_character_of_the_fallback_font_comes_back_exactly() -> None:
    holder = {**certificate()["holder"], "name": "张\U00031350"}
    pdf = printed(certificate(holder=holder, body=["兹证明张\U00031350。"]))
    assert "张\U00031350" in text_of(pdf)


@pytest.mark.parametrize(
    "written",
    [
        '#panic("x") #read("/etc/passwd") #{1+1} #sys.inputs',
        "*粗体* _斜体_ `code` $a^2$ <label> @ref \\u{4e00} \\",
        "= 不是标题",
        "- 不是列表",
        "// 不是注释 /* 也不是 */",
        "~ -- --- ... 'a' \"b\" fi ffi",
        "<script>alert(1)</script> {{7*7}} %s ${x}",
        "https://example.com/" + "a" * 200,
    ],
)
def test_markup_in_a_persons_words_appears_literally(written: str) -> None:
    fields = certificate(title=written[:50], body=[written, "完"], purpose=written, receiver=written[:50])
    text = text_of(printed(fields)).replace("\r\n", "")
    assert written.replace(" ", "") in text.replace(" ", "")


def test_no_space_is_put_between_chinese_and_latin() -> None:
    assert "住在A座15楼B室" in text_of(printed(certificate(body=["住在A座15楼B室"])))


def test_long_text_flows_with_page_numbers_and_one_seal() -> None:
    body = [f"第{place}段。" + "情况属实。" * 30 for place in range(30)]
    pdf = printed(certificate(body=body))
    text = text_of(pdf)
    assert pages_of(pdf) > 3
    assert all(f"第{number}页 共{pages_of(pdf)}页" in text for number in range(1, pages_of(pdf) + 1))
    assert text.count(CHECK_CODE) == 1


def test_twenty_thousand_characters_print_and_one_more_does_not() -> None:
    assert pages_of(printed(certificate(body=["咸" * MOST_CHARACTERS]))) > 20
    [fault] = faults(certificate(body=["咸" * MOST_CHARACTERS, "咸"]))
    assert fault.field == "body" and "精简" in fault.message


@pytest.mark.parametrize("length", range(1, 14))
def test_the_seal_never_stands_on_a_page_without_words(length: int) -> None:
    pdf = printed(certificate(body=["情况属实。" * 20] * length + ["特此证明。"]))
    last = pdfium.PdfDocument(pdf)[pages_of(pdf) - 1].get_textpage().get_text_range()
    assert "特此证明" in last


def test_a_seal_page_after_one_endless_paragraph_says_what_it_belongs_to() -> None:
    found = [text_of(printed(certificate(body=["情况属实。" * count]))) for count in range(140, 220, 8)]
    alone = [text for text in found if "签章页" in text]
    assert alone and all("高新村证〔2026〕12号《居住情况证明》的签章页" in text for text in alone)


def test_many_items_flow_over_pages() -> None:
    items = [[f"材料{place}", "补充", "说明" * 40] for place in range(40)]
    assert pages_of(printed(correction_notice(items=items), None)) > 3


def test_long_rows_and_labels_stay_on_the_paper() -> None:
    printed(refusal(where_to_go=[["很长的办事机构名称" * 6, "办" * 500]] * 5), None)
    printed(receipt(facts=[["事项", "x" * 500]] * 4), None)


def test_longest_issuer_and_title() -> None:
    printed(certificate(issuer={"name": "村" * 40, "code": "421202102203"}, title="关于" + "很长" * 28))


def test_optional_words_are_printed() -> None:
    text = text_of(
        printed(
            certificate(remark="代理签批", acting_for="由张小花（女儿）代为申请", basis=["村民委员会组织法"])
        )
    )
    assert all(
        words in text
        for words in ("代理签批", "由张小花（女儿）代为申请", "村民委员会组织法", "2026年12月22日")
    )


def test_page_says_which_address_to_trust_and_the_code_is_large_enough() -> None:
    pdf = printed(certificate())
    assert "https://zs.xianning.gov.cn/ 开头" in text_of(pdf)
    picture = pdfium.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    corner = code.position
    width_mm = (corner.top_right.x - corner.top_left.x) / 300 * 25.4
    assert code.text == QR_TEXT and width_mm >= 30


def test_trusted_address_of_a_demo_keeps_its_port() -> None:
    assert trusted_address("HTTP://127.0.0.1:8080/V/1") == "http://127.0.0.1:8080/"


def test_without_a_check_code_none_is_promised() -> None:
    assert "查验码" not in text_of(printed(receipt(), None))


def test_two_threads_do_not_disturb_each_other() -> None:
    made: dict[int, bytes] = {}
    documents = {place: certificate(body=[f"第{place}份。"]) for place in range(6)}

    def make(place: int) -> None:
        made[place] = typeset(documents[place], qr_text=QR_TEXT, check_code=None)

    threads = [Thread(target=make, args=(place,)) for place in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"第{place}份。" in text_of(made[place]) for place in documents)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "poem"}),
        ("kind", {"schema": 2}),
        ("title", {"title": " "}),
        ("valid_until", {"valid_until": "2026-11-22"}),
        ("issued_on", {"issued_on": "2026-02-30"}),
        ("issued_on", {"issued_on": "20261123"}),
        ("body", {"body": []}),
        ("body", {"body": "一段"}),
        ("body.0", {"body": ["一\n二"]}),
        ("body.0", {"body": ["e\u0301"]}),
        ("body.1", {"body": ["好", "笑\U0001f600"]}),
        ("purpose", {"purpose": "\u0e01"}),
        ("holder.name", {"holder": {"name": "张\u202e三", "id_type": "身份证", "id_number": "1"}}),
        ("holder", {"holder": {"name": "张三"}}),
        ("issuer.name", {"issuer": {"name": "村" * 41, "code": "1"}}),
        ("facts", {"facts": [["只有标签"]]}),
        ("facts.0.0", {"facts": [["标签" * 40, "值"]]}),
        ("items", {"items": [["a", "b", "c"]]}),
        ("remark", {"remark": None}),
    ],
)
def test_a_faulty_document_is_refused_and_the_field_named(field: str, changes: Document) -> None:
    with pytest.raises(CannotTypeset) as refused:
        typeset(certificate(**changes), qr_text=QR_TEXT, check_code=CHECK_CODE)
    assert field in [fault.field for fault in refused.value.faults]


def test_a_missing_field_is_named() -> None:
    document = certificate()
    del document["purpose"]
    [fault] = faults(document)
    assert (fault.field, fault.message) == ("purpose", "缺少这一项，请补充")
