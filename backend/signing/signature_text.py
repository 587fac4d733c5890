"""The text of an XML signature, written from a fixed form.

Everything that is signed of a ``Signature`` is known beforehand but digests, time and algorithm, so its canonical form
(Canonical XML 1.0) is written down here instead of being built as a tree and canonicalised: no attribute but the ones
below, every empty element with both its tags, the default namespace first and then the prefixes in scope by name.

What stands in the document is the same text without the namespaces, which it inherits there.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.certified_key import raw_signature

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
"""Namespace of ``SigningTime``: the XML Signature schema wants a foreign one inside ``SignatureProperty``."""
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


def signed_info_text(certificate: x509.Certificate, references: str) -> str:
    """What stands between the tags of ``SignedInfo``."""
    method = RSA_SHA256 if isinstance(certificate.public_key(), rsa.RSAPublicKey) else ECDSA_SHA256
    return (
        f'<CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{method}"></SignatureMethod>{references}'
    )


def reference_text(target_id: str, canonical: bytes, *, enveloped: bool = False) -> str:
    """One ``Reference`` with the digest of what it refers to."""
    first = f'<Transform Algorithm="{ENVELOPED}"></Transform>' if enveloped else ""
    digest = base64.b64encode(hashlib.sha256(canonical).digest()).decode()
    return (
        f'<Reference URI="#{target_id}"><Transforms>{first}<Transform Algorithm="{C14N}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{SHA256}"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>'
    )


def time_text(name: str, written: str) -> str:
    """What stands between the tags of the ``Object`` with the time of signing (2088, section 1.6)."""
    return (
        f'<SignatureProperties><SignatureProperty Target="#ky-{name}"><SigningTime xmlns="{XADES}">{written}'
        "</SigningTime></SignatureProperty></SignatureProperties>"
    )


def object_id(name: str) -> str:
    """The ``Id`` of the ``Object`` with the time of signing."""
    return f"thoi-gian-{name}"


def canonical(tag: str, inside: str, *, scope: Mapping[str, str], element_id: str | None = None) -> bytes:
    """The canonical form of an element of a signature that stands where ``scope`` (prefix: namespace) is declared.

    No namespace in ``scope`` may hold what an attribute has to escape.
    """
    declared = "".join(f' xmlns:{prefix}="{scope[prefix]}"' for prefix in sorted(scope))
    attribute = "" if element_id is None else f' Id="{element_id}"'
    return f'<{tag} xmlns="{DS}"{declared}{attribute}>{inside}</{tag}>'.encode()


def signature_text(
    *, name: str, signed_info: str, value: bytes, certificate: x509.Certificate, written: str | None
) -> bytes:
    """The whole ``Signature`` as it stands in the document; ``written`` is the time of signing, if it has one."""
    time = "" if written is None else f'<Object Id="{object_id(name)}">{time_text(name, written)}</Object>'
    return (
        f'<Signature xmlns="{DS}" Id="ky-{name}"><SignedInfo>{signed_info}</SignedInfo>'
        f"<SignatureValue>{base64.b64encode(value).decode()}</SignatureValue>{_key_info(certificate)}{time}</Signature>"
    ).encode()


def signature_value(signature: bytes, certificate: x509.Certificate) -> bytes:
    """The value as XML writes it: r and s side by side instead of the DER that ``SigningKey`` gives (RFC 4050)."""
    return signature if isinstance(certificate.public_key(), rsa.RSAPublicKey) else raw_signature(signature)


@lru_cache(maxsize=256)
def _key_info(certificate: x509.Certificate) -> str:
    encoded = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return (
        f"<KeyInfo><X509Data><X509SubjectName>{escape(certificate.subject.rfc4514_string())}</X509SubjectName>"
        f"<X509Certificate>{encoded}</X509Certificate></X509Data></KeyInfo>"
    )
