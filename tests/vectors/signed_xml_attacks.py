"""A school's signature made wrong on purpose, or spoilt afterwards, one defect each.

``CHOSEN`` are signatures whose arithmetic holds and whose parts are chosen by a forger or by careless software;
``SPOILT`` are genuine cards changed behind the signers' backs.
"""

import base64
import re
from collections.abc import Callable
from typing import cast

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from backend.signing.file_keys import FileSigningKey
from tests.vectors.signed_xml_city import XmlCity
from tests.verifier.hand_signed import (
    ECDSA_SHA384,
    HMAC_SHA256,
    MD5,
    RSA_MD5,
    RSA_SHA1,
    RSA_SHA512,
    SHA1,
    SHA512,
    Choices,
    key_info,
)
from verifier.signature_element import C14N, ENVELOPED, EXCLUSIVE_C14N

_XML = "http://www.w3.org/TR/1999/REC-"
_MANIFEST = (
    '<Object Id="m"><Manifest><Reference URI="#data"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">'
    "</DigestMethod><DigestValue>AAAA</DigestValue></Reference></Manifest></Object>"
)
TIME = (
    '<Object Id="when"><SignatureProperties><SignatureProperty Target="x"><SigningTime>{}</SigningTime>'
    "</SignatureProperty></SignatureProperties></Object>"
)

Chosen = tuple[Callable[[XmlCity], FileSigningKey], Callable[[XmlCity], Choices], str, str]


def school(city: XmlCity) -> FileSigningKey:
    return city.school


def _chosen(
    verdict: str,
    code: str,
    choices: Choices | Callable[[XmlCity], Choices],
    *,
    key: Callable[[XmlCity], FileSigningKey] = school,
) -> Chosen:
    return key, (lambda _: choices) if isinstance(choices, Choices) else choices, verdict, code


def _certificate(key: FileSigningKey) -> str:
    return key_info(key).removeprefix("<KeyInfo>").removesuffix("</KeyInfo>")


def key_value(key: FileSigningKey) -> str:
    """``KeyValue`` of an RSA key."""
    numbers = cast("rsa.RSAPublicKey", key.certificate.public_key()).public_numbers()
    modulus, exponent = (_text_of(n.to_bytes((n.bit_length() + 7) // 8)) for n in (numbers.n, numbers.e))
    return (
        f"<KeyValue><RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>{exponent}</Exponent></RSAKeyValue></KeyValue>"
    )


def _rsa(city: XmlCity) -> FileSigningKey:
    return city.rsa_school


CHOSEN: dict[str, Chosen] = {
    "rsa_with_sha1": _chosen("untrusted", "algorithm_sha1", Choices(algorithm=RSA_SHA1), key=_rsa),
    "rsa_with_md5": _chosen("untrusted", "algorithm_md5", Choices(algorithm=RSA_MD5), key=_rsa),
    "rsa_with_sha512": _chosen("untrusted", "algorithm_not_allowed", Choices(algorithm=RSA_SHA512), key=_rsa),
    "ecdsa_with_sha384": _chosen("untrusted", "algorithm_not_allowed", Choices(algorithm=ECDSA_SHA384)),
    "hmac_with_the_certificate_as_secret": _chosen("untrusted", "algorithm_hmac", Choices(algorithm=HMAC_SHA256)),
    "digest_sha1": _chosen("untrusted", "algorithm_sha1", Choices(digest=SHA1)),
    "digest_md5": _chosen("untrusted", "algorithm_md5", Choices(digest=MD5)),
    "digest_sha512": _chosen("untrusted", "algorithm_not_allowed", Choices(digest=SHA512)),
    "key_of_1024_bits": _chosen("untrusted", "key_too_weak", Choices(), key=lambda city: city.weak_school),
    "key_on_p384": _chosen("untrusted", "key_kind_not_allowed", Choices(), key=lambda city: city.p384_school),
    "signed_info_with_comments": _chosen(
        "altered", "transform_not_allowed", Choices(canonicalisation=f"{C14N}#WithComments")
    ),
    "signed_info_by_c14n_1_1": _chosen(
        "altered", "transform_not_allowed", Choices(canonicalisation="http://www.w3.org/2006/12/xml-c14n11")
    ),
    "transform_with_comments": _chosen(
        "altered", "transform_not_allowed", Choices(transforms=(f"{EXCLUSIVE_C14N}WithComments",))
    ),
    "transform_xpath": _chosen("altered", "transform_not_allowed", Choices(transforms=(f"{_XML}xpath-19991116", C14N))),
    "transform_xpath_filter": _chosen(
        "altered", "transform_not_allowed", Choices(transforms=("http://www.w3.org/2002/06/xmldsig-filter2", C14N))
    ),
    "transform_xslt": _chosen("altered", "transform_not_allowed", Choices(transforms=(f"{_XML}xslt-19991116", C14N))),
    "transform_enveloped": _chosen("altered", "transform_not_allowed", Choices(transforms=(ENVELOPED, C14N))),
    "transform_base64": _chosen(
        "altered", "transform_not_allowed", Choices(transforms=("http://www.w3.org/2000/09/xmldsig#base64",))
    ),
    "transform_twice": _chosen("altered", "transform_not_allowed", Choices(transforms=(C14N, C14N))),
    "reference_to_another_element": _chosen("altered", "reference_unexpected", Choices(target_ids=("thongtinhocba",))),
    "reference_to_the_whole_document": _chosen(
        "altered", "reference_unexpected", Choices(target_ids=("",), uris=("",), transforms=(ENVELOPED, C14N))
    ),
    "reference_to_an_address": _chosen(
        "altered", "reference_unexpected", Choices(uris=("https://hocba.example/card.xml",))
    ),
    "reference_to_a_file": _chosen("altered", "reference_unexpected", Choices(uris=("file:///etc/passwd",))),
    "reference_by_xpointer": _chosen("altered", "reference_unexpected", Choices(uris=("#xpointer(id('data'))",))),
    "reference_more": _chosen("altered", "reference_unexpected", Choices(target_ids=("data", "thongtinhocba"))),
    "reference_twice": _chosen("altered", "reference_unexpected", Choices(target_ids=("data", "data"))),
    "reference_to_three": _chosen(
        "altered",
        "reference_unexpected",
        Choices(target_ids=("data", "when", "thongtinhocba"), object_xml=TIME.format("2026-05-28T09:00:00")),
    ),
    "reference_to_a_manifest_alone": _chosen(
        "altered", "reference_unexpected", Choices(target_ids=("m",), object_xml=_MANIFEST)
    ),
    "two_certificates": _chosen(
        "altered", "key_info_malformed", lambda city: Choices(key_info=key_info(city.school, city.manager))
    ),
    "two_certificates_in_two_places": _chosen(
        "altered",
        "key_info_malformed",
        lambda city: Choices(key_info=f"<KeyInfo>{_certificate(city.stranger)}{_certificate(city.school)}</KeyInfo>"),
    ),
    "certificate_of_another_key": _chosen(
        "altered", "xml_signature_wrong", lambda city: Choices(key_info=key_info(city.manager))
    ),
    "key_value_of_another_key": _chosen(
        "altered",
        "signature_malformed",
        lambda city: Choices(key_info=key_info(city.rsa_school, extra=key_value(city.weak_school))),
        key=_rsa,
    ),
    "key_value_alone": _chosen(
        "altered",
        "key_info_malformed",
        lambda city: Choices(key_info=f"<KeyInfo>{key_value(city.rsa_school)}</KeyInfo>"),
        key=_rsa,
    ),
    "key_name_alone": _chosen(
        "altered", "key_info_malformed", Choices(key_info="<KeyInfo><KeyName>Trường</KeyName></KeyInfo>")
    ),
    "key_info_empty": _chosen("altered", "key_info_malformed", Choices(key_info="<KeyInfo></KeyInfo>")),
    "key_info_by_retrieval": _chosen(
        "altered",
        "key_info_malformed",
        lambda city: Choices(
            key_info=f'<KeyInfo><RetrievalMethod URI="https://x.example"></RetrievalMethod>{_certificate(city.school)}</KeyInfo>'
        ),
    ),
    "certificate_unreadable": _chosen(
        "altered",
        "key_info_malformed",
        Choices(key_info="<KeyInfo><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo>"),
    ),
}
"""Key, choices, verdict, code."""


def _put(old: str, new: str, *, last: bool = False) -> Callable[[bytes], bytes]:
    """Replace one place, the first or the last."""

    def spoil(card: bytes) -> bytes:
        text = card.decode()
        assert old in text, old
        return (new.join(text.rsplit(old, 1)) if last else text.replace(old, new, 1)).encode()

    return spoil


def _in_last(name: str, change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Change what the last element of that name says."""

    def spoil(card: bytes) -> bytes:
        before, _, rest = card.decode().rpartition(f"<{name}>")
        value, closing, after = rest.partition(f"</{name}>")
        return (f"{before}<{name}>{change(value)}{closing}{after}").encode()

    return spoil


def _without(name: str) -> Callable[[bytes], bytes]:
    def spoil(card: bytes) -> bytes:
        before, opening, rest = card.decode().rpartition(f"<{name}")
        assert opening
        return (before + rest.partition(f"</{name}>")[2]).encode()

    return spoil


def _bytes_of(value: str) -> bytes:
    return base64.b64decode(value)


def _text_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _der(value: str) -> str:
    """The same two numbers in the spelling that CMS uses."""
    raw = _bytes_of(value)
    return _text_of(encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])))


_MARK = "<DIEM_KIEM_TRA_DINH_KY>8</DIEM_KIEM_TRA_DINH_KY>"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

SPOILT: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "mark": (_put(_MARK, _MARK.replace("8", "9")), "altered", "xml_data_altered"),
    "space_in_a_mark": (_put(_MARK, _MARK.replace("8", "8 ")), "altered", "xml_data_altered"),
    "remark": (_put("Chăm chỉ.", "Rất chăm chỉ."), "altered", "xml_data_altered"),
    "name_decomposed": (_put("Bảo Ngọc", "Ba\u0309o Ngọc"), "altered", "xml_data_altered"),
    "row_left_out": (_without("DIEM_TONG_KET"), "altered", "xml_data_altered"),
    "signature_of_the_teacher_left_out": (_without("GVCN"), "altered", "xml_data_altered"),
    "digest": (_in_last("DigestValue", lambda _: _text_of(bytes(32))), "altered", "xml_signature_wrong"),
    "signature_value": (
        _in_last("SignatureValue", lambda v: _text_of(_bytes_of(v)[:-1] + b"\0")),
        "altered",
        "xml_signature_wrong",
    ),
    "signature_value_of_zeros": (
        _in_last("SignatureValue", lambda _: _text_of(bytes(64))),
        "altered",
        "xml_signature_wrong",
    ),
    "signature_value_in_der": (_in_last("SignatureValue", _der), "altered", "xml_signature_wrong"),
    "signature_value_empty": (_in_last("SignatureValue", lambda _: ""), "altered", "signature_malformed"),
    "signature_value_in_loose_base64": (
        _in_last("SignatureValue", lambda v: v.rstrip("=")),
        "altered",
        "signature_malformed",
    ),
    "without_reference": (_without("Reference"), "altered", "xml_signature_wrong"),
    "signed_info_without_any_reference": (
        lambda card: re.sub(rb"<Reference .*?</Reference>", b"", card),
        "altered",
        "reference_unexpected",
    ),
    "signing_time": (
        _put("09:00:00+07:00</SigningTime>", "10:00:00+07:00</SigningTime>", last=True),
        "altered",
        "xml_data_altered",
    ),
    "schema_location_on_the_root": (
        _put("<HOC_BA>", f'<HOC_BA {_XSI} xsi:noNamespaceSchemaLocation="https://x.example/a.xsd">'),
        "altered",
        "xml_signature_wrong",
    ),
    "xsi_nil_on_a_mark": (_put(_MARK, _MARK.replace(">8", f' {_XSI} xsi:nil="true">8')), "altered", "xml_data_altered"),
    "xsi_type_on_a_mark": (
        _put(_MARK, _MARK.replace(">8", f' {_XSI} xsi:type="xs:int">8')),
        "altered",
        "xml_data_altered",
    ),
    "unused_namespace_on_the_root": (_put("<HOC_BA>", '<HOC_BA xmlns:x="urn:x">'), "altered", "xml_signature_wrong"),
    "xml_space_on_the_root": (
        _put("<HOC_BA>", '<HOC_BA xml:space="preserve">'),
        "unreadable",
        "xml_attribute_unexpected",
    ),
    "default_namespace_on_the_root": (
        _put("<HOC_BA>", '<HOC_BA xmlns="urn:x">'),
        "unreadable",
        "xml_namespace_unexpected",
    ),
    "comment_in_a_mark": (_put(_MARK, _MARK.replace("8", "8<!-- -->")), "unreadable", "xml_has_comment"),
    "comment_in_a_name": (_put("Bảo Ngọc", "Bảo<!-- --> Ngọc"), "unreadable", "xml_has_comment"),
    "comment_in_a_digest": (
        _in_last("DigestValue", lambda v: v[:9] + "<!-- -->" + v[9:]),
        "unreadable",
        "xml_has_comment",
    ),
    "comment_outside_the_data": (_put("</HOC_BA>", "<!-- 10 --></HOC_BA>"), "unreadable", "xml_has_comment"),
    "processing_instruction_in_a_mark": (
        _put(_MARK, _MARK.replace("8", "8<?x y?>")),
        "unreadable",
        "xml_has_processing_instruction",
    ),
    "style_sheet": (
        lambda card: b'<?xml-stylesheet href="https://x.example/a.xsl"?>' + card,
        "unreadable",
        "xml_has_processing_instruction",
    ),
    "cdata_in_a_mark": (_put(_MARK, _MARK.replace("8", "<![CDATA[8]]>")), "unreadable", "xml_has_cdata"),
    "doctype": (lambda card: b"<!DOCTYPE HOC_BA>" + card, "unreadable", "xml_has_doctype"),
    "entity_for_a_mark": (
        lambda card: (
            b'<!DOCTYPE HOC_BA [<!ENTITY m "8">]>' + card.replace(_MARK.encode(), _MARK.replace("8", "&m;").encode(), 1)
        ),
        "unreadable",
        "xml_has_doctype",
    ),
    "entity_from_outside": (
        lambda card: b'<!DOCTYPE HOC_BA [<!ENTITY m SYSTEM "file:///etc/passwd">]>' + card,
        "unreadable",
        "xml_has_doctype",
    ),
    "entities_that_grow": (
        lambda card: b'<!DOCTYPE HOC_BA [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + card,
        "unreadable",
        "xml_has_doctype",
    ),
    "entity_unknown": (_put(_MARK, _MARK.replace("8", "8&x;")), "unreadable", "xml_not_well_formed"),
    "record_in_utf16": (lambda card: card.decode().encode("utf-16"), "unreadable", "xml_not_utf8"),
    "row_id_twice": (_put('Id="mon-1"', 'Id="mon-0"'), "unreadable", "xml_id_repeated"),
    "unknown_part_beside_the_data": (
        _put("</HOC_BA>", "<GHI_CHU>10</GHI_CHU></HOC_BA>"),
        "unreadable",
        "xml_element_unexpected",
    ),
    "data_left_out": (_without("DU_LIEU_HOC_BA"), "unreadable", "xml_not_a_card"),
    "text_between_the_parts": (_put("<PHAT_HANH_HOC_BA>", "10<PHAT_HANH_HOC_BA>"), "unreadable", "xml_text_unexpected"),
    "text_among_the_signers": (_put("<CBQL>", "10<CBQL>"), "unreadable", "xml_text_unexpected"),
}
"""How, verdict, code."""
