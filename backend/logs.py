"""Logs: one line a record, no personal data, no tokens in paths."""

import logging
import re
import sys

_SECRETS_IN_PATHS = re.compile(r"(/(?:V|S|share|evidence)/)[^\s?\"]+", re.IGNORECASE)
#: Where somebody is or lives, as a question may name it.
_WHERE_IN_QUERIES = re.compile(r"([?&](?:latitude|longitude|address|location)=)[^\s&\"]+", re.IGNORECASE)


class _Redact(logging.Filter):
    """Cuts tokens out of paths before a line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        return True


def redact(text: str) -> str:
    """The text with tokens in URL paths cut, and positions and addresses in queries."""
    return _WHERE_IN_QUERIES.sub(r"\1[cut]", _SECRETS_IN_PATHS.sub(r"\1[cut]", text))


def configure(level: int = logging.INFO) -> None:
    """Log to standard error, with the trace id where there is one."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Redact())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("zhangshangzheng")
    root.handlers = [handler]
    root.setLevel(level)
    root.propagate = False
