import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.archive.objects import ObjectDamagedError, Objects, ObjectStoreError, pdf_object_name, xml_object_name

ROOT = Path(__file__).parents[3]
CONTENT = b"<HOC_BA/>"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects((tmp_path / "objects").as_uri())


def test_bytes_come_back_as_they_were(objects: Objects) -> None:
    objects.put(xml_object_name(DIGEST), CONTENT)
    objects.settle([xml_object_name(DIGEST)])
    assert objects.get(xml_object_name(DIGEST), expected_sha256=DIGEST) == CONTENT


def test_object_is_replaced_whole(objects: Objects) -> None:
    objects.put("pdf/a.pdf", b"first, and longer")
    objects.put("pdf/a.pdf", CONTENT)
    assert objects.get("pdf/a.pdf", expected_sha256=DIGEST) == CONTENT


def test_changed_byte_is_noticed(objects: Objects, tmp_path: Path) -> None:
    objects.put("xml/a.xml", CONTENT)
    (tmp_path / "objects" / "xml" / "a.xml").write_bytes(b"<HOC_BB/>")
    with pytest.raises(ObjectDamagedError, match="object_damaged"):
        objects.get("xml/a.xml", expected_sha256=DIGEST)


def test_missing_object_is_damage(objects: Objects) -> None:
    with pytest.raises(ObjectDamagedError, match="object_damaged"):
        objects.get("xml/none.xml", expected_sha256=DIGEST)


WRITER_KILLED_HALF_WAY = """
import resource, signal, sys
from backend.archive.objects import Objects
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
Objects(sys.argv[1]).put("pdf/a.pdf", bytes(200_000))
"""
"""The system kills it at the hundred-thousandth byte."""


def test_what_a_killed_writer_left_is_removed(objects: Objects, tmp_path: Path) -> None:
    folder = tmp_path / "objects" / "pdf"
    objects.put("pdf/a.pdf", CONTENT)
    writer = subprocess.run([sys.executable, "-c", WRITER_KILLED_HALF_WAY, objects.url], cwd=ROOT, check=False)
    assert writer.returncode == -signal.SIGXFSZ
    assert {path.name for path in folder.iterdir()} == {"a.pdf", "a.pdf#1"}
    (folder / "a.pdf#2").write_bytes(b"of a second kill")
    (folder / "b.pdf#1").write_bytes(b"of another card")
    objects.drop_unfinished("pdf/a.pdf")
    assert {path.name for path in folder.iterdir()} == {"a.pdf", "b.pdf#1"}
    assert objects.get("pdf/a.pdf", expected_sha256=DIGEST) == CONTENT


def test_folder_in_the_way_is_an_error_of_the_store(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "objects" / "xml").write_bytes(b"a file where a folder should be")
    with pytest.raises(ObjectStoreError, match="object_store_unavailable"):
        objects.put("xml/a.xml", CONTENT)
    with pytest.raises(ObjectStoreError, match="object_store_unavailable"):
        objects.settle(["nowhere/a.xml"])


def test_url_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ObjectStoreError, match="object_store_unavailable"):
        Objects("carrier-pigeon://loft")


def test_names_say_nothing_about_the_card() -> None:
    record_id = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
    assert record_id not in pdf_object_name(record_id)
    assert pdf_object_name(record_id) == pdf_object_name(record_id)
