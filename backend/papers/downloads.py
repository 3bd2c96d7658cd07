"""How a sealed file is handed out over HTTP: named by its number, kept by no cache and no search engine."""

from urllib.parse import quote

from flask import Response

MEDIA_TYPE = "application/pdf"


def response(data: bytes, number: str, *, inline: bool = True) -> Response:
    """The PDF as an answer. RFC 6266: the encoded name, since numbers are Chinese and headers are Latin-1."""
    answer = Response(data, content_type=MEDIA_TYPE)
    kind, name = "inline" if inline else "attachment", quote(f"{number}.pdf", safe="")
    answer.headers["Content-Disposition"] = f"{kind}; filename=document.pdf; filename*=UTF-8''{name}"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    # The viewers that browsers have built in obey the page's policy, too: nothing but framing is forbidden here.
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return answer
