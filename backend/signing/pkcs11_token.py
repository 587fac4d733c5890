"""A token of an HSM, logged in: what signs by label. The only file that knows PKCS #11.

* The module is told that several threads will call it. ``python-pkcs11`` passes no arguments to ``C_Initialize``, which
  promises the contrary (PKCS #11 v2.40, 5.4), and SoftHSM then takes no locks.
* One session holds the login, which all sessions of a process share; up to ``MAX_SESSIONS`` more are lent to threads,
  one to each at a time, with the handles of the keys that they have found.
* When a call fails, all sessions are thrown away, token and login are looked for anew, and the call is made once more.
  So a restarted HSM costs one signature's delay. A PIN that was refused is never tried again by this process: a few
  wrong ones lock the token.
* A process opens its own token: sessions do not survive a fork.
"""

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

import pkcs11
from pkcs11.constants import ObjectClass
from pkcs11.mechanisms import Mechanism

from backend.signing.errors import KeyRefusedError, KeyUnavailableError, SigningError
from backend.signing.keys import verify_hashes

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as _Library  # noqa: N812  # a class, for all its name

MAX_SESSIONS = 8
"""Sessions lent at once by one process; HSMs are licensed by hundreds, and more threads than this only wait."""
MAX_PIN_BYTES = 256
SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What PKCS #1 v1.5 puts in front of a SHA-256 value (RFC 8017, 9.2, note 1)."""

_OS_LOCKING_OK = 2
_OK, _ALREADY_INITIALISED = 0, 0x191
_loaded: set[str] = set()
"""Modules that this process has initialised itself."""
_loading = Lock()


class HsmAlgorithm(Enum):
    """How a key of a token signs a SHA-256 value."""

    RSA = "rsa"
    P256 = "p256"


class _InitializeArguments(ctypes.Structure):
    """``CK_C_INITIALIZE_ARGS``."""

    _fields_ = (
        ("functions", ctypes.c_void_p * 4),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_void_p),
    )


class _Lent:
    """A session and the keys that it has found."""

    def __init__(self, session: pkcs11.Session) -> None:
        self.session = session
        self._keys: dict[str, Any] = {}

    def key(self, label: str) -> Any:  # noqa: ANN401  # the library's own types do not say which keys can sign
        if label not in self._keys:
            self._keys[label] = self.session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        return self._keys[label]


class HsmToken:
    """One token, by label. Safe to use from several threads of the process that made it; opened at the first use."""

    def __init__(self, module: Path, *, label: str, pin_file: Path) -> None:
        self._module = str(module)
        self._label = label
        self._pin_file = pin_file
        self._process = os.getpid()
        self._changed = Condition()
        self._lent = 0
        self._broken = False
        self._token: pkcs11.Token | None = None
        self._login: pkcs11.Session | None = None
        self._free: list[_Lent] = []
        self._pin_refused = False

    def sign(self, key_label: str, algorithm: HsmAlgorithm, hashes: Sequence[bytes]) -> list[bytes]:
        """Sign SHA-256 values: RSA as PKCS #1 v1.5, P-256 as r and s side by side.

        Raises:
            KeyRefusedError: no such token, PIN or key, or two of them.
            KeyUnavailableError: the HSM does not answer as it should; try again later.
        """
        verify_hashes(hashes)
        if algorithm is HsmAlgorithm.RSA:
            inputs, mechanism = [SHA256_DIGEST_INFO + digest for digest in hashes], Mechanism.RSA_PKCS
        else:
            inputs, mechanism = list(hashes), Mechanism.ECDSA

        def work(lent: _Lent) -> list[bytes]:
            key = lent.key(key_label)
            return [key.sign(data, mechanism=mechanism) for data in inputs]

        return self._with_session(work, key_label=key_label)

    def close(self) -> None:
        """Log out and give the sessions back; the next use opens them anew."""
        with self._changed:
            self._changed.wait_for(lambda: self._lent == 0)
            self._disconnect()

    def _with_session(self, work: Callable[[_Lent], list[bytes]], *, key_label: str) -> list[bytes]:
        if os.getpid() != self._process:
            raise SigningError("hsm_of_other_process")
        failure: Exception | None = None
        for _ in range(2):
            try:
                with self._lend() as lent:
                    return work(lent)
            except pkcs11.NoSuchKey as error:
                raise KeyRefusedError("hsm_key_missing", label=key_label) from error
            except pkcs11.MultipleObjectsReturned as error:
                raise KeyRefusedError("hsm_key_ambiguous", label=key_label) from error
            except pkcs11.PKCS11Error as error:
                failure = error
        raise KeyUnavailableError("hsm_failed", kind=type(failure).__name__) from failure

    @contextmanager
    def _lend(self) -> Iterator[_Lent]:
        """A session for this thread alone. After a failure none is lent before all came back and are thrown away:
        modules crash when sessions are closed, or logged out, under a call of another thread.
        """
        lent = self._take()
        broken = True
        try:
            yield lent
            broken = False
        finally:
            with self._changed:
                self._lent -= 1
                self._broken = self._broken or broken
                self._free.append(lent)
                self._changed.notify_all()

    def _take(self) -> _Lent:
        with self._changed:
            self._changed.wait_for(lambda: self._lent == 0 if self._broken else self._lent < MAX_SESSIONS)
            if self._broken:
                self._disconnect()
            token = self._token or self._connect()
            try:
                lent = self._free.pop() if self._free else _Lent(token.open())
            except pkcs11.PKCS11Error:
                self._broken = True
                raise
            self._lent += 1
            return lent

    def _connect(self) -> pkcs11.Token:
        if self._pin_refused:
            raise KeyRefusedError("hsm_pin_refused", label=self._label)
        pin = _read_pin(self._pin_file)
        library = _load_module(self._module)
        try:
            token = library.get_token(token_label=self._label)
        except pkcs11.NoSuchToken as error:
            raise KeyRefusedError("hsm_token_missing", label=self._label) from error
        except pkcs11.MultipleTokensReturned as error:
            raise KeyRefusedError("hsm_token_ambiguous", label=self._label) from error
        try:
            self._login = token.open(user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:
            self._login = None  # by another part of this process; the login is the process's, not the session's
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked) as error:
            self._pin_refused = True
            raise KeyRefusedError("hsm_pin_refused", label=self._label) from error
        self._token = token
        return token

    def _disconnect(self) -> None:
        for lent in self._free:
            _close(lent.session)
        if self._login is not None:
            _close(self._login)
        self._free, self._login, self._token = [], None, None
        self._broken = False


def _close(session: pkcs11.Session) -> None:
    with suppress(pkcs11.PKCS11Error):
        session.close()


def _read_pin(path: Path) -> str:
    try:
        pin = path.read_bytes()[: MAX_PIN_BYTES + 1].decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefusedError("hsm_pin_file_unreadable", file=path.name) from error
    if not pin or len(pin) > MAX_PIN_BYTES:
        raise KeyRefusedError("hsm_pin_file_unreadable", file=path.name)
    return pin


def _load_module(path: str) -> "_Library":
    """The module, initialised so that threads may call it."""
    with _loading:
        try:
            library = pkcs11.lib(path)
            module = ctypes.CDLL(path)
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyRefusedError("hsm_module_unloadable", file=Path(path).name) from error
        if path not in _loaded:
            module.C_Finalize(None)
            _loaded.add(path)
        arguments = _InitializeArguments(flags=_OS_LOCKING_OK)
        answer = module.C_Initialize(ctypes.byref(arguments))
        if answer not in {_OK, _ALREADY_INITIALISED}:
            raise KeyUnavailableError("hsm_failed", kind=f"C_Initialize {answer:#x}")
        return library
