from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from backend.issuing.errors import NotPrintableError
from backend.issuing.form_values import form_values
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from verifier.record.card_document import SignerRole
from verifier.record.record import Record, SchoolingEntry

replace = msgspec.structs.replace


def values_of(record: Record, signed_at: dict[SignerRole, datetime | None] | None = None) -> dict[str, Any]:
    return form_values(record, signed_at=signed_at or {})


def with_results(record: Record, **changes: object) -> Record:
    results = replace(record.transcript.results, **changes)
    return replace(record, transcript=replace(record.transcript, results=results))


def test_primary_form_has_all_rows_in_the_official_order() -> None:
    rows = values_of(primary_record())["subjects"]
    assert [row["name"] for row in rows] == [
        "Tiếng Việt",
        "Toán",
        "Ngoại ngữ 1 Tiếng Anh",
        "Lịch sử và Địa lí",
        "Khoa học",
        "Tin học và Công nghệ (Tin học)",
        "Tin học và Công nghệ (Công nghệ)",
        "Đạo đức",
        "Tự nhiên và Xã hội",
        "Giáo dục thể chất",
        "Nghệ thuật (Âm nhạc)",
        "Nghệ thuật (Mĩ thuật)",
        "Hoạt động trải nghiệm",
        "Tiếng dân tộc",
    ]
    assert rows[0] == {"name": "Tiếng Việt", "level": "Hoàn thành tốt", "score": "9", "remark": ""}
    assert (rows[8]["level"], rows[8]["score"]) == ("", "")


def test_levels_are_words_and_dates_vietnamese() -> None:
    values = values_of(primary_record())
    assert values["competences"][7] == "Đạt"
    assert values["result"] == "Hoàn thành"
    assert values["pupil"]["date_of_birth"] == "15/03/2014"
    assert values["signers"]["day"] == "ngày 28 tháng 05 năm 2024"
    assert values["schooling"][0] == {
        "school_year": "2020 – 2021",
        "class_group": "1A1",
        "school": "Trường Tiểu học Quang Trung",
        "arrived": "05/09/2020",
    }


def test_day_that_is_no_date_is_printed_as_written() -> None:
    entry = SchoolingEntry("3B", "Trường cũ", None, "đầu học kì II")
    assert values_of(replace(primary_record(), schooling=(entry,)))["schooling"][0]["arrived"] == "đầu học kì II"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Hoàn thành chương trình lớp 4; Được lên lớp 5."),
        (
            {"promoted": False, "class_programme_completed": False},
            "Chưa hoàn thành chương trình lớp 4; Chưa được lên lớp.",
        ),
        ({"promoted": None, "class_programme_completed": None}, ""),
    ],
)
def test_completion_follows_from_the_flags(changes: dict[str, bool | None], sentence: str) -> None:
    assert values_of(with_results(primary_record(), **changes))["completion"] == sentence


def test_last_class_completes_the_primary_programme() -> None:
    record = with_results(primary_record(), primary_programme_completed=True)
    record = replace(record, transcript=replace(record.transcript, grade=5))
    assert values_of(record)["completion"] == "Hoàn thành chương trình tiểu học."


def test_words_of_the_school_go_before_ours() -> None:
    record = primary_record()
    record = replace(record, remarks=replace(record.remarks, completion="Hoàn thành chương trình lớp bốn."))
    assert values_of(record)["completion"] == "Hoàn thành chương trình lớp bốn."


def test_secondary_marks_have_a_decimal_comma() -> None:
    rows = {row["name"]: row for row in values_of(secondary_record())["subjects"]}
    assert rows["Khoa học tự nhiên"]["year"] == "4,7"
    assert rows["Khoa học tự nhiên"]["reexamination"] == "6,0"
    assert rows["Nghệ thuật"]["semester_2"] == "CĐ"
    assert rows["Ngoại ngữ 2"]["year"] == ""
    assert list(rows)[-1] == "Vovinam – Việt võ đạo"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Được lên lớp sau khi kiểm tra lại môn học hoặc rèn luyện trong hè"),
        ({"promoted": False}, "Không được lên lớp"),
        ({"promoted": None}, ""),
    ],
)
def test_promotion_follows_from_the_results(changes: dict[str, bool | None], sentence: str) -> None:
    assert values_of(with_results(secondary_record(), **changes))["promotion"] == sentence


def test_plain_promotion_needs_no_second_try() -> None:
    record = secondary_record()
    first_try = tuple(replace(subject, reexamination=None) for subject in record.transcript.results.subjects)
    learning = replace(record.transcript.results.learning, after_summer=None)  # type: ignore[union-attr] # secondary
    assert values_of(with_results(record, subjects=first_try, learning=learning))["promotion"] == "Được lên lớp"


def test_only_verified_signatures_are_printed_as_signed() -> None:
    signed = {SignerRole.MANAGER: datetime(2024, 5, 28, 18, tzinfo=UTC), SignerRole.SCHOOL: None}
    signers = values_of(primary_record(), signed)["signers"]
    assert signers["manager_signed"] == "Đã ký số ngày 29/05/2024"
    assert signers["school_signed"] == "Đã ký số"
    assert signers["teacher_signed"] == ""


def test_health_data_is_not_printed() -> None:
    printed = msgspec.json.encode(values_of(primary_record())).decode()
    assert "31.5" not in printed
    assert "137" not in printed


def test_name_without_glyph_is_refused() -> None:
    record = primary_record()
    record = replace(record, transcript=replace(record.transcript, name="Nguyễn 🐯"))
    with pytest.raises(NotPrintableError, match="letter_not_printable"):
        values_of(record)


def test_upper_secondary_form_has_compulsory_rows_first_and_own_subjects_last() -> None:
    rows = values_of(upper_secondary_record())["subjects"]
    assert [row["name"] for row in rows] == [
        "Ngữ văn",
        "Toán",
        "Ngoại ngữ 1",
        "Lịch sử",
        "Giáo dục thể chất",
        "Giáo dục quốc phòng và an ninh",
        "Hoạt động trải nghiệm, hướng nghiệp",
        "Nội dung giáo dục của địa phương",
        "Vật lí",
        "Hóa học",
        "Sinh học",
        "Tin học",
        "Chuyên đề Vật lí",
    ]


@pytest.mark.parametrize(
    ("title", "head", "lines"),
    [
        ("Hiệu trưởng", "Hiệu trưởng", ["Hiệu trưởng"]),
        ("Phó Hiệu trưởng", "Hiệu trưởng", ["KT. Hiệu trưởng", "Phó Hiệu trưởng"]),
        ("Phó hiệu trưởng", "Hiệu trưởng", ["KT. Hiệu trưởng", "Phó hiệu trưởng"]),
        ("Phó Giám đốc", "Giám đốc", ["KT. Giám đốc", "Phó Giám đốc"]),
        ("", "Hiệu trưởng", ["Hiệu trưởng"]),
    ],
)
def test_deputy_signs_on_behalf_of_the_head(title: str, head: str, lines: list[str]) -> None:
    record = primary_record()
    signers = values_of(replace(record, signers=replace(record.signers, manager_title=title)))["signers"]
    assert (signers["head"], signers["titles"]) == (head, lines)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Trường Tiểu học Quang Trung", "Tiểu học Quang Trung"),
        ("TRƯỜNG THCS Trưng Vương", "THCS Trưng Vương"),
        ("Trường tiểu học A", "Tiểu học A"),
        ("Trung tâm GDTX Ba Đình", "Trung tâm GDTX Ba Đình"),
        ("Trường", "Trường"),
    ],
)
def test_label_of_the_school_is_not_said_twice(name: str, printed: str) -> None:
    record = primary_record()
    values = values_of(replace(record, school=replace(record.school, name=name)))
    assert values["cover"]["school_after_label"] == printed
    assert values["cover"]["school"] == name
