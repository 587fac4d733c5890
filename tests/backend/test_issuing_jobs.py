from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.city import City, open_city
from backend.database import Database
from backend.database.errors import DatabaseUnavailableError
from backend.issuing.jobs import run_job as run_module
from backend.issuing.jobs.rules import JobState
from backend.issuing.jobs.steer_job import ask_for_issuing, job_with_id
from backend.issuing.store import Scope
from backend.issuing_jobs import IssuingJobs
from backend.settings import load_settings
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Iterator[City]:
    working = WorkingCity(small_city(), database, tmp_path)
    working.open()
    with closing(open_city(load_settings(working.environment))) as city:
        yield city


def test_job_whose_outcome_could_not_be_kept_has_another_turn(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with city.database.write() as connection:
        job = ask_for_issuing(connection, Scope(), asked_by="operator", now=NOW)
    keep = run_module._keep

    def away(*_words: object, **_details: object) -> None:
        raise DatabaseUnavailableError

    with closing(IssuingJobs(city, workers=1, clock=lambda: NOW)) as jobs:
        jobs.queue.put(job.job_id)
        monkeypatch.setattr(run_module, "_keep", away)
        assert jobs.run_next()
        monkeypatch.setattr(run_module, "_keep", keep)
        assert jobs.run_next()
        assert not jobs.run_next()
    with city.database.read() as connection:
        assert job_with_id(connection, job.job_id).state is JobState.DONE
