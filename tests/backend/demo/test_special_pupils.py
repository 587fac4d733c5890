"""The demo city has the pupils who do not fit: every kind of them is among the first cards."""

from collections import Counter
from itertools import islice

from backend.assessment.check_record import check_record
from tests.backend.assessment.demo_records import records
from verifier.record.levels import AchievementLevel
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults

CARDS = 8_000
KINDS = {
    "primary": {"individual plan", "exempt", "minority language", "retained", "repeated a grade", "own subject"},
    "secondary": {
        "individual plan", "exempt", "minority language", "retained", "repeated a grade", "own subject",
        "second language", "examined again", "trained in summer", "moved up after the summer",
    },
}  # fmt: skip


def kinds_of(record: Record) -> set[str]:
    results, grades = record.transcript.results, [entry.class_group for entry in record.schooling]
    codes = {row.code for row in results.subjects}
    kinds = {
        "individual plan": record.pupil.not_assessed,
        "minority language": "DT" in codes,
        "second language": "NN2" in codes,
        "own subject": "TAT" in codes,
        "retained": results.promoted is False,
        "repeated a grade": len(set(grades)) < len(grades),
    }
    if isinstance(results, PrimaryResults):
        kinds["exempt"] = any(row.level is AchievementLevel.EXEMPT for row in results.subjects)
    else:
        later = (results.learning.after_summer, results.training.after_summer)
        kinds |= {
            "exempt": any(row.year == "M" for row in results.subjects),
            "examined again": any(row.reexamination is not None for row in results.subjects),
            "trained in summer": results.training.after_summer is not None,
            "moved up after the summer": later != (None, None) and results.promoted is True,
        }
    return {kind for kind, there in kinds.items() if there}


def test_every_kind_of_pupil_is_there_and_no_card_of_theirs_is_warned_about() -> None:
    found: dict[str, Counter[str]] = {level: Counter() for level in KINDS}
    for record in islice(records(), CARDS):
        kinds = kinds_of(record)
        if kinds:
            assert check_record(record) == (), kinds
        found["primary" if record.transcript.grade <= 5 else "secondary"].update(kinds)
    assert {level: set(counter) for level, counter in found.items()} == KINDS


def test_repeated_grade_stands_twice_in_the_study_process_and_its_years_follow_each_other() -> None:
    record = next(one for one in records() if "repeated a grade" in kinds_of(one))
    classes = Counter(entry.class_group for entry in record.schooling)
    assert sorted(classes.values())[-2:] in ([1, 2], [2])
    years = [int((entry.school_year or "")[:4]) for entry in record.schooling]
    assert years == list(range(years[0], int(record.transcript.school_year[:4]) + 1))
    assert record.schooling[-1].class_group == record.transcript.class_group
