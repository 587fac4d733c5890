"""When was a PDF sealed, and did every certificate hold then? Judged backwards from now, timestamp by timestamp.

ETSI EN 319 102-1, 5.6 (validation with long-term material), for files built as ``verifier.pdf_revisions`` wants them:

1. the newest timestamp is judged now, each earlier one at the time that the next one proves: its own certificate and
   those above it had not ended by then;
2. no timestamp is later than the one behind it, nor later than now;
3. where the file carries evidence (B-LTA), no certificate of a timestamp was revoked when the next one was made;
4. the seal's own certificate stood, by the same evidence, when the first timestamp proves that the seal was there.

A file without document timestamps (B-T) has one timestamp, in the seal, and is judged at now without evidence: whether
its authority still counts is what the trust list says today.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from verifier.certificate import common_name, require_strong_key
from verifier.certificate_path import NoPathError, find_path
from verifier.cms import known_certificate
from verifier.errors import EvidenceError, MalformedInputError, SignatureInvalidError, UntrustedKeyError, VerifierError
from verifier.evidence import Evidence, RevokedError, require_not_revoked
from verifier.pdf_revisions import ArchiveTimestamp
from verifier.timestamp_token import TimestampToken, find_authority, verify_token

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Between the clocks of two authorities, or an authority's and this computer's."""


class Anchors(Struct, frozen=True):
    """What the trust list says of certificates, as DER."""

    timestamps: tuple[bytes, ...]
    """Those that timestamps may lead to."""
    listed: frozenset[bytes]
    """All: only these, and those on a path, may accompany a signature."""
    withdrawn: tuple[tuple[bytes, datetime], ...] = ()
    """Timestamp authorities that nobody believes since a moment: only what was proved before it counts."""


class ProvedTime(Struct, frozen=True):
    """What the timestamps of a file prove."""

    at: datetime | None
    """None if nothing is proved."""
    authority: str | None
    problem: str | None
    """Why nothing is proved."""


class _UnprovedError(VerifierError):
    """A timestamp proves nothing; the code says why."""

    code = "timestamp_not_trusted"


def prove_time(
    pdf: bytes,
    archive: tuple[ArchiveTimestamp, ...],
    *,
    seal_token: bytes,
    seal_signature: bytes,
    anchors: Anchors,
    now: datetime,
) -> ProvedTime:
    """Steps 1 to 3.

    Raises:
        SignatureInvalidError: ``timestamp_of_something_else``, ``pdf_signature_malformed``.
    """
    evidence = evidence_of(archive)
    tokens: list[tuple[bytes, Callable[[str], bytes]]] = [
        (one.token, lambda name, one=one: _covered(pdf, one, name))  # type: ignore[misc] # bound here and now
        for one in reversed(archive)
    ]
    tokens.append((seal_token, lambda name: hashlib.new(name, seal_signature).digest()))
    until, authority = now, None
    problem: str | None = None
    for der, digest_of in tokens:
        try:
            token = verify_token(der, digest_of=digest_of)
            authority = _judge(token, anchors, evidence if archive else None, until=until, now=now)
            until = token.made_at
        except (_UnprovedError, UntrustedKeyError) as error:
            # The tokens before it are still looked at: one of something else is a forgery whatever stands behind.
            unlisted = isinstance(error, UntrustedKeyError)
            problem = problem or ("timestamp_not_trusted" if unlisted else error.reason)
    if problem is not None:
        return ProvedTime(None, None, problem)
    return ProvedTime(until.astimezone(UTC), authority, None)


def evidence_of(archive: tuple[ArchiveTimestamp, ...]) -> Evidence:
    """Everything that the file carries: later revisions repeat nothing of earlier ones."""
    return Evidence(
        certificates=tuple(dict.fromkeys(der for one in archive for der in one.certificates)),
        ocsps=tuple(dict.fromkeys(der for one in archive for der in one.ocsps)),
        crls=tuple(dict.fromkeys(der for one in archive for der in one.crls)),
    )


def judge_seal_certificate(
    certificate: bytes,
    archive: tuple[ArchiveTimestamp, ...],
    *,
    embedded: tuple[bytes, ...],
    roots: tuple[bytes, ...],
    proved_at: datetime,
) -> str | None:
    """Step 4; gives ``evidence_missing`` or None.

    ``roots`` are authorities of the trust list. A department may seal under a root of its own, which then comes with
    the file: that the seal counts is said by the trust list, which names the certificate itself.

    Raises:
        UntrustedKeyError: ``certificate_revoked``.
    """
    evidence = evidence_of(archive)
    others = (*embedded, *evidence.certificates)
    own_roots = tuple(der for der in others if _is_root(der))
    try:
        path = find_path(known_certificate(certificate), others=others, anchors=(*roots, *own_roots), at=proved_at)
        require_not_revoked(path, evidence, used_at=proved_at, proved_by=proved_at)
    except RevokedError as error:
        raise UntrustedKeyError(error.reason) from error
    except (EvidenceError, NoPathError):
        return "evidence_missing"
    return None


def _judge(
    token: TimestampToken, anchors: Anchors, evidence: Evidence | None, *, until: datetime, now: datetime
) -> str | None:
    """Name of the authority. Raises ``_UnprovedError``."""
    _require_strong_key(token.certificate)
    try:
        path = find_authority(token, anchors=anchors.timestamps)
    except NoPathError as error:
        raise _UnprovedError("timestamp_not_trusted") from error
    on_path = {one.public_bytes(Encoding.DER) for one in path}
    if set(token.cms.certificates) - on_path - anchors.listed:
        raise SignatureInvalidError("pdf_signature_malformed")
    if token.made_at > now + CLOCK_TOLERANCE:
        raise _UnprovedError("timestamp_in_future")
    if token.made_at > until + CLOCK_TOLERANCE:
        raise _UnprovedError("timestamp_order_wrong")
    below_anchor = path[:-1] or path
    if any(one.not_valid_after_utc < until for one in below_anchor):
        raise _UnprovedError("timestamp_certificate_ended")
    if any(der in on_path and since <= until for der, since in anchors.withdrawn):
        raise _UnprovedError("timestamp_certificate_revoked")
    if evidence is not None:
        try:
            require_not_revoked(path, evidence, used_at=token.made_at, proved_by=until)
        except RevokedError as error:
            raise _UnprovedError("timestamp_certificate_revoked") from error
        except EvidenceError as error:
            raise _UnprovedError("evidence_missing") from error
    return common_name(token.certificate)


def _require_strong_key(certificate: x509.Certificate) -> None:
    """As for seals, and the longer curves that public authorities use. Raises ``UntrustedKeyError``."""
    key = certificate.public_key()
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1 | ec.SECP521R1)):
        require_strong_key(certificate)


def _covered(pdf: bytes, archive: ArchiveTimestamp, hash_name: str) -> bytes:
    view = memoryview(pdf)
    start, end = archive.hole
    digest = hashlib.new(hash_name, view[:start])
    digest.update(view[end : archive.end])
    return digest.digest()


def _is_root(der: bytes) -> bool:
    try:
        certificate: x509.Certificate = known_certificate(der)
    except MalformedInputError:
        return False
    return certificate.subject == certificate.issuer
