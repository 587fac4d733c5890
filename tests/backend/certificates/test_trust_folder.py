from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.certificates.sign_trust_list import load_trust_key, new_trust_key, sign_trust_list
from backend.certificates.trust_folder import TrustFolderError, read_trust_folder
from backend.messages import catalogue
from tests.verifier.authority import Authority
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.errors import ListError
from verifier.trust import KeyPurpose, RootUse, verify_trust_list

Change = Callable[[Path], None]


def write_root(folder: Path, name: str, authority: Authority, **changes: Any) -> None:
    sha256 = authority.certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    values = {
        "certificate": f'"{name}.pem"',
        "uses": '["people", "schools"]',
        "source": '"https://ca.example.vn, Nghị định 68"',
        "obtained": "2026-06-01",
        "sha256": f'"{sha256}"',
    } | changes
    (folder / "roots").mkdir(exist_ok=True)
    (folder / "roots" / f"{name}.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (folder / "roots" / f"{name}.toml").write_text("\n".join(f"{key} = {value}" for key, value in values.items()))


def trust_toml(*, until: str = "2030-12-31", more: str = "") -> str:
    keys = "\n".join(
        f'[[keys]]\npurpose = "{purpose}"\ncertificate = "{purpose}.pem"\n'
        for purpose in ("capsule", "status", "registry", "pdf-seal")
    )
    return (
        '[department]\ncode = "01"\nvi = "Sở Mẫu"\nen = "Sample"\n'
        f"[trust_key]\nfrom = 2026-01-01\nuntil = {until}\n{keys}{more}"
    )


@pytest.fixture
def small() -> SmallCity:
    return small_city()


@pytest.fixture
def folder(small: SmallCity, tmp_path: Path) -> Path:
    for name, key in (
        ("capsule", small.capsule_key),
        ("status", small.status_key),
        ("registry", small.registry_key),
        ("pdf-seal", small.pdf_seal),
    ):
        assert key.certificate is not None
        (tmp_path / f"{name}.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "trust.toml").write_text(trust_toml())
    write_root(tmp_path, "official", small.schools)
    write_root(tmp_path, "public", small.people, uses='["people", "timestamp"]')
    return tmp_path


def test_folder_becomes_a_list_that_checkers_accept(folder: Path) -> None:
    pem, anchor = new_trust_key("mật khẩu")
    found = read_trust_folder(folder, now=NOW)
    sealed = sign_trust_list(found, load_trust_key(pem, "mật khẩu"), validity=timedelta(days=365), now=NOW)
    trust = verify_trust_list(sealed, expected_trust_anchor=anchor, now=NOW)
    assert {key.purpose for key in trust.keys} == set(KeyPurpose) - {KeyPurpose.TIMESTAMP}
    assert sorted(root.use for root in trust.roots) == [
        RootUse.PEOPLE,
        RootUse.PEOPLE,
        RootUse.SCHOOLS,
        RootUse.TIMESTAMP,
    ]
    assert not trust.is_demo()
    assert (trust.header.expires_at - trust.header.issued_at).days == 365
    later = sign_trust_list(
        found, load_trust_key(pem, "mật khẩu"), validity=timedelta(days=1), now=NOW + timedelta(seconds=1)
    )
    newer = verify_trust_list(later, expected_trust_anchor=anchor, now=NOW).header.sequence
    with pytest.raises(ListError, match="list_older_than_seen"):
        verify_trust_list(sealed, expected_trust_anchor=anchor, stored_sequence=newer, now=NOW)


def test_days_are_whole_days_in_vietnam(folder: Path) -> None:
    found = read_trust_folder(folder, now=NOW)
    assert found.trust_key_from == datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert found.trust_key_until == datetime(2030, 12, 31, 16, 59, 59, tzinfo=UTC)


def _without_source(folder: Path) -> None:
    write_root(folder, "public", small_city().people, source='" "')


def _in_the_future(folder: Path) -> None:
    write_root(folder, "public", small_city().people, obtained="2027-01-01")


def _other_fingerprint(folder: Path) -> None:
    write_root(folder, "public", small_city().people, sha256=f'"{"0" * 64}"')


def _of_a_demo(folder: Path) -> None:
    write_root(folder, "public", small_city().people, demo="true")


def _no_authority(folder: Path) -> None:
    leaf = small_city().manager.certificate
    sha256 = leaf.fingerprint(hashes.SHA256()).hex()
    write_root(folder, "public", small_city().people, sha256=f'"{sha256}"')
    (folder / "roots" / "public.pem").write_bytes(leaf.public_bytes(Encoding.PEM))


def _unknown_use(folder: Path) -> None:
    write_root(folder, "public", small_city().people, uses='["everything"]')


def _no_roots_for_schools(folder: Path) -> None:
    (folder / "roots" / "official.toml").unlink()


def _private_key(folder: Path) -> None:
    (folder / "status.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\n")


def _no_file(folder: Path) -> None:
    (folder / "status.pem").unlink()


def _rsa_capsule(folder: Path) -> None:
    (folder / "capsule.pem").write_bytes(small_city().school.certificate.public_bytes(Encoding.PEM))


def _withdrawn(folder: Path) -> None:
    text = (folder / "trust.toml").read_text()
    (folder / "trust.toml").write_text(text.replace('"status.pem"', '"status.pem"\nwithdrawn = 2026-06-01'))


def _twice(folder: Path) -> None:
    (folder / "trust.toml").write_text(trust_toml(more='[[keys]]\npurpose = "status"\ncertificate = "status.pem"\n'))


def _without_zone(folder: Path) -> None:
    (folder / "trust.toml").write_text(trust_toml(until="2030-12-31T00:00:00"))


def _no_toml(folder: Path) -> None:
    (folder / "trust.toml").write_text("[department")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_without_source, "trust_root_without_source"),
        (_in_the_future, "trust_root_without_source"),
        (_other_fingerprint, "trust_root_fingerprint"),
        (_of_a_demo, "trust_root_of_demo"),
        (_no_authority, "trust_root_no_authority"),
        (_unknown_use, "trust_file_malformed"),
        (_no_roots_for_schools, "trust_roots_missing"),
        (_private_key, "trust_certificate_refused"),
        (_no_file, "trust_file_unreadable"),
        (_rsa_capsule, "trust_key_kind"),
        (_withdrawn, "trust_key_missing"),
        (_twice, "trust_key_twice"),
        (_without_zone, "trust_time_malformed"),
        (_no_toml, "trust_file_malformed"),
    ],
)
def test_folder_that_may_not_be_signed_is_refused_by_name(folder: Path, change: Change, reason: str) -> None:
    change(folder)
    with pytest.raises(TrustFolderError, match=reason):
        read_trust_folder(folder, now=NOW)
    assert reason in catalogue("vi")


def test_authority_that_has_ended_is_refused(folder: Path) -> None:
    longer = trust_toml().replace('.pem"\n', '.pem"\nuntil = 2040-01-01\n')
    (folder / "trust.toml").write_text(longer)
    with pytest.raises(TrustFolderError, match="trust_root_ended"):
        read_trust_folder(folder, now=datetime(2030, 1, 1, tzinfo=UTC))


def test_demos_authority_may_be_signed_for_a_demo(folder: Path) -> None:
    _of_a_demo(folder)
    assert any(root.demo for root in read_trust_folder(folder, demo_accepted=True, now=NOW).trusted_roots())


@pytest.mark.parametrize("password", [None, "another"])
def test_trust_key_opens_with_its_password_only(password: str | None) -> None:
    pem, _ = new_trust_key("mật khẩu")
    with pytest.raises(TrustFolderError, match="trust_key_unreadable"):
        load_trust_key(pem, password)
