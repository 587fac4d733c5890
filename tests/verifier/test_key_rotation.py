"""The department replaces its online keys with overlap: what was sealed in order counts, and nothing else."""

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.signing.file_keys import FileCoseKey
from tests.verifier.authority import FIRST_DAY, LAST_DAY
from tests.verifier.small_city import NOW, SCHOOL_YEAR, SmallCity, small_city
from verifier.list_cache import ListCache
from verifier.list_source import FolderSource
from verifier.lists import Lists
from verifier.status import seal_status_list
from verifier.trust import KeyPurpose, TrustList
from verifier.verdict import Outcome, Verdict
from verifier.verify import verify_capsule_text

DAY = dt.timedelta(days=1)
STATUS = f"status-list/{SCHOOL_YEAR}"


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def new_key(city: SmallCity) -> FileCoseKey:
    return city._cose_key("Khoá mới")


def rotated(
    city: SmallCity, purpose: KeyPurpose, new: FileCoseKey, *, old_until: dt.datetime, new_from: dt.datetime
) -> TrustList:
    """The trust list with the old key's end and a new key of the same purpose; it is the newer list."""
    trust = city.trust_list()
    added = replace(city._trusted(purpose, new.kid, new, new.certificate), valid_from=new_from, valid_until=LAST_DAY)
    keys = [replace(key, valid_until=old_until) if key.purpose is purpose else key for key in trust.keys]
    return replace(trust, keys=(*keys, added), header=replace(trust.header, sequence=2))


def verdict_of(city: SmallCity, trust: TrustList, key: FileCoseKey) -> Verdict:
    lists = replace(city.lists(), trust=trust)
    return verify_capsule_text(city.capsule_text(city.first_card(), key=key), lists=lists, now=NOW)


@pytest.mark.parametrize(
    ("old_ends", "new_begins", "old", "new"),
    [
        (30, -30, Outcome.GENUINE, Outcome.GENUINE),
        (30, 1, Outcome.GENUINE, Outcome.UNTRUSTED),
        (-1, -30, Outcome.UNTRUSTED, Outcome.GENUINE),
    ],
    ids=["both in the overlap", "the new one too early", "the old one too late"],
)
def test_a_capsule_counts_if_its_key_was_valid_when_it_was_sealed(
    city: SmallCity, new_key: FileCoseKey, old_ends: int, new_begins: int, old: Outcome, new: Outcome
) -> None:
    trust = rotated(
        city,
        KeyPurpose.CAPSULE,
        new_key,
        old_until=city.issued_at + old_ends * DAY,
        new_from=city.issued_at + new_begins * DAY,
    )

    assert verdict_of(city, trust, city.capsule_key).verdict is old
    assert verdict_of(city, trust, new_key).verdict is new


def test_a_new_key_that_stands_in_no_list_is_nobodys(city: SmallCity, new_key: FileCoseKey) -> None:
    assert verdict_of(city, city.trust_list(), new_key).verdict is Outcome.UNTRUSTED


def test_lists_signed_by_either_key_are_taken_while_both_are_listed(
    city: SmallCity, new_key: FileCoseKey, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    trust = rotated(city, KeyPurpose.STATUS, new_key, old_until=NOW + 30 * DAY, new_from=FIRST_DAY)
    city.publish(site, city.lists())
    cache = ListCache(trust_anchor=city.trust_anchor, source=FolderSource(site), folder=None, refresh_after=None)
    assert cache.refresh(NOW)

    city.publish(site, replace(city.lists(), trust=trust))
    assert cache.refresh(NOW)  # the new trust list, and a status list of the old key
    publish_status(city, site, new_key, sequence=2)
    assert cache.refresh(NOW)

    assert {state.name: state.sequence for state in cache.states}[STATUS] == 2


def test_a_list_of_a_key_that_has_left_the_trust_list_is_dropped(
    city: SmallCity, new_key: FileCoseKey, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    city.publish(site, city.lists())
    cache = ListCache(trust_anchor=city.trust_anchor, source=FolderSource(site), folder=tmp_path, refresh_after=None)
    assert cache.refresh(NOW)
    trust = rotated(city, KeyPurpose.STATUS, new_key, old_until=NOW + 30 * DAY, new_from=FIRST_DAY)
    gone = replace(trust, keys=tuple(key for key in trust.keys if key.kid != city.status_key.kid))
    city.publish(site, Lists(gone, city.registry(), {SCHOOL_YEAR: city.status()}))

    assert not cache.refresh(NOW)

    assert STATUS not in cache.current(NOW).served()
    assert cache.problems == {STATUS: "list_key_unknown"}
    publish_status(city, site, new_key, sequence=2)
    assert cache.refresh(NOW)
    assert STATUS in cache.current(NOW).served()


def publish_status(city: SmallCity, site: Path, key: FileCoseKey, *, sequence: int) -> None:
    status = city.status()
    newer = replace(status, header=replace(status.header, sequence=sequence))
    (site / STATUS).write_bytes(seal_status_list(newer, key=key, kid=key.kid))
