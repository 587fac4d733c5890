"""Sessions are resolved on the event loop; tests that have none ask here."""

from datetime import datetime

from backend.access import session
from backend.access.context import Access
from backend.access.session import OpenSession
from tests.backend.event_loop import run_beside


def resolve_session(access: Access, claimed_token: str | None, *, now: datetime) -> OpenSession:
    """As ``backend.access.session.resolve_session``."""
    return run_beside(access.database, session.resolve_session(access, claimed_token, now=now))
