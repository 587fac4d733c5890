"""Demo keys: kept from other eyes, named DEMO, issued directly by a listed authority, never made twice."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from backend.demo.pki import DEPARTMENT, DemoPki
from backend.demo.schools import DemoSchool, SchoolKey, homeroom_teacher, school_at
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import FileSigningKey, load_organisation_keys
from backend.signing.key_settings import Mode
from verifier.certificate import verify_issued_by
from verifier.signed_list import ListHeader
from verifier.trust import KeyPurpose, RootUse, TrustList, seal_trust_list, trust_anchor_of, verify_trust_list

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEED = 7
PUBLIC_SCHOOL = school_at(SEED, SchoolKey("primary", 0))
INTERNATIONAL_SCHOOL = school_at(SEED, SchoolKey("international", 0))


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    made = DemoPki(tmp_path_factory.mktemp("pki"))
    made.make(now=NOW)
    return made


def all_keys(pki: DemoPki, school: DemoSchool) -> list[FileSigningKey]:
    teacher = homeroom_teacher(SEED, school.key, 3, 1)
    return [
        pki.school_key(school, now=NOW),
        pki.manager_key(school, now=NOW),
        pki.teacher_key(school, teacher, now=NOW),
    ]


def test_only_this_user_can_read_the_keys(pki: DemoPki, tmp_path: Path) -> None:
    all_keys(pki, PUBLIC_SCHOOL)
    folder = pki.department_folder.parent
    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {".pem": 0o600}
    own = DemoPki(tmp_path / "made-here")
    own.make(now=NOW)
    assert stat.S_IMODE((tmp_path / "made-here").stat().st_mode) == 0o700


def test_key_files_are_not_named_after_people(pki: DemoPki) -> None:
    all_keys(pki, PUBLIC_SCHOOL)
    names = {path.name for path in (pki.department_folder.parent / "schools" / PUBLIC_SCHOOL.code).iterdir()}
    assert {"school.pem", "manager.pem"} <= names
    assert all(name.isascii() for name in names)


def test_second_call_finds_the_same_keys(pki: DemoPki) -> None:
    first = [key.certificate for key in all_keys(pki, PUBLIC_SCHOOL)]
    pki.make(now=NOW + timedelta(days=1))
    assert [key.certificate for key in all_keys(pki, PUBLIC_SCHOOL)] == first


@pytest.mark.parametrize(
    ("school", "authorities"),
    [(PUBLIC_SCHOOL, ["chuyên dùng", "chuyên dùng", "công cộng"]), (INTERNATIONAL_SCHOOL, ["công cộng"] * 3)],
)
def test_certificates_come_from_the_authority_of_their_kind(
    pki: DemoPki, school: DemoSchool, authorities: list[str]
) -> None:
    roots = {use: [root.certificate for root in pki.trusted_roots() if root.use is use] for use in RootUse}
    uses = [RootUse.SCHOOLS, RootUse.PEOPLE, RootUse.PEOPLE]
    for key, use, authority in zip(all_keys(pki, school), uses, authorities, strict=True):
        issuer = verify_issued_by(key.certificate, expected_issuers=roots[use], at=NOW)
        assert authority in x509.load_der_x509_certificate(issuer).subject.rfc4514_string()


def test_every_certificate_says_demo(pki: DemoPki) -> None:
    certificates = [key.certificate for key in all_keys(pki, PUBLIC_SCHOOL)]
    certificates += [x509.load_der_x509_certificate(root.certificate) for root in pki.trusted_roots()]
    certificates += [x509.load_der_x509_certificate(key.certificate) for key in pki.trusted_keys() if key.certificate]
    assert all("DEMO" in certificate.subject.rfc4514_string() for certificate in certificates)


def test_certificates_hold_when_cards_were_signed_and_when_they_are_sealed(pki: DemoPki) -> None:
    for key in all_keys(pki, PUBLIC_SCHOOL):
        assert key.certificate.not_valid_before_utc < datetime(2025, 5, 1, tzinfo=UTC)
        assert key.certificate.not_valid_after_utc > NOW + timedelta(days=700)


def test_schools_mostly_have_rsa_and_people_p256(pki: DemoPki) -> None:
    school, manager, teacher = all_keys(pki, PUBLIC_SCHOOL)
    assert isinstance(school.certificate.public_key(), rsa.RSAPublicKey)
    upper = school_at(SEED, SchoolKey("upper_secondary", 0))
    assert isinstance(pki.school_key(upper, now=NOW).certificate.public_key(), ec.EllipticCurvePublicKey)
    for key in (manager, teacher):
        assert isinstance(key.certificate.public_key(), ec.EllipticCurvePublicKey)


def test_department_keys_load_in_demo_mode_only(pki: DemoPki) -> None:
    keys = load_organisation_keys(pki.department_folder, mode=Mode.DEMO)
    assert keys.capsule.kid == next(one.kid for one in pki.trusted_keys() if one.purpose is KeyPurpose.CAPSULE)
    with pytest.raises(KeyRefusedError, match="demo_keys_refused"):
        load_organisation_keys(pki.department_folder, mode=Mode.PRODUCTION)


def test_trust_list_of_these_keys_verifies_with_its_anchor(pki: DemoPki) -> None:
    trust_key = pki.trust_key()
    keys = pki.trusted_keys()
    assert {one.purpose for one in keys} == set(KeyPurpose)
    trust = TrustList(
        header=ListHeader(DEPARTMENT.code, "trust-list", 1, issued_at=NOW, expires_at=NOW + timedelta(days=90)),
        department=DEPARTMENT,
        keys=keys,
        roots=pki.trusted_roots(),
    )
    sealed = seal_trust_list(trust, key=trust_key, kid=trust_key.kid)
    anchor = trust_anchor_of(keys[0].es256_key())
    assert verify_trust_list(sealed, expected_trust_anchor=anchor, now=NOW).is_demo()


def test_timestamp_certificate_has_that_use_alone(pki: DemoPki) -> None:
    certificate = pki.timestamp_key().certificate
    use = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert use.critical
    assert [one.dotted_string for one in use.value] == ["1.3.6.1.5.5.7.3.8"]
    assert certificate.public_bytes(Encoding.DER) in {one.certificate for one in pki.trusted_keys()}
