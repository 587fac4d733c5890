"""``hocba-verify``: zips, patterns and addresses as inputs, the report, and what is said when little can be trusted."""

import csv
import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.verifier import zips
from tests.verifier.shell import AT, Shell
from tests.verifier.small_city import SmallCity, small_city
from verifier.gather_inputs import MAX_REDIRECTS
from verifier.report_csv import COLUMNS, safe_cell

FOREIGN = "https://hocba.example"


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture
def shell(city: SmallCity, tmp_path: Path) -> Shell:
    return Shell(city, tmp_path)


def verdicts_of(output: str) -> list[tuple[str, str]]:
    return [(Path(line["input"]).name, line["verdict"]) for line in map(json.loads, output.splitlines())]


def codes_of(output: str) -> set[str]:
    verdict = json.loads(output)
    return {code for line in ("intact", "issuer", "status") for code in verdict[line]["codes"]}


def test_a_zip_is_checked_member_by_member_by_itself_and_in_a_folder(shell: Shell, city: SmallCity) -> None:
    path = shell.put("class.zip", zips.zip_of({"a.pdf": city.sealed_pdf(), "../b.txt": b"noise", "c.zip": b"PK\3\4"}))
    expected = [("a.pdf", "genuine"), ("b.txt", "unreadable"), ("c.zip", "unreadable")]

    alone, in_folder = (shell.check("--json", given) for given in (path, str(Path(path).parent)))

    assert verdicts_of(alone.stdout) == verdicts_of(in_folder.stdout) == expected
    assert json.loads(alone.stdout.splitlines()[1])["input"] == f"{path}/b.txt"
    assert alone.exit_code == 1


def test_a_zip_of_one_card_is_still_many(shell: Shell, city: SmallCity) -> None:
    path = shell.put("one.zip", zips.zip_of({"a.pdf": city.sealed_pdf()}))

    assert json.loads(shell.check("--json", path).stdout)["input"] == f"{path}/a.pdf"


def test_a_zip_that_is_refused_is_an_input_with_a_verdict(shell: Shell, city: SmallCity) -> None:
    bad, good = shell.put("bad.zip", b"no zip"), shell.put("good.pdf", city.sealed_pdf())

    ended = shell.check("--json", bad, good)

    assert verdicts_of(ended.stdout) == [("bad.zip", "unreadable"), ("good.pdf", "genuine")]
    assert "archive_malformed" in codes_of(ended.stdout.splitlines()[0])


def test_a_zip_comes_over_the_standard_input_too(shell: Shell, city: SmallCity) -> None:
    ended = shell.check("--json", "-", stdin=zips.zip_of({"a.pdf": city.sealed_pdf()}))

    assert verdicts_of(ended.stdout) == [("a.pdf", "genuine")]


@pytest.mark.parametrize(
    ("pattern", "names"), [("*.xml", ["a.xml"]), ("**/*.xml", ["a.xml", "b.xml"]), ("[c]*", ["c.txt"])]
)
def test_a_pattern_that_no_shell_expanded_is_expanded(
    shell: Shell, city: SmallCity, pattern: str, names: list[str]
) -> None:
    card = city.signed_card()
    shell.put("a.xml", card)
    shell.put("c.txt", b"x")
    (shell.folder / "cards" / "deep").mkdir()
    shell.put("deep/b.xml", card)

    ended = shell.check("--json", str(shell.folder / "cards" / pattern))

    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [Path(line["input"]).name if "input" in line else names[0] for line in found] == names


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere/*.pdf", ("Không có tệp nào khớp", "No file matches the pattern: nowhere/*.pdf")),
        ("ftp://example.org/a.pdf", ("Chỉ nhận địa chỉ http", "Only addresses http")),
        ("file:///etc/passwd", ("Chỉ nhận địa chỉ http", "file:///etc/passwd")),
    ],
)
def test_inputs_that_cannot_be_any_are_wrong_usage(shell: Shell, given: str, words: tuple[str, ...]) -> None:
    ended = shell.check(given)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert all(word in ended.stderr for word in words)


def test_an_address_is_fetched_redirects_followed_and_a_zip_unpacked(shell: Shell, city: SmallCity) -> None:
    pdf = city.sealed_pdf()
    with web({"/a.pdf": pdf, "/to": "/a.pdf", "/class.zip": zips.zip_of({"b.pdf": pdf})}) as site:
        ended = shell.check("--json", f"{site}/a.pdf", f"{site}/to", f"{site}/class.zip")

    assert verdicts_of(ended.stdout) == [("a.pdf", "genuine"), ("to", "genuine"), ("b.pdf", "genuine")]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/missing", "input_unreachable"),
        ("/missing.zip", "input_unreachable"),
        ("/loop", "input_redirected"),
        ("/local", "input_redirected"),
        ("/large", "input_too_large"),
    ],
)
def test_an_address_that_leads_nowhere_says_nothing_against_the_card(shell: Shell, path: str, code: str) -> None:
    answers: dict[str, bytes | str] = {
        "/loop": "/loop",
        "/local": "file:///etc/passwd",
        "/large": b"%PDF-" + bytes(20_000_000),
    }
    with web(answers) as site:
        ended = shell.check("--json", f"{site}{path}")

    assert codes_of(ended.stdout) == {code}
    assert ended.exit_code == (1 if path == "/large" else 3)


def test_a_server_that_drips_is_given_up(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.gather_inputs.FETCH_SECONDS", 0.0)
    with web({"/a.pdf": b"%PDF-1.7"}) as site:
        ended = shell.check("--json", f"{site}/a.pdf")

    assert codes_of(ended.stdout) == {"input_unreachable"}


def test_the_report_has_a_row_for_each_input_and_runs_no_formula(shell: Shell, city: SmallCity) -> None:
    report = shell.folder / "report.csv"
    members = {"=cmd|'/C calc'!A0.pdf": city.sealed_pdf(), "b.txt": b"noise"}

    ended = shell.check("--report", str(report), "-", stdin=zips.zip_of(members))

    data = report.read_bytes()
    assert (ended.exit_code, data[:3]) == (1, b"\xef\xbb\xbf")
    head, good, bad = csv.reader(data.decode("utf-8-sig").splitlines())
    assert tuple(head) == COLUMNS
    assert good[1:10] == [
        "HỢP LỆ / GENUINE", "genuine", "Có / Yes", "Có / Yes", "Có / Yes",
        "Nguyễn Thị Bảo Ngọc", "Trường Tiểu học Hoa Sen", "2025-2026", "3f2b8c1e-9d4a-4f6b-8a21-5c7d9e0f1a2b",
    ]  # fmt: skip
    assert good[0] == "'-/=cmd|'/C calc'!A0.pdf"
    assert bad[2] == "unreadable"
    assert bad[11:14][0] == "capsule_text_malformed"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in (good, bad) for cell in row)


def test_a_file_name_neither_speaks_for_the_verdict_nor_ends_the_run(shell: Shell, city: SmallCity) -> None:
    report = shell.folder / "report.csv"
    path = Path(shell.put("noise.txt", b"noise"))
    shell.put("z.pdf", city.sealed_pdf())
    path.rename(path.with_name("a\n  GENUINE\n\x1b[8m.txt"))
    # Bytes that are no UTF-8, as an old archive or a foreign disk leaves them.
    path.with_name("b\udcff.txt").write_bytes(b"noise")

    said = shell.check("--report", str(report), str(path.parent)).stdout
    data = shell.check("--json", str(path.parent)).stdout

    assert [line for line in said.splitlines() if line.strip() == "GENUINE"] == ["  GENUINE"]
    names = [name for name, _ in verdicts_of(data)]
    assert names == ["a\ufffd  GENUINE\ufffd\ufffd[8m.txt", "b\ufffd.txt", "z.pdf"]
    assert [Path(row[0]).name for row in csv.reader(report.read_text("utf-8-sig").splitlines())][1:] == names


def test_one_file_is_one_however_its_path_is_written(shell: Shell) -> None:
    path = Path(shell.put("a.txt", b"noise"))

    ended = shell.check("--json", f"{path.parent}/./a.txt")

    assert "input" not in json.loads(ended.stdout)


def test_a_report_is_never_written_over_a_card(shell: Shell, city: SmallCity) -> None:
    """``--report *.pdf``, as a shell expands it."""
    card = city.sealed_pdf()
    first, second = shell.put("a.pdf", card), shell.put("b.pdf", card)

    ended = shell.check("--report", first, second)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "This file is no report and is not written over:" in ended.stderr
    assert Path(first).read_bytes() == card


def test_a_report_is_written_over_an_earlier_one(shell: Shell, city: SmallCity) -> None:
    report = shell.folder / "report.csv"
    for _ in range(2):
        assert shell.check("--report", str(report), shell.put("a.pdf", city.sealed_pdf())).exit_code == 0

    assert len(report.read_text("utf-8-sig").splitlines()) == 2


def test_a_report_that_cannot_be_written_is_wrong_usage(shell: Shell, city: SmallCity) -> None:
    ended = shell.check("--report", str(shell.folder / "nowhere" / "r.csv"), city.capsule_text())

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "The report cannot be written to:" in ended.stderr


def test_a_zip_that_may_not_be_read_says_nothing_against_the_cards(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shell.put("class.zip", b"PK")
    monkeypatch.setattr("os.access", lambda *_: False)

    ended = shell.check("--json", path)

    assert (ended.exit_code, codes_of(ended.stdout)) == (3, {"input_not_found"})


def test_what_a_folder_holds_and_nobody_can_open_is_not_left_out(
    shell: Shell, city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shell.put("a.pdf", city.sealed_pdf())).parent
    (folder / "circle.pdf").symlink_to("circle.pdf")
    (folder / "nowhere.pdf").symlink_to("gone.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "z").mkdir()
    _close(folder / "z", monkeypatch)

    of_folder, of_pattern = shell.check("--json", str(folder)), shell.check("--json", f"{folder}/*.pdf")

    unread = [(name, "undetermined") for name in ("circle.pdf", "nowhere.pdf", "pipe.pdf")]
    assert (of_folder.exit_code, of_pattern.exit_code) == (3, 3)
    assert verdicts_of(of_folder.stdout) == [("a.pdf", "genuine"), *unread, ("z", "undetermined")]
    assert verdicts_of(of_pattern.stdout) == [("a.pdf", "genuine"), *unread]


def _close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``chmod 0`` does for everybody but the administrator, who may run this test."""
    open_folder = os.scandir

    def scandir(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_folder(path)

    monkeypatch.setattr("os.scandir", scandir)


def test_a_name_that_no_file_has_is_said_without_what_nobody_sees(shell: Shell) -> None:
    ended = shell.check("gone\n  GENUINE\u202e.pdf")

    assert ended.exit_code == 2
    assert "There is no such file or folder: gone\ufffd  GENUINE\ufffd.pdf\n" in ended.stderr


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "  =", "＝"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert safe_cell("Trần-Lê An = 1") == "Trần-Lê An = 1"


def test_a_wrong_trust_anchor_is_said_as_what_it_is(shell: Shell, city: SmallCity) -> None:
    card = shell.put("card.pdf", city.sealed_pdf())

    ended = shell.run("--trust-anchor", "0" * 64, "--lists", str(shell.lists), "--at", AT, "--json", card)

    assert ended.exit_code == 3
    assert "trust_anchor_mismatch" in codes_of(ended.stdout)
    assert "trust_list_missing" not in codes_of(ended.stdout)
    assert "Either that fingerprint was mistyped, or these lists are not the department's" in ended.stderr


def test_a_code_that_leads_elsewhere_is_refused_by_option_or_by_the_trust_list(shell: Shell, city: SmallCity) -> None:
    own = city.capsule_text()
    foreign = FOREIGN + "/v#" + own.partition("#")[2]

    told = shell.check("--json", "--public-url", own.partition("/v#")[0], foreign)
    lists = city.lists()
    assert lists.trust is not None
    named = replace(lists.trust, department=replace(lists.trust.department, public_url=own.partition("/v#")[0]))
    shell.publish(replace(lists, trust=named))
    listed, honest = shell.check("--json", foreign), shell.check("--json", own)

    assert (told.exit_code, codes_of(told.stdout)) == (1, {"capsule_foreign_origin"})
    assert (listed.exit_code, codes_of(listed.stdout)) == (1, {"capsule_foreign_origin"})
    assert (honest.exit_code, honest.stderr) == (0, "")


def test_a_code_whose_address_nobody_vouches_for_is_not_passed_in_silence(shell: Shell, city: SmallCity) -> None:
    foreign = FOREIGN + "/v#" + city.capsule_text().partition("#")[2]

    ended = shell.check(foreign)

    assert ended.exit_code == 0
    assert "--public-url" in ended.stderr
    assert "was not compared" in ended.stderr


@pytest.mark.parametrize("given", ["hocba.example", "https://hocba.example/v", "ftp://x"])
def test_a_public_url_is_an_origin(shell: Shell, city: SmallCity, given: str) -> None:
    ended = shell.check("--public-url", given, city.capsule_text())

    assert ended.exit_code == 2
    assert "--public-url" in ended.stderr


@contextmanager
def web(answers: dict[str, bytes | str]) -> Iterator[str]:
    """A real server: bytes are an answer, a text is where it redirects to."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer = answers.get(self.path)
            self.send_response(404 if answer is None else 302 if isinstance(answer, str) else 200)
            if isinstance(answer, str):
                self.send_header("Location", answer)
            body = answer if isinstance(answer, bytes) else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                """The other end has read enough."""

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name http.server calls
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert asked.count("/loop") in {0, MAX_REDIRECTS + 1}
