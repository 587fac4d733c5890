"""What happens at the same moment: many open a link for one use, many guess its passcode."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backend.access.context import Access
from backend.access.keys import AccessKeys
from backend.access.limits import AttemptKind, Limit
from backend.access.passkeys import RelyingParty
from backend.archive.objects import Objects
from backend.database import Database
from backend.errors import BackendError
from backend.people.guardianship import bar_guardian
from backend.people.register_pupils import register_pupils
from backend.sharing import store
from backend.sharing.errors import PasscodeRefusedError, ShareOverError, ShareRefusedError
from backend.sharing.make_share import MadeShare, make_share
from backend.sharing.open_share import look_at_share, open_share
from backend.sharing.rules import MAX_PASSCODE_TRIES, ShareTerms
from tests.backend.http.browser import MOTHER
from tests.backend.sharing.families import TERMS, a_pupil

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
AT_ONCE = 8


@pytest.fixture
def access(database: Database) -> Access:
    roomy = Limit(per_code=10_000, per_address=10_000, overall=10_000)
    return Access(
        database=database,
        keys=AccessKeys.from_secret("a secret of the tests, long enough"),
        relying_party=RelyingParty("http://localhost:8000", "Học bạ số"),
        limits=dict.fromkeys(AttemptKind, roomy),
    )


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(f"file://{tmp_path}")


def made(access: Access, terms: ShareTerms) -> MadeShare:
    (registered,) = register_pupils(access.database, [a_pupil(MOTHER)], now=NOW)
    return make_share(
        access.database,
        guardian_id=registered.guardian_ids[0] or "",
        pupil_id=registered.pupil_id or "",
        record_ids=None,
        terms=terms,
        now=NOW,
    )


def outcome(access: Access, objects: Objects, secret: str, passcode: str | None) -> str:
    try:
        open_share(
            access,
            objects,
            claimed_secret=secret,
            claimed_passcode=passcode,
            name="Phạm Văn Tân",
            organisation="",
            address="203.0.113.7",
            now=NOW,
        )
    except BackendError as error:
        return error.reason
    return "opened"


def all_at_once(access: Access, objects: Objects, secret: str, passcodes: list[str | None]) -> Counter[str]:
    with ThreadPoolExecutor(len(passcodes)) as pool:
        return Counter(pool.map(lambda passcode: outcome(access, objects, secret, passcode), passcodes))


def test_a_link_for_one_use_opens_once_whoever_comes_at_the_same_moment(access: Access, objects: Objects) -> None:
    secret = made(access, structs.replace(TERMS, single_use=True)).secret
    assert all_at_once(access, objects, secret, [None] * AT_ONCE) == {"opened": 1, "share_used": AT_ONCE - 1}
    with access.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM looks").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM share_views").scalar() == 1


def test_links_wished_for_at_the_same_moment_keep_to_the_limit(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    count = store.count_in_force

    def count_slowly(*arguments: Any, **named: Any) -> int:
        counted = count(*arguments, **named)
        time.sleep(0.3)
        return counted

    maker = made(access, TERMS).listed.share
    monkeypatch.setattr("backend.sharing.make_share.store.count_in_force", count_slowly)
    monkeypatch.setattr("backend.sharing.rules.MAX_IN_FORCE", 2)

    def wish(_: int) -> str:
        ids = {"guardian_id": maker.guardian_id, "pupil_id": maker.pupil_id}
        try:
            make_share(access.database, **ids, record_ids=None, terms=TERMS, now=NOW)
        except ShareRefusedError as error:
            return error.reason
        return "made"

    with ThreadPoolExecutor(3) as pool:
        assert Counter(pool.map(wish, range(3))) == {"made": 1, "share_too_many": 2}


def test_a_link_for_many_uses_counts_each(access: Access, objects: Objects) -> None:
    share = made(access, TERMS)
    assert all_at_once(access, objects, share.secret, [None] * AT_ONCE) == {"opened": AT_ONCE}
    with access.database.read() as connection:
        stored = store.find_share(connection, share.listed.share.share_id)
    assert stored is not None
    assert stored.opened_count == AT_ONCE


def test_parallel_wrong_passcodes_share_no_try(access: Access, objects: Objects) -> None:
    share = made(access, structs.replace(TERMS, passcode="4711"))
    answers = all_at_once(access, objects, share.secret, ["0000"] * AT_ONCE)
    assert answers == {
        "share_passcode_wrong": MAX_PASSCODE_TRIES - 1,
        "share_locked": AT_ONCE - MAX_PASSCODE_TRIES + 1,
    }
    assert outcome(access, objects, share.secret, "4711") == "share_locked"


def test_a_try_is_used_up_before_it_is_judged(access: Access, objects: Objects, database_url: str) -> None:
    share = made(access, structs.replace(TERMS, passcode="4711"))
    restarted = structs.replace(access, database=Database(database_url))
    with pytest.raises(PasscodeRefusedError, match="share_passcode_wrong"):
        open_share(
            access,
            objects,
            claimed_secret=share.secret,
            claimed_passcode="0000",
            name="Phạm Văn Tân",
            organisation="",
            address="203.0.113.7",
            now=NOW,
        )
    with restarted.database.read() as connection:
        stored = store.find_share(connection, share.listed.share.share_id)
    restarted.database.close()
    assert stored is not None
    assert stored.passcode_tries == 1


def test_a_wrong_passcode_uses_up_no_single_use(access: Access, objects: Objects) -> None:
    share = made(access, structs.replace(TERMS, single_use=True, passcode="4711"))
    assert outcome(access, objects, share.secret, None) == "share_passcode_needed"
    assert outcome(access, objects, share.secret, "0000") == "share_passcode_wrong"
    assert outcome(access, objects, share.secret, "4711") == "opened"


def test_a_link_is_judged_at_every_opening(access: Access) -> None:
    share = made(access, TERMS)
    look_at_share(access, claimed_secret=share.secret, address="203.0.113.7", now=NOW)
    bar_guardian(
        access.database,
        pupil_id=share.listed.share.pupil_id,
        guardian_id=share.listed.share.guardian_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW + timedelta(seconds=1),
    )
    with pytest.raises(ShareOverError, match="share_ended"):
        look_at_share(access, claimed_secret=share.secret, address="203.0.113.7", now=NOW + timedelta(seconds=1))
