"""Three cards of invented pupils, one of each level; nobody of these names, codes and schools exists."""

from datetime import date

from verifier.record.levels import (
    AchievementLevel,
    EducationalResult,
    EducationLevel,
    OverallLevel,
    QualityLevel,
    Regulation,
)
from verifier.record.record import Pupil, Record, Remarks, School, SchoolingEntry, Signers, SubjectDetail
from verifier.record.subjects import catalogue_of_grade
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
    Transcript,
)

T, H, C, M = AchievementLevel
GOOD, MET, NEEDS_EFFORT = QualityLevel

_OWN_NAMES = {"VOV": "Vovinam", "STEM": "Giáo dục STEM"}


def _details(codes: list[str], grade: int, *, teacher: str | None) -> tuple[SubjectDetail, ...]:
    catalogue = catalogue_of_grade(grade)
    details = []
    for code in codes:
        subject = catalogue.by_code(code)
        name = _OWN_NAMES[code] if subject is None else subject.vi
        details.append(
            SubjectDetail(code=code, name=name, remark=f"Có cố gắng trong môn {name}.", teacher_name=teacher)
        )
    return tuple(details)


def _school(code: str, name: str) -> School:
    return School(
        name=name,
        code=code,
        department_code="99",
        department_name="Sở Giáo dục và Đào tạo Thành phố Mẫu",
        ward="Phường Bình Minh",
        district=None,
        province="Thành phố Mẫu",
    )


def _pupil(personal_code: str | None, sex: str) -> Pupil:
    return Pupil(
        personal_code=personal_code,
        pupil_code="9900001234",
        register_number="A-0123",
        sex=sex,
        ethnicity="Kinh",
        nationality="Việt Nam",
        birthplace="Thành phố Mẫu",
        home_town="Xã Thí Dụ, Thành phố Mẫu",
        address="Số 1, đường Thử Nghiệm, Phường Bình Minh",
        father_name="Nguyễn Văn Thử",
        mother_name="Trần Thị Mẫu",
        guardian_name=None,
        weight_kg="31.5",
        height_cm="136",
        absences_excused=2,
        absences_unexcused=0,
    )


def _signers() -> Signers:
    return Signers(
        manager_name="Lê Thị Hiệu",
        manager_title="Hiệu trưởng",
        homeroom_teacher_name="Phạm Văn Chủ",
        place="Thành phố Mẫu",
        created_on="2026-05-25",
        signed_on="2026-05-28",
    )


def primary_record() -> Record:
    """Grade 4, all 12 rows of the grade, and a subject of the school's own."""
    subjects = (
        PrimarySubject("TV", T, 9),
        PrimarySubject("TO", T, 10),
        PrimarySubject("NN1", T, 9),
        PrimarySubject("LSD", T, 8),
        PrimarySubject("KH", T, 8),
        PrimarySubject("TIN", H, 6),
        PrimarySubject("CNG", T, 9),
        PrimarySubject("DD", T, None),
        PrimarySubject("TC", M, None),
        PrimarySubject("AN", H, None),
        PrimarySubject("MT", T, None),
        PrimarySubject("TN", T, None),
        PrimarySubject("VOV", T, None),
    )
    transcript = Transcript(
        record_id="3f2b8c1e-7a54-4d09-9c3e-5b1f0a6d2e87",
        name="Nguyễn Thị Bưởi",
        date_of_birth=date(2016, 3, 15),
        school_code="99000401",
        school_year="2025-2026",
        grade=4,
        class_group="4A1",
        regulation=Regulation.CIRCULAR_27,
        results=PrimaryResults(
            subjects=subjects,
            qualities=(GOOD, GOOD, MET, GOOD, GOOD),
            competences=(GOOD, GOOD, MET, GOOD, GOOD, MET, GOOD, MET, GOOD, GOOD),
            educational_result=EducationalResult.DONE,
            promoted=True,
            class_programme_completed=True,
            primary_programme_completed=None,
        ),
    )
    return Record(
        format_version="1.0",
        level=EducationLevel.PRIMARY,
        transcript=transcript,
        school=_school("99000401", "Trường Tiểu học Hoa Mai"),
        pupil=_pupil("999316000123", "Nữ"),
        schooling=(SchoolingEntry("3A1", "Trường Tiểu học Hoa Mai", "2024-2025", "05/09/2024"),),
        subject_details=_details([subject.code for subject in subjects], 4, teacher=None),
        remarks=Remarks(
            homeroom_teacher="Em chăm ngoan, hòa đồng với bạn bè.",
            qualities="Đi học đầy đủ, đúng giờ.",
            general_competences="Có khả năng tự học.",
            specific_competences="Sử dụng ngôn ngữ lưu loát.",
            completion="Hoàn thành chương trình lớp 4; Được lên lớp 5.",
            commendation="Học sinh có tiến bộ vượt bậc môn Toán",
        ),
        signers=_signers(),
    )


def lower_secondary_record() -> Record:
    """Grade 8: one subject examined again, learning result raised after the summer."""
    subjects = (
        SecondarySubject("TO", "4.5", "4.8", "4.7", "5.5"),
        SecondarySubject("LSD", "7.1", "7.4", "7.3"),
        SecondarySubject("KHT", "6.0", "6.9", "6.6"),
        SecondarySubject("TIN", "8.0", "8.5", "8.3"),
        SecondarySubject("NV", "6.2", "6.5", "6.4"),
        SecondarySubject("NN1", "5.0", "5.8", "5.5"),
        SecondarySubject("CD", "8.2", "8.8", "8.6"),
        SecondarySubject("CNG", "7.7", "8.1", "8.0"),
        SecondarySubject("TC", "M", "M", "M"),
        SecondarySubject("NT", "Đ", "Đ", "Đ"),
        SecondarySubject("DP", "Đ", "Đ", "Đ"),
        SecondarySubject("HN", "CĐ", "Đ", "Đ"),
    )
    return _secondary(
        Transcript(
            record_id="a91d6b54-08c7-4e3f-8b2a-6f70c5d41e39",
            name="Y Blơ Niê",
            date_of_birth=date(2012, 11, 2),
            school_code="99000502",
            school_year="2025-2026",
            grade=8,
            class_group="8C",
            regulation=Regulation.CIRCULAR_22,
            results=SecondaryResults(
                subjects=subjects,
                learning=PeriodLevels(
                    OverallLevel.NOT_PASS, OverallLevel.PASS, OverallLevel.NOT_PASS, OverallLevel.PASS
                ),
                training=PeriodLevels(OverallLevel.GOOD, OverallLevel.FAIR, OverallLevel.FAIR),
                absences=7,
                promoted=True,
                programme_completed=None,
            ),
        ),
        level=EducationLevel.LOWER_SECONDARY,
        school_name="Trường THCS Sông Xanh",
    )


def upper_secondary_record() -> Record:
    """Grade 12, a full card: 14 subjects of the catalogue, one of the school's own, a long name."""
    subjects = (
        SecondarySubject("TO", "9.0", "9.3", "9.2"),
        SecondarySubject("TIN", "8.8", "9.1", "9.0"),
        SecondarySubject("NV", "8.0", "8.4", "8.3"),
        SecondarySubject("NN1", "10.0", "9.9", "9.9"),
        SecondarySubject("TC", "Đ", "Đ", "Đ"),
        SecondarySubject("NN2", "7.5", "8.0", "7.8"),
        SecondarySubject("DP", "Đ", "Đ", "Đ"),
        SecondarySubject("HN", "Đ", "Đ", "Đ"),
        SecondarySubject("LS", "8.1", "8.6", "8.4"),
        SecondarySubject("VL", "9.4", "9.6", "9.5"),
        SecondarySubject("HH", "9.2", "9.0", "9.1"),
        SecondarySubject("SH", None, "8.2", "8.2"),
        SecondarySubject("QP", "9.0", "9.5", "9.3"),
        SecondarySubject("DT", "7.0", "7.3", "7.2"),
        SecondarySubject("STEM", "0.5", "9.0", "8.9"),
    )
    return _secondary(
        Transcript(
            record_id="5d0e9a73-c1b8-4f26-a7d4-90e2b6f3c815",
            name="Công Tằng Tôn Nữ Nguyễn Thị Ánh Nguyệt",
            date_of_birth=date(2008, 12, 31),
            school_code="99000703",
            school_year="2025-2026",
            grade=12,
            class_group="12 Chuyên Lý",
            regulation=Regulation.CIRCULAR_22,
            results=SecondaryResults(
                subjects=subjects,
                learning=PeriodLevels(OverallLevel.GOOD, OverallLevel.GOOD, OverallLevel.GOOD),
                training=PeriodLevels(OverallLevel.GOOD, OverallLevel.GOOD, OverallLevel.GOOD),
                absences=0,
                promoted=None,
                programme_completed=True,
            ),
        ),
        level=EducationLevel.UPPER_SECONDARY,
        school_name="Trường THPT Núi Cao",
    )


def _secondary(transcript: Transcript, *, level: EducationLevel, school_name: str) -> Record:
    codes = [subject.code for subject in transcript.results.subjects]
    return Record(
        format_version="1.0",
        level=level,
        transcript=transcript,
        school=_school(transcript.school_code, school_name),
        pupil=_pupil(None, "Nam"),
        schooling=(),
        subject_details=_details(codes, transcript.grade, teacher="Đỗ Thị Bộ Môn"),
        remarks=Remarks(
            homeroom_teacher="Có ý thức kỉ luật tốt.",
            completion="Hoàn thành chương trình",
            promotion="Được lên lớp sau khi kiểm tra lại môn học",
            competitions="Giải Ba cấp trường môn Tin học",
            certificates="Chứng chỉ Ngoại ngữ A2",
            summer_training="Hoàn thành rèn luyện trong hè",
        ),
        signers=_signers(),
    )
