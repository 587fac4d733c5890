"""CMS signatures as PDFs bear them (RFC 5652): one signer, everything said once, every byte accounted for.

Read strictly, so that no flipped bit goes unnoticed: what is not signed is one of a few exact spellings, is compared
with what is signed, or is a certificate that the caller has to account for. The signer's certificate is the one that
the signed attributes name by its digest (RFC 5035, RFC 5816).
"""

import hashlib
from functools import lru_cache
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from msgspec import Struct

from verifier.certificate import load_certificate
from verifier.der import (
    CONTEXT_0,
    CONTEXT_1,
    INTEGER,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    SET,
    DerError,
    Element,
    children,
    decode,
    encode,
    encode_integer,
    encode_oid,
)
from verifier.errors import SignatureInvalidError, UntrustedKeyError

MAX_CERTIFICATES = 10
"""A signer's or authority's path, and some more."""
DATA = encode_oid("1.2.840.113549.1.7.1")
TST_INFO = encode_oid("1.2.840.113549.1.9.16.1.4")

_SIGNED_DATA = encode_oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = encode_oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = encode_oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = encode_oid("1.2.840.113549.1.9.16.2.12")
_SIGNING_CERTIFICATE_V2 = encode_oid("1.2.840.113549.1.9.16.2.47")
_RSA = encode_oid("1.2.840.113549.1.1.1")
_PSS = encode_oid("1.2.840.113549.1.1.10")
_MGF1 = encode_oid("1.2.840.113549.1.1.8")
_NULL = encode(NULL)
WEAK_DIGESTS = MappingProxyType(
    {encode_oid("1.3.14.3.2.26"): "algorithm_sha1", encode_oid("1.2.840.113549.2.5"): "algorithm_md5"}
)
"""Why a signature with such a digest is refused."""
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    encode_oid("2.16.840.1.101.3.4.2.1"): hashes.SHA256(),
    encode_oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384(),
    encode_oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512(),
}
_RSA_BY_HASH = {
    "sha256": encode_oid("1.2.840.113549.1.1.11"),
    "sha384": encode_oid("1.2.840.113549.1.1.12"),
    "sha512": encode_oid("1.2.840.113549.1.1.13"),
}
_ECDSA_BY_HASH = {
    "sha256": encode_oid("1.2.840.10045.4.3.2"),
    "sha384": encode_oid("1.2.840.10045.4.3.3"),
    "sha512": encode_oid("1.2.840.10045.4.3.4"),
}


class Cms(Struct, frozen=True):
    """A signature taken apart. Nothing in it is verified."""

    content: bytes | None
    """What is signed, if it stands inside."""
    content_type: bytes
    """OID, as DER."""
    certificates: tuple[bytes, ...]
    certificate: bytes
    """The signer's own."""
    digest: hashes.HashAlgorithm
    signed_attributes: bytes
    """DER of the SET."""
    message_digest: bytes
    signature_algorithm: bytes
    """DER of the ``AlgorithmIdentifier``."""
    signature: bytes
    unsigned_attributes: tuple[tuple[bytes, bytes], ...]
    """OID and value, as DER."""


def read_cms(der: bytes, *, expected_content: bytes) -> Cms:
    """Take a signature apart.

    Raises:
        SignatureInvalidError: ``pdf_signature_malformed``.
        UntrustedKeyError: ``algorithm_sha1``, ``algorithm_md5``.
    """
    try:
        return _read(der, expected_content)
    except (ValueError, IndexError, KeyError) as error:
        raise SignatureInvalidError("pdf_signature_malformed") from error


def _read(der: bytes, expected_content: bytes) -> Cms:
    kind, wrapped = children(der)
    signed_data = decode(wrapped.der, CONTEXT_0)
    version, digests, encapsulated, certificate_set, signers = children(signed_data)
    # RFC 5652, 5.1: version 3 for any content but plain data.
    expected_version = encode_integer(1 if expected_content == DATA else 3)
    content_type, *boxes = children(encapsulated.der)
    if (kind.der, version.der, content_type.der) != (_SIGNED_DATA, expected_version, expected_content):
        raise DerError("no signed data of that kind")
    (digest_algorithm,) = children(digests.der, SET)
    certificates = tuple(one.der for one in children(certificate_set.der, CONTEXT_0))
    (signer,) = children(signers.der, SET)
    signer_version, signer_id, own_digest, signed, algorithm, signature, *rest = children(signer.der)
    attributes = _attributes(signed, CONTEXT_0)
    digest = _hash_of(own_digest)
    if signer_version.der != encode_integer(1) or own_digest.der != digest_algorithm.der or len(rest) > 1:
        raise DerError("says things differently")
    if attributes[_CONTENT_TYPE] != expected_content:
        raise DerError("other content")
    content = None
    if boxes:
        (box,) = boxes
        content = decode(decode(box.der, CONTEXT_0), OCTET_STRING)
    unsigned = tuple(_attributes(rest[0], CONTEXT_1).items()) if rest else ()
    return Cms(
        content=content,
        content_type=content_type.der,
        certificates=certificates,
        certificate=_own_certificate(certificates, signer_id, attributes),
        digest=digest,
        signed_attributes=encode(SET, signed.content),
        message_digest=decode(attributes[_MESSAGE_DIGEST], OCTET_STRING),
        signature_algorithm=algorithm.der,
        signature=decode(signature.der, OCTET_STRING),
        unsigned_attributes=unsigned,
    )


def _attributes(element: Element, tag: int) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for attribute in children(element.der, tag):
        kind, values = children(attribute.der)
        (value,) = children(values.der, SET)
        if kind.der in found:
            raise DerError("attribute given twice")
        found[kind.der] = value.der
    return found


def _hash_of(algorithm: Element) -> hashes.HashAlgorithm:
    kind, *parameters = children(algorithm.der)
    if kind.der in WEAK_DIGESTS:
        raise UntrustedKeyError(WEAK_DIGESTS[kind.der])
    if [one.der for one in parameters] not in ([], [_NULL]):
        raise DerError("digest with parameters")
    return _HASHES[kind.der]


def _own_certificate(certificates: tuple[bytes, ...], signer_id: Element, attributes: dict[bytes, bytes]) -> bytes:
    if len(set(certificates)) != len(certificates) or len(certificates) > MAX_CERTIFICATES:
        raise DerError("certificate given twice, or too many")
    own = [
        der for der in certificates if issuer_and_serial_number(der) == signer_id.der and _is_pinned(der, attributes)
    ]
    if len(own) != 1:
        raise DerError("not one signer's certificate")
    return own[0]


def issuer_and_serial_number(certificate: bytes) -> bytes:
    """How a CMS names a signer (RFC 5652, 10.2.4), byte for byte as the certificate has it (RFC 5280, 4.1)."""
    fields = children(children(certificate)[0].der)
    first = 1 if fields[0].tag == CONTEXT_0 else 0
    serial_number, _, issuer = fields[first : first + 3]
    if serial_number.tag != INTEGER:
        raise DerError("no certificate")
    return encode(SEQUENCE, issuer.der, serial_number.der)


def _is_pinned(certificate: bytes, attributes: dict[bytes, bytes]) -> bool:
    """RFC 5035, section 3 and 5816, section 2.2.1: the first entry names the signer's own certificate by its digest."""
    written = attributes.get(_SIGNING_CERTIFICATE_V2)
    if written is not None:
        first, *rest = children(children(children(written)[0].der)[0].der)
        algorithm: hashes.HashAlgorithm = hashes.SHA256()
        if first.tag == SEQUENCE:
            algorithm, first = _hash_of(first), rest[0]
        return hashlib.new(algorithm.name, certificate).digest() == decode(first.der, OCTET_STRING)
    written = attributes.get(_SIGNING_CERTIFICATE)
    if written is None:
        return False
    first = children(children(children(written)[0].der)[0].der)[0]
    # SHA-1 is all that this attribute knows; a second certificate of the same digest, name and number would have to be
    # made by an authority that the trust list names.
    return hashlib.sha1(certificate, usedforsecurity=False).digest() == decode(first.der, OCTET_STRING)


def verify_cms(cms: Cms, *, content_digest: bytes) -> None:
    """The signature is over this content, by the key of the certificate in it.

    Raises:
        SignatureInvalidError: ``pdf_data_altered``, ``pdf_signature_wrong``.
    """
    if cms.message_digest != content_digest:
        raise SignatureInvalidError("pdf_data_altered")
    if not _holds(cms):
        raise SignatureInvalidError("pdf_signature_wrong")


def _holds(cms: Cms) -> bool:
    key, digest, algorithm = known_certificate(cms.certificate).public_key(), cms.digest, cms.signature_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if algorithm in _pkcs1_spellings(digest.name):
                key.verify(cms.signature, cms.signed_attributes, padding.PKCS1v15(), digest)
                return True
            if algorithm in _pss_spellings(digest.name):
                pss = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
                key.verify(cms.signature, cms.signed_attributes, pss, digest)
                return True
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == encode(SEQUENCE, _ECDSA_BY_HASH[digest.name]):
            key.verify(cms.signature, cms.signed_attributes, ec.ECDSA(digest))
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def _pkcs1_spellings(digest: str) -> tuple[bytes, ...]:
    """RFC 4055, section 5 and RFC 3370, section 3.2, parameters NULL or, by some software, left out."""
    return tuple(encode(SEQUENCE, kind, null) for kind in (_RSA_BY_HASH[digest], _RSA) for null in (_NULL, b""))


@lru_cache(maxsize=8)
def _pss_spellings(digest: str) -> tuple[bytes, ...]:
    """RFC 4055, section 3.1: one hash throughout, a salt as long as it."""
    oid, size = next((oid, one.digest_size) for oid, one in _HASHES.items() if one.name == digest)
    spellings = []
    for null in (_NULL, b""):
        plain = encode(SEQUENCE, oid, null)
        mask = encode(SEQUENCE, _MGF1, plain)
        salt = encode(0xA2, encode_integer(size))
        parameters = encode(SEQUENCE, encode(CONTEXT_0, plain), encode(CONTEXT_1, mask), salt)
        spellings.append(encode(SEQUENCE, _PSS, parameters))
    return tuple(spellings)


@lru_cache(maxsize=512)
def known_certificate(der: bytes) -> x509.Certificate:
    """A certificate, parsed once for all cards. Raises ``MalformedInputError`` (``certificate_malformed``)."""
    return load_certificate(der)
