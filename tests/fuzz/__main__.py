"""Every target under atheris for its share of the time: ``python -m tests.fuzz --seconds 600``.

What was learned is kept below ``.build/fuzz`` and is where the next run begins; an input that broke a target is written
there too. Make it a seed: put it into ``tests/fuzz/found/<target>/``, and every ``make test`` tries it.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

import click

from tests.fuzz.targets import TARGETS, seeds_of

MAX_MEGABYTES = 1_024
"""Resident; a worker that checks cards for strangers has 300 MB on top of nothing else."""
MAX_SECONDS_AN_INPUT = 10
MAX_INPUT_BYTES = 200_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append", help="only this one; may be repeated")
    parser.add_argument("--folder", type=Path, default=Path(".build/fuzz"))
    chosen = parser.parse_args()
    names = chosen.target or sorted(TARGETS)
    broken = [name for name in names if not _run(name, chosen.folder / name, max(1, chosen.seconds // len(names)))]
    click.echo(
        f"{len(names) - len(broken)} of {len(names)} targets held" + "".join(f"\nbroken: {name}" for name in broken)
    )
    return 1 if broken else 0


def _run(name: str, folder: Path, seconds: int) -> bool:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds_of(name):
        (corpus / hashlib.sha256(seed).hexdigest()[:20]).write_bytes(seed)
    command = [sys.executable, "-m", "tests.fuzz.atheris_target", name, str(corpus)]
    flags = {
        "max_total_time": seconds,
        "max_len": MAX_INPUT_BYTES,
        "timeout": MAX_SECONDS_AN_INPUT,
        "rss_limit_mb": MAX_MEGABYTES,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
        "verbosity": 0,
    }
    ended = subprocess.run(
        [*command, *(f"-{key}={value}" for key, value in flags.items())], capture_output=True, text=True, check=False
    )
    facts = [line for line in ended.stderr.splitlines() if line.startswith(("stat::", "INFO: seed corpus"))]
    click.echo("\n  ".join((f"{name}: {'held' if ended.returncode == 0 else 'BROKEN'}", *facts)))
    if ended.returncode:
        click.echo(ended.stdout[-4_000:] + ended.stderr[-4_000:])
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
