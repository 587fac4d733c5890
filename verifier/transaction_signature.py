"""The school's signature over a whole transaction ``<DANH_SACH_HOC_BA>`` (2088, section 2.2).

A list may have 100 MB; a tree of it, and the copies that an XML signature library makes of it, would take gigabytes.
So the canonical form is hashed card by card: the cards' exact bytes come from ``split_list``, what is between them is
white space, and what is around them is small enough for a tree. With inclusive canonicalisation that is the same as
hashing the whole list as long as no card inherits a namespace, which a card that stands on its own never does; where
one does, the digest does not match and the list is refused.
"""

import copy
import hashlib
import hmac
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from msgspec import Struct

from verifier.errors import SignatureInvalidError
from verifier.record.card_document import SIGNATURE_NAMESPACE
from verifier.record.split_list import CardList, split_list
from verifier.signature_element import (
    EXCLUSIVE_C14N,
    SignedInfo,
    child,
    read_base64,
    read_certificate,
    read_signed_info,
)

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"
_ID_ATTRIBUTES = ("Id", "id", "ID")
_SPACE = b" \t\r\n"
_P256_SCALAR_BYTES = 32


class _Surroundings(Struct, frozen=True):
    """What is around the cards of a list, as a small document of its own."""

    root: etree._Element
    signature: etree._Element
    before_cards: bytes
    after_cards: bytes
    """White space between the last card and the signature."""


def verify_transaction(xml: bytes) -> bytes:
    """Verify the signature of a list of cards; gives the DER of the certificate that made it.

    Whose certificate it is, and whether it may send cards, is for the caller to look up. The signature is the list's
    last child and covers all the rest (enveloped signature); it may cover its own ``Object`` with the time as well.

    Raises:
        LimitExceededError, MalformedInputError: as ``split_list``.
        SignatureInvalidError: ``transaction_signature_missing``, ``transaction_signature_misplaced``,
            ``transaction_altered``, ``transaction_signature_wrong``, or a code of ``signature_element``.
        UntrustedKeyError: an algorithm or key is too weak or not allowed.
    """
    cards = split_list(xml)
    if not cards.has_signature:
        raise SignatureInvalidError("transaction_signature_missing")
    around = _surroundings(cards)
    signed_info = read_signed_info(around.signature, enveloped=True)
    certificate = read_certificate(around.signature)
    _verify_value(around.signature, signed_info, certificate)
    list_id = next((around.root.get(name) for name in _ID_ATTRIBUTES if around.root.get(name)), None)
    seen = set()
    for reference in signed_info.references:
        exclusive = EXCLUSIVE_C14N in reference.transforms
        if reference.target_id == list_id:
            digest = _hash(_canonical_list(cards, around, exclusive=exclusive))
        elif reference.target_id == signed_info.own_object_id:
            digest = _hash([_canonical(child(around.signature, "Object"), exclusive=exclusive)])
        else:
            raise SignatureInvalidError("reference_unexpected")
        seen.add(reference.target_id)
        if not hmac.compare_digest(digest, reference.digest):
            raise SignatureInvalidError("transaction_altered")
    if list_id not in seen:
        raise SignatureInvalidError("reference_unexpected")
    return certificate.public_bytes(Encoding.DER)


def _surroundings(cards: CardList) -> _Surroundings:
    first, last = cards.places[0][0], cards.places[-1][1]
    head, tail = cards.xml[:first], cards.xml[last:]
    if head.count(b"<") != 1:  # the list's own tag; in well-formed XML every other "<" opens another one
        raise SignatureInvalidError("transaction_signature_misplaced")
    try:
        root = etree.fromstring(head + tail, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise SignatureInvalidError("transaction_signature_misplaced") from error
    opening = head.rindex(b">") + 1
    before, after = head[opening:], tail[: len(tail) - len(tail.lstrip(_SPACE))]
    signature = root[0] if len(root) == 1 else None
    if signature is None or signature.tag != _SIGNATURE or before.strip(_SPACE) or (signature.tail or "").strip():
        raise SignatureInvalidError("transaction_signature_misplaced")
    if (root.text or "").encode() != _line_ends(before + after):
        raise SignatureInvalidError("transaction_signature_misplaced")
    return _Surroundings(root, signature, before, after)


def _canonical_list(cards: CardList, around: _Surroundings, *, exclusive: bool) -> Iterator[bytes]:
    """The list without its signature, piece by piece."""
    bare = copy.copy(around.root)
    bare[:] = []
    bare.text = None
    opening, middle, closing = etree.tostring(bare, method="c14n", exclusive=exclusive).rpartition(b"</")
    yield opening
    yield _line_ends(around.before_cards)
    end = cards.places[0][0]
    for start, next_end in cards.places:
        gap = cards.xml[end:start]
        if gap.strip(_SPACE):
            raise SignatureInvalidError("transaction_signature_misplaced")
        yield _line_ends(gap)
        yield _canonical_card(cards.xml[start:next_end], exclusive=exclusive)
        end = next_end
    yield _line_ends(around.after_cards)
    yield (around.signature.tail or "").encode()
    yield middle + closing


def _canonical_card(card: bytes, *, exclusive: bool) -> bytes:
    try:
        root = etree.fromstring(card, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    except etree.XMLSyntaxError as error:
        # A prefix that only the list declares: such a card could not stand on its own.
        raise SignatureInvalidError("transaction_altered") from error
    return etree.tostring(root, method="c14n", exclusive=exclusive)


def _canonical(element: etree._Element | None, *, exclusive: bool) -> bytes:
    """Canonical form of an element as the root of a copy, which carries the namespaces in scope."""
    if element is None:
        raise SignatureInvalidError("signature_malformed")
    root = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(root, method="c14n", exclusive=exclusive)


def _verify_value(signature: etree._Element, signed_info: SignedInfo, certificate: x509.Certificate) -> None:
    exclusive = signed_info.canonicalisation == EXCLUSIVE_C14N
    signed = _canonical(child(signature, "SignedInfo"), exclusive=exclusive)
    value_element = child(signature, "SignatureValue")
    value = b"" if value_element is None else read_base64(value_element)
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and signed_info.algorithm.endswith("rsa-sha256"):
            key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
            return
        if isinstance(key, ec.EllipticCurvePublicKey) and len(value) == 2 * _P256_SCALAR_BYTES:
            r, s = int.from_bytes(value[:_P256_SCALAR_BYTES]), int.from_bytes(value[_P256_SCALAR_BYTES:])
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
            return
    except InvalidSignature as error:
        raise SignatureInvalidError("transaction_signature_wrong") from error
    raise SignatureInvalidError("transaction_signature_wrong")


def _hash(pieces: Iterator[bytes] | list[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _line_ends(space: bytes) -> bytes:
    """Line ends as every XML parser reads them (XML 1.0, section 2.11)."""
    return space.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
