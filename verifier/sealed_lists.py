"""The lists as they were signed: what is fetched, kept on disk, and handed to a worker process."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from verifier.lists import Lists, verify_lists
from verifier.registry import SUBJECT as REGISTRY
from verifier.status import status_subject
from verifier.trust import SUBJECT as TRUST

_STATUS_PREFIX = status_subject("")


class SealedLists(Struct, frozen=True):
    """Bytes of the lists at hand, and the anchor that they are checked against. Nothing here is verified."""

    trust_anchor: str
    trust: bytes | None = None
    registry: bytes | None = None
    statuses: tuple[tuple[str, bytes], ...] = ()
    """School year and list; a tuple, so that equal lists are known to be equal."""
    trust_problem: str | None = None
    """Code of why there is no trust list, where more is known than that."""

    @classmethod
    def by_name(
        cls, trust_anchor: str, served: Mapping[str, bytes], *, trust_problem: str | None = None
    ) -> "SealedLists":
        """From the names under which lists are served: ``trust-list``, ``school-registry``, ``status-list/<year>``."""
        years = {name.removeprefix(_STATUS_PREFIX): name for name in sorted(served) if name.startswith(_STATUS_PREFIX)}
        return cls(
            trust_anchor=trust_anchor,
            trust=served.get(TRUST),
            registry=served.get(REGISTRY),
            statuses=tuple((year, served[name]) for year, name in years.items()),
            trust_problem=None if TRUST in served else trust_problem,
        )

    def served(self) -> Mapping[str, bytes]:
        """The lists by the names under which they are served."""
        lists = {status_subject(year): status for year, status in self.statuses}
        if self.trust is not None:
            lists[TRUST] = self.trust
        if self.registry is not None:
            lists[REGISTRY] = self.registry
        return MappingProxyType(lists)


def open_lists(sealed: SealedLists, *, now: datetime) -> Lists:
    """Verify the lists; the same bytes are verified once.

    Whoever fetched them has refused older ones than seen before, so no sequence is compared here.

    Raises:
        ListError: as ``verify_lists``.
    """
    if sealed.trust is None:
        return Lists()
    # A list that was not issued in the future once is not later on either, so the moment is no part of the key.
    return _verified(sealed, _Moment(now))


class _Moment:
    """A moment that any other equals, so that it does not count as a part of a cache's key."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Moment)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _verified(sealed: SealedLists, moment: _Moment) -> Lists:
    if sealed.trust is None:
        return Lists()
    return verify_lists(
        trust=sealed.trust,
        registry=sealed.registry,
        statuses=dict(sealed.statuses),
        expected_trust_anchor=sealed.trust_anchor,
        stored_sequences={},
        now=moment.now,
    ).lists
