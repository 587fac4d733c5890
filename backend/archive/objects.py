"""Bytes of PDFs and XMLs, in a folder or an S3-compatible store; the only file that knows obstore.

Names come from hashes of record ids or contents: a listing of the store says nothing about anybody. What is read is
compared with the hash in the card's row, so a byte changed behind the archive's back is noticed.
"""

import hashlib
import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import ClassVar

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from backend.errors import BackendError


class ObjectStoreError(BackendError):
    """The object store cannot be reached or refuses; try again later."""

    code: ClassVar[str] = "object_store_unavailable"


class ObjectDamagedError(BackendError):
    """A stored object is gone or is not what was stored."""

    code: ClassVar[str] = "object_damaged"


def xml_object_name(xml_sha256: str) -> str:
    """Where an XML stands: by its content, so that two senders can never overwrite each other."""
    return f"xml/{xml_sha256[:2]}/{xml_sha256}.xml"


def pdf_object_name(record_id: str) -> str:
    """Where a card's PDF stands: one place a card, so that a repeated attempt leaves no second file."""
    digest = hashlib.sha256(record_id.encode()).hexdigest()
    return f"pdf/{digest[:2]}/{digest}.pdf"


def decision_object_name(sha256: str) -> str:
    """Where the decision that was attached to a recall stands."""
    return f"decision/{sha256[:2]}/{sha256}"


class Objects:
    """The object store behind ``url`` (``file:///folder``, ``s3://bucket``, …)."""

    def __init__(self, url: str) -> None:
        """Raise ``ObjectStoreError`` when the URL is of no known kind."""
        self.url = url
        local = url.startswith("file:")
        try:
            self._store = from_url(url, mkdir=True) if local else from_url(url)
        except (BaseError, OSError, ValueError) as error:
            raise ObjectStoreError from error
        self._folder = self._store.prefix if isinstance(self._store, LocalStore) else None

    def put(self, name: str, content: bytes) -> None:
        """Store ``content``; it appears whole or not at all. Raises ``ObjectStoreError``."""
        try:
            self._store.put(name, content, use_multipart=False)
        except (BaseError, OSError) as error:
            raise ObjectStoreError from error

    def drop_unfinished(self, name: str) -> None:
        """Remove what a killed ``put`` of ``name`` left beside it; only for a name that nobody else may be writing.

        A local store writes to ``name#1`` (``#2`` when that is there) and moves it to its place when it is whole.

        Raises:
            ObjectStoreError: the folder refuses.
        """
        if self._folder is None:
            return  # a remote store keeps nothing of a request that broke off
        for number in count(1):
            try:
                Path(self._folder, f"{name}#{number}").unlink()
            except FileNotFoundError:
                return
            except OSError as error:
                raise ObjectStoreError from error

    def settle(self, names: Iterable[str]) -> None:
        """Return once ``names`` survive a power cut: call it before a row that points at them is committed."""
        if self._folder is None:
            return  # a remote store answers only when it has the object
        paths = [Path(self._folder, name) for name in names]
        try:
            for path in [*paths, *{path.parent for path in paths}]:
                _sync(path)
        except OSError as error:
            raise ObjectStoreError from error

    def get(self, name: str, *, expected_sha256: str) -> bytes:
        """Content of ``name``.

        Raises:
            ObjectDamagedError: it is gone, or its SHA-256 (hexadecimal) is another one.
            ObjectStoreError: the store does not answer.
        """
        try:
            content = bytes(self._store.get(name).bytes())
        except FileNotFoundError as error:
            raise ObjectDamagedError from error
        except (BaseError, OSError) as error:
            raise ObjectStoreError from error
        if hashlib.sha256(content).hexdigest() != expected_sha256:
            raise ObjectDamagedError
        return content


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
