"""The canonical document (规范文本): RFC 8785 JSON, whose digest ties token, PDF, page and archive
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

import rfc8785

from .errors import NotEncodable


def canonical(document: Mapping[str, Any]) -> bytes:
    """UTF-8 bytes after RFC 8785: same content, same bytes, on every machine and in every language.

    NotEncodable for what JSON cannot hold exactly: NaN, infinities, integers beyond 2^53, lone surrogates,
    dates.
    """
    try:
        return rfc8785.dumps(cast(Any, document))
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        raise NotEncodable(f"文本不能规范化：{error}") from error


def digest(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical bytes, 32 bytes: what the token's `digest` claim holds."""
    return sha256(canonical(document)).digest()
