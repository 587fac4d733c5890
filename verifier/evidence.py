"""Was a certificate revoked when it was used? Answered from the evidence that a PDF carries, with no network.

For each certificate of a path but the trusted one, of all OCSP responses and revocation lists at hand:

1. one that says "revoked since" a moment up to the judged one decides, however old or new it is;
2. else one has to speak of the moment of use: made around it and not yet ended then, or made later while the
   certificate was still valid (an authority may forget ended ones);
3. an OCSP responder that is not the issuer itself needs the same, from revocation lists, unless its certificate says
   that nobody has to ask (RFC 6960, 4.2.2.2.1).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from msgspec import Struct

from verifier.errors import EvidenceError
from verifier.revocation import CLOCK_TOLERANCE, Standing, read_crl, read_ocsp


class RevokedError(EvidenceError):
    """The certificate was revoked before it was used."""

    code = "certificate_revoked"


class Evidence(Struct, frozen=True):
    """All that a file carries, as DER."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]


def require_not_revoked(
    path: tuple[x509.Certificate, ...], evidence: Evidence, *, used_at: datetime, proved_by: datetime
) -> None:
    """The path's certificates stood when they were used, and were not revoked before that use was proved.

    Raises:
        RevokedError: ``certificate_revoked``.
        EvidenceError: ``evidence_missing``.
    """
    for certificate, issuer in pairwise(path):
        _require_standing(_statements(certificate, issuer, evidence), certificate, used_at, proved_by)


def _require_standing(
    statements: Iterable[Standing], certificate: x509.Certificate, used_at: datetime, proved_by: datetime
) -> None:
    answered = False
    for one in statements:
        if one.revoked_at is not None and one.revoked_at <= proved_by:
            raise RevokedError
        around = one.said_at - CLOCK_TOLERANCE <= used_at <= one.valid_until
        later = used_at <= one.said_at <= certificate.not_valid_after_utc
        answered = answered or around or later
    if not answered:
        raise EvidenceError("evidence_missing")


def _statements(certificate: x509.Certificate, issuer: x509.Certificate, evidence: Evidence) -> Iterator[Standing]:
    for der in evidence.crls:
        yield from _readable(read_crl, der, certificate, issuer)
    for der in evidence.ocsps:
        for one in _readable(read_ocsp, der, certificate, issuer):
            responder = one.unchecked_responder
            if responder is None or _stands(responder, issuer, evidence, one):
                yield one


def _stands(responder: x509.Certificate, issuer: x509.Certificate, evidence: Evidence, said: Standing) -> bool:
    lists = (standing for der in evidence.crls for standing in _readable(read_crl, der, responder, issuer))
    try:
        _require_standing(lists, responder, said.said_at, said.said_at)
    except EvidenceError:
        return False
    return True


def _readable(
    read: Callable[..., Standing], der: bytes, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[Standing]:
    """One statement, or none: most of what is at hand speaks of other certificates."""
    try:
        yield read(der, certificate=certificate, issuer=issuer)
    except EvidenceError:
        return
