"""A record as the ministry's XML, in the field's shape, before anybody signs.

Signing software adds ``DANH_SACH_THONG_TIN_KY`` and ``PHAT_HANH_HOC_BA`` with the signatures; ``Id="thongtinhocba"`` is
what the homeroom teacher signs, ``Id="data"`` what manager and school sign. Null is written as no element (2088,
II.1.3), numbers with a dot, and there is no white space between elements, so the bytes depend on the record alone.
"""

from lxml import etree

from verifier.errors import MalformedInputError
from verifier.record.field_names import (
    COMPETENCE_FIELDS,
    NOT_ASSESSED_FIELD,
    PERIOD_SUFFIXES,
    PROGRAMME_COMPLETED_FIELDS,
    QUALITY_FIELDS,
    RESULTS_UNTIL_FIELD,
    UNEXCUSED_ABSENCES_FIELD,
)
from verifier.record.levels import MINISTRY_LEVEL_CODES
from verifier.record.record import Record, SchoolingEntry, SubjectDetail
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
)

DATA_ID = "data"
"""``Id`` of ``DU_LIEU_HOC_BA``."""
TEACHER_DATA_ID = "thongtinhocba"
"""``Id`` of ``THONG_TIN_HOC_BA``."""

_LEVEL_CODES = {level: code for code, level in MINISTRY_LEVEL_CODES.items()}

_Value = str | int | bool | None


def write_unsigned_card(
    record: Record,
    *,
    manager_personal_code: str | None = None,
    homeroom_teacher_personal_code: str | None = None,
) -> bytes:
    """The card's bytes, ``<HOC_BA>…</HOC_BA>`` without an XML declaration.

    The signers' personal codes belong into the XML (2088, annex 1.1) and nowhere else, so a ``Record`` does not hold
    them.

    Raises:
        MalformedInputError: ``field_malformed``, for a text that no XML can hold (control characters).
    """
    root = etree.Element("HOC_BA")
    data = etree.SubElement(root, "DU_LIEU_HOC_BA", {"Id": DATA_ID})
    inner = etree.SubElement(data, "THONG_TIN_HOC_BA", {"Id": TEACHER_DATA_ID})
    _write_general(
        etree.SubElement(inner, "THONG_TIN_CHUNG"),
        record,
        manager_personal_code=manager_personal_code,
        homeroom_teacher_personal_code=homeroom_teacher_personal_code,
    )
    process = etree.SubElement(inner, "QUA_TRINH_HOC_TAP")
    for entry in record.schooling:
        _write_schooling(etree.SubElement(process, "DONG_QUA_TRINH"), entry)
    summary = etree.SubElement(inner, "TONG_KET")
    _put(summary, RESULTS_UNTIL_FIELD, None if record.results_until is None else record.results_until.isoformat())
    results = record.transcript.results
    if isinstance(results, PrimaryResults):
        _write_primary(summary, record, results)
    else:
        _write_secondary(summary, record, results)
    return etree.tostring(root, encoding="utf-8", xml_declaration=False)


def _put(parent: etree._Element, field: str, value: _Value) -> None:
    if value is None:
        return
    text = str(int(value)) if isinstance(value, bool) else str(value)
    try:
        etree.SubElement(parent, field).text = text
    except ValueError as error:
        raise MalformedInputError("field_malformed", field=field) from error


def _write_general(
    parent: etree._Element,
    record: Record,
    *,
    manager_personal_code: str | None,
    homeroom_teacher_personal_code: str | None,
) -> None:
    transcript, school, pupil, signers = record.transcript, record.school, record.pupil, record.signers
    fields: tuple[tuple[str, _Value], ...] = (
        ("PHIEN_BAN", record.format_version),
        ("THONG_TU", transcript.regulation.value),
        ("MA_TRA_CUU_UUID", transcript.record_id),
        ("TEN_NAM_HOC", transcript.school_year),
        ("MA_SO_GIAO_DUC", school.department_code),
        ("TEN_SO_GD", school.department_name),
        ("MA_TRUONG", transcript.school_code),
        ("TEN_TRUONG", school.name),
        ("TEN_QUAN_HUYEN", school.district),
        ("TEN_XA_PHUONG", school.ward),
        ("TEN_TINH_THANH_PHO", school.province),
        ("MA_CAP_HOC", _LEVEL_CODES[record.level]),
        ("SO_SO_DANG_BO", pupil.register_number),
        ("HO_VA_TEN", transcript.name),
        ("SO_CCCD", pupil.personal_code),
        ("MA_HOC_SINH", pupil.pupil_code),
        ("GIOI_TINH", pupil.sex),
        ("NGAY_SINH", transcript.date_of_birth.isoformat()),
        ("CAN_NANG", pupil.weight_kg),
        ("CHIEU_CAO", pupil.height_cm),
        ("TONG_SO_BUOI_NGHI_CO_PHEP", pupil.absences_excused),
        (UNEXCUSED_ABSENCES_FIELD, pupil.absences_unexcused),
        ("NOI_SINH", pupil.birthplace),
        ("QUE_QUAN", pupil.home_town),
        ("CHO_O_HIEN_NAY", pupil.address),
        ("DAN_TOC", pupil.ethnicity),
        ("QUOC_TICH", pupil.nationality),
        (NOT_ASSESSED_FIELD, True if pupil.not_assessed else None),
        ("HO_VA_TEN_CHA", pupil.father_name),
        ("HO_VA_TEN_ME", pupil.mother_name),
        ("HO_VA_TEN_NGUOI_GIAM_HO", pupil.guardian_name),
        ("TEN_GIAM_HIEU_KY_HOC_BA", signers.manager_name),
        ("SO_CCCD_GIAM_HIEU_KY_HOC_BA", manager_personal_code),
        ("DIA_DANH_PHAT_HANH_HOC_BA", signers.place),
        ("NGAY_TAO_HOC_BA", signers.created_on),
        ("NGAY_KY_PHAT_HANH_HOC_BA", signers.signed_on),
        ("CHUC_VU_GIAM_HIEU_KY_HOC_BA", signers.manager_title),
        ("TEN_GIAO_VIEN_CHU_NHIEM", signers.homeroom_teacher_name),
        ("SO_CCCD_GIAO_VIEN_CHU_NHIEM", homeroom_teacher_personal_code),
        ("MA_KHOI", transcript.grade),
        ("TEN_LOP", transcript.class_group),
        ("NAM_HOC", transcript.school_year[:4]),
    )
    for field, value in fields:
        _put(parent, field, value)


def _write_schooling(parent: etree._Element, entry: SchoolingEntry) -> None:
    _put(parent, "TEN_NAM_HOC", entry.school_year)
    _put(parent, "TEN_LOP", entry.class_group)
    _put(parent, "TEN_TRUONG", entry.school_name)
    _put(parent, "NGAY_TRANG_THAI_CHUYEN_DEN", entry.arrived_on)


def _write_primary(parent: etree._Element, record: Record, results: PrimaryResults) -> None:
    remarks = record.remarks
    _put(parent, "KET_QUA_XEP_LOAI", results.educational_result)
    _put(parent, "DUOC_LEN_LOP", results.promoted)
    _put(parent, "NOI_DUNG_HOAN_THANH_CHUONG_TRINH", remarks.completion)
    _put(parent, "DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC", results.class_programme_completed)
    _put(parent, "DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC", results.primary_programme_completed)
    _put(parent, "NOI_DUNG_KHEN_THUONG", remarks.commendation)
    _put(parent, "NOI_DUNG_KHEN_THUONG_DOT_XUAT", remarks.commendation_ad_hoc)
    _put(parent, "NHAN_XET_GVCN", remarks.homeroom_teacher)
    table = etree.SubElement(parent, "BANG_DIEM")
    for number, (subject, detail) in enumerate(zip(results.subjects, record.subject_details, strict=True)):
        row = _write_subject(table, number, subject, detail)
        _put(row, "MUC_DAT_DUOC", subject.level)
        _put(row, "DIEM_KIEM_TRA_DINH_KY", subject.score)
        _put(row, "NHAN_XET_MON_HOC", detail.remark)
        _put(row, "TEN_GIAO_VIEN_BO_MON", detail.teacher_name)
    abilities = etree.SubElement(parent, "DANH_GIA_NANG_LUC_PHAM_CHAT")
    for field, level in zip(COMPETENCE_FIELDS, results.competences, strict=True):
        _put(abilities, field, level)
    for field, level in zip(QUALITY_FIELDS, results.qualities, strict=True):
        _put(abilities, field, level)
    _put(abilities, "NHAN_XET_PHAM_CHAT", remarks.qualities)
    _put(abilities, "NHAN_XET_NANG_LUC_CHUNG", remarks.general_competences)
    _put(abilities, "NHAN_XET_NANG_LUC_DAC_THU", remarks.specific_competences)


def _write_secondary(parent: etree._Element, record: Record, results: SecondaryResults) -> None:
    remarks = record.remarks
    _write_periods(parent, "KET_QUA_HOC_TAP", results.learning)
    _write_periods(parent, "KET_QUA_REN_LUYEN", results.training)
    _put(parent, "TONG_SO_BUOI_NGHI", results.absences)
    _put(parent, "DUOC_LEN_LOP", results.promoted)
    _put(parent, "NOI_DUNG_DUOC_LEN_LOP", remarks.promotion)
    _put(parent, "NOI_DUNG_HOAN_THANH_CHUONG_TRINH", remarks.completion)
    _put(parent, PROGRAMME_COMPLETED_FIELDS[record.level], results.programme_completed)
    _put(parent, "KET_QUA_THAM_GIA_CUOC_THI", remarks.competitions)
    _put(parent, "CHUNG_CHI", remarks.certificates)
    _put(parent, "NOI_DUNG_REN_LUYEN_HE", remarks.summer_training)
    _put(parent, "NOI_DUNG_KHEN_THUONG", remarks.commendation)
    _put(parent, "NOI_DUNG_KHEN_THUONG_DOT_XUAT", remarks.commendation_ad_hoc)
    _put(parent, "NHAN_XET_GVCN", remarks.homeroom_teacher)
    table = etree.SubElement(parent, "BANG_DIEM")
    for number, (subject, detail) in enumerate(zip(results.subjects, record.subject_details, strict=True)):
        row = _write_subject(table, number, subject, detail)
        _put(row, "DIEM_HOC_KY_1", subject.semester_1)
        _put(row, "DIEM_HOC_KY_2", subject.semester_2)
        _put(row, "DIEM_CA_NAM", subject.year)
        _put(row, "DIEM_KIEM_TRA_LAI", subject.reexamination)
        _put(row, "NHAN_XET_MON_HOC", detail.remark)
        _put(row, "TEN_GIAO_VIEN_BO_MON", detail.teacher_name)


def _write_subject(
    table: etree._Element, number: int, subject: PrimarySubject | SecondarySubject, detail: SubjectDetail
) -> etree._Element:
    row = etree.SubElement(table, "DIEM_TONG_KET", {"Id": f"mon-{number}"})
    _put(row, "MA_MON_HOC", subject.code)
    _put(row, "TEN_MON_HOC", detail.name)
    return row


def _write_periods(parent: etree._Element, prefix: str, levels: PeriodLevels) -> None:
    values = (levels.semester_1, levels.semester_2, levels.year, levels.after_summer)
    for suffix, value in zip(PERIOD_SUFFIXES, values, strict=True):
        _put(parent, f"{prefix}_{suffix}", value)
