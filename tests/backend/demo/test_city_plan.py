"""Who is in the city: the same for a seed, whatever its size, and in the proportions that the demo promises."""

import re
from collections import Counter

import pytest

from backend.demo.families import (
    BARRED_FAMILY,
    ENDED_FAMILY,
    FOREIGN_FAMILY,
    VIETNAMESE_FAMILY,
    family_at,
    family_number,
)
from backend.demo.pupils import DemoPupil, pupil_at
from backend.demo.schools import (
    CURRENT_YEAR,
    KINDS,
    PUPILS_PER_SCHOOL,
    SchoolKey,
    class_name,
    homeroom_teacher,
    pupils_of,
    school_at,
    schools_of,
    seat_of,
)
from backend.demo.standing import PENDING_PUPILS, standing_of
from backend.demo.streams import shuffled_serial

SEED = 7
SMALLEST = 50
MANY = 4_000


@pytest.fixture(scope="module")
def many() -> list[DemoPupil]:
    return [pupil_at(SEED, number) for number in range(MANY)]


def test_pupil_is_the_same_on_every_call() -> None:
    assert pupil_at(SEED, 17) == pupil_at(SEED, 17)


def test_another_seed_makes_another_city() -> None:
    assert pupil_at(SEED, 17) != pupil_at(SEED + 1, 17)


@pytest.mark.parametrize("pupils", [SMALLEST, 1_000, 5_000])
def test_schools_share_out_all_pupils_once(pupils: int) -> None:
    numbers = [number for school in schools_of(pupils) for number in pupils_of(school, pupils)]
    assert sorted(numbers) == list(range(pupils))


def test_growing_city_keeps_every_pupil_in_school_and_class() -> None:
    for school in schools_of(SMALLEST):
        assert set(pupils_of(school, SMALLEST)) == {n for n in pupils_of(school, 100_000) if n < SMALLEST}
        assert all(seat_of(number).school == school for number in pupils_of(school, 2_000))


def test_smallest_city_has_a_school_of_every_kind() -> None:
    assert [school.kind for school in schools_of(SMALLEST)] == list(KINDS)


def test_large_city_fills_schools_of_six_hundred() -> None:
    schools = schools_of(100_000)
    assert len({school.code for school in schools}) == len(schools)
    assert len({school_at(SEED, school).name for school in schools}) == len(schools)
    full = sum(len(list(pupils_of(school, 100_000))) == PUPILS_PER_SCHOOL for school in schools)
    assert full >= len(schools) - len(KINDS)


def test_grade_and_class_are_those_of_the_kind(many: list[DemoPupil]) -> None:
    for pupil in many:
        facts = KINDS[pupil.seat.school.kind]
        assert facts.first_grade <= pupil.seat.grade <= facts.last_grade
    assert class_name("primary", 1, 1) == "1A1"
    assert class_name("upper_secondary", 10, 5) == "10A5"


def test_classes_are_of_a_believable_size() -> None:
    sizes = Counter(
        (seat_of(number).school, seat_of(number).grade, seat_of(number).class_number)
        for school in [SchoolKey("primary", 0), SchoolKey("lower_secondary", 0), SchoolKey("upper_secondary", 0)]
        for number in pupils_of(school, 100_000)
    )
    assert min(sizes.values()) >= 30
    assert max(sizes.values()) <= 40


def test_personal_codes_follow_the_law_and_are_unique(many: list[DemoPupil]) -> None:
    codes = [pupil.personal_code for pupil in many if pupil.personal_code]
    guardians = {one.personal_code for pupil in many for one in pupil.family.guardians}
    staff = {
        homeroom_teacher(SEED, pupil.seat.school, pupil.seat.grade, pupil.seat.class_number).personal_code
        for pupil in many
    } | {school_at(SEED, school).manager.personal_code for school in schools_of(MANY)}
    assert len(set(codes)) == len(codes)
    assert not set(codes) & guardians
    assert not staff & (guardians | set(codes))
    assert all(re.fullmatch(r"999[0-3][0-9]{8}", code) for code in {*codes, *guardians, *staff})


def test_personal_code_says_sex_century_and_year(many: list[DemoPupil]) -> None:
    for pupil in many:
        if pupil.personal_code:
            born = pupil.date_of_birth.year
            assert pupil.personal_code[3] == {"Nam": "2", "Nữ": "3"}[pupil.sex]
            assert pupil.personal_code[4:6] == f"{born % 100:02d}"


def test_serials_are_shuffled_without_a_clash() -> None:
    assert len({shuffled_serial(SEED, serial) for serial in range(1_000_000)}) == 1_000_000


def test_pupils_without_a_code_have_another_identity(many: list[DemoPupil]) -> None:
    assert all((pupil.personal_code is None) != (pupil.alternative_id is None) for pupil in many)
    without = [pupil for pupil in many if pupil.personal_code is None]
    abroad = [pupil for pupil in without if pupil.is_foreign]
    assert all(pupil.seat.school.kind == "international" for pupil in abroad)
    assert 0.5 < len(abroad) / len(without) < 1


def test_most_pupils_are_kinh_with_some_of_every_other_ethnicity(many: list[DemoPupil]) -> None:
    ethnicities = Counter(pupil.ethnicity for pupil in many if pupil.ethnicity)
    assert 0.9 < ethnicities["Kinh"] / ethnicities.total() < 0.97
    assert len(ethnicities) >= 10


def test_names_have_many_shapes(many: list[DemoPupil]) -> None:
    names = [pupil.name for pupil in many]
    assert {1, 2, 3, 4} <= {len(name.split()) for name in names}
    assert any("H'" in name for name in names)
    assert any(name.startswith("Y ") for name in names)
    assert any(name.isupper() and len(name) > 5 for name in names)
    nguyen = sum(name.startswith("Nguyễn") for name in names)
    assert 0.25 < nguyen / len(names) < 0.4


def test_addresses_have_two_tiers(many: list[DemoPupil]) -> None:
    for pupil in many:
        assert re.search(r", (Phường|Xã) [^,]+, Thành phố Hà Nội$", pupil.family.address)
        assert not re.search(r"Quận|Huyện", pupil.family.address)


def test_most_pupils_have_two_guardians_and_some_one(many: list[DemoPupil]) -> None:
    counts = Counter(len(pupil.family.guardians) for pupil in many)
    assert counts[2] / len(many) > 0.8
    assert counts[1] / len(many) > 0.1
    assert set(counts) == {1, 2, 3}


def test_one_father_is_barred_by_a_court_in_the_smallest_city() -> None:
    assert BARRED_FAMILY < SMALLEST
    barred = [one for one in family_at(SEED, BARRED_FAMILY).guardians if one.barred]
    assert [one.relation for one in barred] == ["father"]


def test_one_guardian_has_ended_in_the_smallest_city() -> None:
    ended = [one for one in family_at(SEED, ENDED_FAMILY).guardians if one.valid_until]
    assert [one.relation for one in ended] == ["guardian"]


def test_international_school_has_a_foreign_and_a_vietnamese_pupil() -> None:
    for seed in range(5):
        foreign, vietnamese = pupil_at(seed, FOREIGN_FAMILY), pupil_at(seed, VIETNAMESE_FAMILY)
        assert foreign.is_foreign
        assert foreign.personal_code is None
        assert not vietnamese.is_foreign


def test_brothers_and_sisters_share_guardians_and_address(many: list[DemoPupil]) -> None:
    families: dict[int, list[DemoPupil]] = {}
    for pupil in many:
        families.setdefault(pupil.family.number, []).append(pupil)
    with_two = [pupils for pupils in families.values() if len(pupils) > 1]
    assert len(with_two) / len(families) > 0.1
    for pupils in with_two:
        assert len({pupil.family for pupil in pupils}) == 1
        assert len({pupil.seat.grade for pupil in pupils}) == len(pupils)


def test_parent_shown_first_has_children_at_two_schools() -> None:
    assert family_number(SEED, 0) == family_number(SEED, 1)
    assert seat_of(0).school != seat_of(1).school
    assert len(family_at(SEED, 0).guardians) == 2


def test_parents_are_of_an_age_to_have_these_children(many: list[DemoPupil]) -> None:
    for pupil in many:
        for one in pupil.family.guardians:
            years = pupil.date_of_birth.year - int(f"{19 + int(one.personal_code[3]) // 2}{one.personal_code[4:6]}")
            assert 17 <= years <= 75


def test_some_pupils_wait_for_a_supplementary_assessment(many: list[DemoPupil]) -> None:
    pending = {pupil.number for pupil in many if standing_of(SEED, pupil, CURRENT_YEAR).is_pending}
    assert pending >= PENDING_PUPILS
    assert max(PENDING_PUPILS) < SMALLEST
    assert 0.005 < len(pending) / len(many) < 0.03
