"""Who may do what: one row a case, one column an actor."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.desk.rules import (
    Actor,
    HeldRole,
    StaffRole,
    may_change_signing,
    may_give_role,
    may_invite,
    may_see_staff,
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
