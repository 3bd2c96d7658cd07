"""`make demo` builds the web app when it is missing or older than what it is made from."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from demo import web_app


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client of one source and its build, the build an hour younger."""
    for name in web_app.SOURCES:
        place = tmp_path / name
        place.mkdir() if "." not in name else place.write_text("x")
    (tmp_path / "src" / "App.vue").write_text("<template/>")
    built = tmp_path / "dist" / "index.html"
    built.parent.mkdir()
    built.write_text("built")
    for found in [*tmp_path.rglob("*"), tmp_path]:
        os.utime(found, (1_000_000, 1_000_000))
    os.utime(built, (1_003_600, 1_003_600))
    monkeypatch.setattr(web_app, "CLIENT", tmp_path)
    monkeypatch.setattr(web_app, "BUILT", built)
    return tmp_path


def test_a_build_younger_than_its_sources_is_kept(client: Path) -> None:
    assert not web_app.stale()


def test_a_changed_source_makes_it_stale(client: Path) -> None:
    os.utime(client / "src" / "App.vue", (1_007_200, 1_007_200))
    assert web_app.stale()


def test_a_removed_source_makes_it_stale(client: Path) -> None:
    (client / "src" / "App.vue").unlink()
    assert web_app.stale()


def test_no_build_is_stale(client: Path) -> None:
    web_app.BUILT.unlink()
    assert web_app.stale()


def test_what_is_there_is_served_when_told_so(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web_app.BUILT.unlink()
    monkeypatch.setenv("DEMO_BUILD", "0")
    monkeypatch.setattr(web_app.subprocess, "run", lambda *_, **__: pytest.fail("built all the same"))
    web_app.build_when_stale(Console())


def test_a_build_that_fails_stops_with_the_builders_words(
    client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_app.BUILT.unlink()
    monkeypatch.delenv("DEMO_BUILD", raising=False)
    (client / "scripts").mkdir()
    failing = client / "scripts" / "in-client"
    failing.write_text("#!/bin/sh\necho 缺少一个组件\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(web_app, "ROOT", client)
    with pytest.raises(SystemExit, match="缺少一个组件"):
        web_app.build_when_stale(Console())
