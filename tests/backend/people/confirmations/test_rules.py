import pytest

from backend.people.confirmations.rules import HIDES_EVERYTHING, ConfirmationReason, reason_to_wait


@pytest.mark.parametrize(
    ("is_code_known", "is_other_barred", "has_enrolled_before", "reason"),
    [
        (True, False, False, None),
        (True, False, True, "re_enrolment"),
        (True, True, False, "other_guardian_barred"),
        (True, True, True, "other_guardian_barred"),
        (False, False, False, "personal_code_unknown"),
        (False, False, True, "personal_code_unknown"),
        (False, True, False, "personal_code_unknown"),
        (False, True, True, "personal_code_unknown"),
    ],
)
def test_an_enrolment_waits_for_whatever_speaks_against_it(
    *, is_code_known: bool, is_other_barred: bool, has_enrolled_before: bool, reason: str | None
) -> None:
    found = reason_to_wait(
        is_code_known=is_code_known, is_other_barred=is_other_barred, has_enrolled_before=has_enrolled_before
    )
    assert found == reason
    assert found is None or found in HIDES_EVERYTHING


def test_what_an_open_account_asks_for_hides_nothing() -> None:
    assert set(ConfirmationReason) - HIDES_EVERYTHING == {"another_child", "personal_code_change"}
