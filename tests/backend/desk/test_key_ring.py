from contextlib import closing
from pathlib import Path

import pytest

from backend.desk.key_ring import CityKeyRing, FileKeyRing
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import save_key_file
from backend.signing.key_settings import HsmSettings, Mode
from backend.signing.pkcs11_keys import HsmSigningKey
from backend.signing.pkcs11_token import HsmToken
from tests.backend.hsm_city import save_certificate
from tests.backend.signing.remote_signing_service import RemoteSigningService
from tests.backend.soft_hsm import TOKEN, SoftHsm
from tests.verifier.small_city import small_city


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = small_city().teacher
    for name in ("keys/schools/teacher.pem", "outside.pem"):
        save_key_file(tmp_path / name, key._private_key, key.certificate)
    return tmp_path / "keys"


def test_a_key_is_opened_once_and_kept(folder: Path) -> None:
    ring = FileKeyRing(folder, mode=Mode.DEMO)
    key = ring.open_key("file:schools/teacher.pem")
    assert key.certificate == small_city().teacher.certificate
    (folder / "schools" / "teacher.pem").unlink()
    assert ring.open_key("file:schools/teacher.pem") is key


def test_production_opens_no_file(folder: Path) -> None:
    with pytest.raises(KeyRefusedError, match="demo_keys_refused"):
        FileKeyRing(folder, mode=Mode.PRODUCTION).open_key("file:schools/teacher.pem")


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("file:../outside.pem", "key_reference_unknown"),
        ("file:schools/../../outside.pem", "key_reference_unknown"),
        ("file:/etc/hostname", "key_reference_unknown"),
        ("csc:credential", "key_reference_unknown"),
        ("schools/teacher.pem", "key_reference_unknown"),
        ("", "key_reference_unknown"),
        ("file:", "key_file_missing"),
        ("file:schools/nobody.pem", "key_file_missing"),
    ],
)
def test_nothing_but_files_below_the_key_folder_is_opened(folder: Path, reference: str, code: str) -> None:
    with pytest.raises(KeyRefusedError, match=code):
        FileKeyRing(folder, mode=Mode.DEMO).open_key(reference)


@pytest.fixture
def hsm(soft_hsm: SoftHsm, tmp_path: Path) -> HsmSettings:
    school = small_city().school
    label = f"{tmp_path.name}-school"
    soft_hsm.add_key(label, school._private_key)
    save_certificate(tmp_path / f"{label}.pem", school.certificate)
    return HsmSettings(
        module=soft_hsm.module,
        token_label=TOKEN,
        pin_file=soft_hsm.pin_file,
        certificates=tmp_path,
        labels={"pdf_seal": "pdf-seal"},
    )


def test_a_school_key_in_the_hsm_is_opened_once_in_production(folder: Path, hsm: HsmSettings) -> None:
    ring = CityKeyRing(folder, mode=Mode.PRODUCTION, hsm=hsm, csc=None)
    reference = f"pkcs11:{hsm.certificates.name}-school"
    key = ring.open_key(reference)
    assert key.certificate == small_city().school.certificate
    assert ring.open_key(reference) is key
    with pytest.raises(KeyRefusedError, match="demo_keys_refused"):
        ring.open_key("file:schools/teacher.pem")


def test_a_person_key_is_opened_at_the_remote_signing_service(folder: Path, hsm: HsmSettings, tmp_path: Path) -> None:
    label = f"{hsm.certificates.name}-school"
    token = HsmToken(hsm.module, label=hsm.token_label, pin_file=hsm.pin_file)
    held = HsmSigningKey.from_file(token, label=label, certificate_file=hsm.certificates / f"{label}.pem")
    with (
        RemoteSigningService({"gv-hang": held}) as remote,
        closing(CityKeyRing(folder, mode=Mode.DEMO, hsm=None, csc=remote.settings(tmp_path))) as ring,
    ):
        key = ring.open_key("csc:gv-hang")
        assert key.certificate == held.certificate
        assert ring.open_key("csc:gv-hang") is key
        assert ring.open_key("file:schools/teacher.pem").certificate == small_city().teacher.certificate


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("pkcs11:pdf-seal", "key_reference_unknown"),
        ("pkcs11:../outside", "key_reference_unknown"),
        ("pkcs11:", "key_reference_unknown"),
        ("pkcs11:nobody", "certificate_file_missing"),
        ("csc:gv-hang", "remote_not_configured"),
        ("usb:1", "key_reference_unknown"),
    ],
)
def test_other_references_open_nothing(folder: Path, hsm: HsmSettings, reference: str, code: str) -> None:
    with pytest.raises(KeyRefusedError, match=code):
        CityKeyRing(folder, mode=Mode.PRODUCTION, hsm=hsm, csc=None).open_key(reference)


def test_without_an_hsm_no_key_is_opened_in_one(folder: Path) -> None:
    with pytest.raises(KeyRefusedError, match="hsm_not_configured"):
        CityKeyRing(folder, mode=Mode.PRODUCTION, hsm=None, csc=None).open_key("pkcs11:school")
