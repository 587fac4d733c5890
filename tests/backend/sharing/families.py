"""A pupil with the guardians that a test names, and what is shared of them."""

from datetime import date

from backend.people.roster import GuardianEntry, PupilEntry
from backend.sharing.rules import ShareTerms

TERMS = ShareTerms(
    receiver="Trường THCS Kim Đồng",
    purpose="Nhập học",
    with_address=False,
    with_personal_code=False,
    days=14,
    passcode=None,
    single_use=False,
    child_consents=True,
)


def a_pupil(*guardians: GuardianEntry) -> PupilEntry:
    return PupilEntry(
        name="Nguyễn Ngọc Lan",
        date_of_birth=date(2015, 9, 5),
        school_code="99900001",
        school_name="Trường Tiểu học Quang Trung",
        pupil_code="0001",
        class_group="4A",
        personal_code="999315000001",
        guardians=guardians,
    )
