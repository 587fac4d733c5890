"""A zip archive made while it is sent: in memory is one file at a time."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import RawIOBase

from verifier.vietnam_time import VIETNAM_TIME


class _Outbox(RawIOBase):
    """Takes what is written and hands it on; it cannot go back, so sizes stand behind each file."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self._waiting.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        content = b"".join(self._waiting)
        self._waiting.clear()
        return content


def zip_stream(files: Iterable[tuple[str, bytes]], *, now: datetime) -> Iterator[bytes]:
    """Pieces of a zip with these files, named and dated; the next file is asked for when the last one is sent."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, now.astimezone(VIETNAM_TIME).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            yield outbox.taken()
    yield outbox.taken()
