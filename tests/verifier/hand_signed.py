"""A school's signature made by hand, so that a test can choose every part of it, the forbidden ones too.

Everything it makes is sound arithmetic: digests match and the value verifies. What is wrong is what the test chose.
"""

import base64
import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from msgspec import Struct

from backend.signing.file_keys import FileSigningKey
from verifier.record.card_document import SIGNATURE_NAMESPACE
from verifier.signature_element import C14N, ECDSA_SHA256, RSA_SHA256, SHA256

RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
RSA_MD5 = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"
RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
ECDSA_SHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
MD5 = "http://www.w3.org/2001/04/xmldsig-more#md5"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    RSA_SHA1: hashes.SHA1(),  # noqa: S303  # what must be refused
    RSA_MD5: hashes.MD5(),  # noqa: S303  # what must be refused
    RSA_SHA512: hashes.SHA512(),
    ECDSA_SHA384: hashes.SHA384(),
}
_DIGESTS = {SHA1: hashlib.sha1, MD5: hashlib.md5, SHA512: hashlib.sha512}


class Choices(Struct, frozen=True):
    """Parts of a signature."""

    target_ids: tuple[str, ...] = ("data",)
    canonicalisation: str = C14N
    algorithm: str | None = None
    digest: str = SHA256
    transforms: tuple[str, ...] = (C14N,)
    key_info: str | None = None
    object_xml: str = ""
    exclusive: bool = False
    """How digests and ``SignedInfo`` are really canonicalised."""
    uris: tuple[str, ...] | None = None
    """``URI`` of each reference as written, where that is not ``#`` and the target's Id."""


def add_school_signature(card: bytes, key: FileSigningKey, choices: Choices | None = None) -> bytes:
    """``card`` with KY_PHAT_HANH signed as chosen; it has PHAT_HANH_HOC_BA with the manager's signature already."""
    block = f"<KY_PHAT_HANH>{make_signature(card, key, choices or Choices())}</KY_PHAT_HANH></PHAT_HANH_HOC_BA>"
    return card.replace(b"</PHAT_HANH_HOC_BA>", block.encode(), 1)


def make_signature(document: bytes, key: FileSigningKey, choices: Choices) -> str:
    """A ``Signature`` over elements of ``document`` (the whole of it for ""), or of the signature's own ``Object``."""
    root = etree.fromstring(document)
    objects = etree.fromstring(f'<Signature xmlns="{SIGNATURE_NAMESPACE}">{choices.object_xml}</Signature>')
    uris = choices.uris or tuple(f"#{target}" for target in choices.target_ids)
    references = "".join(
        _reference(_find(root, objects, target), uri, choices)
        for target, uri in zip(choices.target_ids, uris, strict=True)
    )
    algorithm = choices.algorithm or (RSA_SHA256 if _is_rsa(key) else ECDSA_SHA256)
    signed_info = (
        f'<SignedInfo xmlns="{SIGNATURE_NAMESPACE}">'
        f'<CanonicalizationMethod Algorithm="{choices.canonicalisation}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{algorithm}"></SignatureMethod>{references}</SignedInfo>'
    )
    in_scope = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in root.nsmap.items() if prefix)
    in_place = etree.fromstring(f"<place{in_scope}>{signed_info}</place>")[0]
    value = base64.b64encode(_sign(key, _canonical(in_place, choices), algorithm)).decode()
    return (
        f'<Signature xmlns="{SIGNATURE_NAMESPACE}">{signed_info}<SignatureValue>{value}</SignatureValue>'
        f"{choices.key_info or key_info(key)}{choices.object_xml}</Signature>"
    )


def key_info(*keys: FileSigningKey, extra: str = "") -> str:
    """``KeyInfo`` with the certificate of each key."""
    certificates = "".join(
        f"<X509Certificate>{base64.b64encode(key.certificate.public_bytes(Encoding.DER)).decode()}</X509Certificate>"
        for key in keys
    )
    return f"<KeyInfo>{extra}<X509Data>{certificates}</X509Data></KeyInfo>"


def _reference(element: etree._Element, uri: str, choices: Choices) -> str:
    digest = _DIGESTS.get(choices.digest, hashlib.sha256)(_canonical(element, choices)).digest()
    transforms = "".join(f'<Transform Algorithm="{algorithm}"></Transform>' for algorithm in choices.transforms)
    wrapped = f"<Transforms>{transforms}</Transforms>" if choices.transforms else ""
    return (
        f'<Reference URI="{uri}">{wrapped}<DigestMethod Algorithm="{choices.digest}"></DigestMethod>'
        f"<DigestValue>{base64.b64encode(digest).decode()}</DigestValue></Reference>"
    )


def _find(root: etree._Element, objects: etree._Element, target: str) -> etree._Element:
    if not target:
        return root
    for tree in (root, objects):
        for element in tree.iter():
            if target in (element.get("Id"), element.get("id")):
                return element
    raise LookupError(target)


def _canonical(element: etree._Element, choices: Choices) -> bytes:
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(copy, method="c14n", exclusive=choices.exclusive)


def _sign(key: FileSigningKey, data: bytes, algorithm: str) -> bytes:
    private_key: Any = key._private_key
    chosen = _HASHES.get(algorithm, hashes.SHA256())
    if algorithm == HMAC_SHA256:
        # The oldest confusion of all: the public key as the shared secret.
        return hmac.digest(key.certificate.public_bytes(Encoding.DER), data, "sha256")
    if _is_rsa(key):
        signature: bytes = private_key.sign(data, padding.PKCS1v15(), chosen)
        return signature
    r, s = decode_dss_signature(private_key.sign(data, ec.ECDSA(chosen, deterministic_signing=True)))
    size = (private_key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _is_rsa(key: FileSigningKey) -> bool:
    return isinstance(key._private_key, rsa.RSAPrivateKey)
