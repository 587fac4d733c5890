"""The workbook door of a working city, by its commands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from backend.archive.prepared import store
from backend.archive.prepared.card import Missing, PreparedCard
from backend.cli import main
from backend.database import Database
from backend.intake.workbook.keep_drafts import KeptDraft
from backend.intake.workbook.problems import Doubt, Mistake
from backend.intake.workbook.template import build_template
from backend.messages import catalogue
from backend.workbook_commands import WorkbookAnswer, print_kept
from tests.backend.intake.sending import plain_list, signed_card
from tests.backend.intake.workbook.school_workbooks import two_classes_on_a_sheet
from tests.backend.issuing.sample_records import primary_record
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city
from verifier.record.card_document import read_card
from verifier.record.levels import EducationLevel
from verifier.record.parse_xml import parse_record

Hocba = Callable[..., Result]
OPTIONS = (
    *("--school", SCHOOL_CODE, "--year", "2025-2026", "--principal", "Trần Văn Đức"),
    *("--place", "Hà Nội", "--province", "Thành phố Hà Nội"),
)


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=city.environment)

    return run


@pytest.fixture
def workbook(city: WorkingCity) -> str:
    path = city.folder / "khoi-1.xlsx"
    path.write_bytes(two_classes_on_a_sheet().data)
    return str(path)


def _drafts(city: WorkingCity) -> tuple[PreparedCard, ...]:
    with city.database.read() as connection:
        return store.read_prepared(connection, school_code=SCHOOL_CODE, school_year="2025-2026")


def _answer(result: Result, *, status: int = 0) -> Any:
    assert result.exit_code == status, result.output
    (answer,) = json.loads(result.stdout)["batches"]
    return answer


@pytest.mark.database
def test_workbook_becomes_drafts_whose_xml_says_the_same(city: WorkingCity, hocba: Hocba, workbook: str) -> None:
    answer = _answer(hocba("intake", workbook, *OPTIONS, "--json"))
    assert (answer["pupils"], answer["refused"], len(answer["drafts"])) == (2, False, 2)
    drafts = _drafts(city)
    assert [(draft.class_group, draft.pupil_code, draft.missing) for draft in drafts] == [
        ("1A", "A1", (Missing.PERSONAL_CODE,)),
        ("1B", "B1", (Missing.PERSONAL_CODE,)),
    ]
    assert json.loads(hocba("waiting", "--json").stdout)["waiting"][0]["waits_until"] == "2026-06-30"
    assert drafts[0].xml is not None
    record = parse_record(read_card(drafts[0].xml).data_element)
    assert (record.transcript.record_id, record.transcript.name) == (drafts[0].record_id, "Bùi Ân")
    assert record.school.department_name == "Sở Giáo dục và Đào tạo Mẫu"


def test_pupil_who_waits_for_the_summer_is_not_said_to_lack_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    kept = KeptDraft(record_id="a", class_group="8A", place="KQ!A3", missing=(Missing.REEXAMINATION,), again=False)
    print_kept(WorkbookAnswer("lop-8a.xlsx", 1, refused=False, rows=(), drafts=(kept,)))
    said = capsys.readouterr().err
    assert ("[workbook_summer_waits]" in said, "[workbook_codes_missing]" in said) == (True, False)


def test_prepared_cards_are_written_for_the_schools_own_software(
    city: WorkingCity, hocba: Hocba, workbook: str, tmp_path: Path
) -> None:
    hocba("intake", workbook, *OPTIONS)
    folder = tmp_path / "to sign"
    folder.mkdir()
    result = hocba("prepared", SCHOOL_CODE, "2025-2026", "--class", "1A", "--xml-to", str(folder))
    (draft,) = [draft for draft in _drafts(city) if draft.class_group == "1A"]
    assert "Đã lập / Prepared: 1 · XML: 1" in result.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {f"{draft.record_id}.xml": draft.xml}
    answer = json.loads(hocba("prepared", SCHOOL_CODE, "2025-2026", "--json").stdout)
    assert [card["class_group"] for card in answer["prepared"]] == ["1A", "1B"]
    assert draft.name is not None
    assert draft.name not in json.dumps(answer, ensure_ascii=False)


def test_workbook_that_comes_again_keeps_the_record_ids(city: WorkingCity, hocba: Hocba, workbook: str) -> None:
    hocba("intake", workbook, *OPTIONS)
    before = _drafts(city)
    result = hocba("intake", workbook, *OPTIONS)
    assert "cập nhật / updated 2" in result.stdout
    assert _drafts(city) == before


def test_pupils_without_a_personal_code_are_listed(hocba: Hocba, workbook: str) -> None:
    result = hocba("intake", workbook, *OPTIONS)
    assert "2 học sinh chưa có số định danh cá nhân" in result.stderr
    assert "1A · Khối 1!A3" in result.stdout


def test_preview_shows_doubts_first_and_keeps_nothing(city: WorkingCity, hocba: Hocba, workbook: str) -> None:
    answer = _answer(hocba("intake", workbook, *OPTIONS, "--preview", "--json"))
    kinds = [row["kind"] for row in answer["rows"]]
    assert kinds == sorted(kinds, key=["mistake", "doubt", "cell"].index)
    cell = next(row for row in answer["rows"] if row["place"] == "Khối 1!F8")
    assert cell == {
        "kind": "cell",
        "place": "Khối 1!F8",
        "label": "Giới tính",
        "value": "Nữ",
        "understood": "Nữ",
        "code": None,
        "sentence": None,
    }
    assert _drafts(city) == ()


def test_what_a_rule_says_of_many_pupils_alike_is_said_once(hocba: Hocba, workbook: str) -> None:
    result = hocba("intake", workbook, *OPTIONS, "--preview")
    assert result.stdout.count("Thiếu môn bắt buộc Toán") == 1
    assert result.stdout.count("[subject_missing]") == 1
    assert "Khối 1!A3 × 2" in result.stdout
    assert result.stdout.index("cell_personal_code_missing") < result.stdout.index("subject_missing")


def test_preview_fits_eighty_columns_with_mistakes_and_doubts_first_in_vietnamese(city: WorkingCity) -> None:
    path = city.folder / "khoi-1.xlsx"
    path.write_bytes(two_classes_on_a_sheet().data)
    result = CliRunner().invoke(
        main, ["intake", str(path), "--preview"], obj=lambda: NOW, env={**city.environment, "COLUMNS": "80"}
    )
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    kinds = [line.split(" ")[0] for line in lines if line.startswith(("LỖI", "NGỜ", "┏"))]
    assert kinds[0] == "LỖI"
    assert kinds.index("NGỜ") > 0
    assert kinds[-1][0] == "┏"
    vi, en = result.stdout.index("Thiếu thông tin chung"), result.stdout.index("A fact about the whole workbook")
    assert vi < en


def test_more_mistakes_than_anyone_mends_are_counted(city: WorkingCity, hocba: Hocba) -> None:
    record = primary_record()
    pupils = [
        structs.replace(record, pupil=structs.replace(record.pupil, pupil_code=f"{n}", personal_code=None, sex="?" * n))
        for n in range(1, 230)
    ]
    path = city.folder / "nhieu-loi.xlsx"
    path.write_bytes(build_template(EducationLevel.PRIMARY, records=pupils))
    result = hocba("intake", str(path), *OPTIONS)
    assert "lỗi / mistakes 229" in result.stdout
    assert "229 chỗ cần sửa" in result.stderr
    assert len(_answer(hocba("intake", str(path), *OPTIONS, "--json"), status=1)["rows"]) == 229


def test_workbook_with_a_mistake_is_refused_whole(city: WorkingCity, hocba: Hocba) -> None:
    path = city.folder / "sai.xlsx"
    record = primary_record()
    pupils = [
        structs.replace(record, pupil=structs.replace(record.pupil, pupil_code=code, personal_code=None))
        for code in ("A", "A")
    ]
    path.write_bytes(build_template(EducationLevel.PRIMARY, records=pupils))
    result = hocba("intake", str(path), *OPTIONS)
    assert result.exit_code == 1
    assert "Kết quả!B4" in result.stdout
    assert "cell_code_twice" in result.stdout
    assert "Chưa lưu gì cả" in result.stderr
    assert _drafts(city) == ()


def test_pupil_with_a_signed_card_is_refused_with_the_cell(city: WorkingCity, hocba: Hocba, tmp_path: Path) -> None:
    card = signed_card(city, 1)
    signed = tmp_path / "signed.xml"
    signed.write_bytes(plain_list(card))
    assert hocba("intake", str(signed)).exit_code == 0
    record = parse_record(read_card(card).data_element)
    path = tmp_path / "lop.xlsx"
    path.write_bytes(build_template(record.level, records=[record]))
    answer = _answer(hocba("intake", str(path), *OPTIONS, "--json"), status=1)
    assert [(row["code"], row["place"]) for row in answer["rows"]] == [("cell_card_in_force", "Kết quả!A3")]


def test_unknown_school_and_missing_facts_are_said(hocba: Hocba, workbook: str) -> None:
    unknown = hocba("intake", workbook, *OPTIONS, "--school", "99")
    assert (unknown.exit_code, "fact_missing" in unknown.stdout) == (1, True)
    bare = hocba("intake", workbook)
    assert "Năm học (school_year)" in bare.stdout


@pytest.mark.parametrize(("level", "grade"), [("primary", None), ("lower_secondary", "6"), ("upper_secondary", None)])
def test_template_is_written(hocba: Hocba, tmp_path: Path, level: str, grade: str | None) -> None:
    path = tmp_path / "mau.xlsx"
    result = hocba("template", level, "-o", str(path), *(() if grade is None else ("--grade", grade)))
    assert (result.exit_code, path.read_bytes()[:2]) == (0, b"PK")


def test_template_of_a_grade_of_another_level_is_refused(hocba: Hocba, tmp_path: Path) -> None:
    assert hocba("template", "primary", "-o", str(tmp_path / "x.xlsx"), "--grade", "9").exit_code == 2


def test_every_doubt_and_mistake_has_its_sentences() -> None:
    codes = {code.value for code in (*Doubt, *Mistake)}
    assert codes <= catalogue("vi").keys()
    assert codes <= catalogue("en").keys()
