"""A card's XML as a signed document: good ones of every level and combination of signers, and one for every way in
which signatures, signers or lists can be wrong.

All vectors share the lists of ``signed_xml/lists.json``; one may put others in their place.
"""

import base64
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.signing.file_keys import FileSigningKey
from backend.signing.sign_xml import sign_card
from tests.vectors.sample_records import lower_secondary_record, primary_record, upper_secondary_record
from tests.vectors.signed_xml_attacks import CHOSEN, SPOILT, TIME, key_value
from tests.vectors.signed_xml_city import DAY, XmlCity, xml_city
from tests.vectors.signed_xml_wrappings import WRAPPINGS, parts_of
from tests.verifier.hand_signed import Choices, add_school_signature, key_info, make_signature
from tests.verifier.small_city import MANAGER_CODE, NOW, RECORD_ID, SCHOOL_YEAR, SIGNED_AT, TEACHER_CODE
from verifier.lists import Lists
from verifier.record.card_document import SignerRole, read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card
from verifier.signature_element import EXCLUSIVE_C14N
from verifier.signed_list import ListHeader
from verifier.status import status_subject

_EVERYBODY = ("homeroom_teacher", "manager", "school")
_LIST_NAMES = {
    "trust_list": "trust-list",
    "registry": "school-registry",
    "status_list": status_subject(SCHOOL_YEAR),
}


class SignedXmlVector(Struct, frozen=True):
    """One card and what a verifier has to say of it."""

    name: str
    xml: bytes
    verdict: str
    codes: tuple[str, ...] = ()
    roles: tuple[str, ...] | None = None
    """Whose signatures have to be found sound, in the order of the XML; None where nothing is said of it."""
    lists: Mapping[str, Any] = {}
    """What is different from the shared lists."""

    def to_json(self) -> dict[str, Any]:
        try:
            xml = {"xml": self.xml.decode()}
        except UnicodeDecodeError:
            xml = {"xml_base64url": _spell(self.xml)}
        transcript = None
        if self.verdict == "genuine":
            transcript = msgspec.to_builtins(parse_record(read_card(self.xml).data_element).transcript)
        return {
            **xml,
            **({"lists": dict(self.lists)} if self.lists else {}),
            "expected": {
                "verdict": self.verdict,
                "codes": list(self.codes),
                "roles": None if self.roles is None else list(self.roles),
                "transcript": transcript,
            },
        }


def signed_xml_vectors() -> tuple[dict[str, Any], list[SignedXmlVector]]:
    """What all vectors share, and the vectors."""
    city = xml_city()
    lists = city.lists()
    shared = {"now": _moment(NOW), "anchor": city.trust_anchor, "school_year_of_status_list": SCHOOL_YEAR}
    vectors = [
        *_genuine(city),
        *_in_the_lists(city, lists),
        *_signers(city),
        *_beside(city),
        *_attacks(city),
    ]
    return {**shared, **_spelled(city, lists)}, vectors


def _genuine(city: XmlCity) -> Iterator[SignedXmlVector]:
    for name, record in (
        ("primary", primary_record()),
        ("lower_secondary", lower_secondary_record()),
        ("upper_secondary", upper_secondary_record()),
    ):
        yield SignedXmlVector(f"genuine_{name}", city.signed_card(_unsigned(record)), "genuine", roles=_EVERYBODY)
    short = city.signed_card(without_teacher=True)
    yield SignedXmlVector("genuine_manager_and_school_alone", short, "genuine", roles=("manager", "school"))
    subject_teachers = _with_subject_teachers(city)
    roles = ("subject_teacher", "subject_teacher", *_EVERYBODY)
    yield SignedXmlVector("genuine_with_subject_teachers", subject_teachers, "genuine", roles=roles)
    yield SignedXmlVector("genuine_2088_shape", _shape_of_2088(city), "genuine", roles=_EVERYBODY)
    declared = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\r\n' + short + b"\n"
    yield SignedXmlVector("genuine_declaration_and_byte_order_mark", declared, "genuine")
    forms: dict[str, tuple[FileSigningKey, Choices]] = {
        "rsa_of_2048_bits": (city.rsa_school, Choices()),
        "key_value_of_the_same_key": (
            city.rsa_school,
            Choices(key_info=key_info(city.rsa_school, extra=key_value(city.rsa_school))),
        ),
        "without_transform": (city.school, Choices(transforms=())),
        "exclusive_c14n": (
            city.school,
            Choices(canonicalisation=EXCLUSIVE_C14N, transforms=(EXCLUSIVE_C14N,), exclusive=True),
        ),
        "without_a_time": (city.school, Choices()),
        "with_the_time_first": (
            city.school,
            Choices(target_ids=("when", "data"), object_xml=_time("2026-05-28T09:00:00")),
        ),
    }
    for name, (key, choices) in forms.items():
        yield SignedXmlVector(f"genuine_{name}", _by_school(city, key, choices), "genuine", roles=("manager", "school"))


def _in_the_lists(city: XmlCity, lists: Lists) -> Iterator[SignedXmlVector]:
    card = city.signed_card(without_teacher=True)
    revoked, superseded = city.lists(revoked=[RECORD_ID]), city.lists(superseded=[RECORD_ID])

    def vector(name: str, verdict: str, *codes: str, **changes: Any) -> SignedXmlVector:
        return SignedXmlVector(name, card, verdict, codes, lists=changes)

    def newer(days: int, *names: str) -> dict[str, Any]:
        """The lists of that name as they are issued some days later, and a clock that much later."""
        later = _later(lists, DAY * days)
        return {"now": _moment(NOW + DAY * days), **{n: t for n, t in _spelled(city, later).items() if n in names}}

    yield vector("revoked", "revoked", "card_revoked", **_only("status_list", _spelled(city, revoked)))
    yield vector("superseded", "superseded", "card_superseded", **_only("status_list", _spelled(city, superseded)))
    yield vector("undetermined_no_lists", "undetermined", "trust_list_missing", **dict.fromkeys(_LIST_NAMES))
    yield vector("undetermined_no_status_list", "undetermined", "status_list_missing", status_list=None)
    yield vector("undetermined_no_registry", "undetermined", "registry_missing", registry=None)
    yield vector("undetermined_stale_status_list", "undetermined", "status_list_stale", now=_moment(NOW + DAY))
    stale = _only("status_list", _spelled(city, revoked))
    yield vector("revoked_in_stale_status_list", "revoked", "card_revoked", now=_moment(NOW + DAY), **stale)
    fresh_status = newer(40, "trust_list", "status_list")
    yield vector("undetermined_stale_registry", "undetermined", "registry_stale", **fresh_status)
    fresh_but_trust = newer(70, "registry", "status_list")
    yield vector("undetermined_stale_trust_list", "undetermined", "trust_list_stale", **fresh_but_trust)


def _signers(city: XmlCity) -> Iterator[SignedXmlVector]:
    def by(name: str, key: FileSigningKey, verdict: str, *codes: str, **lists: Any) -> SignedXmlVector:
        card = city.signed_card(without_teacher=True, school=key)
        return SignedXmlVector(name, card, verdict, codes, roles=("manager", "school"), lists=lists)

    def by_manager(name: str, key: FileSigningKey, verdict: str, *codes: str) -> SignedXmlVector:
        card = city.signed_card(without_teacher=True, manager=key)
        return SignedXmlVector(name, card, verdict, codes, roles=("manager", "school"))

    yield by("untrusted_school_not_approved", city.unapproved, "untrusted", "certificate_not_approved")
    yield by("untrusted_school_of_another_school", city.other_school, "untrusted", "certificate_not_approved")
    yield by("untrusted_school_signed_by_the_manager", city.manager, "untrusted", "certificate_not_approved")
    yield by("untrusted_school_signed_by_a_stranger", city.stranger, "untrusted", "certificate_issuer_unknown")
    yield by_manager("untrusted_manager_signed_by_the_school", city.school, "untrusted", "certificate_not_approved")
    yield by_manager("untrusted_manager_signed_by_a_teacher", city.teacher, "untrusted", "certificate_not_approved")
    yield by("untrusted_school_approved_later", city.later_school, "untrusted", "certificate_not_approved_then")
    since = "certificate_ended_since"
    yield by("undetermined_school_withdrawn_since", city.withdrawn_school, "undetermined", since)
    yield by_manager("undetermined_manager_withdrawn_since", city.withdrawn_manager, "undetermined", since)
    yield by("undetermined_school_certificate_ended_since", city.ended_school, "undetermined", since)
    yield by("untrusted_school_certificate_not_yet_valid", city.young_school, "untrusted", "certificate_not_yet_valid")
    unknown = "certificate_issuer_unknown"
    yield by("untrusted_school_of_an_authority_for_people", city.school_by_people, "untrusted", unknown)
    yield by("untrusted_school_of_an_unlisted_authority", city.unlisted_school, "untrusted", unknown)
    yield by("untrusted_school_of_an_authority_of_the_same_name", city.twin_school, "untrusted", unknown)
    not_for_signing = "certificate_not_for_signing"
    yield by("untrusted_school_signed_by_its_authority", city.authority_school, "untrusted", not_for_signing)
    abroad = city.signed_card(city.unsigned_card(school_code="01000999"), without_teacher=True)
    yield SignedXmlVector("untrusted_school_not_in_the_registry", abroad, "untrusted", ("school_unknown",))
    moved = city.signed_card(city.unsigned_card(school_code="01000102"), without_teacher=True)
    yield SignedXmlVector("untrusted_card_of_another_school", moved, "untrusted", ("certificate_not_approved",))
    for role, left_out in (("school", "KY_PHAT_HANH"), ("manager", "CBQL")):
        card = _without(city.signed_card(without_teacher=True), left_out)
        yield SignedXmlVector(f"untrusted_without_{role}", card, "untrusted", ("signature_missing",))
    both = ("manager", "school")
    swapped = city.signed_card(without_teacher=True, manager=city.school, school=city.manager)
    yield SignedXmlVector("untrusted_signers_swapped", swapped, "untrusted", ("certificate_not_approved",), roles=both)
    yield SignedXmlVector("untrusted_unsigned", city.unsigned_card(), "untrusted", ("signature_missing",))
    future = _by_school(
        city, city.school, Choices(target_ids=("data", "when"), object_xml=_time("2026-07-01T09:00:00"))
    )
    yield SignedXmlVector("undetermined_signed_in_future", future, "undetermined", ("signing_time_in_future",))


def _beside(city: XmlCity) -> Iterator[SignedXmlVector]:
    """What stands unsigned beside the signatures and says something else."""
    card = city.signed_card(without_teacher=True)
    head, place, signers = card.partition(b"<PHAT_HANH_HOC_BA>")
    label = signers.split(b' Id="', 1)[1].split(b'"', 1)[0]
    for name, old, new in (
        ("date", b"<NGAY_KY>2026-05-28T09:00:00+07:00<", b"<NGAY_KY>2026-05-28T08:00:00+07:00<"),
        ("code", b"<SO_CCCD>999180000011<", b"<SO_CCCD>999180000099<"),
        ("name", "<X509SubjectName>CN=Lê Văn".encode(), "<X509SubjectName>CN=Lê Thị".encode()),
        ("label", b'Id="' + label + b'"', b'Id="khac"'),
    ):
        assert old in signers, name
        changed = head + place + signers.replace(old, new, 1)
        yield SignedXmlVector(
            f"undetermined_unsigned_{name}_differs", changed, "undetermined", (f"unsigned_{name}_differs",)
        )
    forged = re.sub(rb' Id="[^"]+"', b"", head[head.index(b"<DU_LIEU_HOC_BA") :])
    for name, added in (("name", "<HO_VA_TEN>Lê Văn Khác</HO_VA_TEN>".encode()), ("record", forged)):
        for place_name in (b"CBQL", b"PHAT_HANH_HOC_BA"):
            end = b"</" + place_name + b">"
            changed = head + place + signers.replace(end, added + end, 1)
            title = f"undetermined_unsigned_{name}_added_to_{place_name.decode().lower()}"
            yield SignedXmlVector(title, changed, "undetermined", ("unsigned_text_added",))


def _attacks(city: XmlCity) -> Iterator[SignedXmlVector]:
    for name, (key, choices, verdict, code) in CHOSEN.items():
        card = _by_school(city, key(city), choices(city))
        yield SignedXmlVector(f"{verdict}_{name}", card, verdict, (code,))
    full = city.signed_card()
    for name, (spoil, verdict, code) in SPOILT.items():
        changed = spoil(full)
        assert changed != full, name
        yield SignedXmlVector(f"{verdict}_{name}", changed, verdict, (code,))
    data, signers = parts_of(city.signed_card(without_teacher=True))
    for name, (wrap, verdict, code) in WRAPPINGS.items():
        wrapped = b"<HOC_BA>" + wrap(data, signers) + b"</HOC_BA>"
        yield SignedXmlVector(f"{verdict}_wrapping_{name}", wrapped, verdict, (code,))
    misplaced = ("signature_misplaced",)
    yield SignedXmlVector(
        "altered_teacher_outside_what_the_manager_signs", _teacher_outside(city), "altered", misplaced
    )
    yield SignedXmlVector(
        "altered_wrapping_data_of_the_teacher", _teachers_data_wrapped(city), "altered", ("reference_unexpected",)
    )
    yield SignedXmlVector("altered_manager_signed_another_mark", _other_mark(city), "altered", ("xml_data_altered",))


def _unsigned(record: Record) -> bytes:
    return write_unsigned_card(record, manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE)


def _by_school(city: XmlCity, key: FileSigningKey, choices: Choices) -> bytes:
    """Signed by the manager as always, by the school as chosen."""
    return add_school_signature(_by_manager(city, city.unsigned_card()), key, choices)


def _by_manager(city: XmlCity, unsigned: bytes) -> bytes:
    return sign_card(unsigned, role=SignerRole.MANAGER, key=city.manager, personal_code=MANAGER_CODE, now=SIGNED_AT)


def _with_subject_teachers(city: XmlCity) -> bytes:
    unsigned = city.unsigned_card()
    signed = "".join(
        f"<GVBM>{make_signature(unsigned, city.teacher, Choices(target_ids=(row,)))}</GVBM>"
        for row in ("mon-0", "mon-1")
    )
    teacher = make_signature(unsigned, city.teacher, Choices(target_ids=("thongtinhocba",)))
    places = f"<DANH_SACH_THONG_TIN_KY>{signed}<GVCN>{teacher}</GVCN></DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA>"
    card = unsigned.replace(b"</DU_LIEU_HOC_BA>", places.encode())
    return add_school_signature(_by_manager(city, card), city.school, Choices())


def _shape_of_2088(city: XmlCity) -> bytes:
    """``DU_LIEU_HOC_BA`` holds the data itself; everybody signs it from ``DANH_SACH_THONG_TIN_KY``."""
    unsigned = city.unsigned_card()
    unsigned = unsigned.replace(b'<THONG_TIN_HOC_BA Id="thongtinhocba">', b"").replace(b"</THONG_TIN_HOC_BA>", b"")
    signed = "".join(
        f"<{place}>{make_signature(unsigned, key, Choices())}</{place}>"
        for place, key in (("GVCN", city.teacher), ("CBQL", city.manager), ("KY_PHAT_HANH", city.school))
    )
    signers = f"</DU_LIEU_HOC_BA><DANH_SACH_THONG_TIN_KY>{signed}</DANH_SACH_THONG_TIN_KY>"
    return unsigned.replace(b"</DU_LIEU_HOC_BA>", signers.encode())


def _teacher_outside(city: XmlCity) -> bytes:
    bare = city.unsigned_card()
    teacher = make_signature(bare, city.teacher, Choices(target_ids=("thongtinhocba",)))
    manager = make_signature(bare, city.manager, Choices())
    places = (
        f"<DANH_SACH_THONG_TIN_KY><GVCN>{teacher}</GVCN></DANH_SACH_THONG_TIN_KY>"
        f"<PHAT_HANH_HOC_BA><CBQL>{manager}</CBQL></PHAT_HANH_HOC_BA></HOC_BA>"
    )
    return add_school_signature(bare.replace(b"</HOC_BA>", places.encode()), city.school)


def _teachers_data_wrapped(city: XmlCity) -> bytes:
    """The data that the teacher signed, hidden in the teacher's own signature; manager and school sign the forgery."""
    bare = city.unsigned_card()
    start, end = bare.index(b"<THONG_TIN_HOC_BA"), bare.index(b"</THONG_TIN_HOC_BA>") + len(b"</THONG_TIN_HOC_BA>")
    inner = bare[start:end]
    teacher = make_signature(bare, city.teacher, Choices(target_ids=("thongtinhocba",)))
    hidden = teacher.replace("</Signature>", f"<Object>{inner.decode()}</Object></Signature>")
    hidden = hidden.replace(' Id="mon-', ' Id="an-')
    forged = inner.replace(b">8<", b">10<").replace(b"thongtinhocba", b"khac")
    places = f"<DANH_SACH_THONG_TIN_KY><GVCN>{hidden}</GVCN></DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA>"
    card = (bare[:start] + forged + bare[end:]).replace(b"</DU_LIEU_HOC_BA>", places.encode())
    return add_school_signature(_by_manager(city, card), city.school)


def _other_mark(city: XmlCity) -> bytes:
    """Between the manager's signature and the school's somebody changed a mark: both hold, over different data."""
    card = _by_manager(city, city.unsigned_card())
    changed = card.replace(b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>9<", 1)
    assert changed != card
    return add_school_signature(changed, city.school)


def _without(card: bytes, place: str) -> bytes:
    start, end = card.index(f"<{place}>".encode()), card.index(f"</{place}>".encode())
    return card[:start] + card[end + len(place) + 3 :]


def _time(text: str) -> str:
    return TIME.format(text)


def _later(lists: Lists, by: dt.timedelta) -> Lists:
    """The same lists, issued later."""
    assert lists.trust is not None
    assert lists.registry is not None

    def moved(header: ListHeader) -> ListHeader:
        return replace(header, issued_at=header.issued_at + by, expires_at=header.expires_at + by)

    return Lists(
        replace(lists.trust, header=moved(lists.trust.header)),
        replace(lists.registry, header=moved(lists.registry.header)),
        {year: replace(one, header=moved(one.header)) for year, one in lists.statuses.items()},
    )


def _spelled(city: XmlCity, lists: Lists) -> dict[str, Any]:
    served = city.sealed_lists(lists).served()
    return {name: _spell(served[subject]) for name, subject in _LIST_NAMES.items()}


def _only(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name]}


def _spell(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
