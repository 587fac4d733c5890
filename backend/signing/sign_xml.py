"""XML signatures of a card's signers and of a school's transaction.

The card's bytes are never written anew: what is added is spliced into them, so every byte that stood there, earlier
signatures included, stands there afterwards. Shape and order are those that signing software in the field expects:

1. the homeroom teacher signs ``#thongtinhocba``, inside ``DU_LIEU_HOC_BA``;
2. then the manager signs ``#data``, which holds the teacher's signature, and
3. last the school, again ``#data``.

Each signature has two references: the data, and its own ``Object`` with the time of signing, which is a claim of the
signer.

Signing is three steps, so that one authorisation of a remote key can cover a whole class: prepare (everything but the
value), sign the SHA-256 of many ``to_be_signed`` at once, finish (splice).

Beware with lxml: its inclusive C14N of an element that is not the root of its document writes false ``xmlns=""`` on
grandchildren. What is canonicalised here is therefore made a document of its own first.
"""

import copy
import hashlib
import re
from datetime import datetime
from typing import Any, cast
from xml.sax.saxutils import escape

from cryptography import x509
from lxml import etree
from msgspec import Struct

from backend.signing.errors import NotSignableError
from backend.signing.keys import SigningKey
from backend.signing.signature_text import (
    canonical,
    object_id,
    reference_text,
    signature_text,
    signature_value,
    signed_info_text,
    time_text,
)
from verifier.record.card_document import SignerRole
from verifier.vietnam_time import VIETNAM_TIME

ROLE_ELEMENTS = {
    SignerRole.HOMEROOM_TEACHER: "GVCN",
    SignerRole.MANAGER: "CBQL",
    SignerRole.SCHOOL: "KY_PHAT_HANH",
}
"""Where a role's signature stands. Subject teachers' signatures are verified where schools make them, not made here."""
TRANSACTION_ID = "dataDanhSach"

ID_ATTRIBUTES = frozenset({"Id", "id", "ID"})
_ATTRIBUTES = etree.XPath("/descendant::*/@*")
_ESCAPED = re.compile(r"[&<>\"\s]")
_NAMED = {element: etree.XPath(f"boolean(//{element})") for element in ROLE_ELEMENTS.values()}


class PreparedSignature(Struct, frozen=True):
    """A signature that lacks nothing but its value."""

    to_be_signed: bytes
    """The canonical ``SignedInfo``: what ``SigningKey.sign`` signs."""
    certificate: x509.Certificate
    before: bytes
    """The document up to the signature."""
    after: bytes
    """The document behind it."""
    name: str
    signed_info: str
    written: str | None

    @property
    def digest(self) -> bytes:
        """SHA-256 of ``to_be_signed``: what ``PersonKey.sign_hashes`` signs."""
        return hashlib.sha256(self.to_be_signed).digest()

    def finish(self, signature: bytes) -> bytes:
        """The document with its signature, as ``SigningKey`` gave it.

        Raises:
            SigningError: an ECDSA signature that is none.
        """
        text = signature_text(
            name=self.name,
            signed_info=self.signed_info,
            value=signature_value(signature, self.certificate),
            certificate=self.certificate,
            written=self.written,
        )
        return self.before + text + self.after


def sign_card(
    card: bytes, *, role: SignerRole, key: SigningKey, personal_code: str | None = None, now: datetime
) -> bytes:
    """Add the signature of ``role`` to a card's XML and give the new bytes; see ``prepare_card_signature``."""
    prepared = prepare_card_signature(
        card, role=role, certificate=key.certificate, personal_code=personal_code, now=now
    )
    return prepared.finish(key.sign(prepared.to_be_signed))


def prepare_card_signature(
    card: bytes, *, role: SignerRole, certificate: x509.Certificate, personal_code: str | None = None, now: datetime
) -> PreparedSignature:
    """Everything of the signature of ``role`` but its value, by the key of ``certificate``.

    ``personal_code`` is the signer's own (``SO_CCCD``); a school has none. Raises ``NotSignableError`` when the card
    is no well-formed ``HOC_BA``, has signed in this role already, or when a teacher comes after the manager.
    """
    element = ROLE_ELEMENTS.get(role)
    if element is None:
        raise NotSignableError("role_unsupported", role=role.value)
    root = _parse_card(card, role, element)
    name = element.lower().replace("_", "-")
    teacher = role is SignerRole.HOMEROOM_TEACHER
    reference = "thongtinhocba" if teacher else "data"
    wrapper, parent = ("DANH_SACH_THONG_TIN_KY", "DU_LIEU_HOC_BA") if teacher else ("PHAT_HANH_HOC_BA", "HOC_BA")
    scope = _scope(root, f".//{wrapper}", parent)
    written = _written(now)
    time = canonical("Object", time_text(name, written), scope=scope, element_id=object_id(name))
    signed_info = signed_info_text(
        certificate,
        reference_text(reference, _canonical_data(root, reference, name)) + reference_text(object_id(name), time),
    )
    code = f"<SO_CCCD>{escape(personal_code)}</SO_CCCD>" if personal_code else ""
    opening = f"<{element}><NGAY_KY>{written}</NGAY_KY>{code}".encode()
    before, after = _place(card, wrapper=wrapper.encode(), parent=parent.encode())
    return PreparedSignature(
        to_be_signed=canonical("SignedInfo", signed_info, scope=scope),
        certificate=certificate,
        before=before + opening,
        after=f"</{element}>".encode() + after,
        name=name,
        signed_info=signed_info,
        written=written,
    )


def sign_transaction(cards: list[bytes], *, key: SigningKey) -> bytes:
    """Put cards into one ``DANH_SACH_HOC_BA`` signed by the school (2088, section 2.2).

    The cards' bytes stand in it unchanged. Raises ``NotSignableError`` when one of them is not well-formed.
    """
    opening, closing = f'<DANH_SACH_HOC_BA id="{TRANSACTION_ID}">'.encode(), b"</DANH_SACH_HOC_BA>"
    unsigned = opening + b"".join(cards)
    root = _parse(unsigned + closing)
    _element_with_id(root, TRANSACTION_ID)
    data = etree.tostring(root, method="c14n", with_comments=False)
    signed_info = signed_info_text(key.certificate, reference_text(TRANSACTION_ID, data, enveloped=True))
    prepared = PreparedSignature(
        to_be_signed=canonical("SignedInfo", signed_info, scope={}),
        certificate=key.certificate,
        before=unsigned,
        after=closing,
        name="giao-dich",
        signed_info=signed_info,
        written=None,
    )
    return prepared.finish(key.sign(prepared.to_be_signed))


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
    if b"<!" in card:
        raise NotSignableError("xml_malformed")  # comments and CDATA could hold what looks like the place to splice at
    root = _parse(card)
    data = root.find("DU_LIEU_HOC_BA")
    if root.tag != "HOC_BA" or data is None or data.get("Id") != "data":
        raise NotSignableError("not_a_card")
    if _NAMED[element](root):
        raise NotSignableError("role_signed_already", role=role.value)
    if role is SignerRole.HOMEROOM_TEACHER and root.find("PHAT_HANH_HOC_BA") is not None:
        raise NotSignableError("teacher_after_manager", role=role.value)
    return root


def _place(card: bytes, *, wrapper: bytes, parent: bytes) -> tuple[bytes, bytes]:
    """The card up to the end of ``wrapper`` and from there on; it is made as the last child of ``parent`` if need be.

    Tags of the data cannot be mistaken for these: in text ``<`` is written as an entity, and the last closing tag of a
    name is the outermost one.
    """
    closing = b"</" + wrapper + b">"
    position = card.rfind(closing)
    if position >= 0:
        return card[:position], card[position:]
    position = card.rfind(b"</" + parent + b">")
    if position < 0:
        raise NotSignableError("not_a_card")
    return card[:position] + b"<" + wrapper + b">", closing + card[position:]


def _canonical_data(root: etree._Element, reference: str, name: str) -> bytes:
    """Canonical form of the one element whose ``Id`` is ``reference``."""
    found = _element_with_id(root, reference, absent=(f"ky-{name}", object_id(name)))
    # A deep copy is the root of a document of its own, much faster than writing and parsing, but knows no namespaces of
    # where it stood.
    alone = etree.fromstring(etree.tostring(found, with_tail=False)) if found.nsmap else copy.deepcopy(found)
    return etree.tostring(alone, method="c14n", with_comments=False)


def _element_with_id(root: etree._Element, expected_id: str, *, absent: tuple[str, ...] = ()) -> etree._Element:
    """The element of that ``Id``; two of them, and a verifier could look at another than the signer did."""
    found: list[etree._Element] = []
    for value in cast("list[Any]", _ATTRIBUTES(root)):
        if value.attrname in ID_ATTRIBUTES and value == expected_id:
            found.append(value.getparent())
        elif value.attrname in ID_ATTRIBUTES and value in absent:
            raise NotSignableError("not_a_card")
    if len(found) != 1:
        raise NotSignableError("not_a_card")
    return found[0]


def _scope(root: etree._Element, *places: str) -> dict[str, str]:
    """Prefixes that the first of ``places`` that is there hands down to a signature in it."""
    holder = next((found for place in places if (found := root.find(place)) is not None), root)
    scope = {prefix: uri for prefix, uri in holder.nsmap.items() if prefix is not None}
    if any(_ESCAPED.search(uri) for uri in scope.values()):
        raise NotSignableError("xml_malformed")  # libxml2 canonicalises such a name wrongly, other software rightly
    return scope


def _written(moment: datetime) -> str:
    """``YYYY-MM-DDThh:mm:ss+07:00`` (2088, section 1.3)."""
    return moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")
