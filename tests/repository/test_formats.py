"""The pages of docs/formats name what the service answers: codes with their statuses, and figures."""

import re
from pathlib import Path

from backend.access.errors import TooManyAttemptsError
from backend.access.limits import LIMITS, AttemptKind
from backend.http.problems import _status_of
from backend.people.errors import CardNotFoundError
from backend.sharing.clean_up import SECRET_DAYS
from backend.sharing.errors import (
    PasscodeRefusedError,
    ShareNotFoundError,
    ShareOverError,
    ShareRefusedError,
    ShareViewEndedError,
)
from backend.sharing.open_share import _OVER
from backend.sharing.rules import MAX_DAYS, MAX_STATED_CHARACTERS, MIN_DAYS

LINKS = (Path(__file__).parents[2] / "docs" / "formats" / "share-link.md").read_text(encoding="utf-8")


def test_the_page_about_links_names_every_refusal_of_a_receiver_with_its_status() -> None:
    met = [
        ShareNotFoundError(),
        *(ShareOverError(code) for code in _OVER.values()),
        PasscodeRefusedError(),
        PasscodeRefusedError("share_passcode_wrong"),
        ShareRefusedError("share_name_missing"),
        ShareViewEndedError(),
        CardNotFoundError(),
        TooManyAttemptsError(retry_after_seconds=1),
    ]
    rows = re.findall(r"^\| (\d{3}) \| ([^|]+) \|", LINKS, re.MULTILINE)
    named = {code: int(status) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    assert named == {error.reason: _status_of(error) for error in met}


def test_the_page_about_links_has_the_figures_of_the_service() -> None:
    limit = LIMITS[AttemptKind.SHARE]
    figures = (
        f"{MIN_DAYS} to {MAX_DAYS} days",
        f"at most {MAX_STATED_CHARACTERS} characters each",
        f"over for more than {SECRET_DAYS} days",
        f"{limit.per_code} requests with one secret or cookie, {limit.per_address:,} from one address",
    )
    assert [figure for figure in figures if figure not in LINKS] == []
