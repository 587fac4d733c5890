import pytest

from verifier.record.subjects import catalogue_of_grade, normalise_name


@pytest.mark.parametrize("grade", range(1, 13))
def test_numbers_are_places_codes_and_names_are_unique(grade: int) -> None:
    subjects = catalogue_of_grade(grade).subjects
    assert [subject.number for subject in subjects] == list(range(len(subjects)))
    assert len({subject.code for subject in subjects}) == len(subjects)
    assert len({normalise_name(subject.vi) for subject in subjects}) == len(subjects)


def test_numbers_are_for_ever() -> None:
    """A capsule printed once is read with these numbers; only ever add behind the last."""
    primary = "TV TO NN1 LSD KH TIN CNG DD TNX TC AN MT TN DT"
    secondary = "TO LSD KHT TIN NV NN1 CD CNG TC NT NN2 DP HN LS DL KPL VL HH SH CNC CNN AN MT QP DT"
    assert [subject.code for subject in catalogue_of_grade(5).subjects] == primary.split()
    assert [subject.code for subject in catalogue_of_grade(6).subjects] == secondary.split()


@pytest.mark.parametrize(
    ("grade", "name", "code"),
    [
        (1, "tiếng việt", "TV"),
        (4, "Nghệ thuật (Mỹ thuật)", "MT"),
        (4, "Lịch sử và  Địa lý", "LSD"),
        (12, "Vật lý", "VL"),
        (12, "Giáo dục quốc phòng và an ninh", "QP"),
        (7, "Ðịa lí", "DL"),
    ],
)
def test_a_subject_is_found_by_name_however_it_is_spelled(grade: int, name: str, code: str) -> None:
    subject = catalogue_of_grade(grade).by_name(name)
    assert subject is not None
    assert subject.code == code


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("NV", "Ngữ văn", "NV"),
        ("VAN", "Ngữ văn", "NV"),
        ("NN1", "Ngoại ngữ 1 (Tiếng Anh)", "NN1"),
        ("TO", "Ngữ văn", "NV"),
        ("VOV", "Vovinam", None),
    ],
)
def test_a_row_is_recognised_by_its_name_then_by_its_code(code: str, name: str, expected: str | None) -> None:
    subject = catalogue_of_grade(8).recognise(code, name)
    assert (None if subject is None else subject.code) == expected


def test_a_subject_of_the_schools_own_is_in_no_catalogue() -> None:
    catalogue = catalogue_of_grade(8)
    assert catalogue.by_code("VOV") is None
    assert catalogue.by_name("Vovinam") is None
    assert catalogue.by_number(63) is None


def test_primary_and_secondary_have_catalogues_of_their_own() -> None:
    assert catalogue_of_grade(5) is catalogue_of_grade(1)
    assert catalogue_of_grade(6) is catalogue_of_grade(12)
    assert catalogue_of_grade(5).by_code("TV") is not None
    assert catalogue_of_grade(6).by_code("TV") is None
