"""What an authority says of one certificate it issued: an OCSP response (RFC 6960) or a revocation list (RFC 5280, 5).

Judging is pure: bytes in, facts out, or ``EvidenceError`` with the reason why they prove nothing.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct

from verifier.errors import EvidenceError

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Between an authority's clock and this computer's."""
NO_END_LIFETIME = timedelta(hours=1)
"""How long an OCSP response counts that names no end: its responder has newer knowledge at any time."""
MAX_OCSP_BYTES = 32_768
"""An answer about one certificate has 0.3 to 3 KB."""
MAX_REMEMBERED_CRL_BYTES = 300_000
"""Longer lists are read anew each time, so that what is remembered stays small."""
_OCSP_HASHES: tuple[type[hashes.HashAlgorithm], ...] = (
    hashes.SHA1,
    hashes.SHA224,
    hashes.SHA256,
    hashes.SHA384,
    hashes.SHA512,
)
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
)
"""All that the library raises for what is none, or asks of it in vain; some of it only when a part is looked at."""


class Standing(Struct, frozen=True):
    """What was found out about a certificate."""

    revoked_at: datetime | None
    """Since when; None for a certificate that stands."""
    said_at: datetime
    """When the authority knew it."""
    valid_until: datetime
    """When the authority promises to say it anew."""
    unchecked_responder: x509.Certificate | None = None
    """An OCSP responder whose own certificate has to be looked up as well (RFC 6960, 4.2.2.2.1)."""

    @property
    def revoked(self) -> bool:
        """Whether it was revoked at any time."""
        return self.revoked_at is not None

    def check_fresh(self, now: datetime) -> None:
        """Whether it speaks of ``now``. Raises ``EvidenceError`` (``evidence_stale``)."""
        if not self.said_at - CLOCK_TOLERANCE <= now <= self.valid_until:
            raise EvidenceError("evidence_stale")


@lru_cache(maxsize=256)
def read_ocsp(der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate) -> Standing:
    """What an OCSP response says of ``certificate``, whenever it was made; judged once for all cards.

    Raises ``EvidenceError``: ``evidence_malformed``, ``evidence_of_other_certificate``, ``evidence_signature_wrong``,
    ``evidence_status_unknown``.
    """
    if len(der) > MAX_OCSP_BYTES:
        raise EvidenceError("evidence_malformed")
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise EvidenceError("evidence_status_unknown")
        single = _single_response(response, certificate, issuer)
        responder = _responder(response, issuer, single.this_update_utc)
        if not _signed(response, responder):
            raise EvidenceError("evidence_signature_wrong")
        if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            raise EvidenceError("evidence_status_unknown")
        needs_check = responder != issuer and not _has(responder, x509.OCSPNoCheck)
        valid_until = single.next_update_utc or single.this_update_utc + NO_END_LIFETIME
        return Standing(
            revoked_at=single.revocation_time_utc,
            said_at=single.this_update_utc,
            valid_until=min(valid_until, responder.not_valid_after_utc),
            unchecked_responder=responder if needs_check else None,
        )
    except _UNREADABLE as error:
        raise EvidenceError("evidence_malformed") from error


def _single_response(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> ocsp.OCSPSingleResponse:
    for single in response.responses:
        algorithm = single.hash_algorithm
        if single.serial_number != certificate.serial_number or not isinstance(algorithm, _OCSP_HASHES):
            continue
        expected = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm).build()
        if (single.issuer_name_hash, single.issuer_key_hash) == (expected.issuer_name_hash, expected.issuer_key_hash):
            return single
    raise EvidenceError("evidence_of_other_certificate")


def _responder(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> x509.Certificate:
    """The issuer itself, or a certificate in the response that the issuer made for this and nothing else."""
    for candidate in (issuer, *response.certificates):
        if not _is_named(response, candidate):
            continue
        if candidate == issuer or _is_delegated(candidate, issuer, at):
            return candidate
    raise EvidenceError("evidence_signature_wrong")


def _is_named(response: ocsp.OCSPResponse, candidate: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == candidate.subject
    return response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(candidate.public_key()).digest


def _is_delegated(candidate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        candidate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    in_time = candidate.not_valid_before_utc - CLOCK_TOLERANCE <= at <= candidate.not_valid_after_utc
    return in_time and ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _signed(response: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    algorithm, key = response.signature_hash_algorithm, responder.public_key()
    if algorithm is None or isinstance(algorithm, hashes.SHA1 | hashes.MD5):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def read_crl(der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate) -> Standing:
    """What a revocation list says of ``certificate``, whenever it was made; judged once for all cards.

    Raises ``EvidenceError`` with the codes of ``read_ocsp``; ``evidence_status_unknown`` is for a list
    that speaks of other certificates only (a delta, an indirect list, or one for authorities).
    """
    read = _read_known_crl if len(der) <= MAX_REMEMBERED_CRL_BYTES else _read_crl
    return read(der, certificate, issuer)


def _read_crl(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Standing:
    try:
        crl = x509.load_der_x509_crl(der)
        if crl.issuer != issuer.subject:
            raise EvidenceError("evidence_of_other_certificate")
        if not _may_sign_lists(issuer) or not _crl_signed(crl, issuer):
            raise EvidenceError("evidence_signature_wrong")
        if not _covers(crl, certificate):
            raise EvidenceError("evidence_status_unknown")
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        revoked_at = None if entry is None else _revoked_at(entry)
        said_at, valid_until = crl.last_update_utc, crl.next_update_utc
    except _UNREADABLE as error:
        raise EvidenceError("evidence_malformed") from error
    if valid_until is None:
        raise EvidenceError("evidence_stale")
    return Standing(revoked_at=revoked_at, said_at=said_at, valid_until=valid_until)


_read_known_crl = lru_cache(maxsize=64)(_read_crl)


def _revoked_at(entry: x509.RevokedCertificate) -> datetime:
    """The earliest moment from which the key may have been in other hands (RFC 5280, 5.3.2)."""
    try:
        invalid_since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
    return min(entry.revocation_date_utc, invalid_since)


def _crl_signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if isinstance(crl.signature_hash_algorithm, hashes.SHA1 | hashes.MD5):
        return False
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and crl.is_signature_valid(key)


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    for extension in crl.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            point = extension.value
            if point.indirect_crl or point.only_contains_attribute_certs or point.only_some_reasons:
                return False
            if point.only_contains_user_certs and _is_authority(certificate):
                return False
            if point.only_contains_ca_certs and not _is_authority(certificate):
                return False
        elif extension.critical:
            return False  # a delta, or something newer than this code
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _has(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> bool:
    try:
        certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return False
    return True
