"""Tokens of schools' systems: shown once when made, kept as a hash, known again by it."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Connection

from backend.archive.store import read_schools
from backend.errors import NotFoundError
from backend.intake import store
from backend.intake.errors import TokenRefusedError

TOKEN_PREFIX = "hocba_"  # noqa: S105  # lets a scanner recognise a token that was committed somewhere by mistake
TOKEN_BYTES = 32


def make_token(connection: Connection, *, school_code: str, system: str, now: datetime) -> str:
    """Make a token for a school's system; the answer is the only copy of it.

    Raises:
        NotFoundError: ``school_not_found``.
    """
    if school_code not in read_schools(connection):
        raise NotFoundError("school_not_found", school_code=school_code)
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    store.insert_token(connection, school_code=school_code, system=system, token_sha256=_hash(token), now=now)
    return token


def verify_token(connection: Connection, token: str, now: datetime) -> str:
    """Code of the school whose system holds ``token``.

    Raises:
        TokenRefusedError: unknown, or ended.
    """
    # 256 random bits need no slow hash, and looking a hash up leaks nothing that helps to guess the token.
    school_code = store.find_school_of_token(connection, token_sha256=_hash(token), now=now)
    if school_code is None:
        raise TokenRefusedError
    return school_code


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
