import gzip
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.http.security_headers import CONTENT_SECURITY_POLICY
from backend.http.shell import PAGES
from tests.backend.http.browser import Browser, ServedCity, visiting

ROOT = Path(__file__).parents[3]
INDEX = b"<!doctype html><title>H\xe1\xbb\x8dc b\xe1\xba\xa1</title>" + b" " * 2000
SCRIPT = b"console.log('card');" * 200
MANIFEST = {
    "index.html": {
        "file": "assets/app-1a2b.js",
        "css": ["assets/app.css"],
        "dynamicImports": ["src/card/CardPage.tsx"],
    },
    "src/card/CardPage.tsx": {
        "file": "assets/card.js",
        "css": ["assets/card.css"],
        "imports": ["index.html", "_parts"],
    },
    "_parts": {"file": "assets/parts.js", "imports": ["index.html", "src/card/CardPage.tsx"]},
}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One engine is enough here: what is tested does not depend on it."""
    path = tmp_path / "hocba.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def visitor(served: ServedCity) -> Iterator[Browser]:
    (served.shell / "assets").mkdir(parents=True)
    (served.shell / "index.html").write_bytes(INDEX)
    (served.shell / "sw.js").write_bytes(SCRIPT)
    (served.shell / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (served.shell / "assets" / "app-1a2b.js.br").write_bytes(b"pretend brotli")
    (served.shell / "assets" / "reader-3c.wasm").write_bytes(b"\0asm" * 500)
    (served.shell / "manifest.webmanifest").write_bytes(b"{}")
    (served.shell / ".vite").mkdir()
    (served.shell / ".vite/manifest.json").write_text(json.dumps(MANIFEST))
    (served.shell.parent / "secret.txt").write_bytes(b"secret")
    with visiting(served.app()) as browser:
        yield browser


@pytest.mark.parametrize("page", [re.sub(r"\{\w+:str\}", "123", page) for page in PAGES])
def test_every_page_is_the_app_itself(visitor: Browser, page: str) -> None:
    answer = visitor.get(page)
    assert answer.status_code == 200
    assert answer.content == INDEX
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_page_names_what_it_will_want_besides_the_first_file(visitor: Browser) -> None:
    link = (
        "</assets/card.js>; rel=modulepreload, </assets/card.css>; rel=preload; as=style; crossorigin,"
        " </assets/parts.js>; rel=modulepreload"
    )
    answer = visitor.get("/hoc-ba/123")
    assert answer.headers["link"] == link
    assert visitor.get("/hoc-ba/123", **{"If-None-Match": answer.headers["etag"]}).headers["link"] == link
    assert "link" not in visitor.get("/").headers
    assert "link" not in visitor.get("/assets/app-1a2b.js").headers
    assert visitor.get("/.vite/manifest.json").status_code == 404


def test_every_page_is_named_with_the_module_that_shows_it() -> None:
    app = (ROOT / "pwa/src/app/App.tsx").read_text(encoding="utf-8")
    imported = dict(re.findall(r'^const (\w+) = lazy\(\(\) => import\("\.\./(.+?)"\)', app, re.MULTILINE))
    assert imported, "the app loads its pages in another way"
    routes = dict(re.findall(r'<Route path="(.+?)" component={(\w+)} />', app))
    expected = {
        path: [f"src/{imported[page]}"] if page in imported else [] if page == "HomePage" else ["src/staff/pages.ts"]
        for path, page in routes.items()
    }
    named = {re.sub(r"\{(\w+):str\}", r":\1", path): list(modules[:1]) for path, modules in PAGES.items()}
    assert named == expected
    assert [module for modules in PAGES.values() for module in modules if not (ROOT / "pwa" / module).is_file()] == []


def test_hashed_files_are_kept_for_a_year_and_others_are_asked_for_again(visitor: Browser) -> None:
    assert visitor.get("/assets/app-1a2b.js").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert visitor.get("/sw.js").headers["cache-control"] == "no-cache"
    assert visitor.get("/manifest.webmanifest").headers["content-type"].startswith("application/manifest+json")
    assert visitor.get("/assets/reader-3c.wasm").headers["content-type"] == "application/wasm"


def test_parts_of_a_page_carry_no_headers_that_only_documents_and_workers_obey(visitor: Browser) -> None:
    part = visitor.get("/assets/app-1a2b.js").headers
    assert (part["x-content-type-options"], part["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert "content-security-policy" not in part
    for path in ("/sw.js", "/assets/nowhere.js"):
        assert visitor.get(path, Accept="text/html").headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("accept", "path", "encoding"),
    [
        ("br, gzip", "/assets/app-1a2b.js", "br"),
        ("gzip", "/assets/app-1a2b.js", None),
        ("br, gzip", "/sw.js", "gzip"),
        ("gzip;q=0, identity", "/sw.js", None),
        ("gzip;q=0.5", "/sw.js", "gzip"),
        ("", "/sw.js", None),
        ("gzip", "/manifest.webmanifest", None),
    ],
)
def test_the_best_variant_is_sent(visitor: Browser, accept: str, path: str, encoding: str | None) -> None:
    with visitor.client.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
    if encoding == "br":
        assert raw == b"pretend brotli"
    elif encoding == "gzip":
        assert gzip.decompress(raw) == SCRIPT


def test_who_has_the_file_already_gets_304(visitor: Browser) -> None:
    etag = visitor.get("/").headers["etag"]
    again = visitor.get("/", **{"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    other_coding = visitor.get("/", **{"If-None-Match": etag, "Accept-Encoding": "identity"})
    assert other_coding.status_code == 200


def test_head_says_how_long_it_would_be(visitor: Browser) -> None:
    answer = visitor.client.head("/", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(INDEX))


def test_an_unknown_page_is_the_app_for_people_and_a_problem_for_programs(visitor: Browser) -> None:
    for_people = visitor.get("/nowhere", Accept="text/html")
    assert (for_people.status_code, for_people.content) == (404, INDEX)
    for_programs = visitor.get("/nowhere", Accept="*/*")
    assert (for_programs.status_code, for_programs.json()["code"]) == (404, "not_found")
    assert visitor.get("/api/nowhere", Accept="text/html").json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"])
def test_nothing_outside_the_folder_is_served(visitor: Browser, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_without_built_pages_the_api_still_answers(browser: Browser) -> None:
    answer = browser.get("/")
    assert (answer.status_code, answer.json()["code"]) == (503, "pages_missing")
    assert browser.get("/api/configuration").status_code == 200


def test_every_page_opens_without_a_network_too() -> None:
    source = (ROOT / "pwa/src/service-worker/shellCache.ts").read_text(encoding="utf-8")
    found = re.search(r"^const PAGES =\s+/(.+)/;$", source, re.MULTILINE)
    assert found is not None
    kept = re.compile(found[1].replace(r"\/", "/"))
    assert [page for page in PAGES if not kept.search(re.sub(r"\{\w+:str\}", "123", page))] == []
    assert not kept.search("/truongkhac")
    assert not kept.search("/schema")
