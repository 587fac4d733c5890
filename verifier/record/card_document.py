"""One card's XML, taken apart without trusting a byte of it.

What is refused before anything is read:

1. more than ``MAX_CARD_BYTES``, or not UTF-8 (2088, II.1.2);
2. document types, entities, comments, processing instructions, CDATA: none has business in a card, and comments inside
   values keep a signature valid while changing what a naive reader sees;
3. deeper than ``MAX_DEPTH``, more than ``MAX_ELEMENTS``;
4. the same ``Id`` twice, whatever the spelling of the attribute: a signature must have one possible target;
5. namespaces other than none for the data and XMLDSig's for signatures;
6. signatures and elements in places where no signer puts them;
7. text between elements, which no form has and no signature need cover;
8. ``xml:…`` attributes outside the data but ``xml:id``: Canonical XML hands them down into what is signed, and not
   every implementation does.

Two shapes are read. The field's (2025): ``DU_LIEU_HOC_BA/THONG_TIN_HOC_BA`` holds the data, the homeroom teacher signs
that inner element, manager and school sign ``DU_LIEU_HOC_BA`` from ``PHAT_HANH_HOC_BA``. 2088 v1.0 (2024):
``DU_LIEU_HOC_BA`` holds the data itself and everybody signs it from ``DANH_SACH_THONG_TIN_KY``.
"""

import hashlib
import re
from enum import StrEnum

from lxml import etree
from msgspec import Struct

from verifier.errors import LimitExceededError, MalformedInputError

MAX_CARD_BYTES = 1_000_000
"""An honest card has 10 to 60 kB; each signature with its certificate adds about 4 kB."""
MAX_DEPTH = 30
"""An honest card is 9 deep, a signature's objects included."""
MAX_ELEMENTS = 20_000
"""An honest card has some 300."""
MAX_SIGNATURES = 60
"""A subject teacher for every subject, and then some."""

SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"
_OBJECT = f"{{{SIGNATURE_NAMESPACE}}}Object"
_XML_PREFIX = "{http://www.w3.org/XML/1998/namespace}"
_XML_ID = f"{_XML_PREFIX}id"
_ID_ATTRIBUTES = ("Id", "id", "ID", _XML_ID)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"<\?xml\s[^<>]{0,200}?\?>")
_DECLARED_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
_REFUSED_MARKUP = (
    (b"<!--", "xml_has_comment"),
    (b"<![CDATA[", "xml_has_cdata"),
    (b"<!", "xml_has_doctype"),
    (b"<?", "xml_has_processing_instruction"),
)
"""In well-formed XML an unescaped "<" only ever opens markup, so looking for these bytes is exact."""


class SignerRole(StrEnum):
    """Who signs a card (2088, II.1.5)."""

    SUBJECT_TEACHER = "subject_teacher"
    """GVBM, where the department asks for it."""
    HOMEROOM_TEACHER = "homeroom_teacher"
    """GVCN."""
    MANAGER = "manager"
    """CBQL: principal or vice-principal."""
    SCHOOL = "school"
    """KY_PHAT_HANH, the organisation's signature that issues the card."""


class SignatureElement(Struct, frozen=True):
    """A place of a signer and the ``Signature`` that stands in it. Nothing here is verified."""

    role: SignerRole
    element: etree._Element  # lxml offers no public name for it
    """``ds:Signature``."""
    expected_ids: tuple[str, ...]
    """The Ids of which the signature has to cover one: what this role signs."""
    claimed_signed_on: str | None
    """``NGAY_KY`` as written; it stands outside what is signed."""
    claimed_personal_code: str | None
    """``SO_CCCD`` as written; personal data, not for logs."""


class CardDocument(Struct, frozen=True):
    """A card's XML tree with its parts by role. Nothing here is verified."""

    xml: bytes
    """Exactly ``<HOC_BA…>…</HOC_BA>``: what is hashed, attached and archived."""
    root: etree._Element
    data_element: etree._Element
    """``DU_LIEU_HOC_BA``; hand it to ``parse_record`` only once a signature over it is verified."""
    data_id: str
    """What manager and school sign."""
    signatures: tuple[SignatureElement, ...]

    @property
    def xml_sha256(self) -> bytes:
        return hashlib.sha256(self.xml).digest()

    def signatures_by(self, role: SignerRole) -> tuple[SignatureElement, ...]:
        return tuple(signature for signature in self.signatures if signature.role == role)


def read_card(xml: bytes) -> CardDocument:
    """Take one card apart; a byte order mark and an XML declaration in front are tolerated and left out.

    Raises:
        LimitExceededError: ``xml_too_large``, ``xml_too_deep``, ``xml_too_many_elements``, ``xml_too_many_signatures``.
        MalformedInputError: ``xml_not_utf8``, ``xml_not_well_formed``, ``xml_has_…``, ``xml_id_repeated``,
            ``xml_namespace_unexpected``, ``xml_text_unexpected``, ``xml_attribute_unexpected``, ``xml_not_a_card``,
            ``xml_element_unexpected``, ``xml_data_id_missing``, ``xml_signature_misplaced``.
    """
    card = strip_declaration(xml, max_bytes=MAX_CARD_BYTES)
    for markup, code in _REFUSED_MARKUP:
        if markup in card:
            raise MalformedInputError(code)
    root = _parse(card)
    _check_tree(root)
    if root.tag != "HOC_BA":
        raise MalformedInputError("xml_not_a_card")
    data = _only_child(root, "DU_LIEU_HOC_BA")
    if data is None:
        raise MalformedInputError("xml_not_a_card")
    _check_attributes(root, data)
    data_id = _id_of(data)
    if data_id is None:
        raise MalformedInputError("xml_data_id_missing", field="DU_LIEU_HOC_BA")
    signatures = _find_signatures(root, data, data_id)
    return CardDocument(xml=card, root=root, data_element=data, data_id=data_id, signatures=signatures)


def strip_declaration(xml: bytes, *, max_bytes: int) -> bytes:
    """The document element's bytes: without byte order mark, XML declaration and white space around them.

    Raises:
        LimitExceededError: ``xml_too_large``.
        MalformedInputError: ``xml_not_utf8``, for a declared encoding or bytes that are not UTF-8.
    """
    if len(xml) > max_bytes:
        raise LimitExceededError("xml_too_large", limit=max_bytes)
    body = xml.removeprefix(_BYTE_ORDER_MARK).strip(b" \t\r\n")
    declaration = _DECLARATION.match(body)
    if declaration is not None:
        encoding = _DECLARED_ENCODING.search(declaration[0])
        if encoding is not None and encoding[1].lower() not in {b"utf-8", b"utf8"}:
            raise MalformedInputError("xml_not_utf8")
        body = body[declaration.end() :].lstrip(b" \t\r\n")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInputError("xml_not_utf8") from error
    return body


def _parse(card: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        return etree.fromstring(card, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedInputError("xml_not_well_formed") from error


def _check_tree(root: etree._Element) -> None:
    """Steps 3 to 5 and 7 of the module's list."""
    seen_ids: set[str] = set()
    count = depth = 0
    inside_object = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            inside_object -= element.tag == _OBJECT
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            raise LimitExceededError("xml_too_deep", limit=MAX_DEPTH)
        if count > MAX_ELEMENTS:
            raise LimitExceededError("xml_too_many_elements", limit=MAX_ELEMENTS)
        _check_namespace(element, inside_object=inside_object > 0)
        if not inside_object:
            _check_text(element)
        inside_object += element.tag == _OBJECT
        for name in _ID_ATTRIBUTES:
            value = element.get(name)
            if value is None:
                continue
            if value in seen_ids:
                raise MalformedInputError("xml_id_repeated")
            seen_ids.add(value)


def _check_namespace(element: etree._Element, *, inside_object: bool) -> None:
    """Data has no namespace, a signature XMLDSig's; what a signature's Object carries is the signing software's own."""
    if inside_object:
        return
    namespace = etree.QName(element).namespace
    parent = element.getparent()
    parent_in_signature = parent is not None and etree.QName(parent).namespace == SIGNATURE_NAMESPACE
    expected = SIGNATURE_NAMESPACE if parent_in_signature or element.tag == _SIGNATURE else None
    if namespace != expected:
        raise MalformedInputError("xml_namespace_unexpected")


def _check_text(element: etree._Element) -> None:
    """Step 7: an element holds elements or a value, never both (2088, II.1.1)."""
    if len(element) and ((element.text or "").strip() or any((part.tail or "").strip() for part in element)):
        raise MalformedInputError("xml_text_unexpected", field=etree.QName(element).localname)


def _check_attributes(root: etree._Element, data: etree._Element) -> None:
    """Step 8."""
    for element in (root, *(inner for part in root if part is not data for inner in part.iter())):
        if any(name.startswith(_XML_PREFIX) and name != _XML_ID for name in map(str, element.attrib)):
            raise MalformedInputError("xml_attribute_unexpected")


def _find_signatures(root: etree._Element, data: etree._Element, data_id: str) -> tuple[SignatureElement, ...]:
    record = _only_child(data, "THONG_TIN_HOC_BA")
    for child in root:
        if child.tag not in {"DU_LIEU_HOC_BA", "DANH_SACH_THONG_TIN_KY", "PHAT_HANH_HOC_BA"}:
            raise MalformedInputError("xml_element_unexpected", field=str(child.tag))
    teacher_id = data_id if record is None else _id_of(record)
    rows = (data if record is None else record).iterfind("TONG_KET/BANG_DIEM/DIEM_TONG_KET")
    subject_ids = tuple(row_id for row in rows if (row_id := _id_of(row)) is not None)
    places = [_only_child(parent, "DANH_SACH_THONG_TIN_KY") for parent in (data, root)]
    places.append(_only_child(root, "PHAT_HANH_HOC_BA"))
    expected: dict[SignerRole, tuple[str, ...]] = {
        SignerRole.SUBJECT_TEACHER: subject_ids,
        SignerRole.HOMEROOM_TEACHER: () if teacher_id is None else (teacher_id,),
        SignerRole.MANAGER: (data_id,),
        SignerRole.SCHOOL: (data_id,),
    }
    found = [
        signature
        for place in places
        if place is not None
        for tag, role in ROLES_BY_PLACE.items()
        for container in place.iter(tag)
        if not _stands_in_signature(container)
        for signature in _signature_in(container, role, expected[role])
    ]
    _refuse_misplaced(root, found)
    return tuple(found)


ROLES_BY_PLACE = {
    "GVBM": SignerRole.SUBJECT_TEACHER,
    "GVCN": SignerRole.HOMEROOM_TEACHER,
    "CBQL": SignerRole.MANAGER,
    "KY_PHAT_HANH": SignerRole.SCHOOL,
}
"""Elements in which a signature may stand."""


def _stands_in_signature(element: etree._Element) -> bool:
    return any(ancestor.tag == _SIGNATURE for ancestor in element.iterancestors())


def _signature_in(
    container: etree._Element, role: SignerRole, expected_ids: tuple[str, ...]
) -> tuple[SignatureElement, ...]:
    element = _only_child(container, _SIGNATURE)
    if element is None:
        return ()
    return (
        SignatureElement(
            role=role,
            element=element,
            expected_ids=expected_ids,
            claimed_signed_on=_text_of(container, "NGAY_KY"),
            claimed_personal_code=_text_of(container, "SO_CCCD"),
        ),
    )


def _refuse_misplaced(root: etree._Element, found: list[SignatureElement]) -> None:
    """Every signature stands in a signer's place, and only one there issues the card."""
    if len(found) > MAX_SIGNATURES:
        raise LimitExceededError("xml_too_many_signatures", limit=MAX_SIGNATURES)
    if sum(1 for _ in root.iter(_SIGNATURE)) != len(found):
        raise MalformedInputError("xml_signature_misplaced")
    for role in (SignerRole.HOMEROOM_TEACHER, SignerRole.SCHOOL):
        if sum(signature.role == role for signature in found) > 1:
            raise MalformedInputError("xml_signature_misplaced")


def _only_child(parent: etree._Element, tag: str) -> etree._Element | None:
    children = parent.findall(tag)
    if len(children) > 1:
        raise MalformedInputError("xml_element_repeated", field=etree.QName(tag).localname)
    return children[0] if children else None


def _text_of(parent: etree._Element, tag: str) -> str | None:
    child = _only_child(parent, tag)
    return None if child is None or child.text is None else child.text.strip()[:100]


def _id_of(element: etree._Element) -> str | None:
    value = element.get("Id") or element.get("id") or element.get("ID")
    return None if value is None else str(value)
