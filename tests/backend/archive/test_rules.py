import pytest

from backend.archive.rules import (
    SHOWN,
    TRANSITIONS,
    WITHDRAWN,
    CardState,
    IllegalTransitionError,
    RecallState,
    verify_recall_transition,
    verify_transition,
)
from backend.messages import catalogue


def test_no_pair_of_states_is_without_an_answer() -> None:
    for current in CardState:
        for wanted in CardState:
            if wanted in TRANSITIONS[current]:
                verify_transition(current, wanted)
            else:
                with pytest.raises(IllegalTransitionError, match="card_") as caught:
                    verify_transition(current, wanted)
                assert caught.value.reason in catalogue("vi")


@pytest.mark.parametrize("current", list(RecallState))
@pytest.mark.parametrize("wanted", list(RecallState))
def test_recall_is_decided_and_an_agreement_may_be_given_anew_or_taken_back(
    current: RecallState, wanted: RecallState
) -> None:
    allowed = {("pending", "agreed"), ("pending", "refused"), ("agreed", "agreed"), ("agreed", "refused")}
    if (current.value, wanted.value) in allowed:
        verify_recall_transition(current, wanted)
    else:
        with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
            verify_recall_transition(current, wanted)


def test_recall_states_have_the_ministrys_numbers() -> None:
    assert [(state.value, state.number) for state in RecallState] == [("pending", 1), ("agreed", 2), ("refused", 3)]


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
        ("draft", "issued", "card_signature_missing"),
        ("teacher_signed", "issued", "card_signature_missing"),
        ("issued", "draft", "card_already_issued"),
        ("pending_supplementary", "teacher_signed", "card_still_waiting"),
        ("pending_supplementary", "manager_signed", "card_still_waiting"),
        ("pending_supplementary", "issued", "card_still_waiting"),
        ("pending_supplementary", "revoked", "card_not_issued"),
        ("manager_signed", "pending_supplementary", "card_state_forbids"),
        ("issued", "pending_supplementary", "card_already_issued"),
        ("revoked", "pending_supplementary", "card_already_withdrawn"),
    ],
)
def test_any_other_step_is_refused_with_a_reason(current: str, wanted: str, code: str) -> None:
    with pytest.raises(IllegalTransitionError, match=code):
        verify_transition(CardState(current), CardState(wanted))
    assert code in catalogue("vi")
