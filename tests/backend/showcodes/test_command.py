"""`flask zheng verify`, with the register and without any database."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backend.papers import keys, seals
from signing.authority import to_pem
from signing.keysets import to_jwks
from tests.factories.showcodes import Scene


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["zheng", "verify", *arguments])
    return done.exit_code, done.output


def test_printed_code_by_the_register(app: Flask, scene: Scene) -> None:
    code, said = run(app, scene.printed)
    assert (code, "结论：有效" in said, scene.certificate.number in said) == (0, True, True)
    assert "欧***" in said and "欧阳" not in said


def test_revoked_by_the_register_is_no(app: Flask, scene: Scene) -> None:
    scene.end("revoked", end_reason="所证情况不实")
    code, said = run(app, scene.digits)
    assert (code, "已吊销" in said) == (1, True)


def test_show_code_is_not_spent(app: Flask, scene: Scene, session: Session) -> None:
    row = scene.show()
    code, said = run(app, scene.text(row))
    session.refresh(row)
    assert code == 1 and "show_press_first" in said and row.used_by is None


@pytest.mark.parametrize("text", ["rubbish", "wxp://f2f0", "9" * 20_000, "ZS1:1"])
def test_anything_else_gets_a_word(app: Flask, scene: Scene, text: str) -> None:
    code, said = run(app, text)
    assert code == 1 and "结论：" in said


def test_sealed_file_by_the_register(app: Flask, scene: Scene, session: Session, tmp_path: Path) -> None:
    from backend.papers import service as papers

    certificate = scene.desk.issue()
    paper = papers.get(session, certificate.paper_id)
    file = tmp_path / "证明.pdf"
    file.write_bytes(papers.pdf(session, paper, storage=scene.runtime.storage))
    code, said = run(app, str(file))
    assert code == 0 and "签章：有效" in said and certificate.number in said
    file.write_bytes(file.read_bytes() + b"\n% more")
    code, said = run(app, str(file))
    assert code == 1
    file.write_bytes(b"no pdf at all")
    assert run(app, str(file))[0] == 1


def test_without_a_database(
    app: Flask, scene: Scene, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, root = tmp_path / "jwks.json", tmp_path / "root.pem"
    ring.write_text(json.dumps(to_jwks(keys.ring(session))))
    root.write_bytes(to_pem(seals.root_certificates(session)[0]))
    monkeypatch.setattr(type(scene.runtime.database), "session", None)  # any use of it would fail
    code, said = run(app, scene.printed, "--keys", str(ring), "--root", str(root))
    assert code == 0 and "有效" in said
    altered = scene.printed[:-1] + str((int(scene.printed[-1]) + 1) % 10)
    assert run(app, altered, "--keys", str(ring))[0] == 1
