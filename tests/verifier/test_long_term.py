"""A seal at B-LTA: judged at the times that its timestamps prove, whatever happened to its certificates since."""

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.file_keys import FileSigningKey
from tests.verifier.growing_pdf import SealedPdf
from tests.verifier.small_city import NOW, SIGNED_AT, SmallCity, small_city
from verifier.lists import Lists
from verifier.trust import KeyPurpose, TrustedKey, kid_of_certificate
from verifier.verdict import Outcome, SignatureReport, Verdict
from verifier.verify import verify_pdf

SEALED_AT = SIGNED_AT + dt.timedelta(days=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def archived(city: SmallCity) -> bytes:
    return city.archived_pdf(city.first_card())


def check(pdf: bytes, city: SmallCity, *, now: dt.datetime = NOW, lists: Lists | None = None) -> Verdict:
    return verify_pdf(pdf, lists=lists or city.lists(), now=now)


def seal_of(verdict: Verdict) -> SignatureReport:
    (seal,) = [one for one in verdict.signatures if one.role == "pdf_seal"]
    return seal


def trusting(city: SmallCity, key: FileSigningKey) -> Lists:
    """The lists with another key for sealing."""
    lists = city.lists()
    assert lists.trust is not None
    der = key.certificate.public_bytes(Encoding.DER)
    added = TrustedKey(
        kid=kid_of_certificate(der),
        purpose=KeyPurpose.PDF_SEAL,
        cose_key=None,
        certificate=der,
        valid_from=key.certificate.not_valid_before_utc,
        valid_until=key.certificate.not_valid_after_utc,
    )
    return Lists(city.trust_list(keys=(*lists.trust.keys, added)), lists.registry, lists.statuses)


def test_a_card_with_its_archive_timestamp_is_genuine_and_its_level_is_named(city: SmallCity, archived: bytes) -> None:
    verdict = check(archived, city)

    assert (verdict.verdict, seal_of(verdict).level) == (Outcome.GENUINE, "PAdES-B-LTA")
    assert seal_of(verdict).indication == "TOTAL-PASSED"


def test_a_card_without_archive_timestamp_stays_checkable(city: SmallCity) -> None:
    verdict = check(city.sealed_pdf(city.first_card()), city)

    assert (verdict.verdict, seal_of(verdict).level) == (Outcome.GENUINE, "PAdES-B-T")


@pytest.mark.parametrize("revision", [0, 1, 2])
def test_a_card_cut_back_to_an_earlier_revision_is_not_genuine(city: SmallCity, revision: int) -> None:
    page = city.unsealed_pdf(city.first_card())
    archived = city.archived_pdf(unsealed=page)
    ends = [len(page), *(match.end() for match in re.finditer(rb"%%EOF\n", archived[len(page) :]))]
    ends = [ends[0], *(len(page) + end for end in ends[1:])]

    assert check(archived, city).verdict is Outcome.GENUINE
    assert check(archived[: ends[revision]], city).verdict is Outcome.ALTERED


def test_it_stays_genuine_after_the_seals_certificate_ended(city: SmallCity) -> None:
    short = city.department.issue("Dấu ngắn hạn", until=SEALED_AT + 3 * DAY)

    verdict = check(city.archived_pdf(city.first_card(), key=short), city, lists=trusting(city, short))

    assert verdict.verdict is Outcome.GENUINE


def test_it_stays_genuine_after_the_first_authoritys_certificate_ended_if_it_was_renewed(city: SmallCity) -> None:
    short = city.timestamps.issue("Ngắn hạn", timestamping=True, until=SEALED_AT + 3 * DAY)
    archived = city.archived_pdf(city.first_card(), timestamp_key=short)
    assert check(archived, city).verdict is Outcome.UNDETERMINED
    assert seal_of(check(archived, city)).sub_indication == "OUT_OF_BOUNDS_NO_POE"

    renewed = city.renewed_pdf(archived, at=SEALED_AT + 2 * DAY)

    assert check(renewed, city).verdict is Outcome.GENUINE
    assert check(city.renewed_pdf(renewed, at=NOW - DAY), city).verdict is Outcome.GENUINE


def test_a_renewal_that_came_too_late_proves_nothing(city: SmallCity) -> None:
    short = city.timestamps.issue("Ngắn hạn", timestamping=True, until=SEALED_AT + 3 * DAY)
    archived = city.archived_pdf(city.first_card(), timestamp_key=short)

    verdict = check(city.renewed_pdf(archived, at=SEALED_AT + 4 * DAY), city)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "timestamp_certificate_ended" in verdict.issuer.codes


@pytest.mark.parametrize(
    ("since", "outcome"),
    [(SEALED_AT + DAY, Outcome.GENUINE), (SEALED_AT - DAY, Outcome.UNTRUSTED)],
    ids=["revoked for a later date", "revoked before it sealed"],
)
def test_a_revoked_certificate_counts_for_what_it_sealed_before(
    city: SmallCity, since: dt.datetime, outcome: Outcome
) -> None:
    seal_list = city.department.crl(SEALED_AT, {city.pdf_seal: since})
    lists = (seal_list, city.timestamps.crl(SEALED_AT))

    verdict = check(city.archived_pdf(city.first_card(), evidence=lists), city)

    assert verdict.verdict is outcome
    assert ("certificate_revoked" in verdict.issuer.codes) is (outcome is Outcome.UNTRUSTED)


def test_a_timestamp_of_a_revoked_authority_proves_nothing(city: SmallCity) -> None:
    stamp_list = city.timestamps.crl(SEALED_AT, {city.timestamp_key: SEALED_AT - DAY})

    verdict = check(city.archived_pdf(city.first_card(), evidence=(stamp_list, city.department.crl(SEALED_AT))), city)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "timestamp_certificate_revoked" in verdict.issuer.codes


@pytest.mark.parametrize(
    ("since", "outcome"),
    [(SEALED_AT - DAY, Outcome.UNDETERMINED), (SEALED_AT + DAY, Outcome.UNDETERMINED), (NOW + DAY, Outcome.GENUINE)],
    ids=["before it sealed", "since it sealed, so that it may have sealed later", "in the future"],
)
def test_what_a_withdrawn_timestamp_authority_said_counts_only_if_proved_before(
    city: SmallCity, archived: bytes, since: dt.datetime, outcome: Outcome
) -> None:
    lists = trusting_authority(city, withdrawn_at=since)

    assert check(archived, city, lists=lists).verdict is outcome
    if since > SEALED_AT + DAY // 2:
        other = city.timestamps.issue("Cơ quan khác", timestamping=True)
        renewed = city.renewed_pdf(archived, at=SEALED_AT + DAY // 2, key=other)
        assert check(renewed, city, lists=lists).verdict is Outcome.GENUINE


def trusting_authority(city: SmallCity, *, withdrawn_at: dt.datetime) -> Lists:
    """The lists with the timestamp authority's own certificate, withdrawn."""
    lists = city.lists()
    assert lists.trust is not None
    der = city.timestamp_key.certificate.public_bytes(Encoding.DER)
    added = TrustedKey(
        kid=kid_of_certificate(der),
        purpose=KeyPurpose.TIMESTAMP,
        cose_key=None,
        certificate=der,
        valid_from=city.timestamp_key.certificate.not_valid_before_utc,
        valid_until=city.timestamp_key.certificate.not_valid_after_utc,
        withdrawn_at=withdrawn_at,
    )
    return Lists(city.trust_list(keys=(*lists.trust.keys, added)), lists.registry, lists.statuses)


@pytest.mark.parametrize("missing", ["seal", "timestamp", "both", "seal, of another day"])
def test_without_evidence_nothing_is_proved(city: SmallCity, missing: str) -> None:
    seal_list, stamp_list = city.department.crl(SEALED_AT), city.timestamps.crl(SEALED_AT)
    old_list = city.department.crl(SEALED_AT - 3 * DAY)
    given = {
        "seal": (stamp_list,),
        "timestamp": (seal_list,),
        "both": (city.people.crl(SEALED_AT),),
        "seal, of another day": (stamp_list, old_list),
    }[missing]

    verdict = check(city.archived_pdf(city.first_card(), evidence=given), city)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "evidence_missing" in verdict.issuer.codes
    assert seal_of(verdict).sub_indication == "TRY_LATER"


def test_roles_are_judged_at_the_proved_time(city: SmallCity) -> None:
    manager = city.people.issue("Lê Văn Hòa", until=SEALED_AT + DAY)
    xml = city.signed_card(manager=manager)
    lists = city.lists()
    registry = city.registry_with_manager(manager, approved_until=SEALED_AT + DAY)

    verdict = check(city.archived_pdf(xml), city, lists=Lists(lists.trust, registry, lists.statuses))

    assert verdict.verdict is Outcome.GENUINE


def test_a_document_timestamp_of_something_else_is_a_forgery(city: SmallCity, archived: bytes) -> None:
    growing = SealedPdf(archived)
    growing.add_evidence(city.timestamps.crl(NOW - DAY))
    pdf = growing.add_timestamp(lambda digest: city.timestamp(digest[::-1], at=NOW - DAY).der)

    verdict = check(pdf, city)

    assert (verdict.verdict, verdict.intact.codes) == (Outcome.ALTERED, ("timestamp_of_something_else",))


def test_a_timestamp_with_something_unsigned_in_it_is_refused(city: SmallCity, archived: bytes) -> None:
    def stamp(digest: bytes) -> bytes:
        content = cms.ContentInfo.load(city.timestamp(digest, at=NOW - DAY).der)
        signer = content["content"]["signer_infos"][0]
        signer["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.OctetString(b"x")]}]
        content["content"]["signer_infos"] = [signer]
        der: bytes = content.dump(force=True)
        return der

    growing = SealedPdf(archived)
    growing.add_evidence(city.timestamps.crl(NOW - DAY))

    assert check(growing.add_timestamp(stamp), city).intact.codes == ("pdf_signature_malformed",)


def test_a_timestamp_later_than_the_one_over_it_proves_nothing(city: SmallCity, archived: bytes) -> None:
    verdict = check(city.renewed_pdf(archived, at=SEALED_AT - DAY), city)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "timestamp_order_wrong" in verdict.issuer.codes


def test_pdfsig_sees_a_sound_seal_too(archived: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(archived)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "card.pdf")], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature #") == 2
    assert "Signature is Valid" in said
