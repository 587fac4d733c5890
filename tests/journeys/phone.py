"""A phone-sized Chromium with a platform authenticator that the test holds (CDP WebAuthn)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}


@contextmanager
def phone(profile: Path) -> Iterator[BrowserContext]:
    """A browser as a parent's cheap Android phone shows it: 360 x 740, touch, Vietnamese."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            headless=True,
            args=ARGUMENTS,
            viewport={"width": PHONE["width"], "height": PHONE["height"]},
            is_mobile=True,
            has_touch=True,
            locale="vi-VN",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        try:
            yield context
        finally:
            context.close()


class Authenticator:
    """The page's passkeys, as the test sees them."""

    def __init__(self, session: CDPSession, authenticator_id: str) -> None:
        self._session = session
        self._id = authenticator_id

    def uses(self) -> int:
        """How often a passkey was used, enrolment included."""
        answer = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return sum(int(credential["signCount"]) for credential in answer["credentials"])

    def refuse(self, refused: bool) -> None:  # noqa: FBT001  # as the protocol has it
        """Let the owner fail, or pass again, to show who they are."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": not refused})


def add_authenticator(page: Page) -> Authenticator:
    """Give the page's browser a platform authenticator whose owner is always verified."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    answer = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return Authenticator(session, answer["authenticatorId"])
