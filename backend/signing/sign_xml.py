"""XML signatures of a card's signers and of a school's transaction.

The signature is computed over the parsed tree, but the card's bytes are never written anew: what is added is spliced
into them, so every byte that stood there, earlier signatures included, stands there afterwards. Shape and order are
those that signing software in the field expects:

1. the homeroom teacher signs ``#thongtinhocba``, inside ``DU_LIEU_HOC_BA``;
2. then the manager signs ``#data``, which holds the teacher's signature, and
3. last the school, again ``#data``.

Each signature has two references: the data, and its own ``Object`` with the time of signing, which is a claim of the
signer. This is the only file of the backend that knows signxml.

``Signature`` has no namespace prefix, as in the field. Beware when checking such XML with lxml: its inclusive C14N of
an element that is not the root of its document writes false ``xmlns=""`` on grandchildren. Serialise the element,
parse it as a document of its own and canonicalise that root; signxml does so with the data, but not with
``SignedInfo``.
"""

import base64
from datetime import datetime
from typing import Any, cast
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner

from backend.signing.errors import NotSignableError
from backend.signing.keys import SigningKey
from verifier.record.card_document import SignerRole
from verifier.vietnam_time import VIETNAM_TIME

ROLE_ELEMENTS = {
    SignerRole.HOMEROOM_TEACHER: "GVCN",
    SignerRole.MANAGER: "CBQL",
    SignerRole.SCHOOL: "KY_PHAT_HANH",
}
"""Where a role's signature stands. Subject teachers' signatures are verified where schools make them, not made here."""
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
"""Namespace of ``SigningTime``: the XML Signature schema wants a foreign one inside ``SignatureProperty``."""
TRANSACTION_ID = "dataDanhSach"

# lxml takes None for "no prefix"; its stubs do not know that.
_DS_UNPREFIXED = cast("dict[str, str]", {None: DS})
_XADES_UNPREFIXED = cast("dict[str, str]", {None: XADES})


def sign_card(
    card: bytes, *, role: SignerRole, key: SigningKey, personal_code: str | None = None, now: datetime
) -> bytes:
    """Add the signature of ``role`` to a card's XML and give the new bytes.

    ``personal_code`` is the signer's own (``SO_CCCD``); a school has none. Raises ``NotSignableError`` when the card
    is no well-formed ``HOC_BA``, has signed in this role already, or when a teacher comes after the manager.
    """
    element = ROLE_ELEMENTS.get(role)
    if element is None:
        raise NotSignableError("role_unsupported", role=role.value)
    tree = _parse_card(card, role, element)
    reference = "thongtinhocba" if role is SignerRole.HOMEROOM_TEACHER else "data"
    signature = _sign(tree, key=key, reference=reference, name=element.lower().replace("_", "-"), now=now)
    code = f"<SO_CCCD>{escape(personal_code)}</SO_CCCD>" if personal_code else ""
    block = f"<{element}><NGAY_KY>{_written(now)}</NGAY_KY>{code}".encode() + signature + f"</{element}>".encode()
    if role is SignerRole.HOMEROOM_TEACHER:
        return _splice(card, block, wrapper=b"DANH_SACH_THONG_TIN_KY", parent=b"DU_LIEU_HOC_BA")
    return _splice(card, block, wrapper=b"PHAT_HANH_HOC_BA", parent=b"HOC_BA")


def sign_transaction(cards: list[bytes], *, key: SigningKey, now: datetime) -> bytes:
    """Put cards into one ``DANH_SACH_HOC_BA`` signed by the school (2088, section 2.2).

    The cards' bytes stand in it unchanged. Raises ``NotSignableError`` when one of them is not well-formed.
    """
    opening, closing = f'<DANH_SACH_HOC_BA id="{TRANSACTION_ID}">'.encode(), b"</DANH_SACH_HOC_BA>"
    unsigned = opening + b"".join(cards)
    tree = _parse(unsigned + closing)
    signature = _sign(tree, key=key, reference=TRANSACTION_ID, name="giao-dich", now=now, enveloped=True)
    return unsigned + signature + closing


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise NotSignableError("xml_malformed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotSignableError("xml_malformed")
    return root


def _parse_card(card: bytes, role: SignerRole, element: str) -> etree._Element:
    root = _parse(card)
    data = root.find("DU_LIEU_HOC_BA")
    if root.tag != "HOC_BA" or data is None or data.get("Id") != "data":
        raise NotSignableError("not_a_card")
    if root.find(f".//{element}") is not None:
        raise NotSignableError("role_signed_already", role=role.value)
    if role is SignerRole.HOMEROOM_TEACHER and root.find("PHAT_HANH_HOC_BA") is not None:
        raise NotSignableError("teacher_after_manager", role=role.value)
    return root


def _splice(card: bytes, block: bytes, *, wrapper: bytes, parent: bytes) -> bytes:
    """Put ``block`` at the end of ``wrapper``, which is made as the last child of ``parent`` if it is not there.

    Tags of the data cannot be mistaken for these: in text ``<`` is written as an entity, and the last closing tag of a
    name is the outermost one.
    """
    closing = b"</" + wrapper + b">"
    position = card.rfind(closing)
    if position < 0:
        position = card.rfind(b"</" + parent + b">")
        block = b"<" + wrapper + b">" + block + closing
    if position < 0:
        raise NotSignableError("not_a_card")
    return card[:position] + block + card[position:]


def _sign(
    tree: etree._Element, *, key: SigningKey, reference: str, name: str, now: datetime, enveloped: bool = False
) -> bytes:
    """One ``Signature`` element over ``reference`` and its own time of signing, as bytes for splicing."""
    if len(cast("list[object]", tree.xpath("//*[@Id=$id or @id=$id]", id=reference))) != 1:
        raise NotSignableError("not_a_card")  # signxml would sign something else without a word
    method = SignatureConstructionMethod.enveloped if enveloped else SignatureConstructionMethod.detached
    is_rsa = isinstance(key.certificate.public_key(), rsa.RSAPublicKey)
    signer = XMLSigner(
        method=method,
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signer.namespaces = _DS_UNPREFIXED
    references = [f"#{reference}"]
    signing_time = _signing_time(name, now)
    if not enveloped:
        tree.append(signing_time)  # so that the second reference finds it; it moves into the signature below
        references.append(f"#thoi-gian-{name}")
    try:
        signed = signer.sign(
            tree, key=cast("Any", _PortKey(key)), reference_uri=references, key_info=_key_info(key), cert=None
        )
    except SignXMLException as error:
        raise NotSignableError("not_a_card") from error
    signature = signed[-1] if enveloped else signed
    signature.set("Id", f"ky-{name}")
    if not enveloped:
        signature.append(signing_time)
    return etree.tostring(signature, encoding="utf-8", with_tail=False)


def _key_info(key: SigningKey) -> etree._Element:
    key_info = etree.Element(f"{{{DS}}}KeyInfo", nsmap=_DS_UNPREFIXED)
    x509_data = etree.SubElement(key_info, f"{{{DS}}}X509Data")
    etree.SubElement(x509_data, f"{{{DS}}}X509SubjectName").text = key.certificate.subject.rfc4514_string()
    der = key.certificate.public_bytes(Encoding.DER)
    etree.SubElement(x509_data, f"{{{DS}}}X509Certificate").text = base64.b64encode(der).decode()
    return key_info


def _signing_time(name: str, now: datetime) -> etree._Element:
    """``Object/SignatureProperties/SignatureProperty/SigningTime`` (2088, section 1.6)."""
    box = etree.Element(f"{{{DS}}}Object", nsmap=_DS_UNPREFIXED)
    box.set("Id", f"thoi-gian-{name}")
    properties = etree.SubElement(box, f"{{{DS}}}SignatureProperties")
    signature_property = etree.SubElement(properties, f"{{{DS}}}SignatureProperty")
    signature_property.set("Target", f"#ky-{name}")
    etree.SubElement(signature_property, f"{{{XADES}}}SigningTime", nsmap=_XADES_UNPREFIXED).text = _written(now)
    return box


def _written(moment: datetime) -> str:
    """``YYYY-MM-DDThh:mm:ss+07:00`` (2088, section 1.3)."""
    return moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")


class _PortKey:
    """Lets signxml sign through the port: it calls ``sign`` with the padding that the port's contract fixes."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.key_size: int = cast("Any", key.certificate.public_key()).key_size

    def sign(self, data: bytes, **_fixed_by_the_port: object) -> bytes:
        return self._key.sign(data)
