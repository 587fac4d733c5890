"""Count an attempt before it is judged, in a transaction of its own: a refusal or a restart takes nothing back."""

from datetime import UTC, datetime, timedelta
from math import ceil

from backend.access import store
from backend.access.context import Access
from backend.access.errors import TooManyAttemptsError
from backend.access.keys import keyed_hash
from backend.access.limits import WINDOW_SECONDS, AttemptKind
from verifier.client_address import network_of


def count_attempt(access: Access, kind: AttemptKind, *, claimed_code: str | None, address: str, now: datetime) -> None:
    """Count one attempt by address, by code and overall, and refuse it when one of the limits is passed.

    The address comes first, and what it has too many of is not counted further: a single sender can use up neither
    somebody's code for longer than it has room itself, nor everybody's room.

    Args:
        access: where attempts are counted, and the limits.
        kind: what is tried.
        claimed_code: personal code or token as it was sent; only a keyed hash of it is kept. None where nobody is
            named: then address and total alone limit.
        address: the sender's network address; only a keyed hash of it is kept.
        now: decides the window.

    Raises:
        TooManyAttemptsError: the attempt must not be judged at all.
    """
    limit = access.limits[kind]
    window_start = _window_start(now)
    by_address = keyed_hash(access.keys.attempts, f"address {network_of(address)}")
    counted = [(f"{kind}.address", by_address, limit.per_address)]
    if claimed_code is not None:
        by_code = keyed_hash(access.keys.attempts, f"code {claimed_code}")
        counted.append((f"{kind}.code", by_code, limit.per_code))
    counted.append((f"{kind}.overall", "", limit.overall))
    with access.database.write(light=True) as connection:
        passed = any(
            store.add_attempt(connection, scope, subject, window_start=window_start) > most
            for scope, subject, most in counted
        )
    if passed:
        ends = window_start + timedelta(seconds=WINDOW_SECONDS)
        raise TooManyAttemptsError(retry_after_seconds=max(1, ceil((ends - now).total_seconds())))


def _window_start(now: datetime) -> datetime:
    return datetime.fromtimestamp(now.timestamp() // WINDOW_SECONDS * WINDOW_SECONDS, UTC)
