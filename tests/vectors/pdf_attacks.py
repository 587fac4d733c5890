"""What somebody who has a genuine card and can buy timestamps might put behind its seal, one defect each."""

import datetime as dt
from collections.abc import Callable

from tests.verifier.growing_pdf import TIMESTAMP, SealedPdf
from tests.verifier.small_city import NOW, SmallCity

AT = NOW - dt.timedelta(days=1)

Attack = Callable[[SealedPdf, SmallCity], bytes]
"""Gives the file."""


def stamped_by(city: SmallCity) -> Callable[[bytes], bytes]:
    """Tokens of the city's authority: anybody can buy them."""
    return lambda digest: city.timestamp(digest, at=AT).der


def changed_object(growing: SealedPdf, number: int, old: bytes, new: bytes) -> dict[int, bytes]:
    body = growing.body(number)
    assert old in body
    return {number: body.replace(old, new)}


def in_evidence(**changes: object) -> Attack:
    """An attack in the evidence revision."""

    def attack(growing: SealedPdf, city: SmallCity) -> bytes:
        growing.add_evidence(city.timestamps.crl(AT), **changes)  # type: ignore[arg-type] # keywords of it
        return growing.add_timestamp(stamped_by(city))

    return attack


def in_timestamp(**changes: object) -> Attack:
    """An attack in the timestamp revision."""

    def attack(growing: SealedPdf, city: SmallCity) -> bytes:
        growing.add_evidence(city.timestamps.crl(AT))
        return growing.add_timestamp(stamped_by(city), **changes)  # type: ignore[arg-type] # keywords of it

    return attack


def other_page(growing: SealedPdf, city: SmallCity) -> bytes:
    page = changed_object(growing, growing.page_number, b"/StructParents 0", b"/StructParents 0 /Rotate 180")
    return in_evidence(others=page)(growing, city)


def other_page_beside_timestamp(growing: SealedPdf, city: SmallCity) -> bytes:
    page = changed_object(growing, growing.page_number, b"/MediaBox [ 0 0 297", b"/MediaBox [ 0 0 299")
    return in_timestamp(others=page)(growing, city)


def other_content(growing: SealedPdf, city: SmallCity) -> bytes:
    content = int(growing.page.partition(b"/Contents ")[2].split()[0])
    return in_evidence(others={content: b"<< /Length 0 >>\nstream\n\nendstream"})(growing, city)


def other_info(growing: SealedPdf, city: SmallCity) -> bytes:
    info = int(growing._fixed_trailer.partition(b"/Info ")[2].split()[0])
    return in_evidence(others={info: b"<< /Title (10) >>"})(growing, city)


def other_seal_field(growing: SealedPdf, city: SmallCity) -> bytes:
    field = int(growing.form.partition(b"[ ")[2].split()[0])
    return in_timestamp(others=changed_object(growing, field, b"-9999 -9999 ]", b"100 100 ]"))(growing, city)


def unused_object(growing: SealedPdf, city: SmallCity) -> bytes:
    return in_evidence(others={growing.next_object + 2: b"<< /Type /Page >>"})(growing, city)


def second_field(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(city.timestamps.crl(AT))
    number = growing.next_object + 2
    growing.form = growing.form.replace(b" ]", b" %d 0 R ]" % number)
    return growing.add_timestamp(stamped_by(city), others={number: b"<< /FT /Tx /T (x) /V (10) >>"})


def annotation(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(city.timestamps.crl(AT))
    number = growing.next_object + 2
    growing.annotations = growing.annotations.replace(b" ]", b" %d 0 R ]" % number)
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 10 10 90 90 ] /Contents (10) >>"
    return growing.add_timestamp(stamped_by(city), others={number: note})


def field_lost(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.form = growing.form.replace(growing.form.partition(b"[ ")[2].partition(b" R")[0] + b" R ", b"", 1)
    return in_timestamp()(growing, city)


def bytes_between(growing: SealedPdf, city: SmallCity) -> bytes:
    growing._data += b"% hidden\n"
    return in_timestamp()(growing, city)


def shadow_xref(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(city.timestamps.crl(AT))
    growing._previous_xref = 20
    return growing.add_timestamp(stamped_by(city))


def other_root(growing: SealedPdf, city: SmallCity) -> bytes:
    growing._fixed_trailer = growing._fixed_trailer.replace(b"/Root ", b"/Root 1")
    return in_timestamp()(growing, city)


def trailer_more(growing: SealedPdf, city: SmallCity) -> bytes:
    growing._fixed_trailer += b" /XRefStm 15"
    return in_timestamp()(growing, city)


def evidence_alone(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(city.timestamps.crl(AT))
    return growing.data


def timestamp_alone(growing: SealedPdf, city: SmallCity) -> bytes:
    return growing.add_timestamp(stamped_by(city))


def evidence_twice(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(city.timestamps.crl(AT))
    return in_timestamp()(growing, city)


def bomb(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.add_evidence(b"\0" * 30_000_000)
    return growing.add_timestamp(stamped_by(city))


def widget_lost(growing: SealedPdf, city: SmallCity) -> bytes:
    growing.annotations = b"[ ]"
    return in_timestamp()(growing, city)


def longer_hole(growing: SealedPdf, city: SmallCity) -> bytes:
    pdf = in_timestamp()(growing, city)
    start = pdf.rindex(b"/ByteRange [ 0 ") + len(b"/ByteRange [ 0 ")
    before, after, length = (int(number) for number in pdf[start:].split(b" ]", 1)[0].split())
    old, new = b"%d %d %d ]" % (before, after, length), b"%d %d %d ]" % (before, after + 1, length - 1)
    return pdf[:start] + pdf[start:].replace(old, new, 1)


def full_padding(growing: SealedPdf, city: SmallCity) -> bytes:
    pdf = in_timestamp()(growing, city)
    end = pdf.rindex(b"00> >>")
    return pdf[:end] + b"01> >>" + pdf[end + 6 :]


ATTACKS: dict[str, Attack] = {
    "field named like an earlier timestamp": in_timestamp(name=b"DauThoiGian"),
    "seal's widget gone from the page": widget_lost,
    "byte range with a longer hole": longer_hole,
    "padding that holds something": full_padding,
    "catalog that certifies": in_evidence(catalog_more=b" /Perms << /DocMDP 307 0 R >>"),
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
