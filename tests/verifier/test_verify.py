"""Whole checks: what each form of a card is worth, with lists fresh, stale, missing or saying no."""

import datetime as dt
import functools

import pytest
from msgspec.structs import replace

from tests.verifier.bad_inputs import BAD_INPUTS, BadInput
from tests.verifier.qr_photos import photo_of, two_codes
from tests.verifier.small_city import NOW, PUBLIC_URL, RECORD_ID, SCHOOL_YEAR, SmallCity, small_city
from verifier.lists import Lists
from verifier.verdict import Answer, InputKind, Outcome, Verdict
from verifier.verify import (
    MAX_INPUT_BYTES,
    recognise,
    verify_any,
    verify_capsule_text,
    verify_pdf,
    verify_photo,
    verify_xml,
)

LATER = dt.timedelta(days=400)
KINDS = {"pdf": InputKind.PDF, "xml": InputKind.XML, "text": InputKind.CAPSULE, "photo": InputKind.PHOTO}


@functools.cache
def forms() -> dict[str, bytes]:
    """The same card in the four forms it comes in."""
    city = small_city()
    card = city.signed_card()
    text = city.capsule_text(card)
    return {"pdf": city.sealed_pdf(card), "xml": card, "text": text.encode(), "photo": photo_of(text)}


def check(data: bytes, lists: Lists, *, now: dt.datetime = NOW) -> Verdict:
    return verify_any(data, lists=lists, public_url=PUBLIC_URL, now=now)


def codes(verdict: Verdict) -> set[str]:
    return {*verdict.intact.codes, *verdict.issuer.codes, *verdict.status.codes}


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.mark.parametrize("form", KINDS)
def test_a_card_in_force_is_genuine_in_every_form(city: SmallCity, form: str) -> None:
    verdict = check(forms()[form], city.lists())

    assert (verdict.verdict, verdict.input_kind) == (Outcome.GENUINE, KINDS[form])
    assert verdict.record is not None
    assert (verdict.record.name, verdict.record.school_name) == ("Nguyễn Thị Bảo Ngọc", "Trường Tiểu học Hoa Sen")
    assert {verdict.intact.answer, verdict.issuer.answer, verdict.status.answer} == {Answer.YES}
    assert {signature.indication for signature in verdict.signatures} == {"TOTAL-PASSED"}
    assert (verdict.lists.trust_age_seconds, verdict.lists.status_age_seconds) == (5 * 86_400, 3 * 3_600)


@pytest.mark.parametrize("form", KINDS)
@pytest.mark.parametrize("outcome", [Outcome.REVOKED, Outcome.SUPERSEDED])
@pytest.mark.parametrize("age", [dt.timedelta(0), dt.timedelta(days=20)], ids=["fresh list", "stale list"])
def test_a_withdrawn_card_is_known_even_from_a_stale_list(
    city: SmallCity, form: str, outcome: Outcome, age: dt.timedelta
) -> None:
    lists = city.lists(**{outcome.value: [RECORD_ID]})

    verdict = check(forms()[form], lists, now=NOW + age)

    assert verdict.verdict is outcome
    assert verdict.status.answer is Answer.NO
    assert verdict.record is not None


@pytest.mark.parametrize("form", KINDS)
def test_a_stale_status_list_never_proves_a_card_genuine(city: SmallCity, form: str) -> None:
    verdict = check(forms()[form], city.lists(), now=NOW + dt.timedelta(days=2))

    assert verdict.verdict is Outcome.UNDETERMINED
    assert verdict.status == replace(verdict.status, answer=Answer.UNKNOWN, codes=("status_list_stale",))


@pytest.mark.parametrize("form", KINDS)
def test_without_a_status_list_nothing_is_concluded(city: SmallCity, form: str) -> None:
    verdict = check(forms()[form], replace(city.lists(), statuses={}))

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "status_list_missing" in codes(verdict)


@pytest.mark.parametrize("form", KINDS)
def test_without_a_trust_list_nothing_is_concluded_and_nothing_shown(form: str) -> None:
    verdict = check(forms()[form], Lists())

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "trust_list_missing" in codes(verdict)
    assert verdict.record is None


@pytest.mark.parametrize("form", KINDS)
def test_a_stale_trust_list_never_proves_a_card_genuine(city: SmallCity, form: str) -> None:
    trust = city.trust_list()
    stale = replace(trust, header=replace(trust.header, expires_at=NOW - dt.timedelta(seconds=1)))

    verdict = check(forms()[form], replace(city.lists(), trust=stale))

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "trust_list_stale" in codes(verdict)


def test_a_key_that_a_stale_trust_list_does_not_know_is_not_called_untrusted(city: SmallCity) -> None:
    trust = city.trust_list()
    stale = replace(trust, header=replace(trust.header, expires_at=NOW - dt.timedelta(seconds=1)))
    text = city.capsule_text(key=city.stranger_capsule_key)

    verdict = verify_capsule_text(text, lists=replace(city.lists(), trust=stale), now=NOW)

    assert (verdict.verdict, verdict.record) == (Outcome.UNDETERMINED, None)
    assert {"trust_list_stale", "key_unknown"} <= codes(verdict)


def test_a_record_id_that_no_list_has_is_simply_not_withdrawn(city: SmallCity) -> None:
    verdict = check(forms()["pdf"], city.lists(revoked=["7d3e1f20-1111-4222-8333-444455556666"]))

    assert verdict.verdict is Outcome.GENUINE


def test_xml_alone_needs_the_registry(city: SmallCity) -> None:
    verdict = verify_xml(forms()["xml"], lists=replace(city.lists(), registry=None), now=NOW)

    assert (verdict.verdict, verdict.record) == (Outcome.UNDETERMINED, None)
    assert "registry_missing" in codes(verdict)


def test_xml_alone_whose_signers_certificate_has_ended_is_undetermined_and_its_pdf_is_not(city: SmallCity) -> None:
    short = city.schools.issue("Trường Tiểu học Hoa Sen", kind="rsa", until=NOW - dt.timedelta(days=1))
    card = city.signed_card(school=short)
    lists = replace(city.lists(), registry=city.registry_with(short))

    alone = verify_xml(card, lists=lists, now=NOW)
    sealed = verify_pdf(city.sealed_pdf(card), lists=lists, now=NOW)

    assert alone.verdict is Outcome.UNDETERMINED
    assert "certificate_ended_since" in codes(alone)
    assert alone.record is not None
    assert sealed.verdict is Outcome.GENUINE


def test_a_certificate_that_had_ended_when_the_card_was_sealed_leaves_the_pdf_undetermined(city: SmallCity) -> None:
    short = city.schools.issue("Trường Tiểu học Hoa Sen", kind="rsa", until=city.issued_at - dt.timedelta(hours=1))
    card = city.signed_card(school=short)

    verdict = verify_pdf(
        city.sealed_pdf(card), lists=replace(city.lists(), registry=city.registry_with(short)), now=NOW
    )

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "certificate_ended" in codes(verdict)


def test_a_card_of_another_school_than_the_certificates_is_untrusted(city: SmallCity) -> None:
    card = city.signed_card(city.unsigned_card(school_code="01000999"))

    verdict = verify_xml(card, lists=city.lists(), now=NOW)

    assert (verdict.verdict, verdict.record) == (Outcome.UNTRUSTED, None)
    assert "school_unknown" in codes(verdict)
    assert all(signature.signer is None for signature in verdict.signatures)


def test_an_approval_that_began_after_signing_is_no_approval(city: SmallCity) -> None:
    lists = replace(city.lists(), registry=city.registry_with(city.school, approved_from=NOW - dt.timedelta(days=1)))

    verdict = verify_xml(forms()["xml"], lists=lists, now=NOW)

    assert verdict.verdict is Outcome.UNTRUSTED
    assert "certificate_not_approved_then" in codes(verdict)


def test_a_teachers_certificate_of_an_unlisted_authority_is_untrusted(city: SmallCity) -> None:
    verdict = verify_xml(city.signed_card(teacher=city.stranger), lists=city.lists(), now=NOW)

    assert verdict.verdict is Outcome.UNTRUSTED
    assert "certificate_issuer_unknown" in codes(verdict)


def test_a_school_may_seal_its_own_cards(city: SmallCity) -> None:
    verdict = verify_pdf(city.sealed_pdf(key=city.school), lists=city.lists(), now=NOW)

    assert verdict.verdict is Outcome.GENUINE
    assert verdict.issuer.name == "Trường Tiểu học Hoa Sen"
    assert "sealed_by_school" in codes(verdict)


def test_a_seal_by_a_withdrawn_key_counts_if_a_timestamp_proves_that_it_came_first(city: SmallCity) -> None:
    before = replace(city.lists(), trust=city.trust_with_withdrawal("pdf-seal", city.issued_at + dt.timedelta(days=1)))
    after = replace(city.lists(), trust=city.trust_with_withdrawal("pdf-seal", city.issued_at - dt.timedelta(days=1)))

    assert verify_pdf(forms()["pdf"], lists=before, now=NOW).verdict is Outcome.GENUINE
    refused = verify_pdf(forms()["pdf"], lists=after, now=NOW)
    assert refused.verdict is Outcome.UNTRUSTED
    assert "key_withdrawn" in codes(refused)


def test_a_capsule_of_a_key_withdrawn_since_proves_nothing_by_itself(city: SmallCity) -> None:
    lists = replace(city.lists(), trust=city.trust_with_withdrawal("capsule", city.issued_at + dt.timedelta(days=1)))

    alone = check(forms()["text"], lists)

    assert alone.verdict is Outcome.UNDETERMINED
    assert "capsule_key_withdrawn_since" in codes(alone)
    assert verify_pdf(forms()["pdf"], lists=lists, now=NOW).verdict is Outcome.GENUINE


def test_a_timestamp_of_an_unlisted_authority_leaves_the_pdf_undetermined(city: SmallCity) -> None:
    trust = city.trust_list()
    lists = replace(city.lists(), trust=replace(trust, roots=trust.roots[:2]))

    verdict = verify_pdf(forms()["pdf"], lists=lists, now=NOW)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "timestamp_not_trusted" in codes(verdict)
    assert [s.sub_indication for s in verdict.signatures if s.role == "pdf_seal"] == ["NO_POE"]


def test_what_stands_unsigned_in_the_xml_and_disagrees_keeps_it_from_being_genuine(city: SmallCity) -> None:
    card = forms()["xml"]
    issue = card.index(b"<PHAT_HANH_HOC_BA>")
    changed = card[:issue] + card[issue:].replace(b"<NGAY_KY>2026", b"<NGAY_KY>2025", 1)

    verdict = verify_xml(changed, lists=city.lists(), now=NOW)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert "unsigned_date_differs" in codes(verdict)


def test_a_qr_that_leads_elsewhere_is_not_read_as_ours(city: SmallCity) -> None:
    text = city.capsule_text().replace(PUBLIC_URL, "https://hoc-ba.example")

    assert "capsule_foreign_origin" in codes(
        verify_capsule_text(text, lists=city.lists(), public_url=PUBLIC_URL, now=NOW)
    )
    assert verify_capsule_text(text, lists=city.lists(), now=NOW).verdict is Outcome.GENUINE


def test_a_code_beside_the_cards_does_not_matter(city: SmallCity) -> None:
    photo = two_codes(city.capsule_text(), "https://example.org/menu")

    assert verify_photo(photo, lists=city.lists(), public_url=PUBLIC_URL, now=NOW).verdict is Outcome.GENUINE


def test_the_verdict_is_given_in_vietnams_time(city: SmallCity) -> None:
    verdict = check(forms()["pdf"], city.lists(), now=NOW.astimezone(dt.UTC))

    assert verdict.checked_at.isoformat() == "2026-06-15T09:00:00+07:00"
    assert verdict.signatures[0].signed_at is not None
    assert verdict.signatures[0].signed_at.utcoffset() == dt.timedelta(hours=7)


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: bad.name)
def test_every_bad_input_gets_its_verdict(city: SmallCity, bad: BadInput) -> None:
    verdict = check(bad.make(city), city.lists())

    assert verdict.verdict is bad.outcome
    assert bad.code in codes(verdict)
    assert verdict.record is None


def test_an_expired_list_gets_its_verdict(city: SmallCity) -> None:
    verdict = check(forms()["pdf"], city.lists(), now=NOW + LATER)

    assert verdict.verdict is Outcome.UNDETERMINED
    assert {"trust_list_stale", "status_list_stale"} <= codes(verdict)


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"<HOC_BA>", b"\xff\xd8\xff", b"\0"])
def test_fifty_megabytes_of_noise_are_not_even_parsed(city: SmallCity, start: bytes) -> None:
    noise = start + b"\0" * 50_000_000

    verdict = check(noise, city.lists())

    assert verdict.verdict is Outcome.UNREADABLE
    assert codes(verdict) <= {"input_too_large", "input_not_recognised"}
    assert len(noise) > MAX_INPUT_BYTES


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\n%PDF-1.4", InputKind.PDF),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><a/>", InputKind.XML),
        (b"\xff\xfe<\0a\0", InputKind.XML),
        (b"RIFF\0\0\0\0WEBPVP8 ", InputKind.PHOTO),
        (b"123", InputKind.CAPSULE),
        (b"\0\1\2", InputKind.UNKNOWN),
        (b"a" * 5_000, InputKind.UNKNOWN),
    ],
)
def test_inputs_are_recognised_by_their_first_bytes(data: bytes, kind: InputKind) -> None:
    assert recognise(data) is kind


def test_a_defect_of_a_library_ends_in_a_verdict_and_its_log_line_says_nothing_of_the_card(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_data: bytes) -> None:
        raise ZeroDivisionError("Nguyễn Thị Bảo Ngọc")

    monkeypatch.setattr("verifier.verify.read_photo", break_down)

    verdict = check(forms()["photo"], city.lists())

    assert (verdict.verdict, codes(verdict)) == (Outcome.UNDETERMINED, {"check_failed"})
    assert "ZeroDivisionError" in caplog.text
    assert "Ngọc" not in caplog.text


def test_lists_of_another_school_year_do_not_help(city: SmallCity) -> None:
    lists = replace(city.lists(), statuses={"2024-2025": city.status()})

    assert SCHOOL_YEAR not in lists.statuses
    assert "status_list_missing" in codes(check(forms()["text"], lists))


def test_an_old_pdf_whose_timestamp_and_keys_have_all_ended_is_undetermined_in_every_form(city: SmallCity) -> None:
    later = NOW + dt.timedelta(days=40 * 365)

    for form in KINDS:
        verdict = check(forms()[form], city.lists(), now=later)
        assert verdict.verdict is Outcome.UNDETERMINED, (form, codes(verdict))
    assert {"timestamp_certificate_ended", "key_ended"} <= codes(check(forms()["pdf"], city.lists(), now=later))
