"""Records for tests of the page: the ministry's own sample (2088, annex 2), and a secondary card."""

from datetime import date

from msgspec import structs

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

RECORD_ID = "123e4567-e89b-42d3-a456-556642440000"
PRIMARY_MARKS = {
    "TV": ("T", 9),
    "TO": ("T", 10),
    "NN1": ("T", 9),
    "LSD": ("T", 8),
    "KH": ("T", 8),
    "TIN": ("H", 6),
    "CNG": ("T", 9),
    "DD": ("T", None),
    "TC": ("T", None),
    "AN": ("H", None),
    "MT": ("T", None),
    "TN": ("T", None),
}
SECONDARY_MARKS = {
    "TO": ("7.5", "8.0", "7.8", None),
    "LSD": ("6.5", "7.2", "7.0", None),
    "KHT": ("4.6", "4.8", "4.7", "6.0"),
    "TIN": ("9.0", "10.0", "9.7", None),
    "NV": ("8.1", "8.3", "8.2", None),
    "NN1": ("5.9", "6.4", "6.2", None),
    "CD": ("9.2", "9.4", "9.3", None),
    "CNG": ("8.8", "8.6", "8.7", None),
    "TC": ("Đ", "Đ", "Đ", None),
    "NT": ("Đ", "CĐ", "CĐ", "Đ"),
    "DP": ("Đ", "Đ", "Đ", None),
    "HN": ("Đ", "Đ", "Đ", None),
    "VOVINAM": ("Đ", "Đ", "Đ", None),
}

PUPIL = Pupil(
    personal_code="001214000017",
    pupil_code="0112345678",
    register_number="2021/017",
    sex="Nam",
    ethnicity="Kinh",
    nationality="Việt Nam",
    birthplace="Bệnh viện Bạch Mai",
    home_town="Phường Trần Hưng Đạo, quận Hoàn Kiếm, thành phố Hà Nội",
    address="SN 23, ngách 7/78, phường Trần Hưng Đạo, quận Hoàn Kiếm, thành phố Hà Nội",
    father_name="Nguyễn Văn B",
    mother_name="Hoàng Thị C",
    guardian_name=None,
    weight_kg="31.5",
    height_cm="137",
    absences_excused=2,
    absences_unexcused=0,
)
SCHOOL = School(
    name="Trường Tiểu học Quang Trung",
    code="01000123",
    department_code="01",
    department_name="Sở Giáo dục và Đào tạo Hà Nội",
    ward="Phường Trần Hưng Đạo",
    district="Quận Hoàn Kiếm",
    province="Thành phố Hà Nội",
)
SIGNERS = Signers(
    manager_name="Trần Văn Đức",
    manager_title="Hiệu trưởng",
    homeroom_teacher_name="Nguyễn Thị Hằng",
    place="Hà Nội",
    created_on="2024-05-20",
    signed_on="2024-05-28",
)
SCHOOLING = tuple(
    SchoolingEntry(
        f"{grade}A1", "Trường Tiểu học Quang Trung", f"{2019 + grade}-{2020 + grade}", f"{2019 + grade}-09-05"
    )
    for grade in range(1, 5)
)


def primary_record() -> Record:
    """Class 4 by circular 27, as the ministry filled it in."""
    names = {subject.code: subject.vi for subject in catalogue_of_grade(4).subjects} | {"NN1": "Ngoại ngữ 1 Tiếng Anh"}
    subjects = tuple(PrimarySubject(c, AchievementLevel(level), score) for c, (level, score) in PRIMARY_MARKS.items())
    good, met = QualityLevel.GOOD, QualityLevel.MET
    return Record(
        format_version="1.0",
        level=EducationLevel.PRIMARY,
        transcript=Transcript(
            record_id=RECORD_ID,
            name="Nguyễn Văn Ưởng",
            date_of_birth=date(2014, 3, 15),
            school_code=SCHOOL.code,
            school_year="2023-2024",
            grade=4,
            class_group="4A1",
            regulation=Regulation.CIRCULAR_27,
            results=PrimaryResults(
                subjects=subjects,
                qualities=(good,) * 5,
                competences=(*(good,) * 7, met, good, good),
                educational_result=EducationalResult.DONE,
                promoted=True,
                class_programme_completed=True,
                primary_programme_completed=None,
            ),
        ),
        school=SCHOOL,
        pupil=PUPIL,
        schooling=SCHOOLING,
        subject_details=tuple(SubjectDetail(code, names[code]) for code in PRIMARY_MARKS),
        remarks=Remarks(
            homeroom_teacher="Đọc lưu loát, rõ ràng, viết chữ đẹp; tính toán nhanh và biết vận dụng thực hành tính "
            "toán vào một số vấn đề trong cuộc sống;\nThực hiện chưa thành thạo việc kích hoạt và ra khỏi phần mềm "
            "trình chiếu; vẫn cần sự giúp đỡ khi thiết lập và tạo chương trình đơn giản;",
            qualities="Đi học đầy đủ, đúng giờ; mạnh dạn trình bày ý kiến cá nhân; biết giữ lời hứa; tôn trọng và biết "
            "giúp đỡ mọi người.",
            general_competences="Thường xuyên ăn mặc gọn gàng; chủ động, phối hợp trong học tập; có khả năng tự học.",
            specific_competences="Sử dụng ngôn ngữ lưu loát trong cuộc sống và học tập; biết tư duy, lập luận và giải "
            "quyết được một số vấn đề toán học quen thuộc.",
            commendation="Đạt giải Nhì hội giao lưu An toàn giao thông cấp huyện",
        ),
        signers=SIGNERS,
    )


def secondary_record() -> Record:
    """Class 9 by circular 22, with a re-examination and a subject of the school's own."""
    names = {subject.code: subject.vi for subject in catalogue_of_grade(9).subjects}
    names |= {"NN1": "Ngoại ngữ 1 (Tiếng Anh)", "VOVINAM": "Vovinam – Việt võ đạo"}
    remark = "Nắm vững kiến thức, cần tự tin hơn khi trình bày."
    return Record(
        format_version="1.0",
        level=EducationLevel.LOWER_SECONDARY,
        transcript=Transcript(
            record_id=RECORD_ID,
            name="H'Hen Niê Ưng Thị Quỳnh",
            date_of_birth=date(2011, 12, 1),
            school_code="01000456",
            school_year="2025-2026",
            grade=9,
            class_group="9A2",
            regulation=Regulation.CIRCULAR_22,
            results=SecondaryResults(
                subjects=tuple(SecondarySubject(code, *marks) for code, marks in SECONDARY_MARKS.items()),
                learning=PeriodLevels(OverallLevel.PASS, OverallLevel.FAIR, OverallLevel.NOT_PASS, OverallLevel.PASS),
                training=PeriodLevels(OverallLevel.GOOD, OverallLevel.GOOD, OverallLevel.GOOD),
                absences=3,
                promoted=True,
                programme_completed=True,
            ),
        ),
        school=School(
            name="Trường Trung học cơ sở Nguyễn Trãi",
            code="01000456",
            department_code="01",
            department_name="Sở Giáo dục và Đào tạo Hà Nội",
            ward="Phường Ba Đình",
            district=None,
            province="Thành phố Hà Nội",
        ),
        pupil=PUPIL,
        schooling=(),
        subject_details=tuple(SubjectDetail(c, names[c], remark, "Lê Thị Bích") for c in SECONDARY_MARKS),
        remarks=Remarks(homeroom_teacher="Lễ phép, hoà đồng, có trách nhiệm với tập thể.", certificates="Tin học A2"),
        signers=SIGNERS,
    )


def upper_secondary_record() -> Record:
    """Class 12 by circular 22: four electives, a specialised topic, a vice-principal's signature."""
    marks = ("7.5", "8.0", "7.8")
    scored = ("NV", "TO", "NN1", "LS", "QP", "VL", "HH", "SH", "TIN")
    remarked = ("TC", "HN", "DP")
    names = {subject.code: subject.vi for subject in catalogue_of_grade(12).subjects} | {"CDVL": "Chuyên đề Vật lí"}
    subjects = (
        *(SecondarySubject(code, *marks) for code in scored),
        *(SecondarySubject(code, "Đ", "Đ", "Đ") for code in remarked),
        SecondarySubject("CDVL", *marks),
    )
    lower = secondary_record()
    return structs.replace(
        lower,
        level=EducationLevel.UPPER_SECONDARY,
        transcript=structs.replace(
            lower.transcript,
            date_of_birth=date(2008, 12, 1),
            grade=12,
            class_group="12A2",
            results=SecondaryResults(
                subjects=subjects,
                learning=PeriodLevels(OverallLevel.GOOD, OverallLevel.GOOD, OverallLevel.GOOD),
                training=PeriodLevels(OverallLevel.GOOD, OverallLevel.GOOD, OverallLevel.GOOD),
                absences=0,
                promoted=None,
                programme_completed=True,
            ),
        ),
        school=structs.replace(lower.school, name="Trường Trung học phổ thông Chu Văn An"),
        subject_details=tuple(SubjectDetail(s.code, names[s.code], "Học đều các phần.", "Lê Bích") for s in subjects),
        signers=structs.replace(SIGNERS, manager_title="Phó Hiệu trưởng"),
    )
