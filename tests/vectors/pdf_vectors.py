"""Sealed PDFs: good ones of each level, and one for every way to be wrong.

Most attacks leave the beginning of a genuine file as it is, so a vector names the file, how many of its bytes it keeps
and what stands behind them.
"""

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct
from msgspec.structs import replace

from backend.signing.file_keys import FileSigningKey
from backend.signing.seal_pdf import UnsignedPdf
from tests.vectors.pdf_attacks import ATTACKS
from tests.vectors.pdf_city import SAMPLE_SCHOOLS, FixedCity, fixed_city, fixed_serial_numbers
from tests.vectors.pdf_forgeries import APPENDED, FORGED, PREPARED, with_digest
from tests.vectors.rsa_keys import fixed_rsa_key
from tests.vectors.sample_records import lower_secondary_record, primary_record, upper_secondary_record
from tests.verifier.growing_pdf import SealedPdf
from tests.verifier.small_city import NOW, PUBLIC_URL, SCHOOL_CODE, SCHOOL_YEAR
from verifier.lists import Lists
from verifier.record.write_xml import write_unsigned_card
from verifier.registry import RegisteredSchool
from verifier.status import status_subject
from verifier.trust import KeyPurpose, TrustedKey, kid_of_certificate

_DAY = dt.timedelta(days=1)
_GENUINE, _ALTERED, _UNTRUSTED, _UNDETERMINED, _UNREADABLE = (
    "genuine",
    "altered",
    "untrusted",
    "undetermined",
    "unreadable",
)


class PdfVector(Struct, frozen=True):
    """One file and what a verifier has to say of it."""

    name: str
    base: str
    """Name of the genuine file that it begins like."""
    kept: int
    appended: bytes
    verdict: str
    codes: tuple[str, ...]
    level: str | None

    def to_json(self) -> dict[str, Any]:
        return {
            "base": f"pdf/{self.base}.pdf",
            "kept": self.kept,
            "appended": base64.urlsafe_b64encode(self.appended).rstrip(b"=").decode(),
            "expected": {"verdict": self.verdict, "codes": list(self.codes), "level": self.level},
        }


def pdf_vectors() -> tuple[dict[str, Any], dict[str, bytes], list[PdfVector]]:
    """What all vectors share, the genuine files by name, and the vectors."""
    city = fixed_city()
    with fixed_serial_numbers():
        xml = city.first_card()
        page = city.unsealed_pdf(xml)
        bases = {"b_t": city.sealed_pdf(unsealed=page), "b_lta": city.archived_pdf(unsealed=page)}
        vectors = [
            *_good(city, bases),
            *_cut(bases),
            *_behind(city, bases),
            *_wrong_signatures(bases),
            *_known_attacks(city, bases, page),
            *_wrong_parts(city, bases),
            *_times(city, bases),
            *_weak(city, bases, page),
        ]
    return _shared(city), bases, vectors


def _shared(city: FixedCity) -> dict[str, Any]:
    lists = lists_of(city)
    served = city.sealed_lists(lists).served()
    names = {"trust_list": "trust-list", "registry": "school-registry", "status_list": status_subject(SCHOOL_YEAR)}
    return {
        "now": NOW.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "public_url": PUBLIC_URL,
        "anchor": city.trust_anchor,
        "school_year_of_status_list": SCHOOL_YEAR,
        **{key: base64.urlsafe_b64encode(served[name]).rstrip(b"=").decode() for key, name in names.items()},
    }


def lists_of(city: FixedCity) -> Lists:
    """The city's lists, with its second sealing key and the schools of the sample cards."""
    lists = city.lists()
    assert lists.trust is not None
    assert lists.registry is not None
    own = lists.registry.schools[SCHOOL_CODE].certificates
    samples = {code: RegisteredSchool(code, f"Trường mẫu {code}", own) for code in SAMPLE_SCHOOLS}
    schools = MappingProxyType({**lists.registry.schools, **samples})
    lists = replace(lists, registry=replace(lists.registry, schools=schools))
    assert lists.trust is not None
    der = city.short_seal.certificate.public_bytes(Encoding.DER)
    short = TrustedKey(
        kid=kid_of_certificate(der),
        purpose=KeyPurpose.PDF_SEAL,
        cose_key=None,
        certificate=der,
        valid_from=city.short_seal.certificate.not_valid_before_utc,
        valid_until=city.short_seal.certificate.not_valid_after_utc,
    )
    return replace(lists, trust=replace(lists.trust, keys=(*lists.trust.keys, short)))


def _vector(
    name: str, pdf: bytes, bases: dict[str, bytes], verdict: str, *codes: str, level: str | None = None
) -> PdfVector:
    base, kept = max(((base, _common(data, pdf)) for base, data in bases.items()), key=lambda one: one[1])
    return PdfVector(name, base, kept, pdf[kept:], verdict, codes, level)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two files begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _good(city: FixedCity, bases: dict[str, bytes]) -> Iterator[PdfVector]:
    yield _vector("genuine_b_t", bases["b_t"], bases, _GENUINE, level="PAdES-B-T")
    yield _vector("genuine_b_lta", bases["b_lta"], bases, _GENUINE, level="PAdES-B-LTA")
    renewed = city.renewed_pdf(bases["b_lta"], at=NOW - _DAY)
    yield _vector("genuine_b_lta_renewed", renewed, bases, _GENUINE, level="PAdES-B-LTA")
    by_school = city.sealed_pdf(city.first_card(), key=city.school)
    yield _vector("genuine_sealed_by_the_school", by_school, bases, _GENUINE, "sealed_by_school", level="PAdES-B-T")
    for name, record in (
        ("primary", primary_record()),
        ("lower_secondary", lower_secondary_record()),
        ("upper_secondary", upper_secondary_record()),
    ):
        xml = city.signed_card(write_unsigned_card(record), without_teacher=True)
        page = city.unsealed_pdf(xml, qr_text=city.capsule_text(xml, record=record))
        yield _vector(f"genuine_{name}", city.sealed_pdf(unsealed=page), bases, _GENUINE, level="PAdES-B-T")


def _cut(bases: dict[str, bytes]) -> Iterator[PdfVector]:
    card = bases["b_lta"]
    seal, evidence, _ = (match.end() for match in re.finditer(rb"%%EOF\n", card))
    yield _vector("altered_cut_back_to_the_seal", card[:seal], bases, _ALTERED, "pdf_cut_back")
    yield _vector("altered_cut_back_to_the_evidence", card[:evidence], bases, _ALTERED, "pdf_bytes_after_seal")
    page = card.index(b"%%EOF") + len(b"%%EOF")
    yield _vector("altered_cut_back_to_the_page", card[:page], bases, _ALTERED, "pdf_seal_missing")
    yield _vector("unreadable_cut_within_the_timestamp", card[:-900], bases, _UNREADABLE, "pdf_truncated")


def _behind(city: FixedCity, bases: dict[str, bytes]) -> Iterator[PdfVector]:
    for name, attack in ATTACKS.items():
        if name == "evidence that grows":
            continue  # 30 MB, packed
        code = "pdf_bytes_after_seal" if name == "evidence without timestamp" else "pdf_revisions_unexpected"
        file_name = f"altered_behind_the_seal_{_spelled(name)}"
        yield _vector(file_name, attack(SealedPdf(bases["b_lta"]), city), bases, _ALTERED, code)
    for name, tail in (
        ("a_line_end", b"\n"),
        ("a_space", b" "),
        ("a_zero", b"\0"),
        ("1100_zeros", bytes(1100)),
        ("another_end", b"%%EOF\n"),
    ):
        for base, card in bases.items():
            yield _vector(f"altered_{base}_with_{name}_behind", card + tail, bases, _ALTERED, "pdf_bytes_after_seal")
    growing = SealedPdf(bases["b_t"])
    page = growing.page.replace(b"/StructParents 0", b"/StructParents 0 /Rotate 180") + b">>"
    growing.add_revision({growing.page_number: page})
    yield _vector("altered_incremental_saving", growing.data, bases, _ALTERED, "pdf_bytes_after_seal")


def _wrong_signatures(bases: dict[str, bytes]) -> Iterator[PdfVector]:
    card = bases["b_t"]
    match = re.search(rb"/ByteRange (\[ 0 (\d+) (\d+) (\d+) \]) +/Contents ", card)
    assert match is not None
    start, end = int(match[2]), int(match[3])
    hollow = card[:start] + b"<" + b"0" * (end - start - 2) + b">" + card[end:]
    yield _vector("altered_forgery_with_an_empty_signature", hollow, bases, _ALTERED, "pdf_signature_malformed")
    renamed = card.replace(b"/ByteRange", b"/ByteRangX")
    yield _vector("altered_forgery_without_byte_range", renamed, bases, _ALTERED, "pdf_seal_partial")
    nothing = card.replace(match[1], b"[ 0 0 0 0 ]".ljust(len(match[1])))
    yield _vector("altered_forgery_with_a_byte_range_of_nothing", nothing, bases, _ALTERED, "pdf_bytes_after_seal")
    yield _vector("altered_wrapping", _wrapped(card, start, end), bases, _ALTERED, "pdf_revisions_unexpected")


def _known_attacks(city: FixedCity, bases: dict[str, bytes], page: UnsignedPdf) -> Iterator[PdfVector]:
    for name, (forge, verdict, code) in FORGED.items():
        yield _vector(f"{verdict}_universal_forgery_{name}", forge(bases["b_t"]), bases, verdict, code)
    for base, card in bases.items():
        for name, (append, code) in APPENDED.items():
            yield _vector(f"altered_{base}_{name}", append(SealedPdf(card)), bases, _ALTERED, code)
    for name, (prepare, verdict, code) in PREPARED.items():
        yield _vector(f"{verdict}_prepared_{name}", prepare(city, page), bases, verdict, code)


def _weak(city: FixedCity, bases: dict[str, bytes], page: UnsignedPdf) -> Iterator[PdfVector]:
    """Sound in their arithmetic, or as good as, and refused by name before any of it is done."""
    key = fixed_rsa_key(3, 1024)
    short = FileSigningKey.__new__(FileSigningKey)
    short._private_key, short.certificate, short.chain = key, city.department.certify("Dấu ngắn", key.public_key()), ()
    sealed = city.sealed_pdf(unsealed=page, key=short)
    yield _vector("untrusted_seal_by_a_key_of_1024_bits", sealed, bases, _UNTRUSTED, "key_too_weak")
    for digest in ("sha1", "md5"):
        card = with_digest(bases["b_t"], digest)
        yield _vector(f"untrusted_seal_with_{digest}", card, bases, _UNTRUSTED, f"algorithm_{digest}")


def _wrapped(card: bytes, start: int, end: int) -> bytes:
    """The signature's dictionary again, with a byte range that leaves out what the attacker adds in the middle."""
    growing = SealedPdf(card)
    number = int(re.findall(rb"/V (\d+) 0 R", card)[-1])
    body = growing.body(number)
    written = b"%09d" % 0
    changed = re.sub(rb"/ByteRange \[.*?\]", b"/ByteRange [ 0 %d %b %d ]" % (start, written, len(card) - end), body)
    growing.add_revision({number: changed})
    between = growing.data
    between = between[: len(card)] + between[len(card) :].replace(written, b"%9d" % len(between), 1)
    return between + card[end:]


def _wrong_parts(city: FixedCity, bases: dict[str, bytes]) -> Iterator[PdfVector]:
    card = bases["b_t"]
    changed = bytearray(card)
    changed[card.index(b"stream") + 40] ^= 1
    yield _vector("altered_page_byte", bytes(changed), bases, _ALTERED, "pdf_data_altered")
    other = city.signed_card(city.unsigned_card(record_id="3f2b8c1e-9d4a-4f6b-8a21-5c7d9e0f1a2c"))
    swapped = city.sealed_pdf(unsealed=city.unsealed_pdf(other, qr_text=city.capsule_text(city.first_card())))
    yield _vector("altered_attachment_of_another_card", swapped, bases, _ALTERED, "qr_of_other_xml")
    without_code = city.sealed_pdf(unsealed=city.unsealed_pdf(city.first_card(), qr_text="Học bạ"))
    yield _vector("altered_qr_that_is_no_capsule", without_code, bases, _ALTERED, "qr_is_no_capsule")
    better = city.capsule_text(city.first_card(), record=city.better_record())
    lying = city.sealed_pdf(unsealed=city.unsealed_pdf(city.first_card(), qr_text=better))
    yield _vector("altered_qr_with_a_better_mark", lying, bases, _ALTERED, "qr_says_otherwise")
    unsealed = city.unsealed_pdf(city.first_card())
    yield _vector("altered_page_without_seal", unsealed, bases, _ALTERED, "pdf_seal_missing")
    stranger = city.sealed_pdf(unsealed=unsealed, key=city.stranger)
    yield _vector("untrusted_sealed_by_a_stranger", stranger, bases, _UNTRUSTED, "sealer_unknown")


def _times(city: FixedCity, bases: dict[str, bytes]) -> Iterator[PdfVector]:
    page, sealed_at = city.unsealed_pdf(city.first_card()), city.issued_at

    def archived(
        *,
        evidence: tuple[bytes, ...] | None = None,
        key: FileSigningKey | None = None,
        stamp: FileSigningKey | None = None,
    ) -> bytes:
        return city.archived_pdf(unsealed=page, evidence=evidence, key=key, timestamp_key=stamp)

    def add(name: str, pdf: bytes, verdict: str, *codes: str) -> PdfVector:
        return _vector(name, pdf, bases, verdict, *codes, level="PAdES-B-LTA")

    stamps, seals = city.timestamps.crl(sealed_at), city.department.crl(sealed_at)
    later = city.department.crl(sealed_at, {city.pdf_seal: sealed_at + _DAY})
    earlier = city.department.crl(sealed_at, {city.pdf_seal: sealed_at - _DAY})
    yield add("genuine_seal_revoked_for_a_later_date", archived(evidence=(later, stamps)), _GENUINE)
    revoked = archived(evidence=(earlier, stamps))
    yield _vector("untrusted_seal_revoked_before", revoked, bases, _UNTRUSTED, "certificate_revoked")
    yield add("genuine_seal_ended_since", archived(key=city.short_seal), _GENUINE)
    no_answer = ("evidence_missing",)
    yield add("undetermined_without_evidence_of_the_seal", archived(evidence=(stamps,)), _UNDETERMINED, *no_answer)
    yield add("undetermined_without_evidence_of_the_time", archived(evidence=(seals,)), _UNDETERMINED, *no_answer)
    stale = (city.department.crl(sealed_at - 3 * _DAY), stamps)
    yield add("undetermined_evidence_of_another_day", archived(evidence=stale), _UNDETERMINED, *no_answer)
    gone = (seals, city.timestamps.crl(sealed_at, {city.timestamp_key: sealed_at - _DAY}))
    revoked_stamp = archived(evidence=gone)
    yield add("undetermined_timestamp_revoked", revoked_stamp, _UNDETERMINED, "timestamp_certificate_revoked")
    ended = archived(stamp=city.short_timestamp_key)
    yield add("undetermined_last_timestamp_ended", ended, _UNDETERMINED, "timestamp_certificate_ended")
    yield add("genuine_timestamp_renewed_in_time", city.renewed_pdf(ended, at=sealed_at + 2 * _DAY), _GENUINE)
    late = city.renewed_pdf(ended, at=sealed_at + 4 * _DAY)
    yield add("undetermined_timestamp_renewed_too_late", late, _UNDETERMINED, "timestamp_certificate_ended")
    before = city.renewed_pdf(bases["b_lta"], at=sealed_at - _DAY)
    yield add("undetermined_timestamp_before_the_one_below", before, _UNDETERMINED, "timestamp_order_wrong")

    def renewed_with(stamp: Callable[[bytes], bytes]) -> bytes:
        growing = SealedPdf(bases["b_lta"])
        growing.add_evidence(city.timestamps.crl(NOW - _DAY))
        return growing.add_timestamp(stamp)

    unlisted = renewed_with(lambda digest: city.timestamp(digest, at=NOW - _DAY, key=city.unlisted_timestamp_key).der)
    yield add("undetermined_timestamp_of_an_unlisted_authority", unlisted, _UNDETERMINED, "timestamp_not_trusted")
    other = renewed_with(lambda digest: city.timestamp(digest[::-1], at=NOW - _DAY).der)
    yield _vector("altered_timestamp_of_something_else", other, bases, _ALTERED, "timestamp_of_something_else")
    future = renewed_with(lambda digest: city.timestamp(digest, at=NOW + _DAY).der)
    yield add("undetermined_timestamp_in_the_future", future, _UNDETERMINED, "timestamp_in_future")


def _spelled(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
