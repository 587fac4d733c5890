"""The two cookies: the session, and the browser's half of a running ceremony.

``__Host-`` binds a cookie to this very host over HTTPS (RFC 6265bis, 4.1.3.2). Only on http://localhost, where the
prefix cannot be set, does the name go without it. SameSite=Strict: neither is ever sent by another site.
"""

from litestar.datastructures import Cookie

from backend.access.passkeys import CEREMONY_SECONDS
from backend.access.session import ABSOLUTE_END


def session_cookie_name(public_url: str) -> str:
    """Name of the session cookie."""
    return _name("hocba_session", public_url)


def ceremony_cookie_name(public_url: str) -> str:
    """Name of the ceremony cookie."""
    return _name("hocba_ceremony", public_url)


def session_cookie(token: str, *, public_url: str) -> Cookie:
    """Set the session; an empty token takes it away."""
    max_age = int(ABSOLUTE_END.total_seconds()) if token else 0
    return _cookie(session_cookie_name(public_url), token, public_url=public_url, max_age_seconds=max_age)


def ceremony_cookie(token: str, *, public_url: str) -> Cookie:
    """Set the ceremony; an empty token takes it away."""
    max_age = CEREMONY_SECONDS if token else 0
    return _cookie(ceremony_cookie_name(public_url), token, public_url=public_url, max_age_seconds=max_age)


def _name(name: str, public_url: str) -> str:
    return f"__Host-{name}" if public_url.startswith("https:") else name


def _cookie(name: str, value: str, *, public_url: str, max_age_seconds: int) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        path="/",
        max_age=max_age_seconds,
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
