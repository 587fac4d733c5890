from pathlib import Path

from tests.repository.api_types import TYPES, make_types


def test_types_of_the_api_are_those_of_the_service(tmp_path: Path) -> None:
    assert TYPES.read_text(encoding="utf-8") == make_types(tmp_path), "make api-types writes them anew"
