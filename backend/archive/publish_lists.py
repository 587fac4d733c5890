"""The signed lists that everybody checks cards with: made from the archive, stored, and refreshed in time.

The registry and the status lists are signed by online keys and made anew when they have changed, are older than
``REFRESH_AFTER`` or were signed by a key that the city has given up. The trust list is signed by the offline trust key
elsewhere and only taken in here. A sequence number is never used twice: whoever is slower than another process takes
that one's list. Numbers follow the clock, so that a city restored from a backup does not hand out lists that checkers
refuse as older than those that they have seen.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import StoredList
from backend.archive.rules import CardState
from backend.database import Database
from backend.errors import BackendError, NotFoundError
from backend.signing.keys import CoseKey, OrganisationKeys
from verifier.cose import parse_cose
from verifier.lists import VerifiedLists, verify_lists
from verifier.registry import SUBJECT as REGISTRY
from verifier.registry import SchoolRegistry, seal_school_registry
from verifier.signed_list import ListHeader
from verifier.status import StatusList, pack_entries, seal_status_list, status_subject
from verifier.trust import SUBJECT as TRUST
from verifier.trust import TrustList, verify_trust_list
from verifier.vietnam_time import unix_seconds_of, vietnam_day

STATUS_VALIDITY = timedelta(hours=24)
"""A withdrawal is known everywhere after a day at the latest."""
REGISTRY_VALIDITY = timedelta(days=7)
REFRESH_AFTER = timedelta(hours=4)
"""Age at which an unchanged list is made anew, so that copies fetched at any time stay valid for 20 hours."""

_FIRST_MONTH = 9
"""A school year opens in September; cards of the summer belong to the year before."""
_RECENT_YEARS = 3
"""As many as a page or service fetches ahead (``pwa/src/verify/recentSchoolYears.ts``)."""


class TrustListMissingError(BackendError):
    """The city has no trust list yet, or none that the trust anchor's key signed."""

    code: ClassVar[str] = "trust_list_missing"


class DemoTrustListError(BackendError):
    """The trust list accepts a demo's authorities: whoever has that demo could sign cards."""

    code: ClassVar[str] = "trust_list_of_demo"


class ListPublisher:
    """Makes and gives out the lists of one city. Cheap; holds no state but its parts."""

    def __init__(
        self, database: Database, keys: OrganisationKeys, *, trust_anchor: str, demo_accepted: bool = False
    ) -> None:
        self._database = database
        self._keys = keys
        self._trust_anchor = trust_anchor
        self._demo_accepted = demo_accepted

    def take_trust_list(self, sealed: bytes, now: datetime) -> StoredList:
        """Store a trust list that the trust key has signed; an older one than the stored one is refused.

        Raises:
            ListError: it does not verify against the trust anchor, or is older.
            DemoTrustListError: it accepts a demo's authorities, and this is no demo.
        """
        with self._database.write() as connection:
            newest = store.find_newest_list(connection, TRUST)
            stored_sequence = None if newest is None else newest.sequence
            trust = verify_trust_list(
                sealed, expected_trust_anchor=self._trust_anchor, stored_sequence=stored_sequence, now=now
            )
            self._refuse_demo(trust)
            if newest is not None and newest.sequence == trust.header.sequence:
                return newest
            taken = _stored((trust.header, sealed), facts=0)
            store.replace_list(connection, taken)
            return taken

    def trust_list(self, now: datetime) -> TrustList:
        """The trust list in force, verified.

        Raises:
            ListError: it does not verify.
            TrustListMissingError: see ``publish``.
            DemoTrustListError: see ``take_trust_list``.
        """
        with self._database.read() as connection:
            return self._trust(connection, now)

    def publish(self, now: datetime) -> tuple[StoredList, ...]:
        """Make every list anew that has changed or grown old; all of them, as they stand then.

        Raises:
            TrustListMissingError: without a trust list nobody could check the others.
        """
        with self._database.read() as connection:
            names = [REGISTRY, *(status_subject(year) for year in _years_served(connection, now))]
        return (self.current_list(TRUST, now), *(self.current_list(name, now) for name in names))

    def current_list(self, name: str, now: datetime) -> StoredList:
        """The list of that name as it is to be served now.

        Raises:
            NotFoundError: ``list_not_found``: there is none of that name.
            TrustListMissingError: see ``publish``.
        """
        with self._database.read() as connection:
            newest = store.find_newest_list(connection, name)
            if name == TRUST:
                if newest is None:
                    raise TrustListMissingError
                return newest
            if newest is not None and not self._is_due(newest, _count_facts(connection, name, now), now):
                return newest
        with self._database.write() as connection:
            newest = store.find_newest_list(connection, name)
            facts = _count_facts(connection, name, now)
            if newest is not None and not self._is_due(newest, facts, now):
                return newest  # another process was faster
            sequence = max(unix_seconds_of(now), 0 if newest is None else newest.sequence + 1)
            made = self._make(connection, name, sequence=sequence, now=now)
            signed = _stored(made, facts=facts)
            if not store.replace_list(connection, signed):
                signed = store.find_newest_list(connection, name) or signed
            return signed

    def verified_lists(self, now: datetime) -> VerifiedLists:
        """The lists as the public gets them, verified as the public verifies them.

        Raises:
            ListError: one of them does not verify; nothing may be issued then.
            TrustListMissingError: see ``publish``.
        """
        verified = verify_served_lists(self.served_lists(now), trust_anchor=self._trust_anchor, now=now)
        if verified.lists.trust is not None:
            self._refuse_demo(verified.lists.trust)
        return verified

    def served_lists(self, now: datetime) -> Mapping[str, bytes]:
        """Bytes of every list by name, refreshed where due."""
        return {signed.name: signed.content for signed in self.publish(now)}

    def _is_due(self, newest: StoredList, facts: int, now: datetime) -> bool:
        """Something has changed, the list has grown old, or the key that signed it is no longer the city's."""
        signed_by = parse_cose(newest.content, max_bytes=len(newest.content)).kid
        return facts != newest.facts or now - newest.made_at >= REFRESH_AFTER or signed_by != self._key(newest.name).kid

    def _key(self, name: str) -> CoseKey:
        return self._keys.registry if name == REGISTRY else self._keys.status

    def _make(self, connection: Connection, name: str, *, sequence: int, now: datetime) -> tuple[ListHeader, bytes]:
        trust = self._trust(connection, now)
        validity = REGISTRY_VALIDITY if name == REGISTRY else STATUS_VALIDITY
        key = self._key(name)
        header = ListHeader(trust.department.code, name, sequence, issued_at=now, expires_at=now + validity)
        if name == REGISTRY:
            registry = SchoolRegistry(header, MappingProxyType(store.read_schools(connection)))
            return header, seal_school_registry(registry, key=key, kid=key.kid)
        school_year = _school_year_of(name)
        withdrawn = store.read_withdrawn_ids(connection, school_year)
        status = StatusList(
            header,
            school_year,
            revoked=pack_entries(withdrawn[CardState.REVOKED.value]),
            superseded=pack_entries(withdrawn[CardState.SUPERSEDED.value]),
        )
        return header, seal_status_list(status, key=key, kid=key.kid)

    def _trust(self, connection: Connection, now: datetime) -> TrustList:
        newest = store.find_newest_list(connection, TRUST)
        if newest is None:
            raise TrustListMissingError
        trust = verify_trust_list(newest.content, expected_trust_anchor=self._trust_anchor, now=now)
        self._refuse_demo(trust)
        return trust

    def _refuse_demo(self, trust: TrustList) -> None:
        if trust.is_demo() and not self._demo_accepted:
            raise DemoTrustListError


def verify_served_lists(served: Mapping[str, bytes], *, trust_anchor: str, now: datetime) -> VerifiedLists:
    """Lists by name as they are served, verified as the public verifies them. Raises ``ListError``."""
    return verify_lists(
        trust=served[TRUST],
        registry=served[REGISTRY],
        statuses={_school_year_of(name): data for name, data in served.items() if name not in {TRUST, REGISTRY}},
        expected_trust_anchor=trust_anchor,
        stored_sequences={},
        now=now,
    )


def _count_facts(connection: Connection, name: str, now: datetime) -> int:
    """How much the archive knows for this list; raises ``NotFoundError`` for a name that no list has."""
    if name == REGISTRY:
        return store.count_registry_facts(connection)
    school_year = _school_year_of(name)
    if school_year not in _years_served(connection, now):
        raise NotFoundError("list_not_found")
    return store.count_withdrawals(connection, school_year)


def _years_served(connection: Connection, now: datetime) -> list[str]:
    """Years with cards, and the recent ones in any case: what is kept for checks offline must not depend on a card."""
    today = vietnam_day(now)
    newest = today.year if today.month >= _FIRST_MONTH else today.year - 1
    recent = (f"{year}-{year + 1}" for year in range(newest - _RECENT_YEARS + 1, newest + 1))
    return sorted({*store.read_school_years(connection), *recent})


def _school_year_of(name: str) -> str:
    school_year = name.rpartition("/")[2]
    if name != status_subject(school_year):
        raise NotFoundError("list_not_found")
    return school_year


def _stored(made: tuple[ListHeader, bytes], *, facts: int) -> StoredList:
    header, content = made
    return StoredList(
        name=header.subject,
        sequence=header.sequence,
        content=content,
        facts=facts,
        made_at=header.issued_at,
        expires_at=header.expires_at,
    )
