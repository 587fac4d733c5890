"""The fourth form in which cards come: a zip of them. Nothing is written to disk; one member is unpacked at a time.

What is wrong with the archive itself (no zip, too many members, more inside than any honest one has) refuses all of it:
``ArchiveRefusedError``. What is wrong with one member is that member's own verdict, and the others are checked. Names
inside an archive are its maker's words: they never become paths, and what is shown of them is made safe.
"""

import lzma
import os
import stat
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO, ClassVar
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from msgspec import Struct

from verifier.errors import VerifierError
from verifier.verdict import Facts, InputKind, LineName, Outcome, Verdict, reach_verdict
from verifier.verify import MAX_INPUT_BYTES

MAX_ARCHIVE_BYTES = 100_000_000
"""500 cards of 150 KB fit, photos of a class too."""
MAX_MEMBERS = 500
"""A school's grade; a larger admission sends several."""
MAX_UNPACKED_BYTES = 500_000_000
"""PDFs and photos hardly shrink, so an honest archive unpacks to little more than itself."""
MAX_RATIO = 100
"""Of a member's bytes to those it takes in the archive: XML shrinks to a tenth; deflate goes to a thousandth."""
MIN_BYTES_FOR_RATIO = 100_000
"""What unpacks to less is no bomb, whatever its ratio."""
MAX_DIRECTORY_BYTES = 1_000 * MAX_MEMBERS
"""Of the archive's table of contents: names of a few hundred bytes. Read whole, so limited before it is."""
MAX_NAME_CHARACTERS = 200

_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_END = struct.Struct("<4s4H2LH")
_END_MARK, _LONGEST_COMMENT = b"PK\x05\x06", 65_535
_ZIP64_MARK, _ZIP64_BYTES = b"PK\x06\x07", 20
_END_WITHIN = _ZIP64_BYTES + _END.size + _LONGEST_COMMENT
_ENCRYPTED = 0x1 | 0x40
"""Bits of the general purpose flag (APPNOTE 4.4.4): encrypted, strongly encrypted."""
_NO_CARDS = frozenset({"thumbs.db", "desktop.ini"})
"""What file managers leave behind; names that begin with a dot, and Apple's ``__MACOSX``, are of that kind too."""
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What ``zipfile`` raises on hostile archives."""


class ArchiveRefusedError(VerifierError):
    """Not one member of this archive is looked at; whoever made it has to make it anew."""

    code: ClassVar[str] = "archive_malformed"


class Member(Struct, frozen=True):
    """One file of an archive, unpacked."""

    name: str
    """Safe to show and to write into a table; not unique if the archive's own names are not."""
    data: bytes
    """At most one byte more than any input may have; empty when there is a problem."""
    problem: str | None = None
    """Code of why it was not unpacked."""


def verdict_of_problem(problem: str, *, now: datetime) -> Verdict:
    """The verdict on a member that is not unpacked: there is no card to read."""
    facts = Facts(InputKind.UNKNOWN)
    facts.note(problem, LineName.INTACT, Outcome.UNREADABLE)
    return reach_verdict(facts, now=now)


class Archive:
    """An archive whose table of contents was read; members are unpacked one at a time."""

    def __init__(self, open_file: Callable[[], BinaryIO]) -> None:
        """Read the table of contents. The file is opened anew for each member, so that none stays open.

        Raises:
            ArchiveRefusedError: ``archive_malformed``, ``archive_zip64``, ``archive_too_large``,
                ``archive_too_many_members``, ``archive_unpacks_too_large`` or ``archive_empty``.
        """
        self._open_file = open_file
        try:
            with open_file() as file:
                entries = _read_contents(file)
        except _BROKEN as error:
            raise ArchiveRefusedError from error
        self._times = Counter(info.filename for info in entries)
        self._members = [info for info in entries if not info.is_dir() and not _is_left_behind(info)]
        if len(self._members) > MAX_MEMBERS:
            raise ArchiveRefusedError("archive_too_many_members", limit=MAX_MEMBERS)
        if sum(info.file_size for info in self._members) > MAX_UNPACKED_BYTES:
            raise ArchiveRefusedError("archive_unpacks_too_large", limit=MAX_UNPACKED_BYTES)
        if not self._members:
            raise ArchiveRefusedError("archive_empty")

    def __len__(self) -> int:
        """How many members there are to check."""
        return len(self._members)

    def names(self) -> list[str]:
        """Safe names, in the archive's order."""
        return [safe_name(info.filename) for info in self._members]

    def unpack(self, index: int) -> Member:
        """One member, counted from 0."""
        info = self._members[index]
        name = safe_name(info.filename)
        problem = self._problem_of(info)
        if problem is not None:
            return Member(name, b"", problem)
        try:
            with self._open_file() as whole, ZipFile(whole) as archive, archive.open(info) as file:
                data = file.read(MAX_INPUT_BYTES + 1)  # at the member's end its checksum is compared
        except _BROKEN:
            return Member(name, b"", "archive_member_damaged")
        if is_archive(data):
            return Member(name, b"", "archive_nested")
        return Member(name, data)

    def _problem_of(self, info: ZipInfo) -> str | None:
        """What the table of contents says against a member."""
        if self._times[info.filename] > 1:
            return "archive_name_repeated"
        if info.flag_bits & _ENCRYPTED:
            return "archive_member_encrypted"
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            return "archive_member_unsupported"
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            return "archive_member_no_file"
        if info.file_size > MIN_BYTES_FOR_RATIO and info.file_size > MAX_RATIO * info.compress_size:
            return "archive_member_bomb"
        return None


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip does; office documents are zips too."""
    return data.startswith(_MARKS)


def visible(name: str) -> str:
    """A name without what nobody sees: line ends, a terminal's commands, directions, bytes that are no text."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter)[0] == "C" else letter for letter in name)


def safe_name(name: str) -> str:
    """A member's name as it may be shown: no steps upwards, no drive, no control or direction characters, not long."""
    parts = [part.strip() for part in visible(name).replace("\\", "/").split("/")]
    kept = [part for part in parts if part not in {"", ".", ".."} and not part.endswith(":")]
    return "/".join(kept)[-MAX_NAME_CHARACTERS:] or "?"


def _is_left_behind(info: ZipInfo) -> bool:
    parts = info.filename.replace("\\", "/").split("/")
    last = parts[-1]
    return parts[0] == "__MACOSX" or (last.startswith(".") and last not in {".", ".."}) or last.lower() in _NO_CARDS


def _read_contents(file: BinaryIO) -> list[ZipInfo]:
    size = file.seek(0, os.SEEK_END)
    if size > MAX_ARCHIVE_BYTES:
        raise ArchiveRefusedError("archive_too_large", limit=MAX_ARCHIVE_BYTES)
    file.seek(max(0, size - _END_WITHIN))
    _check_end(file.read())
    with ZipFile(file) as archive:
        return archive.infolist()


def _check_end(tail: bytes) -> None:
    """Refuse by the last record what would cost too much to read: ``zipfile`` reads all of the table it points at.

    The record is looked for where ``zipfile`` looks for it. ZIP64 has a second one with sizes of its own, and nobody
    needs it below 4 GB.
    """
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != _END_MARK or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveRefusedError
    if tail[max(0, at - _ZIP64_BYTES) : at].startswith(_ZIP64_MARK):
        raise ArchiveRefusedError("archive_zip64")
    _, _, _, _, members, directory_bytes, _, _ = _END.unpack_from(tail, at)
    if members > 2 * MAX_MEMBERS or directory_bytes > MAX_DIRECTORY_BYTES:  # folders are members too
        raise ArchiveRefusedError("archive_too_many_members", limit=MAX_MEMBERS)
