"""One time-stamp token (RFC 3161, section 2.4.2): read, and checked as the one who asked for it checks.

1. it answers this request: SHA-256, the digest, the nonce;
2. its signature holds, made by the one certificate that its signed attributes name (RFC 5816);
3. that certificate is for timestamps and nothing else (RFC 3161, section 2.3), valid when the token was made, and leads
   to a listed authority.

Whether it was revoked is asked in ``backend.signing.evidence``. Public authorities differ in what they sign with, so
RSA (PKCS #1 and PSS) and ECDSA are read, with SHA-256 or longer.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct

from backend.signing.cms_signature import issuer_and_serial_number
from backend.signing.errors import TimestampUnavailableError
from verifier.certificate_path import NoPathError, find_path
from verifier.der import (
    CONTEXT_0,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    DerError,
    Element,
    children,
    decode,
    encode,
    encode_oid,
    split,
)

_SIGNED_DATA = encode_oid("1.2.840.113549.1.7.2")
_TST_INFO = encode_oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = encode_oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = encode_oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = encode_oid("1.2.840.113549.1.9.16.2.12")
_SIGNING_CERTIFICATE_V2 = encode_oid("1.2.840.113549.1.9.16.2.47")
_PSS = encode_oid("1.2.840.113549.1.1.10")
_SHA256 = encode_oid("2.16.840.1.101.3.4.2.1")
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    _SHA256: hashes.SHA256(),
    encode_oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384(),
    encode_oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512(),
}
_SKI_CHOICE = 0x80


class TimestampToken(Struct, frozen=True):
    """A token taken apart. Nothing in it is checked."""

    der: bytes
    imprint_algorithm: bytes
    """OID, as DER."""
    imprint: bytes
    nonce: int | None
    made_at: datetime
    info: bytes
    """What is signed: DER of the ``TSTInfo``."""
    certificates: tuple[bytes, ...]
    signer_id: Element
    digest_algorithm: bytes
    """OID, as DER."""
    signed_attributes: bytes
    """DER of the SET."""
    attributes: dict[bytes, bytes]
    """Content of the one value of each signed attribute, by OID."""
    signature_algorithm: bytes
    signature: bytes


def read_token(der: bytes) -> TimestampToken:
    """Take a token apart. Raises ``TimestampUnavailableError`` (``timestamp_malformed``)."""
    try:
        content_type, wrapped = children(der)
        version_and_more = children(decode(wrapped.der, CONTEXT_0))
        _, _, encapsulated, *rest, signers = version_and_more
        kind, info_box = split(encapsulated.content)
        if content_type.der != _SIGNED_DATA or kind.der != _TST_INFO or signers.tag != SET:
            raise DerError("no time-stamp token")
        info = decode(decode(info_box.der, CONTEXT_0), OCTET_STRING)
        certificates = [one.der for part in rest if part.tag == CONTEXT_0 for one in split(part.content)]
        (signer,) = split(signers.content)
        return _assemble(der, info, tuple(certificates), signer)
    except (ValueError, IndexError) as error:
        raise TimestampUnavailableError("timestamp_malformed") from error


def _assemble(der: bytes, info: bytes, certificates: tuple[bytes, ...], signer: Element) -> TimestampToken:
    _, _, imprint, _, made_at, *rest = children(info)
    imprint_algorithm, imprint_value = split(imprint.content)
    nonces = [one.content for one in rest if one.tag == INTEGER]
    _, signer_id, digest_algorithm, signed, algorithm, signature, *_ = split(signer.content)
    if signed.tag != CONTEXT_0 or made_at.tag != GENERALIZED_TIME:
        raise DerError("no time-stamp token")
    attributes = {}
    for attribute in split(signed.content):
        name, values = split(attribute.content)
        attributes[name.der] = decode(values.der, SET)
    return TimestampToken(
        der=der,
        imprint_algorithm=split(imprint_algorithm.content)[0].der,
        imprint=decode(imprint_value.der, OCTET_STRING),
        nonce=int.from_bytes(nonces[0], "big", signed=True) if nonces else None,
        made_at=_moment(made_at.content),
        info=info,
        certificates=certificates,
        signer_id=signer_id,
        digest_algorithm=split(digest_algorithm.content)[0].der,
        signed_attributes=encode(SET, signed.content),
        attributes=attributes,
        signature_algorithm=split(algorithm.content)[0].der,
        signature=decode(signature.der, OCTET_STRING),
    )


def _moment(content: bytes) -> datetime:
    """GeneralizedTime in UTC, with or without a fraction of a second (RFC 3161, section 2.4.2)."""
    text, _, fraction = content.decode("ascii").removesuffix("Z").partition(".")
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment


def check_answers(token: TimestampToken, *, expected_digest: bytes, expected_nonce: int) -> None:
    """Step 1. Raises ``TimestampUnavailableError`` (``timestamp_of_other_request``)."""
    answered = (token.imprint_algorithm, token.imprint, token.nonce)
    if answered != (_SHA256, expected_digest, expected_nonce):
        raise TimestampUnavailableError("timestamp_of_other_request")


def check_signature(token: TimestampToken) -> x509.Certificate:
    """Step 2; gives the authority's certificate.

    Raises ``TimestampUnavailableError``: ``timestamp_certificate_missing``, ``timestamp_signature_wrong``.
    """
    der = _signer_certificate(token)
    certificate = load_known(der)
    algorithm = _HASHES.get(token.digest_algorithm)
    if algorithm is None:
        raise TimestampUnavailableError("timestamp_signature_wrong")
    info_digest = hashlib.new(algorithm.name, token.info).digest()
    signed = token.attributes
    if signed.get(_MESSAGE_DIGEST) != encode(OCTET_STRING, info_digest) or signed.get(_CONTENT_TYPE) != _TST_INFO:
        raise TimestampUnavailableError("timestamp_signature_wrong")
    is_pss = token.signature_algorithm == _PSS
    if not _holds(certificate, token.signature, token.signed_attributes, algorithm, is_pss=is_pss):
        raise TimestampUnavailableError("timestamp_signature_wrong")
    return certificate


def _signer_certificate(token: TimestampToken) -> bytes:
    """The certificate that the signer's name and the signed attributes both mean."""
    for der in token.certificates:
        try:
            if _is_named(der, token.signer_id) and _is_pinned(der, token.attributes):
                return der
        except (DerError, IndexError):
            continue
    raise TimestampUnavailableError("timestamp_certificate_missing")


def _is_named(der: bytes, signer_id: Element) -> bool:
    if signer_id.tag == SEQUENCE:
        return issuer_and_serial_number(der) == signer_id.der
    return signer_id.tag == _SKI_CHOICE  # then the pin below is what decides


def _is_pinned(der: bytes, attributes: dict[bytes, bytes]) -> bool:
    """RFC 5035, section 3 and 5816, section 2.2.1: the first entry names the signer's own certificate by its digest."""
    written = attributes.get(_SIGNING_CERTIFICATE_V2)
    if written is not None:
        fields = children(split(children(written)[0].content)[0].der)
        algorithm = hashes.SHA256()
        if fields[0].tag == SEQUENCE:
            algorithm = _HASHES[split(fields[0].content)[0].der]  # type: ignore[assignment] # any of the three
        digest = next(one.content for one in fields if one.tag == OCTET_STRING)
        return hashlib.new(algorithm.name, der).digest() == digest
    written = attributes.get(_SIGNING_CERTIFICATE)
    if written is None:
        return False
    fields = children(split(children(written)[0].content)[0].der)
    return hashlib.sha1(der, usedforsecurity=False).digest() == fields[0].content


def check_authority(
    certificate: x509.Certificate, token: TimestampToken, *, expected_roots: Sequence[bytes]
) -> tuple[x509.Certificate, ...]:
    """Step 3; gives the path from the authority's certificate to the trusted one.

    Raises ``TimestampUnavailableError``: ``timestamp_certificate_wrong_use``, ``timestamp_certificate_ended``,
    ``timestamp_authority_untrusted``.
    """
    if not _is_for_timestamps(certificate):
        raise TimestampUnavailableError("timestamp_certificate_wrong_use")
    if not certificate.not_valid_before_utc <= token.made_at <= certificate.not_valid_after_utc:
        raise TimestampUnavailableError("timestamp_certificate_ended")
    try:
        return find_path(certificate, others=token.certificates, anchors=tuple(expected_roots), at=token.made_at)
    except NoPathError as error:
        raise TimestampUnavailableError("timestamp_authority_untrusted") from error


@lru_cache(maxsize=64)
def _is_for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


@lru_cache(maxsize=256)
def load_known(der: bytes) -> x509.Certificate:
    """A certificate, parsed once for all cards. Raises ``TimestampUnavailableError`` (``timestamp_malformed``)."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise TimestampUnavailableError("timestamp_malformed") from error


def _holds(
    certificate: x509.Certificate, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm, *, is_pss: bool
) -> bool:
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=padding.PSS.AUTO)
            key.verify(signature, data, pss if is_pss else padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def read_response(response: bytes) -> bytes:
    """The token in a ``TimeStampResp`` that grants one.

    Raises ``TimestampUnavailableError``: ``timestamp_refused``, ``timestamp_malformed``.
    """
    try:
        status_info, *token = children(response)
        status = int.from_bytes(decode(split(status_info.content)[0].der, INTEGER), "big", signed=True)
    except (ValueError, IndexError) as error:
        raise TimestampUnavailableError("timestamp_malformed") from error
    if status not in _GRANTED:
        raise TimestampUnavailableError("timestamp_refused", status=_STATUS_NAMES.get(status, str(status)))
    if len(token) != 1 or status_info.tag != SEQUENCE:
        raise TimestampUnavailableError("timestamp_malformed")
    return token[0].der


_GRANTED = frozenset({0, 1})
_STATUS_NAMES = {2: "rejection", 3: "waiting", 4: "revocation_warning", 5: "revocation_notification"}
"""RFC 3161, section 2.4.2."""
