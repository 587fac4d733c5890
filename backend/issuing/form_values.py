"""A record's values as the official forms print them: words for levels, dd/mm/yyyy, a decimal comma.

Which values a form shows and where is the form's business (``forms/*.typ``); what they say is decided here. Health
data (weight, height) stand in the XML and are not printed, as in the ministry's sample (2088, annex 2).
"""

from collections.abc import Mapping
from datetime import datetime

from backend.issuing.printable_text import printable_line, printable_remark
from verifier.record.card_document import SignerRole
from verifier.record.printed_words import (
    ACHIEVEMENT,
    LEVEL_TITLES,
    OVERALL,
    QUALITY,
    RESULT,
    after_label,
    day_in_words,
    primary_completion,
    printed_date,
    printed_day,
    printed_mark,
    row_codes,
    secondary_completion,
    secondary_promotion,
    signing_day,
    subject_name,
    word,
)
from verifier.record.record import Record, SubjectDetail
from verifier.record.subjects import catalogue_of_grade
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
)
from verifier.vietnam_time import vietnam_day

Values = dict[str, object]


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
        "school_after_label": after_label(_line(school.name, "school_name")),
        "school_year": transcript.school_year.replace("-", " – "),
        "ward": _line(school.ward, "ward"),
        "district": _line(school.district, "district"),
        "province": _line(school.province, "province"),
        "register_number": _line(record.pupil.register_number, "register_number"),
        "results_until": printed_date(record.results_until) if record.results_until else "",
    }


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
            "arrived": printed_day(_line(entry.arrived_on, "arrived_on")),
        }
        for entry in record.schooling
    ]


def _signers(record: Record, signed_at: Mapping[SignerRole, datetime | None]) -> Values:
    signers = record.signers
    day = signing_day(record)
    return {
        "manager": _line(signers.manager_name, "manager_name"),
        "title": _line(signers.manager_title, "manager_title"),
        **_titles(_line(signers.manager_title, "manager_title")),
        "teacher": _line(signers.homeroom_teacher_name, "homeroom_teacher_name"),
        "place": _line(signers.place, "place"),
        "day": day_in_words(day) if day else "",
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
    return "Đã ký số" if moment is None else f"Đã ký số ngày {printed_date(vietnam_day(moment))}"


def _primary(record: Record, results: PrimaryResults) -> Values:
    grade = record.transcript.grade
    subjects = {subject.code: subject for subject in results.subjects}
    details = _details_by_code(record)
    rows = [_primary_row(record, code, subjects.get(code), details.get(code)) for code in row_codes(record)]
    remarks = record.remarks
    return {
        "subjects": rows,
        "qualities": [word(QUALITY, level) for level in results.qualities],
        "competences": [word(QUALITY, level) for level in results.competences],
        "result": word(RESULT, results.educational_result),
        "commendation": _commendations(record),
        "completion": _remark(remarks.completion) or primary_completion(results, grade),
        "remarks": {
            "teacher": _remark(remarks.homeroom_teacher),
            "qualities": _remark(remarks.qualities),
            "general_competences": _remark(remarks.general_competences),
            "specific_competences": _remark(remarks.specific_competences),
        },
    }


def _primary_row(record: Record, code: str, subject: PrimarySubject | None, detail: SubjectDetail | None) -> Values:
    return {
        "name": _subject_name(record, code, detail),
        "level": word(ACHIEVEMENT, subject.level if subject else None),
        "score": "" if subject is None or subject.score is None else str(subject.score),
        "remark": _remark(detail.remark if detail else None),
    }


def _secondary(record: Record, results: SecondaryResults) -> Values:
    remarks = record.remarks
    return {
        "subjects": _secondary_rows(record, results),
        "learning": _periods(results.learning),
        "training": _periods(results.training),
        "absences": "" if results.absences is None else str(results.absences),
        "promotion": _remark(remarks.promotion) or secondary_promotion(results),
        "completion": _remark(remarks.completion) or secondary_completion(record, results),
        "certificates": _remark(remarks.certificates),
        "competitions": _remark(remarks.competitions),
        "commendation": _commendations(record),
        "summer_training": _remark(remarks.summer_training),
        "remarks": {"teacher": _remark(remarks.homeroom_teacher)},
    }


def _secondary_rows(record: Record, results: SecondaryResults) -> list[Values]:
    subjects = {subject.code: subject for subject in results.subjects}
    details = _details_by_code(record)
    return [_secondary_row(record, code, subjects.get(code), details.get(code)) for code in row_codes(record)]


def _secondary_row(record: Record, code: str, subject: SecondarySubject | None, detail: SubjectDetail | None) -> Values:
    return {
        "name": _subject_name(record, code, detail),
        "semester_1": printed_mark(subject.semester_1 if subject else None),
        "semester_2": printed_mark(subject.semester_2 if subject else None),
        "year": printed_mark(subject.year if subject else None),
        "reexamination": printed_mark(subject.reexamination if subject else None),
        "remark": _remark(detail.remark if detail else None),
        "teacher": _line(detail.teacher_name if detail else None, "teacher_name"),
    }


def _periods(levels: PeriodLevels) -> list[str]:
    return [word(OVERALL, level) for level in (levels.semester_1, levels.semester_2, levels.year, levels.after_summer)]


def _subject_name(record: Record, code: str, detail: SubjectDetail | None) -> str:
    grade = record.transcript.grade
    return _line(subject_name(catalogue_of_grade(grade).by_code(code), detail, grade), "subject_name")


def _commendations(record: Record) -> str:
    parts = (_remark(record.remarks.commendation), _remark(record.remarks.commendation_ad_hoc))
    return "\n".join(part for part in parts if part)


def _details_by_code(record: Record) -> dict[str, SubjectDetail]:
    return {detail.code: detail for detail in record.subject_details}
