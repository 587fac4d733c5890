from datetime import date

import pytest

from backend.people.matching.rules import CardIdentity, KnownPupil, LinkedBy, PupilMatch, match_pupil

BORN = date(2015, 9, 5)
KNOWN = KnownPupil(pupil_id="lan", personal_code="999315000001", date_of_birth=BORN)
WITHOUT_CODE = KnownPupil(pupil_id="minh", personal_code=None, date_of_birth=BORN)
OTHER = KnownPupil(pupil_id="hoa", personal_code="999315000002", date_of_birth=BORN)
BY_CODE = PupilMatch(pupil_id="lan", linked_by=LinkedBy.PERSONAL_CODE)
CONFLICT = PupilMatch(conflict=True)


@pytest.mark.parametrize(
    ("circumstance", "code", "born", "by_code", "by_place", "expected"),
    [
        ("nobody known", "999315000001", BORN, None, None, PupilMatch()),
        ("personal code", "999315000001", BORN, KNOWN, None, BY_CODE),
        ("personal code and school code agree", "999315000001", BORN, KNOWN, KNOWN, BY_CODE),
        ("personal code, other birthday", "999315000001", date(2015, 9, 6), KNOWN, None, CONFLICT),
        ("the two codes are two pupils", "999315000001", BORN, KNOWN, OTHER, CONFLICT),
        (
            "school code of a pupil without personal code",
            None,
            BORN,
            None,
            WITHOUT_CODE,
            PupilMatch(pupil_id="minh", linked_by=LinkedBy.PUPIL_CODE),
        ),
        (
            "card without a personal code, pupil with one",
            None,
            BORN,
            None,
            KNOWN,
            PupilMatch(pupil_id="lan", linked_by=LinkedBy.PUPIL_CODE),
        ),
        ("school code, other birthday", None, date(2015, 9, 6), None, WITHOUT_CODE, CONFLICT),
        ("school code of a pupil with another personal code", "999315000009", BORN, None, KNOWN, CONFLICT),
    ],
)
def test_whose_card_it_is(
    circumstance: str,
    code: str | None,
    born: date,
    by_code: KnownPupil | None,
    by_place: KnownPupil | None,
    expected: PupilMatch,
) -> None:
    card = CardIdentity(record_id="r", personal_code=code, school_code="s", pupil_code="c", date_of_birth=born)
    assert match_pupil(card, by_personal_code=by_code, by_pupil_code=by_place) == expected, circumstance
