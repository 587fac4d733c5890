"""Lists kept on disk, with the highest sequence number seen of each, so that an old list stays refused after a restart.

A list is taken in if it verifies against the trust anchor, and against the trust list at hand, and is not older than
any seen before; otherwise the kept one goes on serving until its own end, and ``problems`` says what was wrong. With no
network the kept lists are all there is: they may be stale, which the verdict says.
"""

import logging
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import msgspec

from verifier.errors import ListError
from verifier.list_source import ListSource, is_list_name, max_bytes_of
from verifier.registry import SUBJECT as REGISTRY
from verifier.registry import verify_school_registry
from verifier.sealed_lists import SealedLists
from verifier.signed_list import ListHeader
from verifier.status import status_subject, verify_status_list
from verifier.trust import SUBJECT as TRUST
from verifier.trust import TrustList, verify_trust_list

REFRESH_AFTER = timedelta(minutes=5)
"""A withdrawal is known here at the latest after this and the list's own delay."""
RETRY_AFTER = timedelta(seconds=30)
"""When the source did not answer: soon, but not with every card."""
ANCHOR_DIGITS_IN_NAME = 16

_logger = logging.getLogger(__name__)


class ListCache:
    """Lists of one trust anchor. May be shared by threads; several processes may share the folder."""

    def __init__(
        self,
        *,
        trust_anchor: str,
        source: ListSource | None,
        folder: Path | None,
        refresh_after: timedelta = REFRESH_AFTER,
    ) -> None:
        """``source`` None means no network: only what ``folder`` keeps is used. ``folder`` None keeps nothing."""
        self._trust_anchor = trust_anchor.lower()
        self._source = source
        self._folder = None if folder is None else folder / self._trust_anchor[:ANCHOR_DIGITS_IN_NAME]
        self._refresh_after = refresh_after
        self._lock = threading.Lock()
        self._lists: dict[str, bytes] = {}
        self._sequences: dict[str, int] = {}
        self._refreshed_at: datetime | None = None
        self._reachable = True
        self._problems: dict[str, str] = {}
        self._not_there: set[str] = set()
        """Asked for since the last refresh, in vain: a stranger may name any year, and each would be a fetch."""

    @property
    def problems(self) -> Mapping[str, str]:
        """By list name, the code of what kept the newest one from being taken in."""
        return MappingProxyType(dict(self._problems))

    def current(self, now: datetime) -> SealedLists:
        """The lists to check with, refreshed if that is due. Never raises: a list that is not there is not there."""
        with self._lock:
            patience = self._refresh_after if self._reachable else min(self._refresh_after, RETRY_AFTER)
            if self._refreshed_at is None or abs(now - self._refreshed_at) >= patience:
                self._refresh(now)
            problem = self._problems.get(TRUST)
            return SealedLists.by_name(self._trust_anchor, self._lists, trust_problem=problem)

    def add_status(self, school_year: str, now: datetime) -> bool:
        """Fetch one more school year's status list; says whether it is at hand now."""
        name = status_subject(school_year)
        with self._lock:
            if name not in self._lists and name not in self._not_there and is_list_name(name):
                trust = self._trust(now)
                if trust is not None:
                    self._take_newest(name, trust, now)
                if name not in self._lists:
                    self._not_there.add(name)
            return name in self._lists

    def _refresh(self, now: datetime) -> None:
        first = self._refreshed_at is None
        self._refreshed_at = now
        self._reachable = True
        self._problems.clear()
        self._not_there.clear()
        if first:
            self._sequences = self._load_sequences()
        self._take_newest(TRUST, None, now)
        trust = self._trust(now)
        if trust is None:
            self._lists.clear()
            return
        years = set(self._kept_years()) | set(self._source.known_years() if self._source else ())
        # What is at hand stays so, also where nothing is kept on disk.
        statuses = {status_subject(year) for year in years} | (set(self._lists) - {TRUST, REGISTRY})
        for name in (REGISTRY, *sorted(statuses)):
            self._take_newest(name, trust, now)

    def _trust(self, now: datetime) -> TrustList | None:
        data = self._lists.get(TRUST)
        try:
            return None if data is None else verify_trust_list(data, expected_trust_anchor=self._trust_anchor, now=now)
        except ListError:
            return None  # the clock was put back before the list's issue

    def _take_newest(self, name: str, trust: TrustList | None, now: datetime) -> None:
        """Take in what the source has; where that fails, what is kept, as long as it still verifies."""
        kept = self._lists.pop(name, None) or self._load(name)
        try:
            fetched = self._source.fetch(name) if self._source is not None and self._reachable else None
            if fetched is not None:
                self._take(name, fetched, self._verify(name, fetched, trust, now))
                return
        except ListError as error:
            self._note_problem(name, error)
        if kept is not None:
            try:
                self._verify(name, kept, trust, now)
                self._lists[name] = kept
            except ListError as error:
                self._note_problem(name, error)

    def _verify(self, name: str, data: bytes, trust: TrustList | None, now: datetime) -> ListHeader:
        seen = self._sequences.get(name)
        if trust is None:
            anchor = self._trust_anchor
            return verify_trust_list(data, expected_trust_anchor=anchor, stored_sequence=seen, now=now).header
        if name == REGISTRY:
            return verify_school_registry(data, trust=trust, stored_sequence=seen, now=now).header
        year = name.rpartition("/")[2]
        return verify_status_list(data, trust=trust, expected_school_year=year, stored_sequence=seen, now=now).header

    def _take(self, name: str, data: bytes, header: ListHeader) -> None:
        self._lists[name] = data
        self._sequences[name] = header.sequence
        if self._folder is None:
            return
        try:
            _write(self._folder / name, data)
            # Another process may have seen newer ones in the meantime.
            merged = {n: max(s, self._sequences.get(n, 0)) for n, s in self._load_sequences().items()}
            _write(self._folder / "sequences.json", msgspec.json.encode({**self._sequences, **merged}))
        except OSError as error:
            # A read-only machine can still check; it only forgets.
            _logger.warning("lists cannot be kept: %s", type(error).__name__)

    def _note_problem(self, name: str, error: ListError) -> None:
        self._problems[name] = error.reason
        # A dead network is found out once, not again for every list while a card waits.
        self._reachable = self._reachable and error.reason != "list_unreachable"
        _logger.warning("list %s not taken in: %s", name, error.reason)

    def _load(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        return data if len(data) <= max_bytes_of(name) else None

    def _load_sequences(self) -> dict[str, int]:
        if self._folder is None:
            return {}
        try:
            return msgspec.json.decode((self._folder / "sequences.json").read_bytes(), type=dict[str, int])
        except (OSError, msgspec.DecodeError):
            return {}

    def _kept_years(self) -> list[str]:
        if self._folder is None:
            return []
        folder = self._folder / status_subject("")
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        return [name for name in names if is_list_name(status_subject(name))]


def _write(path: Path, data: bytes) -> None:
    """All or nothing: a reader never meets half a list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
