"""XML signatures of a card's signers and of a school's transaction. The verifier's only file that knows
signxml.

Each signature of a card is taken alone, and each has to be exactly this (2088, II.1.6, and W3C XML Signature 1.1):

1. ``SignedInfo``, ``SignatureValue``, ``KeyInfo`` and at most one ``Object``, once each and in this order;
2. Canonical XML 1.0 or Exclusive C14N, without comments; RSA-SHA256 of at least 2048 bits or ECDSA-SHA256 on P-256;
   SHA-256 digests: everything else is refused by name;
3. one reference to the element that the role signs, by its ``Id``, and at most one more, to the signature's own
   ``Object``; no transform but the canonicalisation;
4. the signature stands outside the element that it refers to (NEAC accepts no other);
5. one certificate, whose key made the signature; a ``KeyValue`` beside it says the same key;
6. signature and digests match.

The record is read from the bytes that the references covered, never from the document around them, and only if manager
and school covered the same element: so nothing can be wrapped around, moved or added. What stands beside the signed
data and means something (date, personal code, name of the certificate) is compared with what is signed; where it
differs, the signature says so in ``doubts``. Nothing here looks at who the signer is or whether the certificate is
trusted: that is ``verifier.signers``.
"""

from datetime import datetime
from typing import cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from msgspec import Struct
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from verifier.certificate import common_name
from verifier.errors import SignatureInvalidError, UntrustedKeyError
from verifier.record.card_document import CardDocument, SignatureElement, SignerRole
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.signature_element import SignedInfo, read_certificate, read_signed_info
from verifier.transaction_signature import verify_transaction
from verifier.unsigned_parts import find_doubts, parse_claimed_time

__all__ = ["RoleSignature", "VerifiedCard", "verify_card_signatures", "verify_transaction"]

_CODE_PATHS = {
    SignerRole.MANAGER: ".//THONG_TIN_CHUNG/SO_CCCD_GIAM_HIEU_KY_HOC_BA",
    SignerRole.HOMEROOM_TEACHER: ".//THONG_TIN_CHUNG/SO_CCCD_GIAO_VIEN_CHU_NHIEM",
}


class RoleSignature(Struct, frozen=True):
    """A signature of a card that matches what it covers. Whether its signer may sign is another question."""

    role: SignerRole
    certificate: bytes
    """DER, the signer's."""
    signer: str | None
    """Common name in the certificate, as claimed by it."""
    claimed_at: datetime | None
    """When the signer says they signed; no proof of time."""
    doubts: tuple[str, ...]
    """Codes of what stands unsigned beside the signature and does not agree with it."""


class VerifiedCard(Struct, frozen=True):
    """A card whose every signature matches, with the record that manager and school signed."""

    record: Record
    signatures: tuple[RoleSignature, ...]
    xml_sha256: bytes


def verify_card_signatures(document: CardDocument) -> VerifiedCard:
    """Verify every signature of a card and read the record that they cover.

    Raises:
        SignatureInvalidError: a signature is missing, does not match or is not built as the module's list says;
            ``details["role"]`` names it.
        UntrustedKeyError: an algorithm or a key is too weak or not allowed.
        MalformedInputError: the signed element is no record.
    """
    for role in (SignerRole.MANAGER, SignerRole.SCHOOL):
        if not document.signatures_by(role):
            raise SignatureInvalidError("signature_missing", role=role.value)
    signatures = []
    covered = {}
    for place in document.signatures:
        signature, data = _verify_place(document, place)
        signatures.append(signature)
        if place.role in {SignerRole.MANAGER, SignerRole.SCHOOL}:
            covered[etree.tostring(data, method="c14n", exclusive=True)] = data
    if len(covered) != 1:
        raise SignatureInvalidError("signatures_cover_different_data", role=SignerRole.SCHOOL.value)
    return VerifiedCard(
        record=parse_record(next(iter(covered.values()))),
        signatures=tuple(signatures),
        xml_sha256=document.xml_sha256,
    )


def _verify_place(document: CardDocument, place: SignatureElement) -> tuple[RoleSignature, etree._Element]:
    """One signature, and the element that it covers as the verified reference gave it."""
    try:
        return _verify_signature(document, place)
    except (SignatureInvalidError, UntrustedKeyError) as error:
        raise type(error)(error.reason, **{**error.details, "role": place.role.value}) from error


def _verify_signature(document: CardDocument, place: SignatureElement) -> tuple[RoleSignature, etree._Element]:
    # 1-3: built as expected, with allowed algorithms, over the role's element and its own object.
    signed_info = read_signed_info(place.element)
    target_id, data_index = _signed_target(signed_info, place)
    # 4: outside the element that it refers to; a teacher's signature inside what the manager signs, where that differs.
    ancestors = set(place.element.iterancestors())
    if any(_has_id(ancestor, target_id) for ancestor in ancestors):
        raise SignatureInvalidError("signature_inside_signed_data")
    teacher = place.role in {SignerRole.HOMEROOM_TEACHER, SignerRole.SUBJECT_TEACHER}
    if teacher and target_id != document.data_id and document.data_element not in ancestors:
        raise SignatureInvalidError("signature_misplaced")
    # 5: the one certificate, with a key strong enough.
    certificate = read_certificate(place.element)
    # 6: signature and digests match; what is read is what came out of the references.
    results = _verify_with_signxml(document.root, place.element, certificate, signed_info)
    data = results[data_index].signed_xml
    if data is None or not _has_id(data, target_id):
        raise SignatureInvalidError("reference_unexpected")
    signed_object = next((result.signed_xml for index, result in enumerate(results) if index != data_index), None)
    signed_at = _signing_time(signed_object)
    signature = RoleSignature(
        role=place.role,
        certificate=certificate.public_bytes(Encoding.DER),
        signer=common_name(certificate),
        claimed_at=signed_at or parse_claimed_time(place.claimed_signed_on),
        doubts=find_doubts(
            place,
            certificate=certificate,
            signed_at=signed_at,
            signed_object=signed_object,
            signed_personal_code=_signed_personal_code(document, place, data),
        ),
    )
    return signature, data


def _signed_target(signed_info: SignedInfo, place: SignatureElement) -> tuple[str, int]:
    """Which element the signature covers, by ``Id``, and by which of its references."""
    positions = [i for i, reference in enumerate(signed_info.references) if reference.target_id in place.expected_ids]
    others = [reference for reference in signed_info.references if reference.target_id not in place.expected_ids]
    if len(positions) != 1 or any(reference.target_id != signed_info.own_object_id for reference in others):
        raise SignatureInvalidError("reference_unexpected")
    return signed_info.references[positions[0]].target_id, positions[0]


def _verify_with_signxml(
    root: etree._Element, signature: etree._Element, certificate: x509.Certificate, signed_info: SignedInfo
) -> list[VerifyResult]:
    """Arithmetic and canonicalisation; whatever the library raises leaves as one of our errors."""
    path = etree.ElementTree(root).getelementpath(signature)
    configuration = SignatureConfiguration(
        location=f"./{path.rpartition('{')[0]}",
        expect_references=len(signed_info.references),
        signature_methods=frozenset({SignatureMethod(signed_info.algorithm)}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        # Whether the certificate held is judged elsewhere, at the proved time; the library must not ask the clock.
        verification_time=certificate.not_valid_before_utc,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        # Our reading of the signature is stricter than the schema, and software in the field writes Objects against it.
        results = _RootVerifier().verify(
            root, x509_cert=certificate, validate_schema=False, expect_config=configuration
        )
    except InvalidDigest as error:
        raise SignatureInvalidError("xml_data_altered") from error
    except InvalidSignature as error:
        raise SignatureInvalidError("xml_signature_wrong") from error
    except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ArithmeticError, LookupError) as error:
        raise SignatureInvalidError("signature_malformed") from error
    except (ValueError, TypeError, AttributeError, NotImplementedError, AssertionError) as error:
        # signxml takes for granted what a schema would promise.
        raise SignatureInvalidError("signature_malformed") from error
    return results if isinstance(results, list) else [results]


class _RootVerifier(XMLVerifier):
    """Canonicalises ``SignedInfo`` as the root of a document of its own.

    libxml2 writes a wrong ``xmlns=""`` on the grandchildren of an element that is not the root when it inherits a
    default namespace, which is how signing software in the field writes ``Signature`` (signxml issue 275). The copy
    carries the namespaces in scope, so its canonical form is the right one.
    """

    def _c14n(
        self, nodes: etree._Element, algorithm: CanonicalizationMethod, inclusive_ns_prefixes: list[str] | None = None
    ) -> bytes:
        root = etree.fromstring(etree.tostring(nodes, with_tail=False))
        return cast("bytes", super()._c14n(root, algorithm, inclusive_ns_prefixes))


def _has_id(element: etree._Element, expected_id: str) -> bool:
    return expected_id in {element.get(name) for name in ("Id", "id", "ID")}


def _signing_time(signed_object: etree._Element | None) -> datetime | None:
    if signed_object is None:
        return None
    times = [element.text for element in signed_object.iter() if etree.QName(element).localname == "SigningTime"]
    return parse_claimed_time(times[0]) if len(times) == 1 else None


def _signed_personal_code(document: CardDocument, place: SignatureElement, data: etree._Element) -> str | None:
    """The code that the signed record gives for this signer, where it names just one."""
    path = _CODE_PATHS.get(place.role)
    if path is None or len(document.signatures_by(place.role)) != 1:
        return None
    text = data.findtext(path)
    return None if text is None else text.strip()
