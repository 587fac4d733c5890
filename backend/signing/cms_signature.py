"""The CMS of a seal (RFC 5652, CAdES baseline: ETSI EN 319 122-1), its constant parts made once for each key.

Signed are the content's type, its digest and the signer's certificate (RFC 5035); no time, since time is proved by the
timestamp and never claimed. The signer's certificate stands in it once, the root not at all.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.keys import SigningKey
from verifier.der import (
    CONTEXT_0,
    CONTEXT_1,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    SET,
    children,
    encode,
    encode_integer,
    encode_oid,
    encode_set,
)

_DATA = encode_oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = encode_oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = encode_oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = encode_oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = encode_oid("1.2.840.113549.1.9.16.2.47")
_TIMESTAMP_TOKEN = encode_oid("1.2.840.113549.1.9.16.2.14")
_SHA256 = encode(SEQUENCE, encode_oid("2.16.840.1.101.3.4.2.1"))
_SHA256_WITH_RSA = encode(SEQUENCE, encode_oid("1.2.840.113549.1.1.11"), encode(NULL))
_ECDSA_WITH_SHA256 = encode(SEQUENCE, encode_oid("1.2.840.10045.4.3.2"))
_VERSION_1 = encode_integer(1)
_NO_DIGEST = bytes(32)
_ECDSA_SIGNATURE_BYTES = 72
"""The longest that P-256 gives."""


class CmsTemplate:
    """Makes the CMS of one key's signatures."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        der = key.certificate.public_bytes(Encoding.DER)
        issuers = [one.public_bytes(Encoding.DER) for one in key.chain if one.subject != one.issuer]
        self.certificates = (der, *(one for one in dict.fromkeys(issuers) if one != der))
        """What is embedded."""
        certificate_id = encode(SEQUENCE, encode(OCTET_STRING, hashlib.sha256(der).digest()))
        signing_certificate = encode(SEQUENCE, encode(SEQUENCE, certificate_id))
        attributes = sorted(
            (
                _attribute(_CONTENT_TYPE, _DATA),
                _attribute(_MESSAGE_DIGEST, encode(OCTET_STRING, _NO_DIGEST)),
                _attribute(_SIGNING_CERTIFICATE_V2, signing_certificate),
            )
        )
        # Lengths and identifiers decide the order of a SET OF here, so the digest may be put in afterwards.
        self._before_digest, self._after_digest = b"".join(attributes).split(_NO_DIGEST)
        public_key = key.certificate.public_key()
        is_rsa = isinstance(public_key, rsa.RSAPublicKey)
        self._signature_bytes = (
            public_key.key_size // 8 if isinstance(public_key, rsa.RSAPublicKey) else (_ECDSA_SIGNATURE_BYTES)
        )
        self._signer_name = issuer_and_serial_number(der)
        self._signature_algorithm = _SHA256_WITH_RSA if is_rsa else _ECDSA_WITH_SHA256
        self._certificate_set = encode_set(*self.certificates, tag=CONTEXT_0)

    def room_bytes(self, token_bytes: int) -> int:
        """The most that ``finish`` gives with a token of that length."""
        return len(self.finish(bytes(32), bytes(self._signature_bytes), token=bytes(token_bytes)))

    def sign(self, digest: bytes) -> bytes:
        """The signature's value over the signed attributes for the SHA-256 ``digest`` of the content."""
        return self._key.sign(encode(SET, self._before_digest, digest, self._after_digest))

    def finish(self, digest: bytes, signature: bytes, *, token: bytes) -> bytes:
        """DER of the whole, with the timestamp token over ``signature`` as its only unsigned attribute."""
        signer = encode(
            SEQUENCE,
            _VERSION_1,
            self._signer_name,
            _SHA256,
            encode(CONTEXT_0, self._before_digest, digest, self._after_digest),
            self._signature_algorithm,
            encode(OCTET_STRING, signature),
            encode(CONTEXT_1, _attribute(_TIMESTAMP_TOKEN, token)),
        )
        signed_data = encode(
            SEQUENCE,
            _VERSION_1,
            encode(SET, _SHA256),
            encode(SEQUENCE, _DATA),
            self._certificate_set,
            encode(SET, signer),
        )
        return encode(SEQUENCE, _SIGNED_DATA, encode(CONTEXT_0, signed_data))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return encode(SEQUENCE, kind, encode(SET, value))


def issuer_and_serial_number(certificate: bytes) -> bytes:
    """How a CMS names a signer (RFC 5652, 10.2.4), byte for byte as the certificate has it (RFC 5280, 4.1)."""
    fields = children(children(certificate)[0].der)
    first = 1 if fields[0].tag == CONTEXT_0 else 0
    serial_number, _, issuer = fields[first : first + 3]
    return encode(SEQUENCE, issuer.der, serial_number.der)
