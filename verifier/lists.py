"""The three kinds of list together: what a check needs to know of the world.

``verify_lists`` does no I/O: bytes in, lists or ``ListError`` out. Whoever keeps lists stores the bytes and, beside
them, the highest sequence number seen of each, so that an attacker on the way cannot hand out yesterday's list.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct

from verifier.registry import SUBJECT as REGISTRY_SUBJECT
from verifier.registry import SchoolRegistry, verify_school_registry
from verifier.signed_list import ListHeader
from verifier.status import StatusList, status_subject, verify_status_list
from verifier.trust import SUBJECT as TRUST_SUBJECT
from verifier.trust import TrustList, verify_trust_list


class Lists(Struct, frozen=True):
    """Verified lists at hand; what is None or missing is not at hand. They may be stale: ``header.is_stale(now)``."""

    trust: TrustList | None = None
    registry: SchoolRegistry | None = None
    statuses: Mapping[str, StatusList] = MappingProxyType({})
    """By school year, "2025-2026"."""


class VerifiedLists(Struct, frozen=True):
    """Lists with what their keeper and their reader want to know of each."""

    lists: Lists
    sequences: Mapping[str, int]
    """Highest sequence number seen by subject, to be stored and handed in again."""
    ages_seconds: Mapping[str, int]
    """Since issue, by subject."""
    stale: frozenset[str]
    """Subjects of lists that have expired. A stale list can still prove that a card is revoked or superseded, never
    that it is genuine."""


def verify_lists(
    *,
    trust: bytes,
    registry: bytes | None = None,
    statuses: Mapping[str, bytes],
    expected_trust_anchor: str,
    stored_sequences: Mapping[str, int],
    now: datetime,
) -> VerifiedLists:
    """Verify the bytes of all lists at hand; ``statuses`` by school year, ``stored_sequences`` by subject.

    Raises:
        ListError: for the first list that does not verify; ``details["list"]`` is its subject.
    """
    trust_list = verify_trust_list(
        trust,
        expected_trust_anchor=expected_trust_anchor,
        stored_sequence=stored_sequences.get(TRUST_SUBJECT),
        now=now,
    )
    school_registry = None
    if registry is not None:
        school_registry = verify_school_registry(
            registry, trust=trust_list, stored_sequence=stored_sequences.get(REGISTRY_SUBJECT), now=now
        )
    status_lists = {
        school_year: verify_status_list(
            data,
            trust=trust_list,
            expected_school_year=school_year,
            stored_sequence=stored_sequences.get(status_subject(school_year)),
            now=now,
        )
        for school_year, data in statuses.items()
    }
    headers = [trust_list.header, *(status.header for status in status_lists.values())]
    if school_registry is not None:
        headers.append(school_registry.header)
    return _summarise(Lists(trust_list, school_registry, MappingProxyType(status_lists)), headers, now)


def _summarise(lists: Lists, headers: list[ListHeader], now: datetime) -> VerifiedLists:
    return VerifiedLists(
        lists=lists,
        sequences={header.subject: header.sequence for header in headers},
        ages_seconds={header.subject: header.age_seconds(now) for header in headers},
        stale=frozenset(header.subject for header in headers if header.is_stale(now)),
    )
