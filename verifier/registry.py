"""The school registry: names of schools and which certificates may issue cards for them, signed by the department.

Schools register their certificate and the department approves it (2088, III.1); a card signed with another one was not
issued by the school. ``signed_list`` numbers the steps of the check.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from verifier.cose import CoseSigner
from verifier.deterministic_cbor import Cbor
from verifier.errors import ListError
from verifier.signed_list import (
    ListHeader,
    check_moment,
    convert_content,
    list_moment,
    malformed,
    parse_list,
    seal_list,
)
from verifier.trust import KeyPurpose, TrustList, verify_listed
from verifier.vietnam_time import unix_seconds_of

SUBJECT = "school-registry"
MAX_REGISTRY_BYTES = 20_000_000
"""The country has some 26,000 schools; a city's list has 0.5 MB."""

_SHA256_BYTES = 32

CertificateRole = Literal["school", "manager"]


class ApprovedCertificate(Struct, frozen=True):
    """One certificate the department approved for a school."""

    sha256: bytes
    """Fingerprint of its DER."""
    approved_from: datetime
    approved_until: datetime | None
    """None while the approval stands."""
    role: CertificateRole
    """``school`` signs KY_PHAT_HANH and transactions, ``manager`` CBQL."""

    def approved_at(self, moment: datetime) -> bool:
        return self.approved_from <= moment and (self.approved_until is None or moment <= self.approved_until)


class RegisteredSchool(Struct, frozen=True):
    """A school of the department."""

    code: str
    """``MA_TRUONG``."""
    name: str
    certificates: tuple[ApprovedCertificate, ...]

    def find(self, sha256: bytes, role: CertificateRole) -> tuple[ApprovedCertificate, ...]:
        """Approvals of that certificate in that role: one may have ended and another begun."""
        return tuple(entry for entry in self.certificates if entry.sha256 == sha256 and entry.role == role)


class SchoolRegistry(Struct, frozen=True):
    """A registry, read from verified bytes or about to be sealed."""

    header: ListHeader
    schools: Mapping[str, RegisteredSchool]
    """By school code."""

    def find(self, school_code: str) -> RegisteredSchool | None:
        return self.schools.get(school_code)

    def school_name(self, school_code: str) -> str | None:
        school = self.schools.get(school_code)
        return None if school is None else school.name


class _WireCertificate(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    sha256: bytes
    approved_from: int
    approved_until: int | None
    role: CertificateRole


class _WireSchool(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    code: str
    name: str
    certificates: list[_WireCertificate]


class _WireRegistry(Struct, frozen=True):
    schools: list[_WireSchool]


def seal_school_registry(registry: SchoolRegistry, *, key: CoseSigner, kid: bytes) -> bytes:
    """The registry's bytes, signed by a ``registry`` key; schools in the order of their codes."""
    schools: list[Cbor] = [
        [school.code, school.name, [_certificate_content(entry) for entry in school.certificates]]
        for _, school in sorted(registry.schools.items())
    ]
    return seal_list(registry.header, {"schools": schools}, key=key, kid=kid)


def verify_school_registry(
    data: bytes, *, trust: TrustList, stored_sequence: int | None = None, now: datetime
) -> SchoolRegistry:
    """Registry out of its bytes, if a ``registry`` key of the trust list signed it.

    Raises:
        ListError: ``list_malformed``, ``list_subject_unexpected``, ``list_key_unknown``, ``list_signature_invalid``,
            ``list_key_untrusted``, ``list_not_yet_issued``, ``list_older_than_seen``.
    """
    unverified = parse_list(data, expected_subject=SUBJECT, max_bytes=MAX_REGISTRY_BYTES)
    verify_listed(unverified, trust=trust, purpose=KeyPurpose.REGISTRY)
    check_moment(unverified.header, stored_sequence=stored_sequence, now=now)
    wire = convert_content(unverified.content, _WireRegistry, subject=SUBJECT)
    schools = {school.code: _read_school(school) for school in wire.schools}
    if len(schools) != len(wire.schools):
        raise malformed(SUBJECT, "list_entry_repeated")
    return SchoolRegistry(header=unverified.header, schools=MappingProxyType(schools))


def _certificate_content(entry: ApprovedCertificate) -> Cbor:
    until = None if entry.approved_until is None else unix_seconds_of(entry.approved_until)
    return [entry.sha256, unix_seconds_of(entry.approved_from), until, entry.role]


def _read_school(wire: _WireSchool) -> RegisteredSchool:
    return RegisteredSchool(wire.code, wire.name, tuple(_read_certificate(entry) for entry in wire.certificates))


def _read_certificate(wire: _WireCertificate) -> ApprovedCertificate:
    if len(wire.sha256) != _SHA256_BYTES:
        raise ListError("list_malformed", list=SUBJECT, cause="list_content_malformed")
    until = None if wire.approved_until is None else list_moment(wire.approved_until, subject=SUBJECT)
    return ApprovedCertificate(
        sha256=wire.sha256,
        approved_from=list_moment(wire.approved_from, subject=SUBJECT),
        approved_until=until,
        role=wire.role,
    )
