import csv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from backend.cli import main
from backend.database import Database
from backend.department.roster_table import HEADER
from backend.signing.demo_revocation_lists import make_demo_lists
from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.file_keys import ORGANISATION_KEY_FILES, FileSigningKey, save_key_file
from tests.backend.certificates.test_trust_folder import write_root
from tests.backend.hsm_city import move_keys_into, save_certificate
from tests.backend.intake.sending import plain_list, signed_card
from tests.backend.signing.openssl_authority import WebServer
from tests.backend.soft_hsm import SoftHsm
from tests.backend.test_department_commands import ROW, Hocba, file_of, told
from tests.backend.working_city import WorkingCity
from tests.verifier.authority import FIRST_DAY, LAST_DAY, Authority
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    return WorkingCity(small_city(), database, tmp_path)


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str, **environment: str) -> Result:
        typed = "mật khẩu\nmật khẩu\n"
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=city.environment | environment, input=typed)

    return run


def test_production_is_opened_by_commands_alone_up_to_a_sealed_card_and_a_letter(
    hocba: Hocba, city: WorkingCity, soft_hsm: SoftHsm, tmp_path: Path
) -> None:
    """The steps of docs/operations.md, "Opening a city"; the department's keys lie in an HSM."""
    key, folder, signed = str(tmp_path / "trust.pem"), tmp_path / "trust", str(tmp_path / "list.cwt")
    with ExitStack() as services:
        seal = services.enter_context(_listed_key(city, city.small.schools, "Dấu học bạ số"))
        stamp = services.enter_context(_listed_key(city, city.small.timestamps, "Dấu thời gian", timestamping=True))
        timestamps = services.enter_context(DemoTimestampServer(DemoTimestampAuthority(stamp, clock=lambda: NOW)))
        here = _keys_in_hsm(soft_hsm, city, seal) | {
            "HOCBA_MODE": "production",
            "HOCBA_SECRET": "0f" * 16,
            "HOCBA_TSA_URLS": timestamps.url,
            "HOCBA_TRUST_ANCHOR": told(hocba("trust", "new-key", key, "--json"))["trust_anchor"],
        }
        assert hocba("keys", "check", **here).exit_code == 0
        names = ("--code", "01", "--vi", "Sở Mẫu", "--en", "Sample")
        assert hocba("trust", "begin", str(folder), *names, **here).exit_code == 0
        assert 'public_url = "http' in (folder / "trust.toml").read_text()
        _name_authorities(folder, city, stamp)
        assert hocba("trust", "sign", str(folder), "--key", key, "--output", signed).exit_code == 0
        assert hocba("trust", "import", signed, **here).exit_code == 0
        _enter_schools_and_pupils(hocba, city, tmp_path, here)
        batch = file_of(tmp_path, "batch.xml", plain_list(signed_card(city, 1)))
        (answer,) = told(hocba("intake", batch, "--json", **here))["batches"]
        assert answer["accepted"] == 1, answer
        issued = hocba("issue", "--workers", "1", "--json", **here)
        assert (issued.exit_code, told(issued)["issued"]) == (0, 1)
    letters = tmp_path / "letters.csv"
    assert told(hocba("letters", SCHOOL_CODE, "--output", str(letters), "--json", **here))["letters"] == 1
    assert letters.stat().st_mode & 0o077 == 0
    (letter,) = csv.DictReader(letters.read_text("utf-8-sig").splitlines())
    assert (letter["child"], letter["guardian"]) == ("Nguyễn Ngọc Lan", "Trần Thị Mai")
    assert letter["address"].endswith(f"/kich-hoat#{letter['activation_code']}")


def _name_authorities(folder: Path, city: WorkingCity, stamp: FileSigningKey) -> None:
    """Each accepted authority, and the timestamp authority's own certificate, are written into the folder."""
    write_root(folder, "official", city.small.schools)
    write_root(folder, "public", city.small.people, uses='["people"]')
    write_root(folder, "timestamps", city.small.timestamps, uses='["timestamp"]')
    file_of(folder, "tsa.pem", stamp.certificate.public_bytes(Encoding.PEM))
    with (folder / "trust.toml").open("a", encoding="utf-8") as plan:
        plan.write('\n[[keys]]\npurpose = "timestamp"\ncertificate = "tsa.pem"\n')


def _enter_schools_and_pupils(hocba: Hocba, city: WorkingCity, tmp_path: Path, here: dict[str, str]) -> None:
    schools = file_of(tmp_path, "schools.csv", f"Mã trường;Tên trường\n{SCHOOL_CODE};Trường Tiểu học  Hoa Sen\n")
    assert told(hocba("school", "import", schools, "--json", **here)) == {"schools": 1}
    roster = file_of(tmp_path, "roster.csv", f"{HEADER}\n{ROW}\n")
    taken = told(hocba("roster", "import", SCHOOL_CODE, roster, "--json", **here))
    assert taken["outcomes"] == {"registered": 1}
    for role, signer in (("school", city.small.school), ("manager", city.small.manager)):
        file = file_of(tmp_path, f"{role}.pem", signer.certificate.public_bytes(Encoding.PEM))
        words = ("--role", role, "--kind", "USB_TOKEN", "--by", "Văn thư", "--json")
        registered = told(hocba("certificate", "register", SCHOOL_CODE, file, *words, **here))["registration_id"]
        approval = ("--by", "Phòng QLCL", "--from", "2026-05-01", "--json")
        assert told(hocba("certificate", "approve", registered, *approval, **here))["state"] == "approved"
    (listed,) = told(hocba("school", "list", "--json", **here))["schools"]
    assert listed["name"] == "Trường Tiểu học Hoa Sen"
    assert listed["approved"] == {"school": 1, "manager": 1}
    assert told(hocba("token", SCHOOL_CODE, "--system", "QLHS", "--json", **here))["token"]


@contextmanager
def _listed_key(
    city: WorkingCity, authority: Authority, name: str, *, timestamping: bool = False
) -> Iterator[FileSigningKey]:
    """A key whose certificate names its authority's revocation list, which is served meanwhile."""
    folder = city.folder / name
    save_key_file(folder / "authority-own.pem", authority.key, authority.certificate)
    (revocations,) = make_demo_lists(folder, now=NOW)
    with WebServer(lambda _: revocations) as server:
        key = ec.generate_private_key(ec.SECP256R1())
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(server.url)], None, None, None)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(authority.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(FIRST_DAY)
            .not_valid_after(LAST_DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        )
        if timestamping:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        yield FileSigningKey(key, builder.sign(authority.key, hashes.SHA256()), authority.certificate)


def _keys_in_hsm(soft_hsm: SoftHsm, city: WorkingCity, seal: FileSigningKey) -> dict[str, str]:
    settings = move_keys_into(soft_hsm, city)
    label = f"{city.folder.name}-seal"
    private_key = seal._private_key
    soft_hsm.add_key(label, private_key)
    save_certificate(Path(settings["HOCBA_PKCS11_CERTIFICATES"]) / ORGANISATION_KEY_FILES["pdf_seal"], seal.certificate)
    return settings | {"HOCBA_PKCS11_KEYS": f"{settings['HOCBA_PKCS11_KEYS']}, pdf_seal={label}"}
