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
from msgspec import Struct

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
ADD_PATIENCE_SECONDS = 3.0
"""With somebody else's fetch, before a check goes on without the list it lacks."""
ANCHOR_DIGITS_IN_NAME = 16

_logger = logging.getLogger(__name__)
problems_logger = logging.getLogger(f"{__name__}.problems")
"""For a service's log; whoever says ``problems`` in sentences turns it off."""


class ListState(Struct, frozen=True):
    """One list as it is at hand."""

    name: str
    sequence: int
    issued_at: datetime
    expires_at: datetime


class ListCache:
    """Lists of one trust anchor. May be shared by threads; several processes may share the folder."""

    def __init__(
        self,
        *,
        trust_anchor: str,
        source: ListSource | None,
        folder: Path | None,
        refresh_after: timedelta | None = REFRESH_AFTER,
    ) -> None:
        """A cache without lists.

        Args:
            trust_anchor: what the trust list is checked against.
            source: where lists come from; None means no network: only what ``folder`` keeps is used.
            folder: where they are kept; None keeps nothing.
            refresh_after: a reader waits for a refresh when the last one is so old; None leaves it to whoever calls
                ``refresh``, and no reader ever waits (``list_refresher``).
        """
        self._trust_anchor = trust_anchor.lower()
        self._source = source
        self._folder = None if folder is None else folder / self._trust_anchor[:ANCHOR_DIGITS_IN_NAME]
        self._refresh_after = refresh_after
        self._fetching = threading.Lock()
        """Held by whoever fetches. Readers do not need it: what they read is replaced whole."""
        self._lists: Mapping[str, tuple[bytes, ListHeader]] = MappingProxyType({})
        self._sequences: dict[str, int] = {}
        self._refreshed_at: datetime | None = None
        self._reachable = True
        self._problems: Mapping[str, str] = MappingProxyType({})
        self._not_there: frozenset[str] = frozenset()
        """Asked for since the last refresh, in vain: a stranger may name any year, and each would be a fetch."""

    @property
    def problems(self) -> Mapping[str, str]:
        """By list name, the code of what kept the newest one from being taken in."""
        return self._problems

    @property
    def states(self) -> tuple[ListState, ...]:
        """The lists at hand."""
        lists = sorted(self._lists.items())
        return tuple(ListState(name, head.sequence, head.issued_at, head.expires_at) for name, (_, head) in lists)

    def current(self, now: datetime) -> SealedLists:
        """The lists to check with. Never raises: a list that is not there is not there."""
        if self._refresh_after is not None:
            with self._fetching:
                patience = self._refresh_after if self._reachable else min(self._refresh_after, RETRY_AFTER)
                if self._refreshed_at is None or abs(now - self._refreshed_at) >= patience:
                    self._refresh(now)
        served = {name: data for name, (data, _) in self._lists.items()}
        return SealedLists.by_name(self._trust_anchor, served, trust_problem=self._problems.get(TRUST))

    def refresh(self, now: datetime) -> bool:
        """Fetch every list; says whether the source answered with lists that could be taken in."""
        with self._fetching:
            self._refresh(now)
            return not self._problems

    def add_status(self, school_year: str, now: datetime) -> bool:
        """Fetch one more school year's status list; says whether it is at hand now."""
        name = status_subject(school_year)
        if name in self._lists or name in self._not_there or not is_list_name(name):
            return name in self._lists
        if not self._fetching.acquire(timeout=ADD_PATIENCE_SECONDS):
            return False
        try:
            trust = self._trust(now)
            problems = dict(self._problems)
            found = None if trust is None else self._newest(name, trust, now, problems)
            self._problems = MappingProxyType(problems)
            if found is None:
                self._not_there |= {name}
            else:
                self._lists = MappingProxyType({**self._lists, name: found})
            return found is not None
        finally:
            self._fetching.release()

    def _refresh(self, now: datetime) -> None:
        if self._refreshed_at is None:
            self._sequences = self._load_sequences()
        self._refreshed_at = now
        self._reachable = True
        problems: dict[str, str] = {}
        lists = {TRUST: found} if (found := self._newest(TRUST, None, now, problems)) is not None else {}
        if lists:
            trust = self._trust(now, lists[TRUST][0])
            years = set(self._kept_years()) | set(self._source.known_years() if self._source else ())
            # What is at hand stays so, also where nothing is kept on disk.
            statuses = {status_subject(year) for year in years} | (set(self._lists) - {TRUST, REGISTRY})
            for name in (REGISTRY, *sorted(statuses)):
                if trust is not None and (found := self._newest(name, trust, now, problems)) is not None:
                    lists[name] = found
        self._lists, self._problems = MappingProxyType(lists), MappingProxyType(problems)
        self._not_there = frozenset()

    def _trust(self, now: datetime, data: bytes | None = None) -> TrustList | None:
        if data is None and TRUST in self._lists:
            data, _ = self._lists[TRUST]
        try:
            return None if data is None else verify_trust_list(data, expected_trust_anchor=self._trust_anchor, now=now)
        except ListError:
            return None  # the clock was put back before the list's issue

    def _newest(
        self, name: str, trust: TrustList | None, now: datetime, problems: dict[str, str]
    ) -> tuple[bytes, ListHeader] | None:
        """What the source has; where that fails, what is kept, as long as it still verifies."""
        kept = self._kept(name, trust, now)
        try:
            fetched = self._source.fetch(name) if self._source is not None and self._reachable else None
            if fetched is not None:
                header = self._verify(name, fetched, trust, now)
                self._keep(name, fetched, header)
                return fetched, header
        except ListError as error:
            self._note_problem(name, error, problems)
        if isinstance(kept, ListError):
            self._note_problem(name, kept, problems)
            return None
        return kept

    def _kept(self, name: str, trust: TrustList | None, now: datetime) -> tuple[bytes, ListHeader] | ListError | None:
        """What is at hand, else on disk. Its number counts as seen, also if the file of the numbers was lost."""
        data = self._lists[name][0] if name in self._lists else self._load(name)
        if data is None:
            return None
        try:
            header = self._verify(name, data, trust, now)
        except ListError as error:
            return error
        self._sequences[name] = max(header.sequence, self._sequences.get(name, 0))
        return data, header

    def _verify(self, name: str, data: bytes, trust: TrustList | None, now: datetime) -> ListHeader:
        seen = self._sequences.get(name)
        if trust is None:
            anchor = self._trust_anchor
            return verify_trust_list(data, expected_trust_anchor=anchor, stored_sequence=seen, now=now).header
        if name == REGISTRY:
            return verify_school_registry(data, trust=trust, stored_sequence=seen, now=now).header
        year = name.rpartition("/")[2]
        return verify_status_list(data, trust=trust, expected_school_year=year, stored_sequence=seen, now=now).header

    def _keep(self, name: str, data: bytes, header: ListHeader) -> None:
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

    def _note_problem(self, name: str, error: ListError, problems: dict[str, str]) -> None:
        problems.setdefault(name, error.reason)
        # A dead network is found out once, not again for every list while a card waits.
        self._reachable = self._reachable and error.reason != "list_unreachable"
        problems_logger.warning("list %s not taken in: %s", name, error.reason)

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
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # or a power cut could leave an empty file under the new name
    temporary.replace(path)
