"""What a workbook of 500 pupils costs: seconds and memory of a process that does nothing else.

``python -m tests.benchmarks.workbook`` measures itself; ``make bench`` starts it as a process of its own, so that the
memory is the door's alone.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs
from rich.console import Console

from backend.archive import store
from backend.database import Database, upgrade_to_head
from backend.intake.workbook.build_records import Facts
from backend.intake.workbook.receive_workbook import receive_workbook, understand_workbook
from backend.intake.workbook.template import build_template
from tests.backend.issuing.sample_records import secondary_record
from verifier.record.levels import EducationLevel

PUPILS = 500
SECONDS_PROMISED = 5
MEGABYTES_PROMISED = 300


def workbook_of(pupils: int) -> bytes:
    """Our template filled in: a grade with every column of every subject, remarks included."""
    record = secondary_record()
    records = [
        structs.replace(
            record, pupil=structs.replace(record.pupil, pupil_code=f"{n:010}", personal_code=f"001211{n:06}")
        )
        for n in range(pupils)
    ]
    return build_template(EducationLevel.LOWER_SECONDARY, grade=9, records=records)


def facts() -> Facts:
    """What the city and the command line add."""
    record = secondary_record()
    return Facts(
        school_code=record.school.code,
        school_name=record.school.name,
        department_code=record.school.department_code,
        department_name=record.school.department_name,
        province=record.school.province,
        school_year="2025-2026",
        manager_name=record.signers.manager_name,
        place=record.signers.place,
    )


def measure(path: Path) -> dict[str, float]:
    """Receive the workbook into an empty archive; a process' peak memory is measured from its start."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/city.db")
        upgrade_to_head(database)
        with database.write() as connection:
            store.insert_school(connection, code=str(facts().school_code), name=str(facts().school_name), now=now)
        began = time.perf_counter()
        understood = understand_workbook(
            path.read_bytes(), given=facts(), class_group=None, city_facts=lambda _school: Facts()
        )
        read = time.perf_counter() - began
        kept = receive_workbook(understood, database=database, now=now)
        seconds = time.perf_counter() - began
        database.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pupils": len(kept), "reading": read, "seconds": seconds, "megabytes": megabytes}


def print_workbook(console: Console) -> None:
    """Measure in a process of its own and print a line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "class.xlsx"
        path.write_bytes(workbook_of(PUPILS))
        command = [sys.executable, "-m", "tests.benchmarks.workbook", str(path)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    console.print(
        f"workbook of {figures['pupils']} pupils: {figures['seconds']:.1f} s, {figures['reading']:.1f} s of it reading "
        f"(promised: under {SECONDS_PROMISED} s), {figures['megabytes']:.0f} MB "
        f"(promised: under {MEGABYTES_PROMISED} MB)"
    )


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))  # noqa: T201  # the answer to the process that started this one
