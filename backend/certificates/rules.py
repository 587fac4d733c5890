"""The states of a registered certificate, and which may follow which; the one table of it.

``registered → approved | refused``; ``approved → ended | withdrawn``; an ended one may still be withdrawn when it turns
out later that its key was in other hands. A refused certificate may be registered again: a new registration. Nothing
is ever deleted. Pure: no clock, no database.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from backend.certificates.errors import CertificateRefusedError


class IssuerKind(StrEnum):
    """Where a certificate's key is kept."""

    REMOTE_SIGNING = "REMOTE_SIGNING"
    USB_TOKEN = "USB_TOKEN"  # noqa: S105  # the name of a thing that one holds


class CertificateState(StrEnum):
    """State of a registration; the values stand in the database and in the API."""

    REGISTERED = "registered"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"
    """Somebody left, or another certificate took over: what it signed until then stands."""
    WITHDRAWN = "withdrawn"
    """Its key may be in other hands: what it signed from that moment on does not count."""


STANDING = frozenset({CertificateState.REGISTERED, CertificateState.APPROVED})
"""One certificate stands once, for one school in one role."""

TRANSITIONS: Mapping[CertificateState, frozenset[CertificateState]] = {
    CertificateState.REGISTERED: frozenset({CertificateState.APPROVED, CertificateState.REFUSED}),
    CertificateState.APPROVED: frozenset({CertificateState.ENDED, CertificateState.WITHDRAWN}),
    CertificateState.REFUSED: frozenset(),
    CertificateState.ENDED: frozenset({CertificateState.WITHDRAWN}),
    CertificateState.WITHDRAWN: frozenset(),
}


def verify_transition(current: CertificateState, wanted: CertificateState) -> None:
    """Raise ``CertificateRefusedError`` (``certificate_state_forbids``) unless the table has this step."""
    if wanted not in TRANSITIONS[current]:
        raise CertificateRefusedError("certificate_state_forbids", state=current.value, wanted=wanted.value)


def verify_approval_time(
    since: datetime, until: datetime | None, *, valid_from: datetime, valid_until: datetime
) -> None:
    """An approval lies inside of the certificate's own validity and does not end before it begins.

    Raises:
        CertificateRefusedError: ``approval_outside_validity``, ``approval_ends_before_it_begins``.
    """
    if not valid_from <= since <= valid_until or (until is not None and until > valid_until):
        raise CertificateRefusedError("approval_outside_validity")
    if until is not None and until < since:
        raise CertificateRefusedError("approval_ends_before_it_begins")


def last_moment_before(moment: datetime) -> datetime:
    """Approvals count whole seconds and their end is included: the end of one that is void from ``moment`` on."""
    return moment.replace(microsecond=0) - timedelta(seconds=1)
