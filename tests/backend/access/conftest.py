"""A family with accounts to open, on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.issue_activation_code import issue_activation_code
from backend.access.keys import AccessKeys
from backend.access.log_in import begin_login, finish_login
from backend.access.passkeys import RelyingParty
from backend.access.session import NewSession
from backend.database import Database
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation
from tests.backend.access.software_authenticator import SoftwareAuthenticator

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
MOTHER_CODE = "999185000001"
FATHER_CODE = "999083000001"
UNKNOWN_CODE = "999185999999"
ADDRESS = "203.0.113.7"


class Family(NamedTuple):
    """Two guardians of one pupil."""

    pupil_id: str
    mother_id: str
    father_id: str


@pytest.fixture
def access(database: Database) -> Access:
    return Access(
        database=database,
        keys=AccessKeys.from_secret("a secret of the tests, long enough"),
        relying_party=RelyingParty("http://localhost:8000", "Học bạ số"),
    )


@pytest.fixture
def family(database: Database) -> Family:
    entry = PupilEntry(
        name="Nguyễn Ngọc Lan",
        date_of_birth=date(2015, 9, 5),
        school_code="99900001",
        school_name="Trường Tiểu học Quang Trung",
        pupil_code="0001",
        class_group="4A",
        personal_code="999315000001",
        guardians=(
            GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code=MOTHER_CODE),
            GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code=FATHER_CODE),
        ),
    )
    (result,) = register_pupils(database, [entry], now=NOW)
    mother, father = result.guardian_ids
    assert result.pupil_id is not None
    assert mother is not None
    assert father is not None
    return Family(result.pupil_id, mother, father)


Enrol = Callable[[str, str], tuple[SoftwareAuthenticator, NewSession]]
LogIn = Callable[[SoftwareAuthenticator, str], NewSession]


@pytest.fixture
def enrol(access: Access) -> Enrol:
    """Enrol a guardian with a new phone."""

    def enrol_guardian(guardian_id: str, personal_code: str) -> tuple[SoftwareAuthenticator, NewSession]:
        phone = SoftwareAuthenticator()
        code = issue_activation_code(access, guardian_id=guardian_id, now=NOW)
        begun = begin_enrolment(
            access,
            claimed_activation_code=code.code,
            claimed_personal_code=personal_code,
            address=ADDRESS,
            now=NOW,
        )
        session = finish_enrolment(
            access,
            claimed_browser_token=begun.browser_token,
            credential=phone.create(begun.options),
            passkey_name="Điện thoại của mẹ",
            replaced_session_token=None,
            now=NOW,
        )
        return phone, session

    return enrol_guardian


@pytest.fixture
def log_in(access: Access) -> LogIn:
    """Log in with a phone."""

    def log_in_with(phone: SoftwareAuthenticator, personal_code: str) -> NewSession:
        begun = begin_login(access, claimed_personal_code=personal_code, address=ADDRESS, now=NOW)
        return finish_login(
            access,
            claimed_browser_token=begun.browser_token,
            credential=phone.get(begun.options),
            replaced_session_token=None,
            now=NOW,
        )

    return log_in_with


@pytest.fixture
def insist(access: Access) -> LogIn:
    """Log in with whatever passkey a phone holds, asked for or not, as a browser can be made to."""

    def answer_anyway(phone: SoftwareAuthenticator, personal_code: str) -> NewSession:
        begun = begin_login(access, claimed_personal_code=personal_code, address=ADDRESS, now=NOW)
        unnamed = {name: value for name, value in begun.options.items() if name != "allowCredentials"}
        return finish_login(
            access,
            claimed_browser_token=begun.browser_token,
            credential=phone.get(unnamed),
            replaced_session_token=None,
            now=NOW,
        )

    return answer_anyway
