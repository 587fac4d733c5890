from collections import Counter
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from msgspec import structs

from backend.assessment.card_warning import CardWarning
from backend.assessment.check_record import check_record
from backend.messages import sentence
from tests.backend.assessment.demo_records import (
    a_record,
    primary,
    records,
    secondary,
    with_primary_subject,
    with_results,
    with_secondary_subject,
    without_subject,
)
from tests.verifier.strategies import records as any_record
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.record.transcript import PrimarySubject
from verifier.record.write_xml import write_unsigned_card

CARDS_IN_ALL = 1_200


def only(record: Record, code: str) -> CardWarning:
    (warning,) = (warning for warning in check_record(record) if warning.code == code)
    assert sentence(code) != sentence("unexpected_error")
    return warning


def codes(record: Record) -> set[str]:
    return {warning.code for warning in check_record(record)}


def test_honest_cards_of_every_grade_have_no_warning_also_after_a_round_trip_as_xml() -> None:
    grades: Counter[int] = Counter()
    for record in islice(records(), CARDS_IN_ALL):
        data = etree.fromstring(write_unsigned_card(record)).find("DU_LIEU_HOC_BA")
        assert data is not None
        read = parse_record(data)
        assert read == record
        assert check_record(read) == ()
        grades[read.transcript.grade] += 1
    assert set(grades) == set(range(1, 13))


# Circular 27.


def test_article_9_2a_educational_result_that_the_marks_do_not_give() -> None:
    record = a_record(4)
    results = primary(record)
    wrong = EducationalResult.NOT_DONE
    assert results.educational_result is not wrong
    warning = only(
        with_results(record, structs.replace(results, educational_result=wrong)), "educational_result_differs"
    )
    assert (warning.rule, warning.regulation, warning.article) == ("educational_result", "27/2020/TT-BGDĐT", "9.2a")
    assert (warning.written, warning.expected) == ("CHT", results.educational_result)
    assert warning.inputs["TV"] == f"{results.subjects[0].level} {results.subjects[0].score}"


def test_article_11_1_class_programme_that_the_result_completes() -> None:
    record = a_record(2)
    spoiled = with_results(record, structs.replace(primary(record), class_programme_completed=False))
    assert only(spoiled, "class_programme_completed_differs").article == "11.1"


def test_article_11_1_pupil_who_completed_the_class_does_not_move_up() -> None:
    record = a_record(2)
    spoiled = with_results(record, structs.replace(primary(record), promoted=False))
    assert only(spoiled, "promotion_differs").expected == "1"


@pytest.mark.parametrize("promoted", [True, False])
def test_article_11_1_moving_up_without_completing_is_for_the_principal(*, promoted: bool) -> None:
    record = a_record(2)
    results = structs.replace(
        primary(with_primary_subject(record, "TV", lambda row: structs.replace(row, level=AchievementLevel.NOT_DONE))),
        educational_result=EducationalResult.NOT_DONE,
        class_programme_completed=False,
        promoted=promoted,
    )
    remarks = structs.replace(record.remarks, commendation=None)
    assert check_record(structs.replace(with_results(record, results), remarks=remarks)) == ()


def test_article_11_2_primary_programme_of_grade_5() -> None:
    record = a_record(5)
    spoiled = with_results(record, structs.replace(primary(record), primary_programme_completed=False))
    assert only(spoiled, "primary_programme_completed_differs").article == "11.2"


def test_article_13_1a_title_that_the_result_does_not_allow() -> None:
    record = a_record(3)
    results = structs.replace(
        primary(with_primary_subject(record, "AN", lambda row: structs.replace(row, level=AchievementLevel.DONE))),
        educational_result=EducationalResult.DONE,
    )
    remarks = structs.replace(record.remarks, commendation="Học sinh Xuất sắc")
    warning = only(structs.replace(with_results(record, results), remarks=remarks), "title_differs")
    assert (warning.article, warning.written, warning.expected) == ("13.1a", "Học sinh Xuất sắc", None)


def test_article_7_1b_test_score_is_missing_or_nought() -> None:
    record = a_record(4)
    missing = with_primary_subject(record, "KH", lambda row: structs.replace(row, score=None))
    assert (only(missing, "mark_missing").subject, only(missing, "mark_missing").article) == ("KH", "7.1b")
    nought = with_primary_subject(record, "KH", lambda row: structs.replace(row, score=0))
    assert only(nought, "score_zero").subject == "KH"


def test_article_7_1_level_of_a_subject_is_missing() -> None:
    missing = with_primary_subject(a_record(2), "DD", lambda row: structs.replace(row, level=None))
    warning = only(missing, "mark_missing")
    assert (warning.article, warning.subject, warning.field) == ("7.1", "DD", "MUC_DAT_DUOC")


@pytest.mark.parametrize("grade", [1, 2, 3])
def test_article_7_1b_foreign_language_is_tested_where_it_is_compulsory(grade: int) -> None:
    record = without_subject(a_record(grade), "NN1")
    results = primary(record)
    row = PrimarySubject("NN1", AchievementLevel.WELL_DONE, None)
    detail = structs.replace(record.subject_details[0], code="NN1", name="Ngoại ngữ 1 (Tiếng Anh)")
    card = structs.replace(
        with_results(record, structs.replace(results, subjects=(*results.subjects, row))),
        subject_details=(*record.subject_details, detail),
    )
    assert codes(card) == ({"mark_missing"} if grade >= 3 else set())


def test_article_7_2_quality_is_missing() -> None:
    record = a_record(1)
    results = primary(record)
    spoiled = with_results(record, structs.replace(results, qualities=(None, *results.qualities[1:])))
    assert only(spoiled, "value_missing").field == "PHAM_CHAT_YEU_NUOC"


def test_article_8_pupil_on_an_individual_plan_may_have_nothing() -> None:
    record = a_record(4)
    results = primary(record)
    bare = structs.replace(
        results,
        subjects=tuple(structs.replace(row, level=None, score=None) for row in results.subjects),
        educational_result=None,
        class_programme_completed=None,
    )
    pupil = structs.replace(record.pupil, not_assessed=True)
    spared = structs.replace(with_results(record, bare), pupil=pupil)
    assert check_record(spared) == ()
    assert "mark_missing" in codes(structs.replace(spared, pupil=record.pupil))
    assert only(structs.replace(record, pupil=pupil), "not_assessed_has_result").article == "8"


@pytest.mark.parametrize(
    ("grade", "name", "field", "article"),
    [
        (4, "educational_result", "KET_QUA_XEP_LOAI", "9.2a"),
        (4, "class_programme_completed", "DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC", "11.1"),
        (4, "promoted", "DUOC_LEN_LOP", "11.1"),
        (5, "primary_programme_completed", "DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC", "11.2"),
    ],
)
def test_article_9_2a_11_1_and_11_2_result_is_missing(grade: int, name: str, field: str, article: str) -> None:
    record = a_record(grade)
    missing = with_results(record, structs.replace(primary(record), **{name: None}))
    assert [(one.code, one.field, one.article) for one in check_record(missing)] == [("value_missing", field, article)]


def test_article_13_1a_title_is_not_judged_by_a_result_that_is_missing() -> None:
    record = a_record(4)
    titled = structs.replace(record, remarks=structs.replace(record.remarks, commendation="Học sinh Xuất sắc"))
    missing = with_results(titled, structs.replace(primary(record), educational_result=None))
    assert codes(missing) == {"value_missing"}


# Circular 22.


@pytest.mark.parametrize(
    ("part", "period", "field", "article"),
    [
        ("learning", "semester_1", "KET_QUA_HOC_TAP_HOC_KY_1", "9.2, 9.3"),
        ("learning", "year", "KET_QUA_HOC_TAP_CA_NAM", "9.2, 9.3"),
        ("training", "semester_2", "KET_QUA_REN_LUYEN_HOC_KY_2", "8.2b"),
        ("training", "year", "KET_QUA_REN_LUYEN_CA_NAM", "8.2b"),
    ],
)
def test_article_8_2b_and_9_2_result_is_missing(part: str, period: str, field: str, article: str) -> None:
    for record in (a_record(8), a_record(8, struggles=True)):
        results = secondary(record)
        levels = structs.replace(getattr(results, part), **{period: None})
        missing = with_results(record, structs.replace(results, **{part: levels}))
        found = [(one.code, one.field, one.article) for one in check_record(missing)]
        assert ("value_missing", field, article) in found
        assert {code for code, _, _ in found} <= {"value_missing"}


@pytest.mark.parametrize(
    ("grade", "name", "field"),
    [(8, "promoted", "DUOC_LEN_LOP"), (12, "programme_completed", "DA_HOAN_THANH_CHUONG_TRINH_THPT")],
)
def test_article_12_1_result_is_missing(grade: int, name: str, field: str) -> None:
    record = a_record(grade)
    missing = with_results(record, structs.replace(secondary(record), **{name: None}))
    assert [(one.code, one.field, one.article) for one in check_record(missing)] == [("value_missing", field, "12.1")]


@pytest.mark.parametrize("period", ["semester_1", "semester_2", "year"])
def test_article_5_3_one_missing_mark_is_all_that_is_said(period: str) -> None:
    record = with_secondary_subject(a_record(8), "TO", lambda row: structs.replace(row, **{period: None}))
    (warning,) = check_record(record)
    assert (warning.code, warning.subject, warning.article) == ("mark_missing", "TO", "5.3")


def test_article_5_3_mark_of_the_other_kind() -> None:
    record = a_record(8)
    spoiled = with_secondary_subject(record, "TC", lambda row: structs.replace(row, semester_1="8.0"))
    warning = only(spoiled, "mark_of_other_kind")
    assert (warning.article, warning.subject, warning.field, warning.written) == ("5.3", "TC", "DIEM_HOC_KY_1", "8.0")


def test_article_9_1a_year_of_a_remark_subject_is_the_second_semester() -> None:
    record = a_record(8)
    spoiled = with_secondary_subject(
        record, "TC", lambda row: structs.replace(row, semester_1="CĐ", semester_2="Đ", year="CĐ")
    )
    warning = only(spoiled, "year_remark_differs")
    assert (warning.article, warning.written, warning.expected) == ("9.1a", "CĐ", "Đ")


def test_article_9_1b_year_average_is_shown_with_its_semesters() -> None:
    record = a_record(8)
    spoiled = with_secondary_subject(
        record, "TO", lambda row: structs.replace(row, semester_1="7.0", semester_2="8.0", year="7.8")
    )
    warning = only(spoiled, "year_average_differs")
    assert warning.inputs == {"DIEM_HOC_KY_1": "7.0", "DIEM_HOC_KY_2": "8.0"}
    assert (warning.article, warning.written, warning.expected) == ("9.1b", "7.8", "7.7")


@pytest.mark.parametrize("period", ["semester_1", "semester_2", "year"])
def test_article_9_2_learning_result_of_each_period(period: str) -> None:
    record = a_record(8)
    learning = secondary(record).learning
    wrong = OverallLevel.NOT_PASS
    assert getattr(learning, period) is not wrong
    spoiled = with_results(
        record, structs.replace(secondary(record), learning=structs.replace(learning, **{period: wrong}))
    )
    warning = only(spoiled, "learning_result_differs")
    assert (warning.article, warning.written, warning.expected) == ("9.2, 9.3", "CĐ", getattr(learning, period))


def test_article_9_3_card_that_agrees_with_either_reading_is_right() -> None:
    """Seven good subjects, six of them from 8.0 with the one that spoils it: is the fall its doing alone?"""
    record = a_record(8)
    marks = dict.fromkeys(("TO", "LSD", "KHT", "TIN", "NV"), "8.5") | {"NN1": "7.0", "CD": "7.0", "CNG": "4.0"}
    rows = tuple(
        structs.replace(row, semester_1=mark, semester_2=mark, year=mark) if (mark := marks.get(row.code)) else row
        for row in secondary(record).subjects
    )
    record = with_results(record, structs.replace(secondary(record), subjects=rows))
    for level, warned in (
        (OverallLevel.GOOD, True),
        (OverallLevel.FAIR, False),
        (OverallLevel.PASS, False),
        (OverallLevel.NOT_PASS, True),
    ):
        learning = structs.replace(secondary(record).learning, semester_1=level, semester_2=level, year=level)
        card = with_results(record, structs.replace(secondary(record), learning=learning))
        assert ("learning_result_differs" in codes(card)) is warned, level


def test_article_8_2b_training_of_the_year() -> None:
    record = a_record(8)
    training = structs.replace(
        secondary(record).training, semester_1=OverallLevel.PASS, semester_2=OverallLevel.GOOD, year=OverallLevel.GOOD
    )
    warning = only(
        with_results(record, structs.replace(secondary(record), training=training)), "training_of_year_differs"
    )
    assert (warning.article, warning.written, warning.expected) == ("8.2b", "T", "K")


def test_article_13_1_summer_training_is_for_chua_dat_only() -> None:
    record = a_record(8)
    training = structs.replace(secondary(record).training, after_summer=OverallLevel.GOOD)
    spoiled = with_results(record, structs.replace(secondary(record), training=training))
    assert only(spoiled, "summer_training_not_due").article == "13.1"


def test_article_14_reexamination_that_was_not_due() -> None:
    record = a_record(8)
    spoiled = with_secondary_subject(record, "TO", lambda row: structs.replace(row, reexamination="6.0"))
    warning = only(spoiled, "reexamination_not_due")
    assert (warning.article, warning.subject) == ("14", "TO")


def test_article_14_result_after_the_summer_follows_the_new_marks() -> None:
    record = a_record(8, struggles=True)
    assert check_record(record) == ()
    learning = structs.replace(secondary(record).learning, after_summer=OverallLevel.NOT_PASS)
    spoiled = with_results(record, structs.replace(secondary(record), learning=learning))
    assert only(spoiled, "learning_result_differs").field == "KET_QUA_HOC_TAP_SAU_HE"


def test_article_14_result_after_the_summer_needs_a_mark() -> None:
    record = a_record(8)
    learning = structs.replace(secondary(record).learning, after_summer=OverallLevel.PASS)
    spoiled = with_results(record, structs.replace(secondary(record), learning=learning))
    assert only(spoiled, "reexamination_mark_missing").article == "14"


@pytest.mark.parametrize(("absences", "warned"), [(45, False), (46, True)])
def test_article_12_1_forty_five_sessions(absences: int, *, warned: bool) -> None:
    record = a_record(8)
    spoiled = with_results(record, structs.replace(secondary(record), absences=absences, promoted=True))
    found = [warning for warning in check_record(spoiled) if warning.code == "promotion_differs"]
    assert bool(found) is warned
    assert all((one.article, one.inputs["TONG_SO_BUOI_NGHI"], one.expected) == ("12.1", "46", "0") for one in found)


@pytest.mark.parametrize(("grade", "completed"), [(9, False), (12, False), (8, True)])
def test_article_12_1_programme_is_completed_by_the_last_grade_only(grade: int, *, completed: bool) -> None:
    record = a_record(grade)
    spoiled = with_results(record, structs.replace(secondary(record), programme_completed=completed))
    assert only(spoiled, "programme_completed_differs").article == "12.1"


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        ("Học sinh Xuất sắc", True),
        ("Danh hiệu học sinh giỏi", True),
        ("Học sinh tiên tiến", True),
        ("Đạt giải Ba kì thi học sinh giỏi cấp thành phố môn Toán", False),
    ],
)
def test_article_15_1_title_of_a_pupil_who_has_none(words: str, *, warned: bool) -> None:
    record = a_record(8)
    training = structs.replace(
        secondary(record).training, semester_1=OverallLevel.PASS, semester_2=OverallLevel.PASS, year=OverallLevel.PASS
    )
    results = structs.replace(secondary(record), training=training)
    card = structs.replace(with_results(record, results), remarks=structs.replace(record.remarks, commendation=words))
    assert ("title_differs" in codes(card)) is warned


def test_article_11_pupil_on_an_individual_plan_of_a_secondary_school() -> None:
    record = a_record(8)
    results = secondary(record)
    nothing = structs.replace(results.learning, semester_1=None, semester_2=None, year=None, after_summer=None)
    bare = structs.replace(
        results,
        subjects=tuple(
            structs.replace(row, semester_1=None, semester_2=None, year=None, reexamination=None)
            for row in results.subjects
        ),
        learning=nothing,
    )
    pupil = structs.replace(record.pupil, not_assessed=True)
    assert check_record(structs.replace(with_results(record, bare), pupil=pupil)) == ()
    assert "value_missing" in codes(with_results(record, bare))
    assert only(structs.replace(record, pupil=pupil), "not_assessed_has_result").article == "11"


# Both.


def test_compulsory_subject_is_missing() -> None:
    for grade, code in ((1, "TNX"), (4, "KH"), (6, "NT"), (11, "LS")):
        warning = only(without_subject(a_record(grade), code), "subject_missing")
        assert warning.subject == code


def test_five_choices_where_the_programme_has_four() -> None:
    record = a_record(10)
    taken = {row.code for row in secondary(record).subjects}
    choice = next(code for code in ("VL", "DL", "TIN", "SH", "HH", "KPL") if code in taken)
    assert only(without_subject(record, choice), "choices_not_four").written == "3"


def test_article_6_specialised_topics_are_no_subject() -> None:
    record = with_secondary_subject(a_record(11), "TO", lambda row: structs.replace(row, code="CDT"))
    details = tuple(
        structs.replace(detail, code="CDT", name="Chuyên đề học tập Toán") if detail.code == "TO" else detail
        for detail in record.subject_details
    )
    warning = only(structs.replace(record, subject_details=details), "specialised_topics_as_subject")
    assert (warning.article, warning.regulation, warning.subject) == ("6", "22/2021/TT-BGDĐT", "CDT")


@pytest.mark.parametrize(
    ("grade", "code", "name", "expected"),
    [
        (8, "VL", "Vật lí", "subject_not_of_grade"),
        (11, "CDT", "Chuyên đề học tập Toán", "specialised_topics_as_subject"),
        (8, "DT", "Tiếng dân tộc thiểu số", None),
        (8, "NN2", "Ngoại ngữ 2 (Tiếng Pháp)", None),
        (8, "VOV", "Vovinam", None),
    ],
)
def test_row_beside_the_compulsory_ones(grade: int, code: str, name: str, expected: str | None) -> None:
    record = without_subject(a_record(grade), code)
    results = secondary(record)
    row = structs.replace(results.subjects[0], code=code)
    detail = structs.replace(record.subject_details[0], code=code, name=name)
    card = structs.replace(
        with_results(record, structs.replace(results, subjects=(*results.subjects, row))),
        subject_details=(*record.subject_details, detail),
    )
    assert codes(card) == (set() if expected is None else {expected})


@pytest.mark.parametrize(("reason", "warned"), [(None, True), ("Miễn học phần thực hành theo hồ sơ.", False)])
def test_exemption_says_why(reason: str | None, *, warned: bool) -> None:
    record = with_secondary_subject(
        a_record(8), "TC", lambda row: structs.replace(row, semester_1="M", semester_2="M", year="M")
    )
    details = tuple(
        structs.replace(detail, remark=reason) if detail.code == "TC" else detail for detail in record.subject_details
    )
    assert ("exemption_reason_missing" in codes(structs.replace(record, subject_details=details))) is warned


@pytest.mark.parametrize(("grade", "year", "warned"), [(5, "2023-2024", True), (5, "2024-2025", False)])
def test_card_older_than_its_regulation(grade: int, year: str, *, warned: bool) -> None:
    record = a_record(grade)
    old = structs.replace(record, transcript=structs.replace(record.transcript, school_year=year))
    assert ("regulation_not_yet_in_force" in codes(old)) is warned


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(any_record())
def test_any_card_that_can_be_read_can_be_checked_and_stays_as_it_was(record: Record) -> None:
    """What schools send is stranger than what they should: a check that fails would hold up the whole batch."""
    before = write_unsigned_card(record)
    for warning in check_record(record):
        assert sentence(warning.code) != sentence("unexpected_error")
        assert warning.rule is None or warning.article is not None
    assert write_unsigned_card(record) == before
