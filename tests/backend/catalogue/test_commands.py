"""`flask zheng decide`, one phrase or a file."""

from pathlib import Path

import pytest
from flask import Flask


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["zheng", "decide", *arguments])
    return done.exit_code, done.output


def test_words_are_answered_with_the_rules_that_led_there(app: Flask) -> None:
    code, said = run(app, "老板要证明我没结婚")
    assert code == 0
    assert "forbidden" in said and "marriage" in said and "下一步" in said and "合规则" in said


def test_a_file_gives_one_row_a_wish(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff单身证明和居住证明\r\n\r\n你好\t吗\n".encode())
    code, said = run(app, "--file", str(path))
    assert code == 0
    assert [line.split("\t") for line in said.splitlines()] == [
        ["单身证明和居住证明", "forbidden", "marriage", "marriage", "0.97"],
        ["单身证明和居住证明", "retained", "ok", "residence", "0.97"],
        ["你好 吗", "unknown", "ok", "", "0.50"],
    ]


def test_bytes_that_are_no_text_are_answered_all_the_same(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "words.bin"
    path.write_bytes(bytes(range(256)))
    code, said = run(app, "--file", str(path))
    assert code == 0 and all(line.count("\t") == 4 for line in said.splitlines())


def test_a_receiver_outside_may_have_what_only_the_city_spared(app: Flask) -> None:
    assert "shared" in run(app, "贫困证明")[1]
    assert "retained" in run(app, "--outside", "贫困证明")[1]


@pytest.mark.parametrize("arguments", [(), ("单身证明", "--file", __file__), ("--file", "/no/such/file")])
def test_neither_or_both_is_a_usage_error(app: Flask, arguments: tuple[str, ...]) -> None:
    assert run(app, *arguments)[0] == 2
