"""Proof that the certificates of a seal and its timestamps were not revoked, gathered when the seal is made.

For each certificate below the trusted one, the first source that speaks counts:

1. revocation lists that this service was given (a mirror, or the demo city's own);
2. the OCSP responder that the certificate names (RFC 5280, 4.2.2.1);
3. the revocation lists that it names (RFC 5280, 4.2.1.13).

"Revoked" from any of them ends the search. An answer is judged once and used for every card until it is an hour old;
when its source is then silent, it is used until it ends itself. Addresses come from certificates whose path was
verified.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from msgspec import Struct

from backend.signing.ask_authority import DEFAULT_TIMEOUT_SECONDS, HttpAsker, NoAnswerError, Pauses
from backend.signing.errors import EvidenceUnavailableError, SignerRevokedError
from verifier.certificate_path import NoPathError, find_path
from verifier.errors import EvidenceError
from verifier.revocation import CLOCK_TOLERANCE, MAX_OCSP_BYTES, Standing, read_crl, read_ocsp

MAX_CRL_BYTES = 1_000_000
"""It goes into every card: an authority whose list is longer has to answer by OCSP."""
MAX_ADDRESSES = 3
"""Of each kind in one certificate."""
REFRESH_AFTER = timedelta(hours=1)


class Evidence(Struct, frozen=True):
    """What a DSS holds for one path, as DER."""

    certificates: tuple[bytes, ...]
    """The issuers, nearest first, the trusted one last."""
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]


class _Answer(Struct, frozen=True):
    """One good answer about one certificate."""

    ocsp: bytes | None
    crls: tuple[bytes, ...]
    judged_at: datetime
    valid_until: datetime

    def is_fresh(self, now: datetime) -> bool:
        return self.holds(now) and now < self.judged_at + REFRESH_AFTER

    def holds(self, now: datetime) -> bool:
        return self.judged_at - CLOCK_TOLERANCE <= now <= self.valid_until


_Source = Callable[[x509.Certificate, x509.Certificate, datetime], Iterator[Callable[[], _Answer]]]


class EvidenceGatherer:
    """Gathers and remembers; kept for many cards. Serves one thread at a time."""

    def __init__(
        self,
        *,
        expected_roots: Sequence[bytes],
        crls: Sequence[bytes] = (),
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        """``expected_roots`` are DER certificates of listed authorities; ``crls`` are lists at hand, as DER.

        ``timeout_seconds`` is the patience with one address; it is then passed over for a while.
        """
        self._expected_roots = tuple(expected_roots)
        self._given = tuple(crls)
        self._http = HttpAsker(timeout_seconds=timeout_seconds)
        self._pauses = Pauses()
        self._answers: dict[x509.Certificate, _Answer] = {}
        self._gathered: dict[tuple[x509.Certificate, ...], tuple[Evidence, tuple[_Answer, ...]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def find_signer_path(
        self, certificate: x509.Certificate, *, others: Sequence[x509.Certificate], now: datetime
    ) -> tuple[x509.Certificate, ...]:
        """The path from the seal's certificate to a listed authority or to a root that came with the key.

        A department may seal under a root of its own: whether the seal counts is not decided by the root but by the
        trust list, which names the certificate itself. Raises ``EvidenceUnavailableError`` (``evidence_path_missing``).
        """
        issuers = tuple(other.public_bytes(Encoding.DER) for other in others)
        own_roots = tuple(der for other, der in zip(others, issuers, strict=True) if other.subject == other.issuer)
        anchors = (*self._expected_roots, *own_roots)
        try:
            return find_path(certificate, others=issuers, anchors=anchors, at=now)
        except NoPathError as error:
            raise EvidenceUnavailableError("evidence_path_missing") from error

    def gather(self, path: tuple[x509.Certificate, ...], *, now: datetime) -> Evidence:
        """Evidence for every certificate of a path but the last.

        Raises:
            SignerRevokedError: ``signer_revoked``, or ``signer_issuer_revoked`` for one above it.
            EvidenceUnavailableError: why the last source asked proves nothing.
        """
        known = self._gathered.get(path)
        if known is not None and all(answer.is_fresh(now) for answer in known[1]):
            return known[0]
        answers = []
        for certificate, issuer in pairwise(path):
            try:
                answers.append(self._answer(certificate, issuer, now))
            except SignerRevokedError as error:
                self._answers.pop(certificate, None)
                self._gathered.pop(path, None)
                raise SignerRevokedError(
                    "signer_revoked" if certificate is path[0] else "signer_issuer_revoked"
                ) from error
        evidence = Evidence(
            certificates=tuple(issuer.public_bytes(Encoding.DER) for issuer in path[1:]),
            ocsps=tuple(dict.fromkeys(answer.ocsp for answer in answers if answer.ocsp is not None)),
            crls=tuple(dict.fromkeys(crl for answer in answers for crl in answer.crls)),
        )
        self._gathered[path] = (evidence, tuple(answers))
        return evidence

    def _answer(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> _Answer:
        known = self._answers.get(certificate)
        if known is not None and known.is_fresh(now):
            return known
        try:
            answer = self._look_up(certificate, issuer, now)
        except EvidenceUnavailableError:
            if known is None or not known.holds(now):
                raise
            return known
        self._answers[certificate] = answer
        return answer

    def _look_up(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> _Answer:
        sources: tuple[_Source, ...] = (self._given_lists, self._responders, self._named_lists)
        return _first_good(ask for source in sources for ask in source(certificate, issuer, now))

    def _given_lists(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> Iterator[Callable[[], _Answer]]:
        for der in self._given:
            yield lambda der=der: _crl_answer(der, certificate, issuer, now)  # type: ignore[misc] # bound here and now

    def _named_lists(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> Iterator[Callable[[], _Answer]]:
        for url in _list_addresses(certificate):
            yield lambda url=url: _crl_answer(  # type: ignore[misc] # bound here and now
                self._fetch(url, max_bytes=MAX_CRL_BYTES), certificate, issuer, now
            )

    def _responders(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> Iterator[Callable[[], _Answer]]:
        for url in _responder_addresses(certificate):
            yield lambda url=url: self._ask_responder(url, certificate, issuer, now)  # type: ignore[misc] # bound here and now

    def _ask_responder(
        self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> _Answer:
        # SHA-1 only names the issuer here, and is what every responder knows (RFC 5019, 2.1.1).
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303 - see above
        der = self._fetch(url, content=request.public_bytes(Encoding.DER), max_bytes=MAX_OCSP_BYTES)
        standing = _standing(read_ocsp, der, certificate, issuer, now)
        crls: tuple[bytes, ...] = ()
        valid_until = standing.valid_until
        responder = standing.unchecked_responder
        if responder is not None:
            lists = (*self._given_lists(responder, issuer, now), *self._named_lists(responder, issuer, now))
            try:
                checked = _first_good(iter(lists))
            except SignerRevokedError as error:
                raise EvidenceUnavailableError("evidence_signature_wrong") from error
            crls, valid_until = checked.crls, min(valid_until, checked.valid_until)
        return _Answer(ocsp=der, crls=crls, judged_at=now, valid_until=valid_until)

    def _fetch(self, url: str, *, max_bytes: int, content: bytes | None = None) -> bytes:
        paused_for = self._pauses.paused_for(url)
        if paused_for is not None:
            raise EvidenceUnavailableError(paused_for)
        try:
            answer = self._http.ask(url, content=content, content_type="application/ocsp-request", max_bytes=max_bytes)
        except NoAnswerError as error:
            reason = f"evidence_{error.reason}"
            self._pauses.note_failure(url, reason)
            raise EvidenceUnavailableError(reason, **error.details) from error
        self._pauses.note_success(url)
        return answer


def _first_good(asks: Iterator[Callable[[], _Answer]]) -> _Answer:
    failure = EvidenceUnavailableError("evidence_missing")
    for ask in asks:
        try:
            return ask()
        except EvidenceUnavailableError as error:
            failure = error
    raise failure


def _standing(
    read: Callable[..., Standing], der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> Standing:
    try:
        standing = read(der, certificate=certificate, issuer=issuer)
        standing.check_fresh(now)
    except EvidenceError as error:
        raise EvidenceUnavailableError(error.reason) from error
    if standing.revoked:
        raise SignerRevokedError
    return standing


def _crl_answer(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> _Answer:
    standing = _standing(read_crl, der, certificate, issuer, now)
    return _Answer(ocsp=None, crls=(der,), judged_at=now, valid_until=standing.valid_until)


def _responder_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    return _web_addresses(
        one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP
    )


def _list_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return _web_addresses(name for point in points for name in point.full_name or ())


def _web_addresses(names: Iterator[x509.GeneralName]) -> list[str]:
    addresses = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [one for one in addresses if one.startswith(("http://", "https://"))][:MAX_ADDRESSES]
