"""A phone-sized Chromium with a platform authenticator that the test holds (CDP WebAuthn)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect, sync_playwright

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


PATIENCE_MS = 15_000
"""How long a busy machine may take for one step."""
NOTHING_OFFERED = """if (window.PublicKeyCredential)
  PublicKeyCredential.isConditionalMediationAvailable = async () => false;"""
"""A browser that does not offer passkeys in its autofill. The virtual authenticator would choose one by itself, as soon
as the login page opens, before a test has typed anything."""


class Phones:
    """Several phones at once, each with a profile of its own: Playwright itself may be started only once."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._opened: list[BrowserContext] = []

    def open(self, profile: Path, *, offers_passkeys: bool = False) -> BrowserContext:
        """A browser as a parent's cheap Android phone shows it: 360 x 740, touch, Vietnamese."""
        context = self._playwright.chromium.launch_persistent_context(
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
        context.set_default_timeout(PATIENCE_MS)
        if not offers_passkeys:
            context.add_init_script(NOTHING_OFFERED)
        self._opened.append(context)
        return context

    def close(self) -> None:
        """All of them."""
        for context in self._opened:
            context.close()


@contextmanager
def phones() -> Iterator[Phones]:
    """As many phones as a test wants to open."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = Phones(playwright)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def phone(profile: Path) -> Iterator[BrowserContext]:
    """One phone."""
    with phones() as opened:
        yield opened.open(profile)


class Authenticator:
    """The page's passkeys, as the test sees them."""

    def __init__(self, session: CDPSession, authenticator_id: str) -> None:
        self._session = session
        self._id = authenticator_id

    def uses(self) -> int:
        """How often a passkey was used, enrolment included."""
        answer = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return sum(int(credential["signCount"]) for credential in answer["credentials"])

    def passkeys(self) -> list[dict[str, Any]]:
        """Every passkey with its private key, as a backup would carry it to another phone."""
        answer = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(answer["credentials"])

    def hold(self, passkey: dict[str, Any]) -> None:
        """Take over a passkey of another phone."""
        self._session.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": passkey})

    def lose(self) -> None:
        """Forget every passkey."""
        self._session.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})

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
