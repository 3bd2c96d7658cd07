"""Encrypted, content-addressed blobs: evidence and PDFs.

A blob is written, and synced to disk, before the row that names it; a blob no row names is swept later.
The address is an HMAC of the plaintext, so that equal files are stored once and an address tells nothing.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from backend import privacy


class BlobMissing(Exception):
    """The store does not hold this blob."""


class BlobStore(Protocol):
    """Where blobs live. Addresses are 64 hex digits."""

    def put(self, data: bytes) -> str:
        """Store and return the address; durable when it returns. OSError when the disk is full."""

    def get(self, address: str) -> bytes:
        """The plaintext, or BlobMissing."""

    def delete(self, address: str, *, older_than: datetime | None = None) -> bool:
        """Forget a blob, unless it was stored (again) since `older_than`; whether it is gone. Unknown ones are."""

    def addresses(self, *, older_than: datetime | None = None) -> Iterator[str]:
        """Every address held (since before `older_than`), for the sweep."""


class FileBlobStore:
    """Blobs as files, two levels of folders, each written beside its place and renamed into it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        address = privacy.keys().index_bytes("blob", data).hex()
        path = self._path(address)
        if _made_young(path):
            return address
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.root)
        sealed = privacy.keys().seal(data, context=f"blob.{address}")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return address

    def get(self, address: str) -> bytes:
        try:
            sealed = self._path(address).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(address) from error
        return privacy.keys().open(sealed, context=f"blob.{address}")

    def delete(self, address: str, *, older_than: datetime | None = None) -> bool:
        path = self._path(address)
        if older_than is not None and path.exists() and _is_young(path, older_than):
            return False
        path.unlink(missing_ok=True)
        return True

    def addresses(self, *, older_than: datetime | None = None) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            young = older_than is not None and _is_young(path, older_than)
            if not path.name.startswith(".") and not young:
                yield path.name

    def _path(self, address: str) -> Path:
        if len(address) != 64 or not all(letter in "0123456789abcdef" for letter in address):
            raise BlobMissing(address)
        return self.root / address[:2] / address


def _is_young(path: Path, older_than: datetime) -> bool:
    return path.stat().st_mtime >= older_than.timestamp()


def _made_young(path: Path) -> bool:
    """Whether the blob is there already, counted from now on as newly stored: its row is yet to come, and the sweep
    leaves young blobs alone.
    """
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
