from pathlib import Path

import pytest

from backend.database import Database
from tests.backend.desk.signing_school import SigningSchool
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import small_city


@pytest.fixture
def school(database: Database, tmp_path: Path) -> SigningSchool:
    working = WorkingCity(small_city(), database, tmp_path / "data")
    working.open()
    return SigningSchool(working)
