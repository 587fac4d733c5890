"""What stands beside a card's signature unsigned, compared with what is signed.

In the ministry's XML the date (``NGAY_KY``) and personal code (``SO_CCCD``) of manager and school, the name of the
certificate and the signature's own ``Id`` stand outside every signature. Nothing is read from them for a verdict, but
they are what a person sees first, so a card in which they disagree with the signed parts is not waved through. Nor is
one in which anything else is said there.
"""

import re
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree

from verifier.record.card_document import ROLES_BY_PLACE, SIGNATURE_NAMESPACE, CardDocument, SignatureElement
from verifier.vietnam_time import VIETNAM_TIME, vietnam_day

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"
_CLAIMS = frozenset({"NGAY_KY", "SO_CCCD"})
"""What a place says beside its signature."""
_MAX_TIME_CHARACTERS = 40
_PATH_TO_NAME = ("KeyInfo", "X509Data", "X509SubjectName")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.]*(Z|[+-]\d\d:\d\d)?", re.ASCII)
_SPACE_AFTER_COMMA = re.compile(r"(?<!\\),\s+")
_OTHER_SPELLINGS = {
    "ST": "2.5.4.8",
    "S": "2.5.4.8",
    "E": "1.2.840.113549.1.9.1",
    "EMAIL": "1.2.840.113549.1.9.1",
    "EMAILADDRESS": "1.2.840.113549.1.9.1",
    "T": "2.5.4.12",
    "TITLE": "2.5.4.12",
    "SERIALNUMBER": "2.5.4.5",
    "SN": "2.5.4.4",
    "G": "2.5.4.42",
    "GN": "2.5.4.42",
}
"""How signing software writes attribute types that RFC 4514 leaves without a short name."""


def find_doubts(
    place: SignatureElement,
    *,
    certificate: x509.Certificate,
    signed_at: datetime | None,
    signed_object: etree._Element | None,
    signed_personal_code: str | None,
) -> tuple[str, ...]:
    """Codes of the unsigned parts that disagree: ``unsigned_{date,code,name,label}_differs``."""
    doubts = []
    if place.claimed_signed_on and signed_at and not _same_moment(place.claimed_signed_on, signed_at):
        doubts.append("unsigned_date_differs")
    if place.claimed_personal_code and signed_personal_code and place.claimed_personal_code != signed_personal_code:
        doubts.append("unsigned_code_differs")
    if not _names_subject(place.element, certificate):
        doubts.append("unsigned_name_differs")
    if not _labels_match(place.element, signed_object):
        doubts.append("unsigned_label_differs")
    return tuple(doubts)


def find_additions(document: CardDocument) -> tuple[str, ...]:
    """``unsigned_text_added`` where words stand outside the signed data in no place that the format has for them.

    A forger's second record there deceives nobody who reads what was signed, but a programme that looks a value up by
    its name. Elements without words are let pass: writers wrap the places in lists of their own.
    """
    for part in document.root:
        if part is not document.data_element and any(map(_is_addition, part.iter())):
            return ("unsigned_text_added",)
    return ()


def _is_addition(element: etree._Element) -> bool:
    if not (element.text or "").strip():
        return False
    parent = element.getparent()
    claims = element.tag in _CLAIMS and parent is not None and parent.tag in ROLES_BY_PLACE
    return not claims and next(element.iterancestors(_SIGNATURE), None) is None


def parse_claimed_time(text: str | None) -> datetime | None:
    """A signer's time as the ministry writes it (2088, II.1.3), Vietnam's if it names no zone; or None."""
    if not text or len(text) > _MAX_TIME_CHARACTERS:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM_TIME)
        _ = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware


def _same_moment(claimed: str, signed_at: datetime) -> bool:
    if _DATE.fullmatch(claimed):
        return claimed == vietnam_day(signed_at).isoformat()
    claimed_at = parse_claimed_time(claimed) if _MOMENT.fullmatch(claimed) else None
    return claimed_at is not None and claimed_at == signed_at


def _names_subject(signature: etree._Element, certificate: x509.Certificate) -> bool:
    """Whether ``X509SubjectName``, if any, is the certificate's subject in one of the usual spellings."""
    text = signature.findtext("/".join(f"{{{SIGNATURE_NAMESPACE}}}{name}" for name in _PATH_TO_NAME))
    if text is None:
        return True
    spelled = _SPACE_AFTER_COMMA.sub(",", text.strip())
    spelled = re.sub(r"(?:(?<=^)|(?<=[,+]))OID\.", "", spelled)
    try:
        name = x509.Name.from_rfc4514_string(
            spelled, {k: x509.ObjectIdentifier(v) for k, v in _OTHER_SPELLINGS.items()}
        )
    except (ValueError, KeyError):
        return False
    return _attributes(name) == _attributes(certificate.subject)


def _attributes(name: x509.Name) -> list[tuple[str, str]]:
    """Order differs between writers (RFC 4514 begins at the end), types of strings too."""
    return sorted((attribute.oid.dotted_string, str(attribute.value)) for attribute in name)


def _labels_match(signature: etree._Element, signed_object: etree._Element | None) -> bool:
    """A signed ``SignatureProperty`` that targets ``#…`` names the ``Id`` of its own signature."""
    if signed_object is None:
        return True
    targets = (element.get("Target") for element in signed_object.iter(f"{{{SIGNATURE_NAMESPACE}}}SignatureProperty"))
    expected = f"#{signature.get('Id')}"
    return all(target == expected for target in targets if target is not None and target.startswith("#"))
