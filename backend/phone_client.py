"""`/m/`: the built phone client (client/, H5), as files. What is not built says how to build it.

The build writes a gzip copy beside every text (`index.html.gz`), which is sent to whoever takes gzip. Names under
`assets/` carry a digest, so browsers keep them for ever; everything else is asked for again, by ETag.
"""

import mimetypes
import os
from pathlib import Path

from flask import Blueprint, request
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from backend import runtime
from backend.access import Permission, declare
from backend.desk.answers import problem_page
from backend.problems import NotFound

#: Scripts and data from our own origin only; WebAssembly for the QR decoder; styles inline, as uni-app sets them.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_YEAR = 365 * 24 * 3600
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}

blueprint = Blueprint("phone_client", __name__)


class NotBuilt(NotFound):
    """The web app was not built on this machine."""

    code = "client_not_built"
    detail = "手机端还没有构建。请在项目目录运行 make client，然后刷新本页；微信小程序和窗口工作台不受影响"


@blueprint.get("/m/")
def index() -> Response:
    """The web app's only page."""
    page = _folder() / "index.html"
    if not page.is_file():
        return _headed(problem_page(NotBuilt()))
    return _file(page)


@blueprint.get("/m/<path:name>")
def asset(name: str) -> Response:
    """One file of the web app."""
    found = safe_join(str(_folder()), name)
    path = Path(found) if found else None
    # a link out of the folder is not followed, a hidden file not shown, a gzip copy is no address of its own
    if (
        path is None
        or not os.path.isfile(path)
        or path.suffix == ".gz"
        or "/." in f"/{name}"
        or _outside(path)
    ):
        return _headed(problem_page(NotFound("没有这个地址。请从首页重新进入")))
    return _file(path)


for _view in (index, asset):
    declare(_view, Permission.PUBLIC_READ)


def _folder() -> Path:
    return runtime.current().settings.client_dir.absolute()


def _outside(path: Path) -> bool:
    return not path.resolve().is_relative_to(_folder().resolve())


def _file(path: Path) -> Response:
    """The file, packed when the browser takes that and the build made a copy; 304 when the browser has it."""
    packed = path.with_name(path.name + ".gz")
    takes_gzip = packed.is_file() and request.accept_encodings["gzip"] > 0
    content = (packed if takes_gzip else path).read_bytes()
    response = Response(content, mimetype=_media_type(path))
    response.add_etag()
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    if packed.is_file():
        response.vary.add("Accept-Encoding")
    kept = path.parent.name == "assets" and path.parent.parent == _folder()
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if kept else "no-cache"
    return _headed(response.make_conditional(request))


def _media_type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _headed(response: Response) -> Response:
    """Replaces the headers of our other pages, which allow no script."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
