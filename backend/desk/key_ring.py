"""Where the keys of people and schools are, by reference. A reference names a key and never holds one.

``file:schools/99010001/manager.pem`` is a file below the city's key folder, in demo mode only. A key is opened once and
kept: loading one for every signature would cost more than the signature.
"""

from pathlib import Path
from threading import Lock
from typing import Protocol

from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import FileSigningKey
from backend.signing.key_settings import Mode
from backend.signing.keys import SigningKey

MAX_REFERENCE_CHARACTERS = 500


class KeyRing(Protocol):
    """Opens the key that a reference names."""

    def open_key(self, reference: str) -> SigningKey:
        """The key.

        Raises:
            SigningError: it is not there, or may not be used here.
        """
        ...


class FileKeyRing:
    """Demo keys in files. Safe to use from several threads."""

    def __init__(self, folder: Path, *, mode: Mode) -> None:
        self._folder = folder
        self._mode = mode
        self._opened: dict[str, SigningKey] = {}
        self._opening = Lock()

    def open_key(self, reference: str) -> SigningKey:
        """See ``KeyRing.open_key``."""
        scheme, _, name = reference.partition(":")
        if scheme != "file":
            raise KeyRefusedError("key_reference_unknown")
        if self._mode is not Mode.DEMO:
            raise KeyRefusedError("demo_keys_refused")
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise KeyRefusedError("key_reference_unknown")
        with self._opening:
            if reference not in self._opened:
                self._opened[reference] = FileSigningKey.from_pem(_read(path))
            return self._opened[reference]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefusedError("key_file_missing", file=path.name) from error
