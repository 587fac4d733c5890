"""The parts of one ``ds:Signature``, taken apart strictly: what is not expected is refused, nothing is guessed.

This file reads; it proves nothing. Algorithms and transforms outside the lists below are refused by name before any
arithmetic, so that no library default decides what is accepted.
"""

import base64
import binascii
import re
from types import MappingProxyType

from cryptography import x509
from lxml import etree
from msgspec import Struct

from verifier.certificate import load_certificate, require_strong_key
from verifier.errors import MalformedInputError, SignatureInvalidError, UntrustedKeyError
from verifier.record.card_document import SIGNATURE_NAMESPACE

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

MAX_REFERENCES = 2
_ALLOWED_CANONICALISATION = frozenset({C14N, EXCLUSIVE_C14N})
_WEAK_MARKS = MappingProxyType(
    {"hmac": "algorithm_hmac", "md5": "algorithm_md5", "sha1": "algorithm_sha1", "ripemd": "algorithm_weak"}
)
"""Parts of the names of algorithms that prove nothing; the first that a name holds says why it is refused."""
_ID = re.compile(r"#([\w.:-]{1,100})", re.ASCII)
_XML_SPACE = re.compile(r"[ \t\r\n]+")


class SignedReference(Struct, frozen=True):
    """What one ``Reference`` points at."""

    target_id: str
    transforms: tuple[str, ...]
    """Algorithms in order; an empty tuple means Canonical XML 1.0 (XML Signature 1.1, section 4.4.3.2)."""
    digest: bytes


class SignedInfo(Struct, frozen=True):
    """What a signature says that it covers, and how."""

    canonicalisation: str
    algorithm: str
    references: tuple[SignedReference, ...]
    own_object_id: str | None
    """``Id`` of the signature's own ``Object``."""


def read_signed_info(signature: etree._Element, *, enveloped: bool = False) -> SignedInfo:
    """Take a signature apart; ``enveloped`` is for a transaction's signature, which stands in what it signs.

    Raises:
        SignatureInvalidError: ``signature_malformed``, ``reference_unexpected``, ``transform_not_allowed``.
        UntrustedKeyError: ``algorithm_sha1``, ``algorithm_md5``, ``algorithm_hmac``, ``algorithm_weak``,
            ``algorithm_not_allowed``.
    """
    parts = list(signature)
    names = [_name(part) for part in parts]
    if names not in (
        ["SignedInfo", "SignatureValue", "KeyInfo"],
        ["SignedInfo", "SignatureValue", "KeyInfo", "Object"],
    ):
        raise SignatureInvalidError("signature_malformed")
    info = list(parts[0])
    references = info[2:]
    if [_name(part) for part in info[:2]] != ["CanonicalizationMethod", "SignatureMethod"]:
        raise SignatureInvalidError("signature_malformed")
    if not 1 <= len(references) <= MAX_REFERENCES or any(_name(part) != "Reference" for part in references):
        raise SignatureInvalidError("reference_unexpected")
    canonicalisation = _algorithm(info[0])
    if canonicalisation not in _ALLOWED_CANONICALISATION:
        raise SignatureInvalidError("transform_not_allowed")
    algorithm = _algorithm(info[1])
    _require_allowed(algorithm, allowed={RSA_SHA256, ECDSA_SHA256})
    read_base64(parts[1])
    own_object = child(signature, "Object")
    return SignedInfo(
        canonicalisation=canonicalisation,
        algorithm=algorithm,
        references=tuple(_read_reference(part, enveloped=enveloped) for part in references),
        own_object_id=None if own_object is None else own_object.get("Id"),
    )


def read_certificate(signature: etree._Element) -> x509.Certificate:
    """The one certificate of ``KeyInfo``.

    ``X509SubjectName``, ``X509IssuerSerial`` and ``KeyValue`` may stand beside it once each.

    Raises:
        SignatureInvalidError: ``key_info_malformed``.
        UntrustedKeyError: ``key_too_weak``, ``key_kind_not_allowed``.
    """
    key_info = _only(signature, "KeyInfo")
    _require_once_each(key_info, {"X509Data", "KeyValue"})
    x509_data = _only(key_info, "X509Data")
    _require_once_each(x509_data, {"X509SubjectName", "X509IssuerSerial", "X509Certificate"})
    try:
        certificate = load_certificate(read_base64(_only(x509_data, "X509Certificate")))
    except MalformedInputError as error:
        raise SignatureInvalidError("key_info_malformed") from error
    require_strong_key(certificate)
    return certificate


def read_base64(element: etree._Element) -> bytes:
    """Base64 in its only canonical spelling, white space aside: no bit of it is left without a meaning.

    Raises:
        SignatureInvalidError: ``signature_malformed``.
    """
    text = _XML_SPACE.sub("", element.text or "")
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureInvalidError("signature_malformed") from error
    if not decoded or len(element) or base64.b64encode(decoded).decode() != text:
        raise SignatureInvalidError("signature_malformed")
    return decoded


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """The one XMLDSig child of that name, or None."""
    found = parent.findall(f"{{{SIGNATURE_NAMESPACE}}}{name}")
    if len(found) > 1:
        raise SignatureInvalidError("signature_malformed")
    return found[0] if found else None


def _read_reference(reference: etree._Element, *, enveloped: bool) -> SignedReference:
    match = _ID.fullmatch(reference.get("URI") or "")
    if match is None:
        raise SignatureInvalidError("reference_unexpected")
    transforms: tuple[str, ...] = ()
    parts = list(reference)
    if parts and _name(parts[0]) == "Transforms":
        transforms = tuple(_algorithm(transform) for transform in list(parts[0]))
        parts = parts[1:]
    _require_transforms(transforms, enveloped=enveloped)
    if [_name(part) for part in parts] != ["DigestMethod", "DigestValue"]:
        raise SignatureInvalidError("signature_malformed")
    _require_allowed(_algorithm(parts[0]), allowed={SHA256})
    return SignedReference(match[1], transforms, read_base64(parts[1]))


def _require_transforms(transforms: tuple[str, ...], *, enveloped: bool) -> None:
    remaining = list(transforms)
    if enveloped and (not remaining or remaining.pop(0) != ENVELOPED):
        raise SignatureInvalidError("transform_not_allowed")
    if len(remaining) > 1 or not set(remaining) <= _ALLOWED_CANONICALISATION:
        raise SignatureInvalidError("transform_not_allowed")


def _require_allowed(algorithm: str, *, allowed: set[str]) -> None:
    if algorithm in allowed:
        return
    name = algorithm.lower()
    code = next((code for mark, code in _WEAK_MARKS.items() if mark in name), "algorithm_not_allowed")
    raise UntrustedKeyError(code, algorithm=algorithm[:100])


def _algorithm(element: etree._Element) -> str:
    """``Algorithm`` of a method that takes no parameters."""
    if len(element) or set(element.attrib) != {"Algorithm"}:
        raise SignatureInvalidError("transform_not_allowed")
    return str(element.get("Algorithm"))


def _require_once_each(parent: etree._Element, allowed: set[str]) -> None:
    names = [_name(part) for part in parent]
    if len(names) != len(set(names)) or not set(names) <= allowed:
        raise SignatureInvalidError("key_info_malformed")


def _name(element: etree._Element) -> str:
    name = etree.QName(element)
    return name.localname if name.namespace == SIGNATURE_NAMESPACE else ""


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = child(parent, name)
    if found is None:
        raise SignatureInvalidError("key_info_malformed")
    return found
