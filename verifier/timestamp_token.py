"""One time-stamp token (RFC 3161, section 2.4.2), read and checked as anyone may who was given it.

1. it is about these bytes, by SHA-256 or longer;
2. its signature holds, made by the one certificate that its signed attributes name;
3. that certificate is for timestamps and nothing else (RFC 3161, section 2.3), and led to a listed authority when the
   token was made.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct

from verifier.certificate_path import NoPathError, find_path
from verifier.cms import TST_INFO, WEAK_DIGESTS, Cms, known_certificate, read_cms, verify_cms
from verifier.der import GENERALIZED_TIME, OCTET_STRING, DerError, children, decode, encode_oid
from verifier.errors import SignatureInvalidError, UntrustedKeyError

_DIGESTS = {
    encode_oid("2.16.840.1.101.3.4.2.1"): "sha256",
    encode_oid("2.16.840.1.101.3.4.2.2"): "sha384",
    encode_oid("2.16.840.1.101.3.4.2.3"): "sha512",
}


class TimestampToken(Struct, frozen=True):
    """A token that is about certain bytes and signed by the certificate in it. Whose that is is not checked."""

    made_at: datetime
    certificate: x509.Certificate
    cms: Cms


def verify_token(der: bytes, *, digest_of: Callable[[str], bytes]) -> TimestampToken:
    """Steps 1 and 2; ``digest_of`` gives the digest of the bytes that the token has to be about, by hash name.

    Raises:
        SignatureInvalidError: ``pdf_signature_malformed``, ``timestamp_of_something_else``.
        UntrustedKeyError: ``algorithm_sha1``, ``algorithm_md5``, ``algorithm_not_allowed``.
    """
    cms = read_cms(der, expected_content=TST_INFO)
    try:
        info = cms.content or b""
        _, _, imprint, _, made_at, *_ = children(info)
        algorithm, value = children(imprint.der)
        kind, said = children(algorithm.der)[0].der, decode(value.der, OCTET_STRING)
        digest = _DIGESTS.get(kind)
        moment = _moment(decode(made_at.der, GENERALIZED_TIME))
    except (ValueError, IndexError) as error:
        raise SignatureInvalidError("pdf_signature_malformed") from error
    if cms.unsigned_attributes:
        raise SignatureInvalidError("pdf_signature_malformed")
    if digest is None:
        raise UntrustedKeyError(WEAK_DIGESTS.get(kind, "algorithm_not_allowed"))
    if digest_of(digest) != said:
        raise SignatureInvalidError("timestamp_of_something_else")
    try:
        verify_cms(cms, content_digest=hashlib.new(cms.digest.name, info).digest())
    except SignatureInvalidError as error:
        raise SignatureInvalidError("timestamp_of_something_else") from error
    return TimestampToken(made_at=moment, certificate=known_certificate(cms.certificate), cms=cms)


def _moment(content: bytes) -> datetime:
    """GeneralizedTime in UTC, with or without a fraction of a second (RFC 3161, section 2.4.2)."""
    text, _, fraction = content.decode("ascii").removesuffix("Z").partition(".")
    if not content.endswith(b"Z") or (fraction and not fraction.isdecimal()):
        raise DerError("no time")
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment


def find_authority(token: TimestampToken, *, anchors: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """Step 3: the path from the authority's certificate to a listed one. Raises ``NoPathError``."""
    if not _is_for_timestamps(token.certificate):
        raise NoPathError
    return find_path(token.certificate, others=token.cms.certificates, anchors=anchors, at=token.made_at)


def _is_for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
