"""Who may do what: one row a case, one column an actor."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.archive.rules import TRANSITIONS, CardState
from backend.desk.rules import (
    Actor,
    HeldRole,
    Purpose,
    StaffRole,
    may_assign_own_key,
    may_change_signing,
    may_give_role,
    may_invite,
    may_see_staff,
    may_sign,
    state_after,
    states_to_sign,
)

NOW = datetime(2026, 5, 31, tzinfo=UTC)
HERE, THERE = "99900001", "99900002"
TEACHER, MANAGER, CLERK, OFFICER = StaffRole


def held(role: StaffRole, school: str | None = HERE, *, until: datetime | None = None) -> HeldRole:
    of_school = role is not OFFICER
    return HeldRole(
        role_id=f"{role}",
        role=role,
        school_code=school if of_school else None,
        school_year="2025-2026" if of_school else None,
        class_group="4A" if role is TEACHER else None,
        on_behalf=False,
        from_at=NOW - timedelta(days=100),
        until_at=until,
    )


ACTORS = {
    "nobody": Actor("nobody"),
    "teacher": Actor("teacher", (held(TEACHER),)),
    "manager": Actor("manager", (held(MANAGER),)),
    "clerk": Actor("clerk", (held(CLERK),)),
    "former clerk": Actor("former clerk", (held(CLERK, until=NOW),)),
    "other school's clerk": Actor("other school's clerk", (held(CLERK, THERE),)),
    "officer": Actor("officer", (held(OFFICER),)),
    "operator": Actor("operator", is_operator=True),
}
CLERK_AND_ABOVE = {"clerk", "officer", "operator"}
ABOVE = {"officer", "operator"}

GIVE = {
    (TEACHER, HERE): CLERK_AND_ABOVE,
    (TEACHER, THERE): {"other school's clerk"} | ABOVE,
    (MANAGER, HERE): ABOVE,
    (CLERK, HERE): ABOVE,
    (OFFICER, None): {"operator"},
}
INVITE: dict[str, tuple[tuple[HeldRole, ...], set[str]]] = {
    "a teacher": ((held(TEACHER),), CLERK_AND_ABOVE),
    "a teacher of two schools": ((held(TEACHER), held(TEACHER, THERE)), ABOVE),
    "a teacher who left the other school": ((held(TEACHER), held(TEACHER, THERE, until=NOW)), CLERK_AND_ABOVE),
    "a teacher who is also manager": ((held(TEACHER), held(MANAGER)), ABOVE),
    "a teacher who was manager": ((held(TEACHER), held(MANAGER, until=NOW)), CLERK_AND_ABOVE),
    "a clerk": ((held(CLERK),), ABOVE),
    "a teacher who is also officer": ((held(TEACHER), held(OFFICER)), {"operator"}),
    "somebody without a role": ((), ABOVE),
    "somebody whose roles have ended": ((held(TEACHER, until=NOW),), ABOVE),
}


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize(("role", "school"), GIVE)
def test_who_may_give_and_end_a_role(actor: str, role: StaffRole, school: str | None) -> None:
    allowed = may_give_role(ACTORS[actor], role=role, school_code=school, now=NOW)
    assert allowed == (actor in GIVE[role, school])


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("subject", INVITE)
def test_who_may_open_a_persons_account_anew(actor: str, subject: str) -> None:
    roles, allowed = INVITE[subject]
    assert may_invite(ACTORS[actor], subject_roles=roles, now=NOW) == (actor in allowed)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_see_a_schools_staff(actor: str) -> None:
    assert may_see_staff(ACTORS[actor], school_code=HERE, now=NOW) == (actor in {"manager"} | CLERK_AND_ABOVE)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_say_how_a_school_signs(actor: str) -> None:
    assert may_change_signing(ACTORS[actor], school_code=HERE, now=NOW) == (actor in {"manager"} | ABOVE)


@pytest.mark.parametrize(
    ("moment", "holds"),
    [(timedelta(days=-101), False), (timedelta(days=-100), True), (timedelta(), True), (timedelta(days=1), False)],
)
def test_a_role_holds_from_its_beginning_until_its_end(moment: timedelta, *, holds: bool) -> None:
    role = held(TEACHER, until=NOW + timedelta(days=1))
    assert role.holds_at(NOW + moment) == holds


DRAFT, WAITS, BY_TEACHER, BY_MANAGER = (
    CardState.DRAFT,
    CardState.PENDING_SUPPLEMENTARY,
    CardState.TEACHER_SIGNED,
    CardState.MANAGER_SIGNED,
)
SIGNABLE: dict[tuple[Purpose, bool], tuple[set[CardState], CardState | None]] = {
    (Purpose.HOMEROOM_TEACHER, True): ({DRAFT}, BY_TEACHER),
    (Purpose.HOMEROOM_TEACHER, False): ({DRAFT}, BY_TEACHER),
    (Purpose.MANAGER, True): ({BY_TEACHER}, BY_MANAGER),
    (Purpose.MANAGER, False): ({DRAFT, BY_TEACHER}, BY_MANAGER),
    (Purpose.SCHOOL, True): ({BY_MANAGER}, None),
    (Purpose.SCHOOL, False): ({BY_MANAGER}, None),
}
"""What each signature may follow, with and without the teacher's being needed, and what comes of it."""


@pytest.mark.parametrize(("purpose", "required"), SIGNABLE)
def test_a_signature_follows_the_one_before_and_leads_on(purpose: Purpose, *, required: bool) -> None:
    states, after = SIGNABLE[purpose, required]
    assert states_to_sign(purpose, teacher_signature_required=required) == states
    assert state_after(purpose) is after
    if after is not None:
        assert all(after in TRANSITIONS[state] for state in states)
    assert WAITS not in states


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    ("held_role", "signs"),
    [
        (TEACHER, {(Purpose.HOMEROOM_TEACHER, HERE, "2025-2026", "4A")}),
        (MANAGER, {(Purpose.MANAGER, HERE, "2025-2026", "4A"), (Purpose.MANAGER, HERE, "2025-2026", "4B")}),
        (CLERK, {(Purpose.SCHOOL, HERE, "2025-2026", "4A"), (Purpose.SCHOOL, HERE, "2025-2026", "4B")}),
        (OFFICER, set()),
    ],
)
def test_a_role_signs_for_its_own_class_school_and_year(
    purpose: Purpose, held_role: StaffRole, signs: set[tuple[Purpose, str, str, str]]
) -> None:
    for school in (HERE, THERE):
        for year in ("2025-2026", "2024-2025"):
            for class_group in ("4A", "4B"):
                allowed = may_sign(
                    held(held_role), purpose=purpose, school_code=school, school_year=year, class_group=class_group
                )
                assert allowed == ((purpose, school, year, class_group) in signs)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_assign_a_key_that_this_house_keeps(actor: str) -> None:
    assert may_assign_own_key(ACTORS[actor], now=NOW) == (actor in ABOVE)
