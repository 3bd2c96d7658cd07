"""Identifiers: UUID version 8 (RFC 9562 5.8) made by the application, never by the database.

48 bits of milliseconds, 20 bits of county code (6 decimal digits; zero where there is none), 54 random bits:
an id sorts by time, and alone tells which county's shard holds its row.
"""

import secrets
import uuid

from backend import clock

_RANDOM_BITS = 54


def new_id(county_code: str | None = None) -> uuid.UUID:
    """A fresh id for a row of this county (first 6 digits of a division code), or of none."""
    milliseconds = int(clock.now().timestamp() * 1000) & ((1 << 48) - 1)
    county = int(county_code[:6]) if county_code else 0
    if county >= 1 << 20:
        raise ValueError(f"not a county code: {county_code}")
    value = milliseconds << 80
    value |= 8 << 76
    value |= (county >> 8) << 64
    value |= 0b10 << 62
    value |= (county & 0xFF) << _RANDOM_BITS
    value |= secrets.randbits(_RANDOM_BITS)
    return uuid.UUID(int=value)


def county_of(identifier: uuid.UUID) -> str | None:
    """The county code carried by an id, or None."""
    county = (identifier.int >> 64 & 0xFFF) << 8 | identifier.int >> _RANDOM_BITS & 0xFF
    return f"{county:06d}" if county else None
