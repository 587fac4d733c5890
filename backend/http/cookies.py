"""Two cookies for each realm: the session, and the browser's half of a running ceremony. One for a shared link.

``__Host-`` binds a cookie to this very host over HTTPS (RFC 6265bis, 4.1.3.2). Only on http://localhost, where the
prefix cannot be set, does the name go without it. SameSite=Strict: neither is ever sent by another site.
"""

from litestar.datastructures import Cookie

from backend.access.parents import PARENTS
from backend.access.passkeys import CEREMONY_SECONDS
from backend.access.realm import Realm
from backend.sharing.open_share import VIEW_MINUTES


def session_cookie_name(public_url: str, *, realm: Realm = PARENTS) -> str:
    """Name of the realm's session cookie."""
    return _name("session", realm, public_url)


def ceremony_cookie_name(public_url: str, *, realm: Realm = PARENTS) -> str:
    """Name of the realm's ceremony cookie."""
    return _name("ceremony", realm, public_url)


def session_cookie(token: str, *, public_url: str, realm: Realm = PARENTS) -> Cookie:
    """Set the session; an empty token takes it away."""
    max_age = int(realm.absolute_end.total_seconds()) if token else 0
    return _cookie(session_cookie_name(public_url, realm=realm), token, public_url=public_url, max_age_seconds=max_age)


def ceremony_cookie(token: str, *, public_url: str, realm: Realm = PARENTS) -> Cookie:
    """Set the ceremony; an empty token takes it away."""
    max_age = CEREMONY_SECONDS if token else 0
    return _cookie(ceremony_cookie_name(public_url, realm=realm), token, public_url=public_url, max_age_seconds=max_age)


def share_view_cookie_name(public_url: str) -> str:
    """Name of the cookie of a receiver who has opened a link."""
    return _host_name("hocba_share_view", public_url)


def share_view_cookie(token: str, *, public_url: str) -> Cookie:
    """Set the browser in which a link stands open."""
    return _cookie(share_view_cookie_name(public_url), token, public_url=public_url, max_age_seconds=VIEW_MINUTES * 60)


def _name(purpose: str, realm: Realm, public_url: str) -> str:
    return _host_name("_".join(part for part in ("hocba", realm.name, purpose) if part), public_url)


def _host_name(name: str, public_url: str) -> str:
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
