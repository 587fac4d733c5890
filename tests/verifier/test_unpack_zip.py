"""Archives that strangers made: what refuses all of one, and what only costs a member."""

import random
import zipfile
from datetime import UTC, datetime
from functools import partial
from io import BytesIO

import pytest

from tests.verifier import zips
from verifier.unpack_zip import (
    MAX_ARCHIVE_BYTES,
    MAX_MEMBERS,
    Archive,
    ArchiveRefusedError,
    is_archive,
    safe_name,
    verdict_of_problem,
)
from verifier.verdict import Outcome
from verifier.verify import MAX_INPUT_BYTES

PDF = b"%PDF-1.7 a card"


def members_of(data: bytes) -> list[tuple[str, bytes, str | None]]:
    archive = Archive(lambda: BytesIO(data))
    members = [archive.unpack(index) for index in range(len(archive))]
    return [(member.name, member.data, member.problem) for member in members]


def test_files_come_in_the_archives_order_and_folders_do_not_count() -> None:
    data = zips.zip_of({"lop 4A/": b"", "lop 4A/b.pdf": PDF, "lop 4A/a.xml": b"<HOC_BA/>"})

    assert members_of(data) == [("lop 4A/b.pdf", PDF, None), ("lop 4A/a.xml", b"<HOC_BA/>", None)]
    assert Archive(lambda: BytesIO(data)).names() == ["lop 4A/b.pdf", "lop 4A/a.xml"]


def test_what_file_managers_leave_behind_is_passed_over() -> None:
    data = zips.zip_of({"__MACOSX/._a.pdf": b"x", "a.pdf": PDF, ".DS_Store": b"x", "x/Thumbs.db": b"x"})

    assert members_of(data) == [("a.pdf", PDF, None)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "archive_malformed"),
        (PDF, "archive_malformed"),
        (b"PK\x03\x04" + bytes(99), "archive_malformed"),
        (zips.zip_of({"a.pdf": PDF})[:-5], "archive_malformed"),
        (zips.zip_of({}), "archive_empty"),
        (zips.zip_of({"a/": b""}), "archive_empty"),
        (zips.zip_of({f"{n}.txt": b"" for n in range(MAX_MEMBERS + 1)}), "archive_too_many_members"),
        (zips.zip_of({f"{n}.txt": b"" for n in range(3 * MAX_MEMBERS)}), "archive_too_many_members"),
        (zips.with_zip64_end(zips.zip_of({"a.pdf": PDF})), "archive_zip64"),
        (zips.zip_of({f"{n}.txt": bytes(20_000_000) for n in range(26)}), "archive_unpacks_too_large"),
        (bytes(MAX_ARCHIVE_BYTES + 1), "archive_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_archive_that_is_no_honest_one_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(ArchiveRefusedError, match=code):
        Archive(lambda: BytesIO(data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zips.with_flag(zips.zip_of({"a.pdf": PDF}), 0x1), "archive_member_encrypted"),
        (zips.with_repeated_name("a.pdf", PDF, PDF), "archive_name_repeated"),
        (zips.with_link("a.pdf", "/etc/passwd"), "archive_member_no_file"),
        (zips.with_method("a.pdf", PDF, zipfile.ZIP_LZMA), "archive_member_unsupported"),
        (zips.with_method("a.pdf", PDF, zipfile.ZIP_BZIP2), "archive_member_unsupported"),
        (zips.zip_of({"a.pdf": bytes(1_000_000)}), "archive_member_bomb"),
        (zips.zip_of({"a.zip": zips.zip_of({"b.pdf": PDF})}), "archive_nested"),
        (zips.zip_of({"a.pdf": PDF}, stored=True).replace(PDF, PDF.upper()), "archive_member_damaged"),
        (zips.zip_of({"a.pdf": PDF}).replace(b"a.pdf", b"b.pdf", 1), "archive_member_damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_defect_of_one_member_is_its_own(data: bytes, code: str) -> None:
    assert {(unpacked, problem) for _, unpacked, problem in members_of(data)} == {(b"", code)}
    assert verdict_of_problem(code, now=datetime.now(UTC)).verdict is Outcome.UNREADABLE


def test_the_other_members_of_an_archive_with_a_bad_one_are_unpacked() -> None:
    data = zips.zip_of({"bomb.pdf": bytes(1_000_000), "good.pdf": PDF})

    assert [problem for _, _, problem in members_of(data)] == ["archive_member_bomb", None]


def test_a_member_is_not_unpacked_beyond_the_largest_input() -> None:
    noise = random.Random(1).randbytes(MAX_INPUT_BYTES + 1_000)  # noqa: S311  # bytes that do not shrink

    ((_, data, problem),) = members_of(zips.zip_of({"a.pdf": noise}, stored=True))

    assert (data, problem) == (noise[: MAX_INPUT_BYTES + 1], None)


def test_a_size_that_is_understated_ends_as_damage() -> None:
    data = bytearray(zips.zip_of({"a.pdf": bytes(1_000_000)}))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (500).to_bytes(4, "little")

    assert [problem for _, _, problem in members_of(bytes(data))] == ["archive_member_damaged"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lop/a.pdf", "lop/a.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\a.pdf", "Users/a.pdf"),
        ("a\u202efdp.exe", "a\ufffdfdp.exe"),
        ("a\nb\x1b[31m.pdf", "a\ufffdb\ufffd[31m.pdf"),
        ("..", "?"),
        ("", "?"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
        ("Nguyễn Thị Ữ.pdf", "Nguyễn Thị Ữ.pdf"),
    ],
)
def test_names_are_shown_without_their_tricks(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def test_an_archive_is_known_by_its_first_bytes() -> None:
    assert is_archive(zips.zip_of({"a.pdf": PDF}))
    assert is_archive(zips.zip_of({}))
    assert not is_archive(PDF)


def test_random_damage_ends_in_a_refusal_or_a_problem() -> None:
    whole = zips.zip_of({"a.pdf": PDF * 30, "b/c.xml": b"<x/>" * 50})
    chance = random.Random(5)  # noqa: S311  # the same damage again
    for _ in range(2_000):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            archive = Archive(partial(BytesIO, bytes(data)))
            for index in range(len(archive)):
                archive.unpack(index)
        except ArchiveRefusedError:
            continue
