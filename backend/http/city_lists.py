"""The city's own lists for checks that this service makes itself: always as they stand, a withdrawal counts at once."""

import logging
from datetime import datetime

from backend.archive.publish_lists import ListPublisher
from backend.errors import BackendError
from verifier.errors import VerifierError
from verifier.lists import Lists
from verifier.sealed_lists import SealedLists, open_lists
from verifier.status import status_subject

_LOG = logging.getLogger("hocba.lists")


class CityLists:
    """A ``ListProvider`` of ``verifier.check_service`` over the city's publisher. Safe to use from several threads."""

    def __init__(self, publisher: ListPublisher, *, trust_anchor: str) -> None:
        self._publisher = publisher
        self._trust_anchor = trust_anchor

    def sealed(self, now: datetime) -> SealedLists:
        """The lists as they are served now, made anew where that is due.

        Raises:
            TrustListMissingError: there is no trust list yet.
        """
        return SealedLists.by_name(self._trust_anchor, self._publisher.served_lists(now))

    def opened(self, now: datetime) -> Lists:
        """The same lists verified; equal bytes are verified once.

        Raises:
            ListError: one of them does not verify.
            TrustListMissingError: there is no trust list yet.
        """
        return open_lists(self.sealed(now), now=now)

    def current(self, now: datetime) -> SealedLists:
        """The lists to check with; without any, every check says that it could not conclude."""
        try:
            return self.sealed(now)
        except (BackendError, VerifierError) as error:
            _LOG.error("no lists to check with: %s", error.reason)
            return SealedLists(self._trust_anchor)

    def add_status(self, school_year: str, now: datetime) -> bool:
        """Whether there is a status list of that year; the city has them all already."""
        return status_subject(school_year) in self.current(now).served()
