"""The path from a certificate to one that is trusted (RFC 5280, section 6, as far as signers and authorities need it).

Each step: the issuer's name, a certificate for issuing, valid at the moment, and its signature on the one below.
Policies and name constraints are not looked at: whom an authority may name is decided by the lists, which pin the
seal's own certificate. Paths are found once and remembered, since one city's cards share a handful.
"""

from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

MAX_PATH = 6
"""Certificates; roots in the field issue through one authority or two."""
MAX_STEPS = 200
"""Pairs of certificates looked at for one path: strangers may send any number that issue each other."""


class NoPathError(Exception):
    """No path leads to a trusted certificate."""


def find_path(
    certificate: x509.Certificate, *, others: tuple[bytes, ...], anchors: tuple[bytes, ...], at: datetime
) -> tuple[x509.Certificate, ...]:
    """The path that holds at a moment: ``certificate`` first, a trusted one last.

    A path that ends in a trusted root is preferred to one that ends in a trusted authority below it, so that the
    authority's own status is asked for as well. Raises ``NoPathError``.
    """
    if not _valid_at(certificate, at):
        raise NoPathError
    hour = at.replace(minute=0, second=0, microsecond=0)
    path = _find(certificate, others, anchors, hour)
    if path is None or not all(_valid_at(one, at) for one in path):
        path = _Search(_load_all((*anchors, *others)), frozenset(anchors), at).walk((certificate,))
    if path is None:
        raise NoPathError
    return path


@lru_cache(maxsize=64)
def _find(
    certificate: x509.Certificate, others: tuple[bytes, ...], anchors: tuple[bytes, ...], hour: datetime
) -> tuple[x509.Certificate, ...] | None:
    return _Search(_load_all((*anchors, *others)), frozenset(anchors), hour).walk((certificate,))


class _Search:
    """One search through a pool of certificates."""

    def __init__(self, pool: tuple[x509.Certificate, ...], anchors: frozenset[bytes], at: datetime) -> None:
        self._pool = pool
        self._anchors = anchors
        self._at = at
        self._steps = 0

    def walk(self, path: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...] | None:
        """The path continued to an anchor."""
        last = path[-1]
        is_anchor = last.public_bytes(Encoding.DER) in self._anchors
        if is_anchor and last.subject == last.issuer:
            return path
        if len(path) < MAX_PATH:
            for issuer in self._pool:
                if issuer.subject != last.issuer or issuer in path:
                    continue
                self._steps += 1
                if self._steps > MAX_STEPS:
                    break
                if _issued(issuer, last, below=len(path) - 1, at=self._at):
                    longer = self.walk((*path, issuer))
                    if longer is not None:
                        return longer
        return path if is_anchor else None


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, *, below: int, at: datetime) -> bool:
    if issuer.subject != certificate.issuer or not _valid_at(issuer, at) or not _may_issue(issuer, below=below):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _may_issue(issuer: x509.Certificate, *, below: int) -> bool:
    """``below`` is the number of authorities between this one and the signer."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        return False
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _valid_at(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


@lru_cache(maxsize=32)
def _load_all(ders: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    loaded = []
    for der in ders:
        try:
            loaded.append(x509.load_der_x509_certificate(der))
        except ValueError:
            continue  # what cannot be read is on no path
    return tuple(loaded)
