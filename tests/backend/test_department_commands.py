import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.database import Database
from backend.department.roster_table import HEADER
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city

Hocba = Callable[..., Result]
ROW = "HS1,Nguyễn Ngọc Lan,05/09/2015,4A,999315000001,,,Trần Thị Mai,999185000001,,,,"


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    return WorkingCity(small_city(), database, tmp_path)


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str, **environment: str) -> Result:
        typed = "mật khẩu\nmật khẩu\n"
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=city.environment | environment, input=typed)

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout[result.stdout.index("{") :])


def file_of(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode("utf-8-sig") if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (ROW.replace("05/09/2015", "2015/9/5"), "Row 3: write the date of birth"),
        (ROW.replace("999315000001", "99315000001"), "Row 3: a personal code (personal_code) has exactly 12 digits"),
        (ROW.replace("999315000001,,", "999315000001,xyz,1"), "Row 3: the kind of the other identity"),
        (ROW.replace("Lan", "Lan\u200b"), "Row 3: name holds a letter that cannot be seen (U+200B)"),
        (ROW.replace("2015", "9999"), "Row 3: a date of birth lies between 1900 and today"),
        (ROW.replace("2015", "1015"), "Row 3: a date of birth lies between 1900 and today"),
        (ROW.replace("Lan", "Lan" * 70), "Row 3: name has more than 200 characters"),
        (ROW.replace("Lan", "\u0958" * 110), "Row 3: name has more than 200 characters"),
        (ROW.replace("Mai", "Mai" * 70), "Row 3: guardian.name has more than 200 characters"),
        (ROW.replace("4A", "4" * 41), "Row 3: class_group has more than 40 characters"),
        (ROW + ",x,y", "Row 3: more cells than columns"),
        (f"{ROW}\n{ROW}", "Row 4: this pupil's code stands"),
    ],
)
def test_wrong_row_of_a_roster_is_named_and_nothing_is_taken(
    hocba: Hocba, city: WorkingCity, tmp_path: Path, row: str, sentence: str
) -> None:
    city.open()
    refused = hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "roster.csv", f"{HEADER}\n\n{row}\n"))
    assert refused.exit_code == 1
    assert sentence in refused.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("code,name\n1,A\n1,B\n", "Row 3: school code 1 stands"),
        ("code,name\nmã,A\n", "Row 2: a school's code"),
        ("code,name\n1, \n", "Row 2: the school's name"),
        ("code\n1\n", "Column name is missing"),
        ("code,code\n1,2\n", "Column code stands twice"),
        ("code,name,phone\n1,A,2\n", "Column 'phone' is not known"),
        ("", "Column code is missing"),
        ("code,name\n1,Tr\xe0\n".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_wrong_list_of_schools_is_refused_with_its_row(
    hocba: Hocba, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    refused = hocba("school", "import", file_of(tmp_path, "schools.csv", content))
    assert refused.exit_code == 1
    assert sentence in refused.output


def test_letters_are_not_written_over_others_nor_for_those_who_may_not_read(
    hocba: Hocba, city: WorkingCity, tmp_path: Path
) -> None:
    city.open()
    barred = ROW.replace("999185000001", "")
    assert hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "r.csv", f"{HEADER}\n{barred}\n")).exit_code == 0
    decision = ("--reason", "court_order", "--decision", "12/2026/QĐ-TA")
    assert hocba("people", "bar", SCHOOL_CODE, "HS1", "Trần Thị Mai", *decision).exit_code == 0
    output = tmp_path / "letters.csv"
    assert told(hocba("letters", SCHOOL_CODE, "--output", str(output), "--json"))["letters"] == 0
    assert "is there already" in hocba("letters", SCHOOL_CODE, "--output", str(output)).output
    assert hocba("roster", "import", "99999999", str(output)).exit_code == 1


def test_letters_of_a_csv_and_a_pdf_are_the_same(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    city.open()
    assert hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "r.csv", f"{HEADER}\n{ROW}\n")).exit_code == 0
    table, pdf = tmp_path / "letters.csv", tmp_path / "letters.pdf"
    arguments = ("letters", SCHOOL_CODE, "--output", str(table), "--pdf", str(pdf), "--json")
    assert told(hocba(*arguments)) == {"letters": 1, "files": [str(table), str(pdf)], "doubtful": []}
    assert {path.stat().st_mode & 0o777 for path in (table, pdf)} == {0o600}
    printed = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    (code,) = re.findall(r",([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}),", table.read_text("utf-8-sig"))
    assert code in printed
    assert hocba("letters", SCHOOL_CODE).exit_code == 2
    assert "No school with the code" in hocba("letters", "99999999", "--pdf", str(tmp_path / "other.pdf")).output


def test_pupils_who_are_18_soon_are_part_of_the_schools_letters(
    hocba: Hocba, city: WorkingCity, tmp_path: Path
) -> None:
    city.open()
    soon = ROW.replace("05/09/2015", "05/12/2008")
    parents_code = soon.replace("HS1", "HS2").replace("999315000001", "999315000002")
    doubtful = parents_code.replace("999185000001", "").replace("Trần Thị Mai", "Lê Thị Đào")
    roster = file_of(tmp_path, "r.csv", f"{HEADER}\n{soon}\n{doubtful}\n")
    assert hocba("roster", "import", SCHOOL_CODE, roster).exit_code == 0
    other = ROW.replace("HS1", "HS3").replace("999315000001", "").replace("Trần Thị Mai,999185000001", "X,999315000002")
    assert hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "s.csv", f"{HEADER}\n{other}\n")).exit_code == 0
    own, every = tmp_path / "own.csv", tmp_path / "every.csv"
    answer = told(hocba("letters", SCHOOL_CODE, "--own-accounts", "--output", str(own), "--json"))
    assert answer == {"letters": 1, "files": [str(own)], "doubtful": ["HS2"]}
    assert "Nguyễn Ngọc Lan,Nguyễn Ngọc Lan," in own.read_text("utf-8-sig")
    said = hocba("letters", SCHOOL_CODE, "--output", str(every))
    assert "to be looked at: HS2" in said.output
    assert every.read_text("utf-8-sig").count("Nguyễn Ngọc Lan,Nguyễn Ngọc Lan,") == 1
    assert "Trần Thị Mai" in every.read_text("utf-8-sig")


def test_letters_for_nobody_leave_no_file_of_pages(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    city.open()
    pdf = tmp_path / "letters.pdf"
    assert told(hocba("letters", SCHOOL_CODE, "--pdf", str(pdf), "--json")) == {
        "letters": 0,
        "files": [],
        "doubtful": [],
    }
    assert not pdf.exists()


def test_letters_that_are_not_written_leave_no_file(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    city.open()
    file = tmp_path / "letters"
    assert "is there already" in hocba("letters", SCHOOL_CODE, "--output", str(file), "--pdf", str(file)).output
    assert not file.exists()
    unknown = hocba("letters", SCHOOL_CODE, "--pupil", "HS404", "--output", str(file))
    assert "[pupil_not_found]" in unknown.output
    assert not file.exists()


def test_guardian_without_a_personal_code_gets_a_letter_too(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    city.open()
    row = ROW.replace("999185000001", "")
    assert hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "r.csv", f"{HEADER}\n{row}\n")).exit_code == 0
    assert told(hocba("letters", SCHOOL_CODE, "--output", str(tmp_path / "letters.csv"), "--json"))["letters"] == 1


def test_name_that_begins_like_a_formula_is_no_formula_in_the_letters(
    hocba: Hocba, city: WorkingCity, tmp_path: Path
) -> None:
    city.open()
    row = ROW.replace("Trần Thị Mai", "=HYPERLINK(A1)")
    assert hocba("roster", "import", SCHOOL_CODE, file_of(tmp_path, "r.csv", f"{HEADER}\n{row}\n")).exit_code == 0
    output = tmp_path / "letters.csv"
    assert told(hocba("letters", SCHOOL_CODE, "--output", str(output), "--json"))["letters"] == 1
    assert ",'=HYPERLINK(A1)," in output.read_text("utf-8-sig")
