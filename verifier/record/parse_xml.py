"""The card's data out of its XML: 2088 v1.0 (primary) and the secondary fields named in the same manner.

Give ``parse_record`` nothing but an element that a verified signature covers; what it returns is then what was signed.

What stands on the card is kept; what it means is brought to one form: levels to letters, marks to one decimal, dates
to days, record ids to lower case, subjects to the order of the official form. Elements that this file does not name
are left alone.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.field_names import (
    COMPETENCE_FIELDS,
    NOT_ASSESSED_FIELD,
    PERIOD_SUFFIXES,
    PROGRAMME_COMPLETED_FIELDS,
    QUALITY_FIELDS,
    RESULTS_UNTIL_FIELD,
    SIGNER_CODE_FIELDS,
    UNEXCUSED_ABSENCES_FIELD,
)
from verifier.record.field_reader import FieldReader
from verifier.record.levels import (
    MINISTRY_LEVEL_CODES,
    AchievementLevel,
    EducationLevel,
    Regulation,
    level_of_grade,
)
from verifier.record.marks import EXEMPT, parse_mark
from verifier.record.record import Pupil, Record, Remarks, School, SchoolingEntry, Signers, SubjectDetail
from verifier.record.scales import (
    ACHIEVEMENT_LEVELS,
    EDUCATIONAL_RESULTS,
    OVERALL_LEVELS,
    QUALITY_LEVELS,
)
from verifier.record.subjects import catalogue_of_grade
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
    Transcript,
)

MAX_SUBJECTS = 40
"""An honest card has at most 18, of which few are the school's own."""
MAX_SCHOOLING_ENTRIES = 30

_SubjectT = TypeVar("_SubjectT", PrimarySubject, SecondarySubject)

_UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_SCHOOL_YEAR = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})", re.ASCII)
_PERSONAL_CODE = re.compile(r"\d{12}", re.ASCII)
_GRADE = re.compile(r"0?[1-9]|1[0-2]", re.ASCII)
_SCORE = re.compile(r"(10|[0-9])(?:\.0{1,4})?", re.ASCII)
_CIRCULARS = {"27/2020": Regulation.CIRCULAR_27, "22/2021": Regulation.CIRCULAR_22}


def parse_record(data_element: etree._Element) -> Record:
    """The card in ``DU_LIEU_HOC_BA``, in either shape.

    Raises:
        LimitExceededError: ``field_too_long``, ``field_too_many``.
        MalformedInputError: ``field_missing``, ``field_malformed``, ``field_repeated``, ``level_unknown``,
            ``mark_malformed``, ``record_id_malformed``, ``regulation_unknown``, ``grade_mismatch``,
            ``subject_repeated``; ``details["field"]`` names the element.
    """
    inner = data_element.find("THONG_TIN_HOC_BA")
    record_element = data_element if inner is None else inner
    general = FieldReader(_section(record_element, "THONG_TIN_CHUNG"))
    summary_element = _section(record_element, "TONG_KET")
    summary = FieldReader(summary_element)
    grade = _grade(general)
    level = level_of_grade(grade)
    rows = _rows(summary_element)
    if level == EducationLevel.PRIMARY:
        abilities = FieldReader(_section(summary_element, "DANH_GIA_NANG_LUC_PHAM_CHAT"))
        subjects, details = _primary_subjects(rows, grade)
        results: PrimaryResults | SecondaryResults = _primary_results(summary, abilities, subjects)
        remarks = _primary_remarks(summary, abilities)
    else:
        secondary_subjects, details = _secondary_subjects(rows, grade)
        results = _secondary_results(summary, level, secondary_subjects)
        remarks = _secondary_remarks(summary)
    return Record(
        format_version=general.code("PHIEN_BAN"),
        level=level,
        transcript=_transcript(general, grade, results),
        school=_school(general),
        pupil=_pupil(general),
        schooling=_schooling(record_element),
        subject_details=details,
        remarks=remarks,
        signers=_signers(general),
        results_until=summary.optional_day(RESULTS_UNTIL_FIELD),
    )


def parse_record_id(text: str, *, field: str = "MA_TRA_CUU_UUID") -> str:
    """A record id (UUID version 4, 2088, II.1.4) in lower case.

    Raises:
        MalformedInputError: ``record_id_malformed``.
    """
    record_id = text.strip().lower()
    if not _UUID_4.fullmatch(record_id):
        raise MalformedInputError("record_id_malformed", field=field)
    return record_id


def parse_school_year(text: str, *, field: str = "TEN_NAM_HOC") -> str:
    """A school year as "2025-2026"; spaces and a long dash are read too.

    Raises:
        MalformedInputError: ``field_malformed``, also when the years do not follow each other.
    """
    years = _SCHOOL_YEAR.fullmatch(text.strip())
    if years is None or int(years[2]) != int(years[1]) + 1:
        raise MalformedInputError("field_malformed", field=field)
    return f"{years[1]}-{years[2]}"


def _section(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(name)
    if not found:
        raise MalformedInputError("field_missing", field=name)
    if len(found) > 1:
        raise MalformedInputError("field_repeated", field=name)
    return found[0]


def _rows(summary: etree._Element) -> list[FieldReader]:
    rows = _section(summary, "BANG_DIEM").findall("DIEM_TONG_KET")
    if not rows:
        raise MalformedInputError("field_missing", field="DIEM_TONG_KET")
    if len(rows) > MAX_SUBJECTS:
        raise LimitExceededError("field_too_many", field="DIEM_TONG_KET", limit=MAX_SUBJECTS)
    return [FieldReader(row, row=number) for number, row in enumerate(rows, start=1)]


def _grade(general: FieldReader) -> int:
    written = general.code("MA_KHOI")
    if not _GRADE.fullmatch(written):
        raise general.fail("field_malformed", "MA_KHOI")
    grade = int(written)
    level = MINISTRY_LEVEL_CODES.get(general.code("MA_CAP_HOC"))
    if level is None:
        raise general.fail("field_malformed", "MA_CAP_HOC")
    if level != level_of_grade(grade):
        raise general.fail("grade_mismatch", "MA_KHOI")
    return grade


def _regulation(general: FieldReader, grade: int) -> Regulation:
    """The circular, however its number is dressed ("Thông tư 27/2020/TT-BGDĐT"); it has to be the grade's own."""
    written = general.text("THONG_TU")
    regulation = next((circular for number, circular in _CIRCULARS.items() if number in written), None)
    if regulation is None:
        raise general.fail("regulation_unknown", "THONG_TU")
    if (regulation == Regulation.CIRCULAR_27) != (level_of_grade(grade) == EducationLevel.PRIMARY):
        raise general.fail("grade_mismatch", "THONG_TU")
    return regulation


def _transcript(general: FieldReader, grade: int, results: PrimaryResults | SecondaryResults) -> Transcript:
    return Transcript(
        record_id=parse_record_id(general.code("MA_TRA_CUU_UUID")),
        name=general.text("HO_VA_TEN"),
        date_of_birth=general.day("NGAY_SINH"),
        school_code=general.code("MA_TRUONG"),
        school_year=parse_school_year(general.code("TEN_NAM_HOC")),
        grade=grade,
        class_group=general.code("TEN_LOP"),
        regulation=_regulation(general, grade),
        results=results,
    )


def _school(general: FieldReader) -> School:
    return School(
        name=general.text("TEN_TRUONG"),
        code=general.code("MA_TRUONG"),
        department_code=general.code("MA_SO_GIAO_DUC"),
        department_name=general.text("TEN_SO_GD"),
        ward=general.optional_text("TEN_XA_PHUONG"),
        district=general.optional_text("TEN_QUAN_HUYEN"),
        province=general.text("TEN_TINH_THANH_PHO"),
    )


def _pupil(general: FieldReader) -> Pupil:
    personal_code = general.optional_code("SO_CCCD")
    if personal_code is not None and not _PERSONAL_CODE.fullmatch(personal_code):
        raise general.fail("field_malformed", "SO_CCCD")
    return Pupil(
        personal_code=personal_code,
        pupil_code=general.code("MA_HOC_SINH"),
        register_number=general.optional_code("SO_SO_DANG_BO"),
        sex=general.code("GIOI_TINH"),
        ethnicity=general.optional_text("DAN_TOC"),
        nationality=general.text("QUOC_TICH"),
        birthplace=general.optional_text("NOI_SINH"),
        home_town=general.optional_text("QUE_QUAN"),
        address=general.optional_text("CHO_O_HIEN_NAY"),
        father_name=general.optional_text("HO_VA_TEN_CHA"),
        mother_name=general.optional_text("HO_VA_TEN_ME"),
        guardian_name=general.optional_text("HO_VA_TEN_NGUOI_GIAM_HO"),
        weight_kg=general.optional_code("CAN_NANG"),
        height_cm=general.optional_code("CHIEU_CAO"),
        absences_excused=general.optional_count("TONG_SO_BUOI_NGHI_CO_PHEP"),
        absences_unexcused=general.optional_count(UNEXCUSED_ABSENCES_FIELD),
        not_assessed=general.optional_flag(NOT_ASSESSED_FIELD) or False,
    )


def _signers(general: FieldReader) -> Signers:
    for field in SIGNER_CODE_FIELDS:
        general.optional_code(field)  # not kept, but compared with who signed: there must be one at most
    created_on = general.optional_day("NGAY_TAO_HOC_BA")
    signed_on = general.optional_day("NGAY_KY_PHAT_HANH_HOC_BA")
    return Signers(
        manager_name=general.text("TEN_GIAM_HIEU_KY_HOC_BA"),
        manager_title=general.text("CHUC_VU_GIAM_HIEU_KY_HOC_BA"),
        homeroom_teacher_name=general.optional_text("TEN_GIAO_VIEN_CHU_NHIEM"),
        place=general.text("DIA_DANH_PHAT_HANH_HOC_BA"),
        created_on=None if created_on is None else created_on.isoformat(),
        signed_on=None if signed_on is None else signed_on.isoformat(),
    )


def _schooling(record_element: etree._Element) -> tuple[SchoolingEntry, ...]:
    """One line a year; a pupil's first card may have none. 2088 leaves open what wraps a line: both are met."""
    lines = [
        line
        for process in record_element.findall("QUA_TRINH_HOC_TAP")
        for line in ([process] if process.find("TEN_LOP") is not None else process.findall("DONG_QUA_TRINH"))
    ]
    if len(lines) > MAX_SCHOOLING_ENTRIES:
        raise LimitExceededError("field_too_many", field="QUA_TRINH_HOC_TAP", limit=MAX_SCHOOLING_ENTRIES)
    readers = [FieldReader(line, row=number) for number, line in enumerate(lines, start=1)]
    return tuple(
        SchoolingEntry(
            class_group=reader.code("TEN_LOP"),
            school_name=reader.text("TEN_TRUONG"),
            school_year=reader.optional_code("TEN_NAM_HOC"),
            arrived_on=reader.optional_text("NGAY_TRANG_THAI_CHUYEN_DEN"),
        )
        for reader in readers
    )


def _in_form_order(
    rows: list[FieldReader], grade: int, read: Callable[[FieldReader], tuple[_SubjectT, SubjectDetail]]
) -> tuple[tuple[_SubjectT, ...], tuple[SubjectDetail, ...]]:
    """Subjects in the official form's order, the school's own behind them in the card's order."""
    catalogue = catalogue_of_grade(grade)
    pairs = [read(row) for row in rows]
    codes = [subject.code for subject, _ in pairs]
    for row, code in zip(rows, codes, strict=True):
        if codes.count(code) > 1:
            raise row.fail("subject_repeated", "MA_MON_HOC")

    def place(pair: tuple[_SubjectT, SubjectDetail]) -> int:
        subject = catalogue.by_code(pair[0].code)
        return len(catalogue.subjects) if subject is None else subject.number

    pairs.sort(key=place)
    return tuple(subject for subject, _ in pairs), tuple(detail for _, detail in pairs)


def _detail(row: FieldReader, grade: int) -> SubjectDetail:
    code, name = row.code("MA_MON_HOC"), row.text("TEN_MON_HOC")
    subject = catalogue_of_grade(grade).recognise(code, name)
    return SubjectDetail(
        code=code if subject is None else subject.code,
        name=name,
        remark=row.remark("NHAN_XET_MON_HOC"),
        teacher_name=row.optional_text("TEN_GIAO_VIEN_BO_MON"),
    )


def _primary_subjects(
    rows: list[FieldReader], grade: int
) -> tuple[tuple[PrimarySubject, ...], tuple[SubjectDetail, ...]]:
    def read(row: FieldReader) -> tuple[PrimarySubject, SubjectDetail]:
        detail = _detail(row, grade)
        level = row.optional_level("MUC_DAT_DUOC", ACHIEVEMENT_LEVELS)
        return PrimarySubject(code=detail.code, level=level, score=_score(row, level)), detail

    return _in_form_order(rows, grade, read)


def _score(row: FieldReader, level: AchievementLevel | None) -> int | None:
    """End-of-year test, whole points 0 to 10 (circular 27, article 7.1d); "M" beside an exempt subject is no score."""
    written = row.optional_code("DIEM_KIEM_TRA_DINH_KY")
    if written is None or (written == EXEMPT and level == AchievementLevel.EXEMPT):
        return None
    score = _SCORE.fullmatch(written)
    if score is None:
        raise row.fail("mark_malformed", "DIEM_KIEM_TRA_DINH_KY")
    return int(score[1])


def _primary_results(
    summary: FieldReader, abilities: FieldReader, subjects: tuple[PrimarySubject, ...]
) -> PrimaryResults:
    return PrimaryResults(
        subjects=subjects,
        qualities=tuple(abilities.optional_level(field, QUALITY_LEVELS) for field in QUALITY_FIELDS),
        competences=tuple(abilities.optional_level(field, QUALITY_LEVELS) for field in COMPETENCE_FIELDS),
        educational_result=summary.optional_level("KET_QUA_XEP_LOAI", EDUCATIONAL_RESULTS),
        promoted=summary.optional_flag("DUOC_LEN_LOP"),
        class_programme_completed=summary.optional_flag("DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC"),
        primary_programme_completed=summary.optional_flag("DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC"),
    )


def _primary_remarks(summary: FieldReader, abilities: FieldReader) -> Remarks:
    return Remarks(
        homeroom_teacher=summary.remark("NHAN_XET_GVCN"),
        qualities=abilities.remark("NHAN_XET_PHAM_CHAT"),
        general_competences=abilities.remark("NHAN_XET_NANG_LUC_CHUNG"),
        specific_competences=abilities.remark("NHAN_XET_NANG_LUC_DAC_THU"),
        completion=summary.remark("NOI_DUNG_HOAN_THANH_CHUONG_TRINH"),
        commendation=summary.remark("NOI_DUNG_KHEN_THUONG"),
        commendation_ad_hoc=summary.remark("NOI_DUNG_KHEN_THUONG_DOT_XUAT"),
    )


def _secondary_subjects(
    rows: list[FieldReader], grade: int
) -> tuple[tuple[SecondarySubject, ...], tuple[SubjectDetail, ...]]:
    def read(row: FieldReader) -> tuple[SecondarySubject, SubjectDetail]:
        detail = _detail(row, grade)
        subject = SecondarySubject(
            code=detail.code,
            semester_1=_mark(row, "DIEM_HOC_KY_1"),
            semester_2=_mark(row, "DIEM_HOC_KY_2"),
            year=_mark(row, "DIEM_CA_NAM"),
            reexamination=_mark(row, "DIEM_KIEM_TRA_LAI"),
        )
        return subject, detail

    return _in_form_order(rows, grade, read)


def _mark(row: FieldReader, field: str) -> str | None:
    written = row.optional_code(field)
    if written is None:
        return None
    try:
        return parse_mark(written, field=field)
    except MalformedInputError as error:
        raise row.fail(error.reason, field) from error


def _secondary_results(
    summary: FieldReader, level: EducationLevel, subjects: tuple[SecondarySubject, ...]
) -> SecondaryResults:
    def periods(prefix: str) -> PeriodLevels:
        return PeriodLevels(*(summary.optional_level(f"{prefix}_{end}", OVERALL_LEVELS) for end in PERIOD_SUFFIXES))

    return SecondaryResults(
        subjects=subjects,
        learning=periods("KET_QUA_HOC_TAP"),
        training=periods("KET_QUA_REN_LUYEN"),
        absences=summary.optional_count("TONG_SO_BUOI_NGHI"),
        promoted=summary.optional_flag("DUOC_LEN_LOP"),
        programme_completed=summary.optional_flag(PROGRAMME_COMPLETED_FIELDS[level]),
    )


def _secondary_remarks(summary: FieldReader) -> Remarks:
    return Remarks(
        homeroom_teacher=summary.remark("NHAN_XET_GVCN"),
        completion=summary.remark("NOI_DUNG_HOAN_THANH_CHUONG_TRINH"),
        promotion=summary.remark("NOI_DUNG_DUOC_LEN_LOP"),
        commendation=summary.remark("NOI_DUNG_KHEN_THUONG"),
        commendation_ad_hoc=summary.remark("NOI_DUNG_KHEN_THUONG_DOT_XUAT"),
        competitions=summary.remark("KET_QUA_THAM_GIA_CUOC_THI"),
        certificates=summary.remark("CHUNG_CHI"),
        summer_training=summary.remark("NOI_DUNG_REN_LUYEN_HE"),
    )
