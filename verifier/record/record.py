"""One card: one pupil, one school year ("đơn vị học bạ số"), as the ministry's XML holds it."""

from datetime import date

from msgspec import Struct

from verifier.record.levels import EducationLevel
from verifier.record.transcript import Transcript


class School(Struct, frozen=True):
    """The school that issues the card, with its names as they were at issue."""

    name: str
    code: str
    department_code: str
    department_name: str
    ward: str | None
    district: str | None
    """Gone since 1 July 2025, still on older cards."""
    province: str


class Pupil(Struct, frozen=True):
    """The pupil's résumé; name and date of birth stand in the transcript."""

    personal_code: str | None
    """Số định danh cá nhân, 12 digits; an identifier, never a secret. None for pupils who have none."""
    pupil_code: str
    register_number: str | None
    sex: str
    """"Nam" or "Nữ"."""
    ethnicity: str | None
    nationality: str
    birthplace: str | None
    home_town: str | None
    address: str | None
    father_name: str | None
    mother_name: str | None
    guardian_name: str | None
    weight_kg: str | None
    height_cm: str | None
    absences_excused: int | None
    absences_unexcused: int | None
    not_assessed: bool = False
    """A disabled pupil on an individual plan whose results are not assessed; their absence is then no omission."""


class SchoolingEntry(Struct, frozen=True):
    """One line of the study process (quá trình học tập)."""

    class_group: str
    school_name: str
    school_year: str | None
    arrived_on: str | None
    """As written; schools write dates and free text here."""


class SubjectDetail(Struct, frozen=True):
    """What a card says of a subject besides its marks."""

    code: str
    name: str
    """As the school wrote it."""
    remark: str | None = None
    teacher_name: str | None = None


class Remarks(Struct, frozen=True):
    """The teacher's words and what was awarded."""

    homeroom_teacher: str | None = None
    qualities: str | None = None
    general_competences: str | None = None
    specific_competences: str | None = None
    completion: str | None = None
    """Nội dung hoàn thành chương trình, as printed."""
    promotion: str | None = None
    """Nội dung được lên lớp, as printed (secondary)."""
    commendation: str | None = None
    commendation_ad_hoc: str | None = None
    competitions: str | None = None
    certificates: str | None = None
    summer_training: str | None = None


class Signers(Struct, frozen=True):
    """Who the card names as its signers; who really signed is for the signatures to say."""

    manager_name: str
    manager_title: str
    homeroom_teacher_name: str | None
    place: str
    created_on: str | None
    """ISO date."""
    signed_on: str | None
    """ISO date, as the card claims it."""


class Record(Struct, frozen=True):
    """One card of the ministry's XML."""

    format_version: str
    level: EducationLevel
    transcript: Transcript
    school: School
    pupil: Pupil
    schooling: tuple[SchoolingEntry, ...]
    subject_details: tuple[SubjectDetail, ...]
    """In the same order as the transcript's subjects."""
    remarks: Remarks
    signers: Signers
    results_until: date | None = None
    """Results to date: the day on which a pupil left for another school during the year. None for a whole year."""
