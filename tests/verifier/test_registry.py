from datetime import UTC, datetime

import pytest

from tests.vectors import city
from verifier.errors import ListError
from verifier.registry import ApprovedCertificate, SchoolRegistry, verify_school_registry
from verifier.trust import TrustList, verify_trust_list

TRUST = verify_trust_list(city.trust_list(), expected_trust_anchor=city.ANCHOR, now=city.NOW)


def registry() -> SchoolRegistry:
    return verify_school_registry(city.school_registry(), trust=TRUST, now=city.NOW)


def test_a_schools_name_is_read_from_the_registry() -> None:
    assert registry().school_name("99000401") == "Trường Tiểu học Hoa Mai"
    assert registry().school_name("99009999") is None


def test_a_certificate_is_found_in_its_role_only() -> None:
    school = registry().find("99000401")
    assert school is not None
    fingerprint = city.hashes_of(city.SCHOOL_CERTIFICATE)
    assert [entry.role for entry in school.find(fingerprint, "school")] == ["school"]
    assert school.find(fingerprint, "manager") == ()
    assert school.find(bytes(32), "school") == ()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2025, 8, 31, tzinfo=UTC), False),
        (datetime(2025, 9, 1, tzinfo=UTC), True),
        (datetime(2026, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 7, 1, tzinfo=UTC), False),
    ],
)
def test_an_approval_counts_from_its_first_to_its_last_moment(moment: datetime, *, expected: bool) -> None:
    approval = ApprovedCertificate(
        sha256=bytes(32),
        approved_from=datetime(2025, 9, 1, tzinfo=UTC),
        approved_until=datetime(2026, 6, 30, tzinfo=UTC),
        role="school",
    )
    assert approval.approved_at(moment) == expected


def test_a_standing_approval_has_no_end() -> None:
    approval = ApprovedCertificate(bytes(32), datetime(2025, 9, 1, tzinfo=UTC), None, "manager")
    assert approval.approved_at(datetime(2099, 1, 1, tzinfo=UTC))


def test_a_registry_without_a_key_in_the_trust_list_is_refused() -> None:
    trust = TrustList(header=TRUST.header, department=TRUST.department, keys=(), roots=())
    with pytest.raises(ListError, match="list_key_unknown"):
        verify_school_registry(city.school_registry(), trust=trust, now=city.NOW)
