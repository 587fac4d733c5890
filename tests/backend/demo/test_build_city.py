"""A whole demo city: made once, taken up after a kill, only looked at when finished, refused in production."""

import stat
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from backend.archive.tables import cards
from backend.city import open_city
from backend.demo.build_city import CitySummary, DemoCityError, Stage, build_city
from backend.demo.cards import cards_of
from backend.settings import Settings, load_settings
from backend.signing.errors import KeyRefusedError
from verifier.verdict import Outcome
from verifier.verify import verify_pdf

SEED = 7
PUPILS = 50
WORKERS = 2


def demo_settings(data: Path) -> Settings:
    return load_settings({"HOCBA_MODE": "demo", "HOCBA_DATA": str(data)})


class Built:
    """A finished city and what was seen on the way."""

    def __init__(self, data: Path) -> None:
        self.settings = demo_settings(data)
        self.seen: list[tuple[Stage, int, int]] = []
        self.summary = self.build()

    def build(self, *, now: datetime | None = None) -> CitySummary:
        return build_city(
            self.settings,
            seed=SEED,
            pupils=PUPILS,
            workers=WORKERS,
            progress=lambda *seen: self.seen.append(seen),
            now=now or datetime.now(UTC),
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built(tmp_path_factory.mktemp("city"))


class Killed(Exception):  # noqa: N818 # not an error: it stands for SIGKILL
    """What ends a run in the middle."""


def kill_at(stage: str, at_least: int, seen: Stage, done: int, _total: int) -> None:
    if seen == stage and done >= at_least:
        raise Killed


def states(settings: Settings) -> Counter[str]:
    with open_city(settings).database.read() as connection:
        return Counter(connection.execute(select(cards.c.state)).scalars())


def test_every_card_of_the_seed_is_issued_once(built: Built) -> None:
    expected = {card.record.transcript.record_id for n in range(PUPILS) for card in cards_of(SEED, n)}
    with open_city(built.settings).database.read() as connection:
        rows = list(connection.execute(select(cards.c.record_id, cards.c.state)))
    assert Counter(row.record_id for row in rows) == Counter(expected)
    assert {row.state for row in rows} == {"issued"}
    assert built.summary.cards == len(expected)


def test_sample_card_is_genuine(built: Built) -> None:
    now = datetime.now(UTC)
    lists = open_city(built.settings).publisher.verified_lists(now).lists
    verdict = verify_pdf(
        Path(built.summary.sample_pdf).read_bytes(), lists=lists, public_url=built.summary.url, now=now
    )
    assert verdict.verdict is Outcome.GENUINE


def test_two_parents_are_shown_one_of_them_with_two_children(built: Built) -> None:
    assert [len(parent.children) for parent in built.summary.parents] == [2, 1]
    assert len({parent.personal_code for parent in built.summary.parents}) == 2
    assert all(parent.expires_at > datetime.now(UTC) + timedelta(days=13) for parent in built.summary.parents)


def test_progress_is_told_for_every_stage_to_its_end(built: Built) -> None:
    last = {stage: (done, total) for stage, done, total in built.seen}
    assert list(last) == ["transactions", "roster", "intake", "issuing"]
    assert all(done == total > 0 for done, total in last.values())


def test_second_call_changes_nothing_and_takes_under_a_second(built: Built) -> None:
    before = {path: path.stat().st_mtime_ns for path in (built.settings.data / "demo").rglob("*")}
    built.seen.clear()
    began = time.monotonic()
    assert built.build() == built.summary
    assert time.monotonic() - began < 1
    assert {path: path.stat().st_mtime_ns for path in (built.settings.data / "demo").rglob("*")} == before
    assert built.seen == []


def test_activation_codes_that_have_run_out_are_made_anew(built: Built) -> None:
    later = datetime.now(UTC) + timedelta(days=15)
    again = built.build(now=later)
    assert [one.personal_code for one in again.parents] == [one.personal_code for one in built.summary.parents]
    assert all(one.expires_at > later for one in again.parents)
    assert {one.activation_code for one in again.parents}.isdisjoint(
        one.activation_code for one in built.summary.parents
    )


def test_another_city_in_the_same_folder_is_refused(built: Built) -> None:
    with pytest.raises(DemoCityError, match="demo_city_differs"):
        build_city(built.settings, seed=SEED + 1, pupils=PUPILS, now=datetime.now(UTC))


def test_what_holds_personal_data_is_for_this_user_alone(built: Built) -> None:
    folder = built.settings.data / "demo"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(built.summary.letters).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "summary.json").stat().st_mode) == 0o600


def test_summary_reads_back_as_json(built: Built) -> None:
    written = (built.settings.data / "demo" / "summary.json").read_bytes()
    assert msgspec.json.decode(written, type=CitySummary).sample_pdf == built.summary.sample_pdf


def test_run_that_is_killed_again_and_again_is_finished_by_the_next(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    for stage, at_least in [("transactions", 1), ("roster", 1), ("intake", 1), ("intake", 30), ("issuing", 20)]:
        with pytest.raises(Killed):
            build_city(
                settings,
                seed=SEED,
                pupils=PUPILS,
                workers=WORKERS,
                progress=partial(kill_at, stage, at_least),
                now=datetime.now(UTC),
            )
    assert states(settings)["issued"] >= 1
    summary = build_city(settings, seed=SEED, pupils=PUPILS, workers=WORKERS, now=datetime.now(UTC))
    assert states(settings) == {"issued": summary.cards}
    assert summary.cards == sum(1 for number in range(PUPILS) for _ in cards_of(SEED, number))


@pytest.mark.parametrize("pupils", [0, 49, 100_001])
def test_city_of_another_size_is_refused(tmp_path: Path, pupils: int) -> None:
    with pytest.raises(DemoCityError, match="demo_pupils_range"):
        build_city(demo_settings(tmp_path), seed=SEED, pupils=pupils, now=datetime.now(UTC))
    assert list(tmp_path.iterdir()) == []


def test_production_makes_no_demo_city(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "HOCBA_DATA": str(tmp_path),
            "HOCBA_PUBLIC_URL": "https://hocba.example",
            "HOCBA_TRUST_ANCHOR": "0" * 64,
            "HOCBA_SECRET": "a-secret-that-is-long-enough-for-production",
        }
    )
    with pytest.raises(KeyRefusedError, match="demo_keys_refused"):
        build_city(settings, seed=SEED, pupils=PUPILS, now=datetime.now(UTC))
    assert list(tmp_path.iterdir()) == []
