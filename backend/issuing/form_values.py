"""A record's values as the official forms print them: words for levels, dd/mm/yyyy, a decimal comma.

Which values a form shows and where is the form's business (``forms/*.typ``); what they say is decided here. Health
data (weight, height) stand in the XML and are not printed, as in the ministry's sample (2088, annex 2).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from backend.issuing.printable_text import printable_line, printable_remark
from verifier.record.card_document import SignerRole
from verifier.record.levels import (
    AchievementLevel,
    EducationalResult,
    EducationLevel,
    OverallLevel,
    QualityLevel,
)
from verifier.record.record import Record, SubjectDetail
from verifier.record.subjects import Subject, catalogue_of_grade
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
)
from verifier.vietnam_time import VIETNAM_TIME

Values = dict[str, object]
_LevelT = TypeVar("_LevelT", bound=StrEnum)

LEVEL_TITLES = {
    EducationLevel.PRIMARY: "tiểu học",
    EducationLevel.LOWER_SECONDARY: "trung học cơ sở",
    EducationLevel.UPPER_SECONDARY: "trung học phổ thông",
}
_ACHIEVEMENT = {
    AchievementLevel.WELL_DONE: "Hoàn thành tốt",
    AchievementLevel.DONE: "Hoàn thành",
    AchievementLevel.NOT_DONE: "Chưa hoàn thành",
    AchievementLevel.EXEMPT: "Miễn",
}
_QUALITY = {QualityLevel.GOOD: "Tốt", QualityLevel.MET: "Đạt", QualityLevel.NEEDS_EFFORT: "Cần cố gắng"}
_RESULT = {
    EducationalResult.EXCELLENT: "Hoàn thành xuất sắc",
    EducationalResult.WELL_DONE: "Hoàn thành tốt",
    EducationalResult.DONE: "Hoàn thành",
    EducationalResult.NOT_DONE: "Chưa hoàn thành",
}
_OVERALL = {
    OverallLevel.GOOD: "Tốt",
    OverallLevel.FAIR: "Khá",
    OverallLevel.PASS: "Đạt",
    OverallLevel.NOT_PASS: "Chưa đạt",
}
_LAST_PRIMARY_GRADE = 5


class _Rows(Struct, frozen=True):
    """The order of a form's rows, by subject code; the school's own subjects come last."""

    always: tuple[str, ...]
    """Rows that stand there, taken or not."""
    if_taken: tuple[str, ...]


_ROWS = {
    EducationLevel.LOWER_SECONDARY: _Rows(
        ("TO", "LSD", "KHT", "TIN", "NV", "NN1", "CD", "CNG", "TC", "NT", "NN2", "DP", "HN"), ("DT",)
    ),
    EducationLevel.UPPER_SECONDARY: _Rows(
        ("NV", "TO", "NN1", "LS", "TC", "QP", "HN", "DP"),
        ("DL", "KPL", "VL", "HH", "SH", "CNC", "CNN", "TIN", "AN", "MT", "NN2", "DT"),
    ),
}
"""Lower secondary: cards in use. Upper secondary: the programme's compulsory subjects, then its electives (32/2018 as
amended by 13/2022)."""


def form_values(record: Record, *, signed_at: Mapping[SignerRole, datetime | None]) -> Values:
    """Everything the form of the record's level prints, as strings, lists and maps of strings.

    ``signed_at`` holds the roles whose signatures were verified, with the time each claims. Raises
    ``NotPrintableError``.
    """
    results = record.transcript.results
    specific = _primary(record, results) if isinstance(results, PrimaryResults) else _secondary(record, results)
    return {
        "level": LEVEL_TITLES[record.level],
        "regulation": record.transcript.regulation.value,
        "record_id": record.transcript.record_id,
        "grade": record.transcript.grade,
        "cover": cover_values(record),
        "pupil": _pupil(record),
        "schooling": _schooling(record),
        "signers": _signers(record, signed_at),
        **specific,
    }


def _line(text: str | None, field: str) -> str:
    return printable_line(text, field=field) if text else ""


def _remark(text: str | None) -> str:
    return printable_remark(text) if text else ""


def cover_values(record: Record) -> Values:
    """What the cover prints; the document's title is made of the same words."""
    transcript, school = record.transcript, record.school
    return {
        "department": _line(school.department_name, "department_name"),
        "name": _line(transcript.name, "name"),
        "class_group": _line(transcript.class_group, "class_group"),
        "school": _line(school.name, "school_name"),
        "school_after_label": _after_label(_line(school.name, "school_name")),
        "school_year": transcript.school_year.replace("-", " – "),
        "ward": _line(school.ward, "ward"),
        "district": _line(school.district, "district"),
        "province": _line(school.province, "province"),
        "register_number": _line(record.pupil.register_number, "register_number"),
        "results_until": printed_date(record.results_until) if record.results_until else "",
    }


def _after_label(school: str) -> str:
    """The name behind the label "Trường:", which must not say it twice; the sample writes "Trường: Tiểu học …"."""
    first, _, rest = school.partition(" ")
    return rest[:1].upper() + rest[1:] if first.casefold() == "trường" and rest else school


def _pupil(record: Record) -> Values:
    pupil = record.pupil
    return {
        "sex": _line(pupil.sex, "sex"),
        "date_of_birth": printed_date(record.transcript.date_of_birth),
        "ethnicity": _line(pupil.ethnicity, "ethnicity"),
        "nationality": _line(pupil.nationality, "nationality"),
        "personal_code": _line(pupil.personal_code, "personal_code"),
        "pupil_code": _line(pupil.pupil_code, "pupil_code"),
        "birthplace": _line(pupil.birthplace, "birthplace"),
        "home_town": _line(pupil.home_town, "home_town"),
        "address": _line(pupil.address, "address"),
        "father": _line(pupil.father_name, "father_name"),
        "mother": _line(pupil.mother_name, "mother_name"),
        "guardian": _line(pupil.guardian_name, "guardian_name"),
        "absences_excused": "" if pupil.absences_excused is None else str(pupil.absences_excused),
        "absences_unexcused": "" if pupil.absences_unexcused is None else str(pupil.absences_unexcused),
    }


def _schooling(record: Record) -> list[Values]:
    return [
        {
            "school_year": _line(entry.school_year, "school_year").replace("-", " – "),
            "class_group": _line(entry.class_group, "class_group"),
            "school": _line(entry.school_name, "school_name"),
            "arrived": _printed_day(_line(entry.arrived_on, "arrived_on")),
        }
        for entry in record.schooling
    ]


def _signers(record: Record, signed_at: Mapping[SignerRole, datetime | None]) -> Values:
    signers = record.signers
    day = _as_date(signers.signed_on) or _as_date(signers.created_on)
    return {
        "manager": _line(signers.manager_name, "manager_name"),
        "title": _line(signers.manager_title, "manager_title"),
        **_titles(_line(signers.manager_title, "manager_title")),
        "teacher": _line(signers.homeroom_teacher_name, "homeroom_teacher_name"),
        "place": _line(signers.place, "place"),
        "day": f"ngày {day:%d} tháng {day:%m} năm {day.year}" if day else "",
        "signed_on": printed_date(day) if day else "",
        "manager_signed": _signature_line(SignerRole.MANAGER, signed_at),
        "teacher_signed": _signature_line(SignerRole.HOMEROOM_TEACHER, signed_at),
        "school_signed": _signature_line(SignerRole.SCHOOL, signed_at),
    }


def _titles(title: str) -> Values:
    """The head's title, and the lines above the manager's name: a deputy signs on behalf (decree 30/2020, annex I)."""
    deputy, _, head = title.partition(" ")
    if deputy.casefold() == "phó" and head:
        head = head[0].upper() + head[1:]
        return {"head": head, "titles": [f"KT. {head}", title]}
    return {"head": title or "Hiệu trưởng", "titles": [title or "Hiệu trưởng"]}


def _signature_line(role: SignerRole, signed_at: Mapping[SignerRole, datetime | None]) -> str:
    if role not in signed_at:
        return ""
    moment = signed_at[role]
    return "Đã ký số" if moment is None else f"Đã ký số ngày {printed_date(moment.astimezone(VIETNAM_TIME).date())}"


def _primary(record: Record, results: PrimaryResults) -> Values:
    grade = record.transcript.grade
    subjects = {subject.code: subject for subject in results.subjects}
    details = _details_by_code(record)
    catalogue = catalogue_of_grade(grade)
    rows = [_primary_row(entry, subjects.get(entry.code), details.get(entry.code)) for entry in catalogue.subjects]
    own = [subject for subject in results.subjects if catalogue.by_code(subject.code) is None]
    rows += [_primary_row(None, subject, details.get(subject.code)) for subject in own]
    remarks = record.remarks
    return {
        "subjects": rows,
        "qualities": [_word(_QUALITY, level) for level in results.qualities],
        "competences": [_word(_QUALITY, level) for level in results.competences],
        "result": _word(_RESULT, results.educational_result),
        "commendation": _commendations(record),
        "completion": _remark(remarks.completion) or _primary_completion(results, grade),
        "remarks": {
            "teacher": _remark(remarks.homeroom_teacher),
            "qualities": _remark(remarks.qualities),
            "general_competences": _remark(remarks.general_competences),
            "specific_competences": _remark(remarks.specific_competences),
        },
    }


def _primary_row(entry: Subject | None, subject: PrimarySubject | None, detail: SubjectDetail | None) -> Values:
    return {
        "name": _subject_name(entry, detail, "Ngoại ngữ 1"),
        "level": _word(_ACHIEVEMENT, subject.level if subject else None),
        "score": "" if subject is None or subject.score is None else str(subject.score),
        "remark": _remark(detail.remark if detail else None),
    }


def _primary_completion(results: PrimaryResults, grade: int) -> str:
    """The sentence of section 6 when the school wrote none (circular 27, annex 1, guidance 6)."""
    if results.primary_programme_completed and grade == _LAST_PRIMARY_GRADE:
        return "Hoàn thành chương trình tiểu học."
    parts = []
    if results.class_programme_completed is not None:
        done = "Hoàn thành" if results.class_programme_completed else "Chưa hoàn thành"
        parts.append(f"{done} chương trình lớp {grade}")
    if results.promoted is not None:
        parts.append(f"Được lên lớp {grade + 1}" if results.promoted else "Chưa được lên lớp")
    return "; ".join(parts) + "." if parts else ""


def _secondary(record: Record, results: SecondaryResults) -> Values:
    remarks = record.remarks
    return {
        "subjects": _secondary_rows(record, results),
        "learning": _periods(results.learning),
        "training": _periods(results.training),
        "absences": "" if results.absences is None else str(results.absences),
        "promotion": _remark(remarks.promotion) or _secondary_promotion(results),
        "completion": _remark(remarks.completion) or _secondary_completion(record, results),
        "certificates": _remark(remarks.certificates),
        "competitions": _remark(remarks.competitions),
        "commendation": _commendations(record),
        "summer_training": _remark(remarks.summer_training),
        "remarks": {"teacher": _remark(remarks.homeroom_teacher)},
    }


def _secondary_rows(record: Record, results: SecondaryResults) -> list[Values]:
    subjects = {subject.code: subject for subject in results.subjects}
    details = _details_by_code(record)
    catalogue = catalogue_of_grade(record.transcript.grade)
    order = _ROWS[record.level]
    entries = [entry for code in (*order.always, *order.if_taken) if (entry := catalogue.by_code(code)) is not None]
    rows = [
        _secondary_row(entry, subjects.get(entry.code), details.get(entry.code))
        for entry in entries
        if entry.code in subjects or entry.code in order.always
    ]
    printed = {entry.code for entry in entries}
    own = [subject for subject in results.subjects if subject.code not in printed]
    return rows + [
        _secondary_row(catalogue.by_code(subject.code), subject, details.get(subject.code)) for subject in own
    ]


def _secondary_row(entry: Subject | None, subject: SecondarySubject | None, detail: SubjectDetail | None) -> Values:
    return {
        "name": _subject_name(entry, detail, "Ngoại ngữ"),
        "semester_1": _mark(subject.semester_1 if subject else None),
        "semester_2": _mark(subject.semester_2 if subject else None),
        "year": _mark(subject.year if subject else None),
        "reexamination": _mark(subject.reexamination if subject else None),
        "remark": _remark(detail.remark if detail else None),
        "teacher": _line(detail.teacher_name if detail else None, "teacher_name"),
    }


def _secondary_promotion(results: SecondaryResults) -> str:
    if results.promoted is None:
        return ""
    if not results.promoted:
        return "Không được lên lớp"
    later = (results.learning.after_summer, results.training.after_summer)
    if any(level is not None for level in later) or any(s.reexamination is not None for s in results.subjects):
        return "Được lên lớp sau khi kiểm tra lại môn học hoặc rèn luyện trong hè"
    return "Được lên lớp"


def _secondary_completion(record: Record, results: SecondaryResults) -> str:
    if results.programme_completed is None:
        return ""
    done = "Hoàn thành" if results.programme_completed else "Chưa hoàn thành"
    return f"{done} chương trình {LEVEL_TITLES[record.level]}."


def _periods(levels: PeriodLevels) -> list[str]:
    return [
        _word(_OVERALL, level) for level in (levels.semester_1, levels.semester_2, levels.year, levels.after_summer)
    ]


def _commendations(record: Record) -> str:
    parts = (_remark(record.remarks.commendation), _remark(record.remarks.commendation_ad_hoc))
    return "\n".join(part for part in parts if part)


def _details_by_code(record: Record) -> dict[str, SubjectDetail]:
    return {detail.code: detail for detail in record.subject_details}


def _subject_name(entry: Subject | None, detail: SubjectDetail | None, language_prefix: str) -> str:
    """The form's name of a subject; for foreign languages and the school's own subjects, the school's words."""
    if detail is not None and (entry is None or entry.vi.startswith(language_prefix)):
        return _line(detail.name, "subject_name")
    return entry.vi if entry else ""


def _word(words: Mapping[_LevelT, str], level: _LevelT | None) -> str:
    return "" if level is None else words[level]


def _mark(mark: str | None) -> str:
    return (mark or "").replace(".", ",")


def printed_date(day: date) -> str:
    """dd/mm/yyyy, as Vietnamese papers write dates."""
    return f"{day:%d/%m/}{day.year:04d}"


def _as_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _printed_day(text: str) -> str:
    """An ISO date as dd/mm/yyyy; anything else as the school wrote it."""
    day = _as_date(text)
    return printed_date(day) if day else text
