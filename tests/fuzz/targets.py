"""What is fed with the bytes of strangers: one target for each parser, from its first byte to its last check.

A target may raise ``VerifierError`` and nothing else. What it takes for sound has to be what was signed: a capsule, a
record or a sealed file that nobody made is a forgery, and found as such. Where a signature would keep every mutant out,
the target signs them itself with the vectors' test keys, so that what stands behind the signature is reached too.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from tests.vectors.city import (
    ANCHOR,
    CAPSULE,
    CAPSULE_KID,
    NOW,
    REGISTRY,
    REGISTRY_KID,
    SCHOOL_YEAR,
    STATUS,
    STATUS_KID,
    TRUST,
    TRUST_KID,
    trust_list,
)
from tests.vectors.read_vectors import VECTORS, file_of, lists_of, read, read_folder, unpack, xml_of
from tests.verifier.qr_photos import blank_photo, photo_of
from verifier.capsule import MAX_CAPSULE_BYTES, parse_capsule_text, parse_envelope, verify_capsule
from verifier.certificate import load_certificate
from verifier.check_steps import listed_certificates, timestamp_authorities
from verifier.cms import DATA, TST_INFO, known_certificate, read_cms, verify_cms
from verifier.cose import parse_cose, sign_cose
from verifier.errors import VerifierError
from verifier.lists import Lists
from verifier.pdf_signature import PdfSeal, verify_pdf_seal
from verifier.pdf_structure import PdfCard, read_pdf_card
from verifier.qr import read_photo
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.record.split_list import split_list
from verifier.registry import verify_school_registry
from verifier.revocation import read_crl, read_ocsp
from verifier.status import verify_status_list
from verifier.timestamp_token import verify_token
from verifier.transaction_signature import verify_transaction
from verifier.trust import TrustList, verify_trust_list
from verifier.verify import verify_any
from verifier.xml_signature import verify_card_signatures

MAX_LIST_BYTES = 1_000_000
FOUND = Path(__file__).with_name("found")
"""Inputs that broke a target once, by target."""


class Target(Struct, frozen=True):
    """One parser."""

    feed: Callable[[bytes], None]
    """Raises ``VerifierError`` for what is wrong, and nothing else."""
    seeds: Callable[[], Iterator[bytes]]
    """Inputs to begin with: all the vectors of that kind, good and bad."""
    examples: int
    """In ``make test``: all targets together take less than a minute."""


def _capsule_text(data: bytes) -> None:
    cose = parse_capsule_text(data.decode("utf-8", "replace"))
    verify_capsule(cose, _trust(), NOW)
    assert cose in _known_capsules()


@cache
def _known_capsules() -> frozenset[bytes]:
    return frozenset(_capsule_envelopes())


def _capsule_texts() -> Iterator[bytes]:
    return (vector["text"].encode() for vector in read_folder("capsule"))


def _capsule_payload(data: bytes) -> None:
    verify_capsule(sign_cose(data, key=CAPSULE, kid=CAPSULE_KID), _trust(), NOW)


def _capsule_payloads() -> Iterator[bytes]:
    for vector in read_folder("capsule"):
        try:
            cose = parse_capsule_text(vector["text"])
            yield parse_cose(cose, max_bytes=MAX_CAPSULE_BYTES).payload
        except VerifierError:
            continue


def _capsule_envelope(data: bytes) -> None:
    parse_envelope(data)


def _capsule_envelopes() -> Iterator[bytes]:
    for vector in read_folder("capsule"):
        try:
            yield parse_capsule_text(vector["text"])
        except VerifierError:
            continue


def _list(data: bytes) -> None:
    """The first byte says which list the rest is the payload of."""
    kind, payload = data[:1], data[1:]
    if kind == b"t":
        sealed = sign_cose(payload, key=TRUST, kid=TRUST_KID)
        verify_trust_list(sealed, expected_trust_anchor=ANCHOR, now=NOW)
    elif kind == b"r":
        verify_school_registry(sign_cose(payload, key=REGISTRY, kid=REGISTRY_KID), trust=_trust(), now=NOW)
    else:
        sealed = sign_cose(payload, key=STATUS, kid=STATUS_KID)
        verify_status_list(sealed, trust=_trust(), expected_school_year=SCHOOL_YEAR, now=NOW)


def _lists() -> Iterator[bytes]:
    for vector in read_folder("lists"):
        try:
            payload = parse_cose(unpack(vector["list"]), max_bytes=MAX_LIST_BYTES).payload
        except VerifierError:
            continue
        yield {"trust-list": b"t", "school-registry": b"r"}.get(vector["subject"], b"s") + payload


def _record_xml(data: bytes) -> None:
    document = read_card(data)
    with suppress(VerifierError):
        parse_record(document.data_element)
    assert verify_card_signatures(document).record in known_records()


@cache
def known_records() -> tuple[Record, ...]:
    """What the signed vectors' signers have signed."""
    known = []
    for xml in _record_xmls():
        with suppress(VerifierError):
            known.append(verify_card_signatures(read_card(xml)).record)
    return tuple(known)


def _record_xmls() -> Iterator[bytes]:
    return (xml_of(vector) for folder in ("record_xml", "signed_xml") for vector in read_folder(folder))


def _transaction(data: bytes) -> None:
    with suppress(VerifierError):
        split_list(data)
    verify_transaction(data)


def _transactions() -> Iterator[bytes]:
    for xml in _record_xmls():
        yield b'<DANH_SACH_HOC_BA id="dataDanhSach">' + xml + b"</DANH_SACH_HOC_BA>"


def _pdf(data: bytes) -> None:
    card = read_pdf_card(data)
    if _verify_seal(card).proved_at is not None:
        assert card.pdf[: card.sealed_end] in _known_pages()


@cache
def _known_pages() -> frozenset[bytes]:
    """What was sealed, seal included; more may stand behind it."""
    known = set()
    for pdf in _pdfs():
        with suppress(VerifierError):
            card = read_pdf_card(pdf)
            _verify_seal(card)
            known.add(card.pdf[: card.sealed_end])
    return frozenset(known)


def _pdfs() -> Iterator[bytes]:
    return (file_of(vector) for vector in read_folder("pdf"))


def _cms(data: bytes) -> None:
    """The seal's signature, or the last timestamp's token, in place of a genuine card's."""
    kind, der = data[:1], data[1:]
    genuine = _archived_card()
    if kind == b"s":
        if _verify_seal(replace(genuine, cms=der)).proved_at is not None:
            assert data in _known_signatures()
        return
    if kind == b"t":
        (last,) = genuine.archive
        _verify_seal(replace(genuine, archive=(replace(last, token=der),)))
        return
    for content in (DATA, TST_INFO):
        with suppress(VerifierError):
            verify_cms(read_cms(der, expected_content=content), content_digest=b"")
    verify_token(der, digest_of=lambda name: hashlib.new(name, b"").digest())


@cache
def _known_signatures() -> frozenset[bytes]:
    return frozenset(_cmses())


def _cmses() -> Iterator[bytes]:
    for vector in read_folder("pdf"):
        try:
            card = read_pdf_card(file_of(vector))
        except VerifierError:
            continue
        yield b"s" + card.cms
        yield from (b"t" + one.token for one in card.archive)


def _photo(data: bytes) -> None:
    read_photo(data)


def _photos() -> Iterator[bytes]:
    for kind in ("PNG", "JPEG", "WEBP"):
        yield photo_of("http://localhost:8000/v#123", kind=kind)
    yield blank_photo()


def _anything(data: bytes) -> None:
    """The whole check, whatever it is given: a verdict, and never that the check itself failed."""
    verdict = verify_any(data, lists=_pdf_lists(), public_url="http://localhost:8000", deep=True, now=_pdf_now())
    assert "check_failed" not in verdict.intact.codes


def _anythings() -> Iterator[bytes]:
    for seeds in (_capsule_texts, _record_xmls, _pdfs, _photos):
        yield from seeds()


def _evidence(data: bytes) -> None:
    """A revocation list, an OCSP response or a certificate."""
    path = [known_certificate(der) for der in read_cms(_archived_card().cms, expected_content=DATA).certificates]
    roots = [known_certificate(root.certificate) for root in _pdf_trust().roots]
    for certificate in path:
        for issuer in (*path, *roots):
            with suppress(VerifierError):
                read_crl(data, certificate=certificate, issuer=issuer)
            with suppress(VerifierError):
                read_ocsp(data, certificate=certificate, issuer=issuer)
    load_certificate(data)


def _evidences() -> Iterator[bytes]:
    for one in _archived_card().archive:
        yield from (*one.certificates, *one.ocsps, *one.crls)


TARGETS = MappingProxyType(
    {
        "capsule_text": Target(_capsule_text, _capsule_texts, 2_000),
        "capsule_envelope": Target(_capsule_envelope, _capsule_envelopes, 2_000),
        "capsule_payload": Target(_capsule_payload, _capsule_payloads, 2_500),
        "list": Target(_list, _lists, 2_000),
        "record_xml": Target(_record_xml, _record_xmls, 2_500),
        "transaction": Target(_transaction, _transactions, 1_500),
        "pdf": Target(_pdf, _pdfs, 1_000),
        "cms": Target(_cms, _cmses, 1_500),
        "evidence": Target(_evidence, _evidences, 1_500),
        "photo": Target(_photo, _photos, 500),
        "anything": Target(_anything, _anythings, 500),
    }
)


@cache
def seeds_of(name: str) -> tuple[bytes, ...]:
    """What a target begins with: its vectors, and whatever broke it once."""
    found = sorted((FOUND / name).glob("*"))
    return (*TARGETS[name].seeds(), *(path.read_bytes() for path in found))


def _verify_seal(card: PdfCard) -> PdfSeal:
    """Only with a proved time can it lead to a genuine card: a timestamp that means nothing makes no forgery."""
    trust = _pdf_trust()
    return verify_pdf_seal(
        card,
        timestamp_authorities=timestamp_authorities(trust),
        listed_certificates=listed_certificates(trust),
        roots=[root.certificate for root in trust.roots],
        now=_pdf_now(),
    )


@cache
def _trust() -> TrustList:
    return verify_trust_list(trust_list(), expected_trust_anchor=ANCHOR, now=NOW)


@cache
def _pdf_now() -> datetime:
    return datetime.fromisoformat(read(VECTORS / "pdf" / "lists.json")["now"])


@cache
def _pdf_lists() -> Lists:
    return lists_of(read(VECTORS / "pdf" / "lists.json"), _pdf_now())


def _pdf_trust() -> TrustList:
    trust = _pdf_lists().trust
    assert trust is not None
    return trust


@cache
def _archived_card() -> PdfCard:
    return read_pdf_card((VECTORS / "pdf" / "b_lta.pdf").read_bytes())
