"""The trust list: the department's keys and what each may do, and the certification authorities it accepts.

It is signed by the trust key, which is kept offline. The trust anchor, the SHA-256 thumbprint of that key (RFC 9679),
is the one thing that a verifier has to be told; the list itself carries the key. ``signed_list`` numbers the steps.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from verifier.cose import KID_BYTES, CoseSigner, Es256Key, parse_cose_key, verify_cose
from verifier.deterministic_cbor import Cbor
from verifier.errors import ListError, MalformedInputError, SignatureInvalidError, UntrustedKeyError
from verifier.signed_list import (
    ListHeader,
    UnverifiedList,
    check_moment,
    convert_content,
    list_moment,
    malformed,
    parse_list,
    seal_list,
)
from verifier.vietnam_time import unix_seconds_of

SUBJECT = "trust-list"
MAX_TRUST_LIST_BYTES = 1_000_000
"""A certificate has 1 to 2 kB; a department has tens of keys and roots."""
MAX_CERTIFICATE_BYTES = 10_000
MAX_ENTRIES = 500
"""Keys or roots."""

_ORIGIN = re.compile(r"https?://[a-z0-9.:\[\]-]{1,253}")


class KeyPurpose(StrEnum):
    """What a key of the department may sign; never two things."""

    TRUST = "trust"
    CAPSULE = "capsule"
    PDF_SEAL = "pdf-seal"
    STATUS = "status"
    REGISTRY = "registry"
    TIMESTAMP = "timestamp"


class RootUse(StrEnum):
    """Whose certificates a certification authority is accepted for."""

    PEOPLE = "people"
    SCHOOLS = "schools"
    TIMESTAMP = "timestamp"


class Department(Struct, frozen=True):
    """The department of education that runs the list."""

    code: str
    vi: str
    en: str
    public_url: str | None = None
    """Origin under which its cards are checked, ``https://host``: what its QR codes lead to. Lists made before version
    0.2 do not name it."""


class TrustedKey(Struct, frozen=True):
    """One key of the department."""

    kid: bytes
    """First 8 bytes of SHA-256 of the certificate's DER; of the trust key's thumbprint, which has no certificate."""
    purpose: KeyPurpose
    cose_key: Es256Key | None
    """None for RSA keys and timestamp authorities: their certificate speaks for them."""
    certificate: bytes | None
    """DER."""
    valid_from: datetime
    valid_until: datetime
    withdrawn_at: datetime | None = None
    """Since when nothing it signs counts; for a stolen key, the earliest moment it may have been stolen."""

    def check_at(self, moment: datetime) -> None:
        """Whether what the key signed at ``moment`` counts. Its later end changes nothing.

        Raises:
            UntrustedKeyError: ``key_not_yet_valid``, ``key_ended``, ``key_withdrawn``.
        """
        if moment < self.valid_from:
            raise UntrustedKeyError("key_not_yet_valid", kid=self.kid.hex())
        if moment > self.valid_until:
            raise UntrustedKeyError("key_ended", kid=self.kid.hex())
        if self.withdrawn_at is not None and moment >= self.withdrawn_at:
            raise UntrustedKeyError("key_withdrawn", kid=self.kid.hex())

    def check_not_withdrawn(self) -> None:
        """For what the key dates itself. Raises ``UntrustedKeyError`` (``key_withdrawn``)."""
        if self.withdrawn_at is not None:
            raise UntrustedKeyError("key_withdrawn", kid=self.kid.hex())

    def es256_key(self) -> Es256Key:
        """Raises ``UntrustedKeyError`` (``key_without_es256``) for a key that the list gives only as a certificate."""
        if self.cose_key is None:
            raise UntrustedKeyError("key_without_es256", kid=self.kid.hex())
        return self.cose_key


class TrustedRoot(Struct, frozen=True):
    """A certification authority's certificate."""

    certificate: bytes
    """DER."""
    use: RootUse
    demo: bool
    """A demo city's; trusted nowhere else."""


class TrustList(Struct, frozen=True):
    """A trust list, read from verified bytes or about to be sealed."""

    header: ListHeader
    department: Department
    keys: tuple[TrustedKey, ...]
    roots: tuple[TrustedRoot, ...]

    def find_keys(self, kid: bytes, purpose: KeyPurpose) -> tuple[TrustedKey, ...]:
        """All keys of that kid and purpose: kids are short and may meet."""
        return tuple([key for key in self.keys if key.kid == kid and key.purpose is purpose])

    def keys_for(self, purpose: KeyPurpose) -> tuple[TrustedKey, ...]:
        return tuple(key for key in self.keys if key.purpose == purpose)

    def roots_for(self, use: RootUse) -> tuple[TrustedRoot, ...]:
        return tuple(root for root in self.roots if root.use == use)

    def is_demo(self) -> bool:
        """Whether any of its authorities is a demo's."""
        return any(root.demo for root in self.roots)


class _WireDepartment(Struct, frozen=True):
    code: str
    vi: str
    en: str
    public_url: str | None = None


class _WireKey(Struct, frozen=True, rename={"valid_from": "from", "valid_until": "until"}):
    kid: bytes
    purpose: str
    valid_from: int
    valid_until: int
    cose_key: dict[int, int | bytes] | None = None
    certificate: bytes | None = None
    withdrawn: int | None = None


class _WireRoot(Struct, frozen=True):
    certificate: bytes
    use: str
    demo: bool


class _WireTrust(Struct, frozen=True):
    department: _WireDepartment
    keys: list[_WireKey]
    roots: list[_WireRoot]
    departments: list[object]
    """Other departments' lists: reserved, not read in this version."""


def kid_of_certificate(der: bytes) -> bytes:
    return hashlib.sha256(der).digest()[:KID_BYTES]


def kid_of_trust_key(key: Es256Key) -> bytes:
    return key.thumbprint()[:KID_BYTES]


def trust_anchor_of(key: Es256Key) -> str:
    """What a verifier is configured with: 64 hexadecimal digits."""
    return key.thumbprint().hex()


def seal_trust_list(trust: TrustList, *, key: CoseSigner, kid: bytes) -> bytes:
    """The list's bytes, signed by the trust key ``kid``, which has to stand in the list itself.

    Raises:
        ListError: whatever a verifier would refuse it for; a list that cannot be read is never published.
    """
    content: Cbor = {
        "department": _department_content(trust.department),
        "keys": [_key_content(listed) for listed in trust.keys],
        "roots": [{"certificate": root.certificate, "use": root.use.value, "demo": root.demo} for root in trust.roots],
        "departments": [],
    }
    sealed = seal_list(trust.header, content, key=key, kid=kid)
    signing = [listed for listed in trust.find_keys(kid, KeyPurpose.TRUST) if listed.cose_key is not None]
    if not signing:
        raise ListError("trust_anchor_mismatch", list=SUBJECT)
    anchor = trust_anchor_of(signing[0].es256_key())
    verify_trust_list(sealed, expected_trust_anchor=anchor, now=trust.header.issued_at)
    return sealed


def verify_trust_list(
    data: bytes, *, expected_trust_anchor: str, stored_sequence: int | None = None, now: datetime
) -> TrustList:
    """Trust list out of its bytes, if the trust anchor's key signed it.

    Raises:
        ListError: ``list_malformed``, ``list_subject_unexpected``, ``trust_anchor_mismatch``,
            ``list_signature_invalid``, ``list_key_untrusted``, ``list_not_yet_issued``, ``list_older_than_seen``.
    """
    unverified = parse_list(data, expected_subject=SUBJECT, max_bytes=MAX_TRUST_LIST_BYTES)
    trust = _read_content(unverified)
    anchored = [
        key
        for key in trust.find_keys(unverified.message.kid, KeyPurpose.TRUST)
        if key.cose_key is not None and trust_anchor_of(key.cose_key) == expected_trust_anchor.lower()
    ]
    if not anchored:
        raise ListError("trust_anchor_mismatch", list=SUBJECT)
    check_list_signature(unverified, anchored)
    if trust.department.code != trust.header.issuer:
        raise malformed(SUBJECT, "list_issuer_unexpected")
    check_moment(trust.header, stored_sequence=stored_sequence, now=now)
    return trust


def check_list_signature(unverified: UnverifiedList, candidates: Iterable[TrustedKey]) -> None:
    """Steps 4 and 5 of a list: signed by one of the candidates, whose word counts.

    The moment in a list is only its signer's word: whoever stole a key can write any earlier one, so what a withdrawn
    key signed is refused whatever it says. The department has issued the list anew with another key.

    Raises:
        ListError: ``list_signature_invalid``, ``list_key_untrusted`` with the reason.
    """
    subject = unverified.header.subject
    for candidate in candidates:
        try:
            verify_cose(unverified.message, expected_key=candidate.es256_key())
            candidate.check_at(unverified.header.issued_at)
            candidate.check_not_withdrawn()
        except SignatureInvalidError:
            continue
        except UntrustedKeyError as error:
            raise ListError("list_key_untrusted", list=subject, cause=error.reason) from error
        else:
            return
    raise ListError("list_signature_invalid", list=subject)


def verify_listed(unverified: UnverifiedList, *, trust: TrustList, purpose: KeyPurpose) -> None:
    """Steps 3 to 5 of a list that one of the department's online keys signs.

    Raises:
        ListError: ``list_key_unknown``, ``list_signature_invalid``, ``list_key_untrusted``, ``list_malformed``.
    """
    subject = unverified.header.subject
    candidates = trust.find_keys(unverified.message.kid, purpose)
    if not candidates:
        raise ListError("list_key_unknown", list=subject, kid=unverified.message.kid.hex())
    check_list_signature(unverified, candidates)
    if unverified.header.issuer != trust.department.code:
        raise malformed(subject, "list_issuer_unexpected")


def _department_content(department: Department) -> Cbor:
    content: dict[int | str, Cbor] = {"code": department.code, "vi": department.vi, "en": department.en}
    if department.public_url is not None:
        content["public_url"] = department.public_url
    return content


def _read_department(wire: _WireDepartment) -> Department:
    if wire.public_url is not None and not _ORIGIN.fullmatch(wire.public_url):
        raise malformed(SUBJECT, "list_content_malformed")
    return Department(wire.code, wire.vi, wire.en, wire.public_url)


def _key_content(key: TrustedKey) -> Cbor:
    content: dict[int | str, Cbor] = {
        "kid": key.kid,
        "purpose": key.purpose.value,
        "from": unix_seconds_of(key.valid_from),
        "until": unix_seconds_of(key.valid_until),
    }
    if key.cose_key is not None:
        content["cose_key"] = key.cose_key.to_cose_key()
    if key.certificate is not None:
        content["certificate"] = key.certificate
    if key.withdrawn_at is not None:
        content["withdrawn"] = unix_seconds_of(key.withdrawn_at)
    return content


def _read_content(unverified: UnverifiedList) -> TrustList:
    wire = convert_content(unverified.content, _WireTrust, subject=SUBJECT)
    if len(wire.keys) > MAX_ENTRIES or len(wire.roots) > MAX_ENTRIES:
        raise malformed(SUBJECT, "list_too_many_entries")
    purposes, uses = set(KeyPurpose), set(RootUse)
    return TrustList(
        header=unverified.header,
        department=_read_department(wire.department),
        # A purpose or use of a later version is nothing that this version may rely on.
        keys=tuple(_read_key(key) for key in wire.keys if key.purpose in purposes),
        roots=tuple(_read_root(root) for root in wire.roots if root.use in uses),
    )


def _read_key(wire: _WireKey) -> TrustedKey:
    try:
        cose_key = None if wire.cose_key is None else parse_cose_key(wire.cose_key)
    except MalformedInputError as error:
        raise malformed(SUBJECT, error.reason) from error
    key = TrustedKey(
        kid=wire.kid,
        purpose=KeyPurpose(wire.purpose),
        cose_key=cose_key,
        certificate=wire.certificate,
        valid_from=list_moment(wire.valid_from, subject=SUBJECT),
        valid_until=list_moment(wire.valid_until, subject=SUBJECT),
        withdrawn_at=None if wire.withdrawn is None else list_moment(wire.withdrawn, subject=SUBJECT),
    )
    if key.kid != _expected_kid(key):
        raise malformed(SUBJECT, "list_kid_unexpected")
    return key


def _expected_kid(key: TrustedKey) -> bytes | None:
    if key.purpose == KeyPurpose.TRUST:
        return None if key.cose_key is None or key.certificate is not None else kid_of_trust_key(key.cose_key)
    if key.certificate is None or len(key.certificate) > MAX_CERTIFICATE_BYTES:
        return None
    return kid_of_certificate(key.certificate)


def _read_root(wire: _WireRoot) -> TrustedRoot:
    if len(wire.certificate) > MAX_CERTIFICATE_BYTES:
        raise malformed(SUBJECT, "list_content_malformed")
    return TrustedRoot(certificate=wire.certificate, use=RootUse(wire.use), demo=wire.demo)
