"""A trust list written down in a folder: what the department looks at before the trust key signs it, offline.

``trust.toml`` names the department, how long the trust key counts and the department's keys; ``roots/*.toml`` stand
beside the PEM of an authority each, with its uses, where it was taken from, when, and the fingerprint that it has to
have. No file of the folder holds a private key. Everything is checked before anything is signed.
"""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct, structs

from backend.certificates.check_certificate import read_certificate
from backend.certificates.errors import CertificateRefusedError
from backend.errors import BackendError
from verifier.certificate import fingerprint, holds_at
from verifier.cose import es256_key_of
from verifier.trust import Department, KeyPurpose, RootUse, TrustedKey, TrustedRoot, kid_of_certificate
from verifier.vietnam_time import VIETNAM_TIME, vietnam_day

TRUST_FILE = "trust.toml"
ROOTS = "roots"
MAX_FILE_BYTES = 200_000
ONLINE = (KeyPurpose.CAPSULE, KeyPurpose.PDF_SEAL, KeyPurpose.STATUS, KeyPurpose.REGISTRY)
"""Without a key of each of these in force a city cannot issue."""
_COSE_ONLY = frozenset({KeyPurpose.CAPSULE, KeyPurpose.STATUS, KeyPurpose.REGISTRY})
_EVENING = time(23, 59, 59)
_T = TypeVar("_T")


class TrustFolderError(BackendError):
    """The folder does not say what a trust list needs; ``details`` name the file and what is wrong in it."""

    code: ClassVar[str] = "trust_folder_refused"


class TrustRoot(Struct, frozen=True, kw_only=True):
    """An authority with where it comes from."""

    file: str
    certificate: x509.Certificate
    uses: tuple[RootUse, ...]
    source: str
    obtained: date
    demo: bool


class TrustFolder(Struct, frozen=True, kw_only=True):
    """What the folder says, checked."""

    department: Department
    trust_key_from: datetime
    trust_key_until: datetime
    keys: tuple[TrustedKey, ...]
    """Without the trust key, which signs."""
    roots: tuple[TrustRoot, ...]

    def trusted_roots(self) -> tuple[TrustedRoot, ...]:
        """The authorities as a trust list names them, one entry a use."""
        return tuple(
            TrustedRoot(certificate=root.certificate.public_bytes(Encoding.DER), use=use, demo=root.demo)
            for root in self.roots
            for use in root.uses
        )


class _DepartmentToml(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    vi: str
    en: str
    public_url: str | None = None


class _TimesToml(Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    since: Any
    until: Any


class _KeyToml(Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    purpose: KeyPurpose
    certificate: str
    since: Any = None
    until: Any = None
    withdrawn: Any = None


class _TrustToml(Struct, frozen=True, forbid_unknown_fields=True):
    department: _DepartmentToml
    trust_key: _TimesToml
    keys: list[_KeyToml]


class _RootToml(Struct, frozen=True, forbid_unknown_fields=True):
    certificate: str
    uses: list[RootUse]
    source: str
    obtained: date
    sha256: str
    demo: bool = False


def read_trust_folder(folder: Path, *, demo_accepted: bool = False, now: datetime) -> TrustFolder:
    """Read and check the whole folder.

    Raises:
        TrustFolderError: ``trust_file_unreadable``, ``trust_file_malformed``, ``trust_key_missing``,
            ``trust_key_kind``, ``trust_key_twice``, ``trust_time_malformed``, ``trust_certificate_refused``,
            ``trust_root_…`` (see ``_read_root``), ``trust_roots_missing``.
    """
    plan = _read_toml(folder / TRUST_FILE, TRUST_FILE, _TrustToml)
    keys = tuple(_read_key(folder, key, number) for number, key in enumerate(plan.keys, start=1))
    _verify_keys(keys, now)
    names = sorted(path.name for path in (folder / ROOTS).glob("*.toml"))
    roots = tuple(_read_root(folder / ROOTS, name, demo_accepted=demo_accepted, now=now) for name in names)
    for use in (RootUse.PEOPLE, RootUse.SCHOOLS):
        if not any(use in root.uses for root in roots):
            raise TrustFolderError("trust_roots_missing", use=use.value)
    return TrustFolder(
        department=Department(**structs.asdict(plan.department)),
        trust_key_from=_moment(plan.trust_key.since, TRUST_FILE, "trust_key.from"),
        trust_key_until=_moment(plan.trust_key.until, TRUST_FILE, "trust_key.until", end=True),
        keys=keys,
        roots=roots,
    )


def _read_key(folder: Path, key: _KeyToml, number: int) -> TrustedKey:
    certificate = _read_certificate(folder, key.certificate)
    der = certificate.public_bytes(Encoding.DER)
    public_key = certificate.public_key()
    is_p256 = isinstance(public_key, ec.EllipticCurvePublicKey) and isinstance(public_key.curve, ec.SECP256R1)
    if key.purpose is KeyPurpose.TRUST or (key.purpose in _COSE_ONLY and not is_p256):
        raise TrustFolderError("trust_key_kind", file=key.certificate, purpose=key.purpose.value)
    field = f"keys[{number}]"
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    withdrawn = None if key.withdrawn is None else _moment(key.withdrawn, TRUST_FILE, f"{field}.withdrawn")
    return TrustedKey(
        kid=kid_of_certificate(der),
        purpose=key.purpose,
        cose_key=es256_key_of(public_key)
        if isinstance(public_key, ec.EllipticCurvePublicKey) and is_p256 and key.purpose is not KeyPurpose.TIMESTAMP
        else None,
        certificate=der,
        valid_from=since if key.since is None else _moment(key.since, TRUST_FILE, f"{field}.from"),
        valid_until=until if key.until is None else _moment(key.until, TRUST_FILE, f"{field}.until", end=True),
        withdrawn_at=withdrawn,
    )


def _verify_keys(keys: Iterable[TrustedKey], now: datetime) -> None:
    listed = [(key.kid, key.purpose) for key in keys]
    for kid, purpose in listed:
        if listed.count((kid, purpose)) > 1:
            raise TrustFolderError("trust_key_twice", file=TRUST_FILE, purpose=purpose.value)
    in_force = {key.purpose for key in keys if key.valid_from <= now <= key.valid_until and key.withdrawn_at is None}
    for purpose in ONLINE:
        if purpose not in in_force:
            raise TrustFolderError("trust_key_missing", file=TRUST_FILE, purpose=purpose.value)


def _read_root(folder: Path, name: str, *, demo_accepted: bool, now: datetime) -> TrustRoot:
    """One authority: ``trust_root_without_source``, ``trust_root_fingerprint``, ``trust_root_no_authority``,
    ``trust_root_ended``, ``trust_root_of_demo``.
    """
    file = f"{ROOTS}/{name}"
    root = _read_toml(folder / name, file, _RootToml)
    certificate = _read_certificate(folder, root.certificate)
    if not root.source.strip() or not root.uses or root.obtained > vietnam_day(now):
        raise TrustFolderError("trust_root_without_source", file=file)
    if fingerprint(certificate).hex() != root.sha256.replace(":", "").replace(" ", "").lower():
        raise TrustFolderError("trust_root_fingerprint", file=file)
    if not _is_authority(certificate):
        raise TrustFolderError("trust_root_no_authority", file=file)
    if not holds_at(certificate, now):
        raise TrustFolderError("trust_root_ended", file=file)
    if root.demo and not demo_accepted:
        raise TrustFolderError("trust_root_of_demo", file=file)
    return TrustRoot(
        file=file,
        certificate=certificate,
        uses=tuple(dict.fromkeys(root.uses)),
        source=root.source.strip(),
        obtained=root.obtained,
        demo=root.demo,
    )


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _read_certificate(folder: Path, name: str) -> x509.Certificate:
    try:
        return read_certificate(_read_file(folder / name, name))
    except CertificateRefusedError as error:
        raise TrustFolderError("trust_certificate_refused", file=name, cause=error.reason) from error


def _read_toml(path: Path, name: str, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(tomllib.loads(_read_file(path, name).decode("utf-8")), kind)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise TrustFolderError("trust_file_malformed", file=name, problem=str(error)[:200]) from error


def _read_file(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise TrustFolderError("trust_file_unreadable", file=name) from error
    if len(data) > MAX_FILE_BYTES:
        raise TrustFolderError("trust_file_unreadable", file=name)
    return data


def _moment(value: object, file: str, field: str, *, end: bool = False) -> datetime:
    """A day begins in its first second in Vietnam, or ends in its last; a moment has to name its time zone."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value
    elif isinstance(value, date):
        return datetime.combine(value, _EVENING if end else time(), tzinfo=VIETNAM_TIME)
    raise TrustFolderError("trust_time_malformed", file=file, field=field)
