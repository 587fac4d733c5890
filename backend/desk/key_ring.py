"""Where the keys of people and schools are, by reference. A reference names a key and never holds one.

* ``csc:CREDENTIAL`` is a person's or a school's key at the configured remote signing service;
* ``pkcs11:LABEL`` is a key in the department's HSM, with its certificate in ``LABEL.pem`` beside the department's own;
* ``file:schools/99010001/manager.pem`` is a file below the city's key folder, in demo mode only.

A key is opened once and kept: loading one for every signature would cost more than the signature.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol

from backend.signing.csc_keys import CscKey
from backend.signing.csc_service import CscService
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import FileSigningKey
from backend.signing.key_settings import CscSettings, HsmSettings, Mode
from backend.signing.keys import PersonKey
from backend.signing.pkcs11_keys import HsmSigningKey
from backend.signing.pkcs11_token import HsmToken

MAX_REFERENCE_CHARACTERS = 500


class KeyRing(Protocol):
    """Opens the key that a reference names."""

    def open_key(self, reference: str) -> PersonKey:
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
        self._opened: dict[str, PersonKey] = {}
        self._opening = Lock()

    def open_key(self, reference: str) -> PersonKey:
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


class CityKeyRing:
    """Keys wherever the settings say that they are. Safe to use from several threads."""

    def __init__(self, folder: Path, *, mode: Mode, hsm: HsmSettings | None, csc: CscSettings | None) -> None:
        """Nothing is opened and nobody is asked before the first key."""
        self._files = FileKeyRing(folder, mode=mode)
        self._hsm = hsm
        self._token = None if hsm is None else HsmToken(hsm.module, label=hsm.token_label, pin_file=hsm.pin_file)
        self._service = None if csc is None else CscService(csc)
        self._openers: dict[str, Callable[[str], PersonKey]] = {"pkcs11": self._open_in_hsm, "csc": self._open_remote}
        self._opened: dict[str, PersonKey] = {}
        self._opening = Lock()

    def open_key(self, reference: str) -> PersonKey:
        """See ``KeyRing.open_key``."""
        scheme, _, name = reference.partition(":")
        opener = self._openers.get(scheme)
        if opener is None:
            return self._files.open_key(reference)
        if not name:
            raise KeyRefusedError("key_reference_unknown")
        with self._opening:
            if reference not in self._opened:
                self._opened[reference] = opener(name)
            return self._opened[reference]

    def close(self) -> None:
        """Let the connections go."""
        if self._token is not None:
            self._token.close()
        if self._service is not None:
            self._service.close()

    def _open_in_hsm(self, label: str) -> PersonKey:
        if self._hsm is None or self._token is None:
            raise KeyRefusedError("hsm_not_configured")
        certificate_file = self._hsm.certificates / f"{label}.pem"
        if certificate_file.parent != self._hsm.certificates or label in self._hsm.labels.values():
            raise KeyRefusedError("key_reference_unknown")  # above all, no card is signed with the department's own
        return HsmSigningKey.from_file(self._token, label=label, certificate_file=certificate_file)

    def _open_remote(self, credential_id: str) -> PersonKey:
        if self._service is None:
            raise KeyRefusedError("remote_not_configured")
        return CscKey.open(self._service, credential_id)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefusedError("key_file_missing", file=path.name) from error
