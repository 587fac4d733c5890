"""Reported looks, for the school where the pupil is today."""

from typing import Final

from sqlalchemy import Connection

from backend.sharing.history import store

SHOWN_REPORTS: Final = 500


def read_reports(connection: Connection, *, school_code: str) -> list[store.LookReport]:
    """Newest first."""
    return store.read_reports(connection, school_code=school_code, limit=SHOWN_REPORTS)
