from msgspec import structs

from backend.archive.compare_records import FieldChange, compare_records
from tests.verifier.small_city import a_record
from verifier.record.transcript import PrimaryResults


def test_equal_records_have_no_changes_whatever_their_record_id_and_days() -> None:
    record = a_record()
    transcript = structs.replace(record.transcript, record_id="00000000-0000-4000-8000-000000000009")
    signers = structs.replace(record.signers, signed_on="2026-06-02", created_on=None)
    assert compare_records(record, structs.replace(record, transcript=transcript, signers=signers)) == ()


def test_name_and_absences_are_told_with_both_values() -> None:
    record = a_record()
    corrected = structs.replace(
        record,
        transcript=structs.replace(record.transcript, name="Nguyễn Thị Bảo Ngân"),
        pupil=structs.replace(record.pupil, guardian_name="Trần Thị Mai", absences_excused=None),
    )
    changes = {change.field: change for change in compare_records(record, corrected)}
    assert changes["transcript.name"] == FieldChange("transcript.name", record.transcript.name, "Nguyễn Thị Bảo Ngân")
    assert changes["pupil.guardian_name"].after == "Trần Thị Mai"
    absences = record.pupil.absences_excused
    assert (changes.get("pupil.absences_excused") is None) == (absences is None)


def test_subjects_are_matched_by_their_code_not_by_their_place() -> None:
    record = a_record()
    results = record.transcript.results
    assert isinstance(results, PrimaryResults)
    first, *others = results.subjects
    mended = structs.replace(first, score=10)
    turned = structs.replace(results, subjects=(*others, mended))
    corrected = structs.replace(record, transcript=structs.replace(record.transcript, results=turned))
    assert compare_records(record, corrected) == (
        FieldChange(f"transcript.results.subjects.{first.code}.score", str(first.score), "10"),
    )
