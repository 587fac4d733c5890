"""The fixed city with more signers, approved in every way and in none: who may sign a card's XML."""

import datetime as dt
import functools
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec.structs import replace

from backend.signing.file_keys import FileSigningKey
from tests.vectors.city import _KEY_CONSTANT
from tests.vectors.pdf_city import SAMPLE_SCHOOLS, FixedCity, _FixedKey
from tests.vectors.rsa_keys import fixed_rsa_key
from tests.verifier.authority import FIRST_DAY, Authority
from tests.verifier.small_city import SCHOOL_CODE, SIGNED_AT
from verifier.certificate import fingerprint
from verifier.record.record import Record
from verifier.registry import ApprovedCertificate, CertificateRole, RegisteredSchool, SchoolRegistry

DAY = dt.timedelta(days=1)
OTHER_SCHOOL_CODE = "01000102"


class XmlCity(FixedCity):
    """A city whose registry knows more people than its cards need."""

    def __init__(self) -> None:
        super().__init__()
        self.rsa_school = self._keep_rsa(self.schools, "Trường RSA", fixed_rsa_key(1, 2048))
        self.weak_school = self._keep_rsa(self.schools, "Trường RSA ngắn", fixed_rsa_key(3, 1024))
        curve = ec.derive_private_key(_KEY_CONSTANT, ec.SECP384R1())
        self.p384_school = _keep(curve, self.schools.certify("Trường P-384", curve.public_key()))
        self.unapproved = self.schools.issue("Trường chưa được duyệt")
        self.other_school = self.schools.issue("Trường khác")
        self.later_school = self.schools.issue("Trường được duyệt sau")
        self.withdrawn_school = self.schools.issue("Trường thôi dùng")
        self.withdrawn_manager = self.people.issue("Hiệu trưởng đã thôi")
        self.ended_school = self.schools.issue("Trường hết hạn", until=SIGNED_AT + 3 * DAY)
        self.young_school = self.schools.issue("Trường còn sớm", since=SIGNED_AT + DAY)
        self.school_by_people = self.people.issue("Trường có chứng thư cá nhân")
        unlisted = self.new_authority("CA không có trong danh sách")
        self.unlisted_school = unlisted.issue("Trường của CA lạ")
        self.twin_school = self._twin().issue("Trường của CA trùng tên")
        self.authority_school = _keep(self.schools.key, self.schools.certificate)

    def approvals(self) -> Iterator[ApprovedCertificate]:
        """Of the city's own school."""
        for key in (
            self.school,
            self.rsa_school,
            self.weak_school,
            self.p384_school,
            self.ended_school,
            self.young_school,
            self.school_by_people,
            self.unlisted_school,
            self.twin_school,
            self.authority_school,
        ):
            yield _approved(key, "school")
        yield _approved(self.manager, "manager")
        yield _approved(self.later_school, "school", since=SIGNED_AT + DAY)
        yield _approved(self.withdrawn_school, "school", until=SIGNED_AT + 2 * DAY)
        yield _approved(self.withdrawn_manager, "manager", until=SIGNED_AT + 2 * DAY)

    def registry(self, **changes: Any) -> SchoolRegistry:
        registry = super().registry(**changes)
        if "schools" in changes:
            return registry
        own = replace(registry.schools[SCHOOL_CODE], certificates=tuple(self.approvals()))
        both = (_approved(self.school, "school"), _approved(self.manager, "manager"))
        samples = {code: RegisteredSchool(code, f"Trường mẫu {code}", both) for code in SAMPLE_SCHOOLS}
        other = RegisteredSchool(OTHER_SCHOOL_CODE, "Trường khác", (_approved(self.other_school, "school"),))
        schools = {SCHOOL_CODE: own, OTHER_SCHOOL_CODE: other, **samples}
        return replace(registry, schools=MappingProxyType(schools))

    def of_its_school(self, record: Record) -> Record:
        """Anybody's card as one of the city's own school."""
        transcript = replace(record.transcript, school_code=SCHOOL_CODE)
        return replace(record, transcript=transcript, school=replace(record.school, code=SCHOOL_CODE))

    def _keep_rsa(self, authority: Authority, name: str, key: rsa.RSAPrivateKey) -> FileSigningKey:
        return _keep(key, authority.certify(name, key.public_key()))

    def _twin(self) -> Authority:
        """An authority of the schools authority's name, with another key."""
        return self.new_authority("CA cơ quan, tổ chức")


def _keep(key: Any, certificate: x509.Certificate) -> FileSigningKey:
    """Any key: the file adapter itself would refuse the weak ones."""
    kept = _FixedKey.__new__(_FixedKey)
    kept._private_key, kept.certificate, kept.chain = key, certificate, ()
    return kept


def _approved(
    key: FileSigningKey, role: CertificateRole, *, since: dt.datetime = FIRST_DAY, until: dt.datetime | None = None
) -> ApprovedCertificate:
    return ApprovedCertificate(fingerprint(key.certificate), since, until, role)


@functools.cache
def xml_city() -> XmlCity:
    return XmlCity()
