"""What the official forms print of a record, label by label and row by row, for the deep check of a PDF.

Written from the ministry's samples and ``docs/formats/pdf.md``, not from the typesetter: that one's mistakes are what
the check is to find. Only the words (``record.printed_words``) are shared.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from verifier.record.levels import EducationLevel
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
from verifier.record.transcript import PrimaryResults, SecondaryResults

_QUALITIES = ("Yêu nước", "Nhân ái", "Chăm chỉ", "Trung thực", "Trách nhiệm")
_GENERAL = ("Tự chủ và tự học", "Giao tiếp và hợp tác", "Giải quyết vấn đề và sáng tạo")
_SPECIFIC = ("Ngôn ngữ", "Tính toán", "Khoa học", "Công nghệ", "Tin học", "Thẩm mĩ", "Thể chất")
_LAST_GRADES = (9, 12)


class Group(Struct, frozen=True):
    """Runs that follow each other directly; a run is what one cell or line says."""

    place: str
    """Part of the form, for whoever has to find out."""
    runs: tuple[str, ...]
    remark: str | None = None
    """In a row of marks: the remark that may follow it, where no further mark may."""
    free: bool = False
    """A remark: it stands anywhere behind the group before, and the next group need not follow it."""


def printed_groups(record: Record) -> Iterator[Group]:
    """Everything that the form of the record's level prints, in its order."""
    yield from _cover(record)
    yield from _resume(record)
    yield from _schooling(record)
    results = record.transcript.results
    if isinstance(results, PrimaryResults):
        yield from _primary(record, results)
    else:
        yield from _secondary(record, results)
    yield from _signers(record)


def _cover(record: Record) -> Iterator[Group]:
    transcript, school = record.transcript, record.school
    if school.department_name:
        yield Group("cover", (school.department_name,))
    fields = [
        ("Họ và tên học sinh", transcript.name),
        ("Lớp", transcript.class_group),
        ("Trường", after_label(_line(school.name))),
        ("Năm học", transcript.school_year),
        ("Xã (Phường, Thị trấn)" if school.district else "Xã/Phường/Đặc khu", school.ward),
    ]
    if school.district:
        fields.append(("Huyện (Thành phố, Quận, Thị xã)", school.district))
    fields.append(("Tỉnh (Thành phố)", school.province))
    if record.pupil.register_number:
        fields.append(("Số sổ đăng bộ", record.pupil.register_number))
    if record.results_until:
        fields.append(("Kết quả tính đến ngày", printed_date(record.results_until)))
    yield Group("cover", ("Học bạ", LEVEL_TITLES[record.level], *_fields(fields)))
    yield Group("cover", ("Mã tra cứu học bạ (UUID):", transcript.record_id))


def _resume(record: Record) -> Iterator[Group]:
    transcript, pupil, signers = record.transcript, record.pupil, record.signers
    more = record.level is not EducationLevel.PRIMARY
    relatives: list[tuple[str, str | None]] = []
    for label, name in (
        ("Họ và tên cha", pupil.father_name),
        ("Họ và tên mẹ", pupil.mother_name),
        ("Người giám hộ (nếu có)", pupil.guardian_name),
    ):
        relatives += [(label, name), ("Nghề nghiệp", None)] if more else [(label, name)]
    fields = [
        ("Họ và tên học sinh", transcript.name),
        ("Giới tính", pupil.sex),
        ("Ngày, tháng, năm sinh", printed_date(transcript.date_of_birth)),
        ("Dân tộc", pupil.ethnicity),
        ("Quốc tịch", pupil.nationality),
        ("Mã số định danh cá nhân", pupil.personal_code),
        ("Mã học sinh", pupil.pupil_code),
        ("Nơi sinh", pupil.birthplace),
        ("Quê quán", pupil.home_town),
        ("Nơi ở hiện nay", pupil.address),
        *([("Đối tượng", None)] if more else []),
        *relatives,
        ("Mã số tra cứu học bạ (UUID)", transcript.record_id),
    ]
    yield Group("resume", _fields(fields))
    day = signing_day(record)
    signing = [
        ("Người ký học bạ", signers.manager_name),
        ("Chức vụ của người ký học bạ", signers.manager_title),
        ("Ngày ký học bạ", printed_date(day) if day else ""),
    ]
    yield Group("resume", _fields(signing))
    if more:
        yield from _place_and_day(record, "resume")
        yield Group("resume", (signers.manager_name,))


def _schooling(record: Record) -> Iterator[Group]:
    for entry in record.schooling:
        arrived = printed_day(_line(entry.arrived_on or ""))
        yield Group("schooling", (entry.school_year or "", entry.class_group, entry.school_name, arrived))


def _primary(record: Record, results: PrimaryResults) -> Iterator[Group]:
    pupil, remarks = record.pupil, record.remarks
    yield from _year_line(record)
    if pupil.absences_excused is not None or pupil.absences_unexcused is not None:
        excused, unexcused = _number(pupil.absences_excused), _number(pupil.absences_unexcused)
        yield Group("absences", (f"Số buổi nghỉ: có phép {excused}, không phép {unexcused}",))
    yield from _remark("marks", remarks.homeroom_teacher)
    subjects, details = {one.code: one for one in results.subjects}, _details(record)
    for code in row_codes(record):
        subject, detail = subjects.get(code), details.get(code)
        level = word(ACHIEVEMENT, subject.level if subject else None)
        score = _number(subject.score if subject else None)
        yield from _row("marks", record, code, (level, score), beside=remarks.homeroom_teacher)
        yield from _remark("marks", detail.remark if detail else None)
    for place, names, levels, remark in (
        ("qualities", _QUALITIES, results.qualities, remarks.qualities),
        ("competences", _GENERAL, results.competences[: len(_GENERAL)], remarks.general_competences),
        ("competences", _SPECIFIC, results.competences[len(_GENERAL) :], remarks.specific_competences),
    ):
        yield from _remark(place, remark)
        for name, quality in zip(names, levels, strict=True):
            yield Group(place, (name, word(QUALITY, quality)), remark=remark or "")
    yield Group("result", ("4. Đánh giá kết quả giáo dục:", word(RESULT, results.educational_result)))
    yield Group("commendation", ("5. Khen thưởng:",))
    yield from _remark("commendation", _commendations(record))
    completion = remarks.completion or primary_completion(results, record.transcript.grade)
    yield Group("completion", ("6. Hoàn thành chương trình lớp học/chương trình tiểu học:", completion))


def _secondary(record: Record, results: SecondaryResults) -> Iterator[Group]:
    remarks = record.remarks
    yield from _year_line(record)
    subjects, details = {one.code: one for one in results.subjects}, _details(record)
    for code in row_codes(record):
        subject, detail = subjects.get(code), details.get(code)
        marks = (subject.semester_1, subject.semester_2, subject.year, subject.reexamination) if subject else ()
        yield from _row("marks", record, code, tuple(printed_mark(mark) for mark in marks))
        yield from _remark("marks", detail.remark if detail else None)
        yield from _remark("marks", detail.teacher_name if detail else None)
    yield from _names(record)
    yield from _year_line(record)
    promotion = remarks.promotion or secondary_promotion(results)
    yield from _remark("results", promotion)
    training, learning = results.training, results.learning
    absences = _number(results.absences)
    after = (word(OVERALL, training.after_summer), word(OVERALL, learning.after_summer))
    for label, of_training, of_learning, beside in (
        ("Học kì I", training.semester_1, learning.semester_1, ()),
        ("Học kì II", training.semester_2, learning.semester_2, (absences, *after)),
        ("Cả năm", training.year, learning.year, ()),
    ):
        row = (label, word(OVERALL, of_training), word(OVERALL, of_learning), *beside)
        yield Group("results", row, remark=promotion)
    yield from _secondary_lines(record, results)


def _secondary_lines(record: Record, results: SecondaryResults) -> Iterator[Group]:
    remarks = record.remarks
    completion = remarks.completion or secondary_completion(record, results)
    if record.transcript.grade in _LAST_GRADES:
        yield Group("completion", _fields([("Hoàn thành chương trình (lớp cuối cấp)", completion)]))
    elif completion:
        yield Group("completion", _fields([("Hoàn thành chương trình lớp học", completion)]))
    lines = [
        ("Chứng chỉ (nếu có)", remarks.certificates),
        ("Kết quả tham gia các cuộc thi (nếu có)", remarks.competitions),
        ("Khen thưởng (nếu có)", _commendations(record)),
    ]
    if remarks.summer_training:
        lines.append(("Nội dung rèn luyện trong kì nghỉ hè", remarks.summer_training))
    for label, text in lines:
        yield Group("awards", _fields([(label, text)]))
    yield Group("remark", ("Nhận xét của giáo viên chủ nhiệm",))
    yield from _remark("remark", remarks.homeroom_teacher)


def _signers(record: Record) -> Iterator[Group]:
    yield from _place_and_day(record, "signers")
    yield from _names(record)


def _names(record: Record) -> Iterator[Group]:
    for name in (record.signers.homeroom_teacher_name, record.signers.manager_name):
        if name:
            yield Group("signers", (name,))


def _place_and_day(record: Record, place: str) -> Iterator[Group]:
    day = signing_day(record)
    said = f"{record.signers.place}," if record.signers.place else ""
    yield Group(place, (said, day_in_words(day) if day else ""))


def _year_line(record: Record) -> Iterator[Group]:
    transcript = record.transcript
    fields = [("Họ và tên", transcript.name), ("Lớp", transcript.class_group), ("Năm học", transcript.school_year)]
    until: tuple[str, ...] = ()
    if record.results_until:
        until = (
            f"Kết quả tính đến ngày {printed_date(record.results_until)}",
            "(học sinh chuyển trường trong năm học)",
        )
    yield Group("year", (*_fields(fields), *until))


def _row(
    place: str, record: Record, code: str, cells: tuple[str, ...], *, beside: str | None = None
) -> Iterator[Group]:
    grade = record.transcript.grade
    detail = _details(record).get(code)
    name = subject_name(catalogue_of_grade(grade).by_code(code), detail, grade)
    remark = (detail.remark if detail else None) or beside
    yield Group(place, (name, *cells), remark=remark or "")


def _remark(place: str, text: str | None) -> Iterator[Group]:
    if text:
        yield Group(place, (text,), free=True)


def _fields(fields: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    return tuple(f"{label}: {value or ''}" for label, value in fields)


def _details(record: Record) -> dict[str, SubjectDetail]:
    return {detail.code: detail for detail in record.subject_details}


def _commendations(record: Record) -> str:
    return "\n".join(filter(None, (record.remarks.commendation, record.remarks.commendation_ad_hoc)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
