"""What may stand behind a seal, and every other thing that somebody who can buy timestamps might put there."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.verifier.growing_pdf import LABEL, TIMESTAMP, SealedPdf
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.errors import SignatureInvalidError
from verifier.pdf_revisions import MAX_ARCHIVE_TIMESTAMPS
from verifier.pdf_structure import read_pdf_card
from verifier.verdict import Outcome
from verifier.verify import verify_pdf

AT = NOW - dt.timedelta(days=1)


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def archived(city: SmallCity) -> bytes:
    return city.archived_pdf(city.first_card())


def stamp(digest: bytes) -> bytes:
    return small_city().timestamp(digest, at=AT).der


def changed_object(growing: SealedPdf, number: int, old: bytes, new: bytes) -> dict[int, bytes]:
    body = growing.body(number)
    assert old in body
    return {number: body.replace(old, new)}


def in_evidence(**changes: object) -> Callable[[SealedPdf], bytes]:
    """An attack in the evidence revision."""

    def attack(growing: SealedPdf) -> bytes:
        growing.add_evidence(small_city().timestamps.crl(AT), **changes)  # type: ignore[arg-type] # keywords of it
        return growing.add_timestamp(stamp)

    return attack


def in_timestamp(**changes: object) -> Callable[[SealedPdf], bytes]:
    """An attack in the timestamp revision."""

    def attack(growing: SealedPdf) -> bytes:
        growing.add_evidence(small_city().timestamps.crl(AT))
        return growing.add_timestamp(stamp, **changes)  # type: ignore[arg-type] # keywords of it

    return attack


def other_page(growing: SealedPdf) -> bytes:
    page = changed_object(growing, growing.page_number, b"/StructParents 0", b"/StructParents 0 /Rotate 180")
    return in_evidence(others=page)(growing)


def other_page_beside_timestamp(growing: SealedPdf) -> bytes:
    page = changed_object(growing, growing.page_number, b"/MediaBox [ 0 0 297", b"/MediaBox [ 0 0 299")
    return in_timestamp(others=page)(growing)


def other_content(growing: SealedPdf) -> bytes:
    content = int(growing.page.partition(b"/Contents ")[2].split()[0])
    return in_evidence(others={content: b"<< /Length 0 >>\nstream\n\nendstream"})(growing)


def other_info(growing: SealedPdf) -> bytes:
    info = int(growing._fixed_trailer.partition(b"/Info ")[2].split()[0])
    return in_evidence(others={info: b"<< /Title (10) >>"})(growing)


def other_seal_field(growing: SealedPdf) -> bytes:
    field = int(growing.form.partition(b"[ ")[2].split()[0])
    return in_timestamp(others=changed_object(growing, field, b"-9999 -9999 ]", b"100 100 ]"))(growing)


def unused_object(growing: SealedPdf) -> bytes:
    return in_evidence(others={growing.next_object + 2: b"<< /Type /Page >>"})(growing)


def second_field(growing: SealedPdf) -> bytes:
    growing.add_evidence(small_city().timestamps.crl(AT))
    number = growing.next_object + 2
    growing.form = growing.form.replace(b" ]", b" %d 0 R ]" % number)
    return growing.add_timestamp(stamp, others={number: b"<< /FT /Tx /T (x) /V (10) >>"})


def annotation(growing: SealedPdf) -> bytes:
    growing.add_evidence(small_city().timestamps.crl(AT))
    number = growing.next_object + 2
    growing.annotations = growing.annotations.replace(b" ]", b" %d 0 R ]" % number)
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 10 10 90 90 ] /Contents (10) >>"
    return growing.add_timestamp(stamp, others={number: note})


def field_lost(growing: SealedPdf) -> bytes:
    growing.form = growing.form.replace(growing.form.partition(b"[ ")[2].partition(b" R")[0] + b" R ", b"", 1)
    return in_timestamp()(growing)


def bytes_between(growing: SealedPdf) -> bytes:
    growing._data += b"% hidden\n"
    return in_timestamp()(growing)


def shadow_xref(growing: SealedPdf) -> bytes:
    growing.add_evidence(small_city().timestamps.crl(AT))
    growing._previous_xref = 20
    return growing.add_timestamp(stamp)


def other_root(growing: SealedPdf) -> bytes:
    growing._fixed_trailer = growing._fixed_trailer.replace(b"/Root ", b"/Root 1")
    return in_timestamp()(growing)


def trailer_more(growing: SealedPdf) -> bytes:
    growing._fixed_trailer += b" /XRefStm 15"
    return in_timestamp()(growing)


def evidence_alone(growing: SealedPdf) -> bytes:
    growing.add_evidence(small_city().timestamps.crl(AT))
    return growing.data


def timestamp_alone(growing: SealedPdf) -> bytes:
    return growing.add_timestamp(stamp)


def evidence_twice(growing: SealedPdf) -> bytes:
    growing.add_evidence(small_city().timestamps.crl(AT))
    return in_timestamp()(growing)


def bomb(growing: SealedPdf) -> bytes:
    growing.add_evidence(b"\0" * 30_000_000)
    return growing.add_timestamp(stamp)


ATTACKS: dict[str, Callable[[SealedPdf], bytes]] = {
    "catalog that opens something": in_evidence(catalog_more=b" /OpenAction << /S /JavaScript /JS (x) >>"),
    "catalog with other names": in_evidence(catalog_more=b" /Dests << >>"),
    "DSS with more": in_evidence(dss_more=b" /VRI << >>"),
    "DSS stream of another kind": in_evidence(stream=b"<< /Length 0 /F (x) >>\nstream\n\nendstream"),
    "DSS stream with another filter": in_evidence(
        stream=b"<< /Length 3 /Filter /ASCIIHexDecode >>\nstream\n00>\nendstream"
    ),
    "DSS entry without stream": in_evidence(stream=b"<< /Type /Page >>"),
    "page changed with the evidence": other_page,
    "page changed with the timestamp": other_page_beside_timestamp,
    "content replaced": other_content,
    "information replaced": other_info,
    "seal's field moved into sight": other_seal_field,
    "object that nothing uses": unused_object,
    "second field": second_field,
    "annotation": annotation,
    "seal's field gone from the form": field_lost,
    "bytes between revisions": bytes_between,
    "cross-references that skip revisions": shadow_xref,
    "another root": other_root,
    "trailer with more": trailer_more,
    "evidence without timestamp": evidence_alone,
    "timestamp without evidence": timestamp_alone,
    "evidence twice": evidence_twice,
    "evidence that grows": bomb,
    "form with XFA": in_timestamp(form_more=b" /XFA (x)"),
    "form that asks for new appearances": in_timestamp(form_more=b" /NeedAppearances true"),
    "field with an action": in_timestamp(field_more=b" /A << /S /URI /URI (https://example.org) >>"),
    "field with an appearance": in_timestamp(field_more=b" /AP << >>"),
    "field named like the seal": in_timestamp(name=b"DauHocBa"),
    "field of any name": in_timestamp(name=b"Diem10"),
    "label that says something else": in_timestamp(label=b"FEFF0031"),
    "timestamp of another kind": in_timestamp(signature=TIMESTAMP.replace(b"ETSI.RFC3161", b"ETSI.CAdES.detached")),
    "signature in place of the timestamp": in_timestamp(signature=TIMESTAMP.replace(b"DocTimeStamp", b"Sig")),
    "timestamp with a reason": in_timestamp(signature=TIMESTAMP + b" /Reason (10)"),
}


def test_an_honest_renewal_is_taken(city: SmallCity, archived: bytes) -> None:
    pdf = in_timestamp(label=LABEL.upper())(SealedPdf(archived))

    assert len(read_pdf_card(pdf).archive) == 2
    assert verify_pdf(pdf, lists=city.lists(), now=NOW).verdict is Outcome.GENUINE


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_else_stands_behind_a_seal(city: SmallCity, archived: bytes, name: str) -> None:
    pdf = ATTACKS[name](SealedPdf(archived))

    verdict = verify_pdf(pdf, lists=city.lists(), now=NOW)

    assert verdict.verdict is Outcome.ALTERED
    assert verdict.intact.codes in (("pdf_revisions_unexpected",), ("pdf_bytes_after_seal",))


def test_nothing_else_stands_behind_a_seal_without_archive_timestamp(city: SmallCity) -> None:
    sealed = city.sealed_pdf(city.first_card())
    assert verify_pdf(in_timestamp()(SealedPdf(sealed)), lists=city.lists(), now=NOW).verdict is not Outcome.ALTERED

    for attack in ATTACKS.values():
        with pytest.raises(SignatureInvalidError, match=r"pdf_revisions_unexpected|pdf_bytes_after_seal"):
            read_pdf_card(attack(SealedPdf(sealed)))


def test_renewals_have_a_limit(archived: bytes) -> None:
    pdf = archived
    for _ in range(MAX_ARCHIVE_TIMESTAMPS - 1):
        pdf = in_timestamp()(SealedPdf(pdf))
    assert len(read_pdf_card(pdf).archive) == MAX_ARCHIVE_TIMESTAMPS

    with pytest.raises(SignatureInvalidError, match="pdf_revisions_unexpected"):
        read_pdf_card(in_timestamp()(SealedPdf(pdf)))


@pytest.mark.parametrize("added", [b"\n", b" ", b"x", b"%%EOF\n", b"\0" * 1100])
def test_nothing_stands_behind_the_last_timestamp(city: SmallCity, archived: bytes, added: bytes) -> None:
    assert verify_pdf(archived + added, lists=city.lists(), now=NOW).verdict is Outcome.ALTERED
