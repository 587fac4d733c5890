import pytest

from backend.archive.rules import SHOWN, TRANSITIONS, WITHDRAWN, CardState, IllegalTransitionError, verify_transition
from backend.messages import catalogue


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(CardState)


def test_withdrawn_card_stays_so_for_good() -> None:
    assert all(not TRANSITIONS[state] for state in WITHDRAWN)


def test_only_issued_cards_and_those_withdrawn_later_are_shown() -> None:
    assert {CardState.ISSUED, CardState.SUPERSEDED, CardState.REVOKED} == SHOWN


@pytest.mark.parametrize(
    ("current", "wanted"), [(current, wanted) for current, after in TRANSITIONS.items() for wanted in sorted(after)]
)
def test_step_of_the_table_is_let_through(current: CardState, wanted: CardState) -> None:
    verify_transition(current, wanted)


@pytest.mark.parametrize(
    ("current", "wanted", "code"),
    [
        ("revoked", "issued", "card_already_withdrawn"),
        ("superseded", "revoked", "card_already_withdrawn"),
        ("manager_signed", "revoked", "card_not_issued"),
        ("draft", "superseded", "card_not_issued"),
        ("issued", "issued", "card_already_issued"),
        ("issued", "draft", "card_already_issued"),
        ("draft", "issued", "card_signature_missing"),
        ("teacher_signed", "issued", "card_signature_missing"),
        ("manager_signed", "draft", "card_state_forbids"),
    ],
)
def test_any_other_step_is_refused_with_a_reason(current: str, wanted: str, code: str) -> None:
    with pytest.raises(IllegalTransitionError, match=code):
        verify_transition(CardState(current), CardState(wanted))
    assert code in catalogue("vi")
