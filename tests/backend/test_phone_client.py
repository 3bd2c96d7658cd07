"""`/m/`: the built phone client as files: kept, packed, strict, and nothing outside its folder."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.runtime import Runtime, attach

SCRIPT = "console.log('掌上证')\n" * 40
PAGE = "<!doctype html><title>掌上证</title>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built client, with gzip copies as the build makes them, and a secret beside it."""
    folder = tmp_path / "h5"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "sw.js").write_text("self.addEventListener('fetch', () => {})")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "index-Bsv9waLC.js").write_text(SCRIPT)
    (folder / "assets" / "index-Bsv9waLC.js.gz").write_bytes(gzip.compress(SCRIPT.encode(), mtime=0))
    (folder / "assets" / "reader.wasm").write_bytes(b"\0asm")
    (folder / ".source").write_text("digest")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def phone(app: Flask, runtime: Runtime, built: Path) -> Iterator[FlaskClient]:
    settings = runtime.settings.model_copy(update={"client_dir": built})
    attach(app, replace(runtime, settings=settings))
    yield app.test_client()


def test_the_page_comes_with_a_policy_that_allows_our_own_scripts_only(phone: FlaskClient) -> None:
    answer = phone.get("/m/")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, PAGE, "text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["connect-src"] == policy["worker-src"] == policy["manifest-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["Permissions-Policy"] == "camera=(self), geolocation=(self), microphone=(self)"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_address_without_its_slash_leads_there(phone: FlaskClient) -> None:
    assert phone.get("/m").headers["Location"].endswith("/m/")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("assets/index-Bsv9waLC.js", "text/javascript"),
        ("assets/reader.wasm", "application/wasm"),
        ("sw.js", "text/javascript"),
        ("manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_each_file_has_its_media_type(phone: FlaskClient, name: str, media_type: str) -> None:
    assert phone.get(f"/m/{name}").mimetype == media_type


def test_a_name_with_a_digest_is_kept_for_ever_and_any_other_is_asked_for_again(phone: FlaskClient) -> None:
    kept = phone.get("/m/assets/index-Bsv9waLC.js").headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    for name in ("", "sw.js", "manifest.webmanifest"):
        assert phone.get(f"/m/{name}").headers["Cache-Control"] == "no-cache"


def test_who_takes_gzip_gets_the_copy_the_build_made(phone: FlaskClient) -> None:
    path = "/m/assets/index-Bsv9waLC.js"
    packed = phone.get(path, headers={"Accept-Encoding": "br, gzip"})
    plain = phone.get(path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == plain.text == SCRIPT
    assert packed.mimetype == plain.mimetype == "text/javascript"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    refused = phone.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_what_the_browser_has_is_not_sent_again(phone: FlaskClient) -> None:
    tag = phone.get("/m/").headers["ETag"]
    again = phone.get("/m/", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert "script-src" in again.headers["Content-Security-Policy"]
    assert phone.get("/m/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_answers_without_a_body(phone: FlaskClient) -> None:
    answer = phone.head("/m/")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(PAGE.encode()))


@pytest.mark.parametrize(
    "path",
    [
        "/m/../secret.txt",
        "/m/%2e%2e/secret.txt",
        "/m/..%2fsecret.txt",
        "/m/assets/..%2f..%2fsecret.txt",
        "/m/..%5csecret.txt",
        "/m//etc/passwd",
        "/m/%2fetc/passwd",
        "/m/link.txt",
        "/m/.source",
        "/m/assets",
        "/m/assets/",
        "/m/assets/index-Bsv9waLC.js.gz",
        "/m/assets/nothing.js",
        "/m/" + "a" * 3000,
        "/m/index.html%00.js",
    ],
)
def test_nothing_else_is_there(phone: FlaskClient, path: str) -> None:
    answer = phone.get(path)
    assert answer.status_code in (308, 400, 404)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_what_is_not_built_says_how_to_build_it(app: Flask, runtime: Runtime, tmp_path: Path) -> None:
    settings = runtime.settings.model_copy(update={"client_dir": tmp_path / "missing"})
    attach(app, replace(runtime, settings=settings))
    answer = app.test_client().get("/m/", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "make client" in answer.text
    assert app.test_client().get("/m/assets/x.js").status_code == 404


def test_the_public_page_leads_to_the_phone_client(phone: FlaskClient) -> None:
    assert 'href="/m/"' in phone.get("/").text
