from pathlib import Path

from tests.vectors.build_vectors import FOLDER, build


def test_the_script_still_yields_the_files_byte_for_byte() -> None:
    expected = build()
    found = {
        str(path.relative_to(FOLDER)): path.read_bytes() for path in (*FOLDER.glob("*/*.json"), *FOLDER.glob("*/*.pdf"))
    }
    assert sorted(found) == sorted(expected)
    assert [path for path, content in expected.items() if found[path] != content] == []


def test_no_vector_holds_a_secret_key() -> None:
    secret = (0x686F6362615F766563746F72735F6F6E6C79).to_bytes(32)
    assert not any(secret.hex() in Path(path).read_text() for path in FOLDER.glob("*/*.json"))
