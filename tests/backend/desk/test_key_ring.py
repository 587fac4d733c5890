from pathlib import Path

import pytest

from backend.desk.key_ring import FileKeyRing
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import save_key_file
from backend.signing.key_settings import Mode
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
