"""What command and stand-alone service are told: whom to trust, where lists come from, where to keep them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from verifier.client_address import TrustedProxies, parse_trusted_proxies
from verifier.errors import VerifierError
from verifier.list_source import FolderSource, HttpSource, ListSource

TRUST_ANCHOR_VARIABLE = "HOCBA_TRUST_ANCHOR"
LISTS_VARIABLE = "HOCBA_LISTS"
CACHE_VARIABLE = "HOCBA_CACHE"
PUBLIC_URL_VARIABLE = "HOCBA_PUBLIC_URL"
PAGES_VARIABLE = "HOCBA_PAGES"
TRUSTED_PROXIES_VARIABLE = "HOCBA_TRUSTED_PROXIES"
FORWARDED_HEADER_VARIABLE = "HOCBA_FORWARDED_HEADER"

_TRUST_ANCHOR = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(r"https?://[^\s/?#@]+")


class UsageError(VerifierError):
    """The caller has to say something else; ``details["value"]`` is what they said."""

    code: ClassVar[str] = "usage_no_input"


class VerifierSettings(Struct, frozen=True):
    """Settings of the stand-alone service."""

    trust_anchor: str
    lists: str
    """A folder, or the address of a city's service."""
    cache: Path
    public_url: str | None = None
    """Origin that QR codes have to carry; without it the trust list's word counts."""
    pages: Path | None = None
    """Folder of the built pages, if this service is to show them."""
    proxies: TrustedProxies = TrustedProxies()
    """Whose word counts on where a request comes from; nobody's unless told."""


def load_verifier_settings(environment: Mapping[str, str]) -> VerifierSettings:
    """Settings from environment variables.

    Raises:
        UsageError: one is missing or malformed.
        ProxiesMalformedError: as ``parse_trusted_proxies``.
    """
    pages = environment.get(PAGES_VARIABLE)
    return VerifierSettings(
        trust_anchor=parse_trust_anchor(environment.get(TRUST_ANCHOR_VARIABLE)),
        lists=parse_lists(environment.get(LISTS_VARIABLE)),
        cache=cache_folder(environment),
        public_url=parse_public_url(environment.get(PUBLIC_URL_VARIABLE)),
        pages=Path(pages) if pages else None,
        proxies=parse_trusted_proxies(
            environment.get(TRUSTED_PROXIES_VARIABLE), environment.get(FORWARDED_HEADER_VARIABLE)
        ),
    )


def parse_trust_anchor(text: str | None) -> str:
    """A trust anchor: 64 hexadecimal digits, spaces and colons between them tolerated."""
    if not text:
        raise UsageError("usage_no_trust_anchor")
    anchor = re.sub(r"[\s:]", "", text).lower()
    if not _TRUST_ANCHOR.fullmatch(anchor):
        raise UsageError("usage_trust_anchor_malformed")
    return anchor


def parse_public_url(text: str | None) -> str | None:
    """An origin: scheme, host and port, with nothing behind them but a slash."""
    if not text:
        return None
    origin = text.rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise UsageError("usage_public_url_malformed", value=text)
    return origin


def parse_lists(text: str | None) -> str:
    """Where lists come from: an existing folder or a web address."""
    if not text:
        raise UsageError("usage_no_lists")
    if not text.startswith(("http://", "https://")) and not Path(text).is_dir():
        raise UsageError("usage_lists_unknown", value=text)
    return text


def list_source(lists: str) -> ListSource:
    """The place that ``parse_lists`` has passed."""
    return HttpSource(lists) if lists.startswith(("http://", "https://")) else FolderSource(Path(lists))


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where lists and the sequence numbers seen are kept between runs."""
    own = environment.get(CACHE_VARIABLE)
    if own:
        return Path(own)
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "hocba"
