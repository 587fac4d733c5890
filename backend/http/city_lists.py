"""The city's own lists, verified as the public verifies them, and verified again only when one of them has changed."""

from datetime import datetime
from threading import Lock

from backend.archive.publish_lists import ListPublisher
from verifier.lists import VerifiedLists


class CityLists:
    """Lists for checks that this service makes itself. Safe to use from several threads."""

    def __init__(self, publisher: ListPublisher) -> None:
        self._publisher = publisher
        self._lock = Lock()
        self._kept: tuple[dict[str, int], VerifiedLists] | None = None

    def verified(self, now: datetime) -> VerifiedLists:
        """The lists as they stand now; a withdrawal counts from the next call on.

        Raises:
            ListError: one of them does not verify.
            TrustListMissingError: there is no trust list yet.
        """
        sequences = {signed.name: signed.sequence for signed in self._publisher.publish(now)}
        kept = self._kept
        if kept is not None and kept[0] == sequences:
            return kept[1]
        with self._lock:
            verified = self._publisher.verified_lists(now)
            self._kept = (dict(verified.sequences), verified)
        return verified
