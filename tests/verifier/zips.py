"""Zips as tests want them: good ones, and one for each way to be wrong."""

import stat
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO


def zip_of(members: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """An ordinary zip."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return output.getvalue()


def with_flag(data: bytes, bit: int) -> bytes:
    """The same with a bit set in the flags of every header."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags | bit)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def with_repeated_name(name: str, first: bytes, second: bytes) -> bytes:
    """Two members of one name, which ``zipfile`` only warns about."""
    other = chr(ord(name[0]) + 1) + name[1:]
    return zip_of({name: first, other: second}, stored=True).replace(other.encode(), name.encode())


def with_link(name: str, target: str) -> bytes:
    """A symbolic link."""
    output = BytesIO()
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(info, target)
    return output.getvalue()


def with_method(name: str, data: bytes, method: int) -> bytes:
    """A member that is compressed in another way."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        archive.writestr(name, data)
    return output.getvalue()


def with_zip64_end(data: bytes) -> bytes:
    """The same, with a ZIP64 record that speaks of a larger table of contents."""
    end = data.rfind(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, end, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return data[:end] + record + locator + data[end:]
