"""Whose request is this? The network address that limits are counted by, also behind a proxy.

A header that names the sender is somebody's word: it is believed only from a proxy that the operator named, and only as
far back as such proxies wrote it. Without that setting the connection's own address counts, whatever headers say.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from msgspec import Struct

from verifier.errors import VerifierError

FORWARDED_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip")
"""Headers that can be named; the first is what most proxies write."""
MAX_HOPS = 20
"""More proxies than this stand in no way; what is left of them is not read."""
UNKNOWN = "unknown"
"""A socket without an address, such as a proxy's Unix socket."""


class ProxiesMalformedError(VerifierError):
    """The setting names no networks, or a header that is not read here."""

    code = "usage_proxies_malformed"


class TrustedProxies(Struct, frozen=True):
    """Whose forwarded header is believed, and which one. As it is made, nobody's."""

    networks: tuple[str, ...] = ()
    header: str = FORWARDED_HEADERS[0]

    def client_of(self, peer: str, forwarded: Sequence[str]) -> str:
        """The sender's address.

        Args:
            peer: the address at the other end of the connection.
            forwarded: values of ``header``, in the order in which they came.
        """
        client = peer
        if not self._trusts(peer):
            return client
        hops = [hop for value in forwarded for hop in _hops(value, self.header)]
        for hop in reversed(hops[-MAX_HOPS:]):
            address = _address_of(hop)
            if address is None:  # "unknown", an obfuscated name, or nonsense: what stands before it is worth nothing
                break
            client = address
            if not self._trusts(address):
                break
        return client

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        plain = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped else parsed
        return any(plain in _parsed(network) for network in self.networks)


def parse_trusted_proxies(networks: str | None, header: str | None) -> TrustedProxies:
    """The two settings; networks are separated by commas or spaces, a single address is one.

    Raises:
        ProxiesMalformedError: with the part that is wrong.
    """
    name = (header or FORWARDED_HEADERS[0]).strip().lower()
    if name not in FORWARDED_HEADERS:
        raise ProxiesMalformedError(value=name)
    return TrustedProxies(tuple(_check_networks((networks or "").replace(",", " ").split())), name)


def network_of(address: str) -> str:
    """What limits are counted by: an IPv4 address, or the whole /64 that one IPv6 household owns."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


_parsed = cache(ip_network)


def _check_networks(parts: Iterable[str]) -> Iterable[str]:
    for part in parts:
        try:
            yield str(ip_network(part))
        except ValueError as error:
            raise ProxiesMalformedError(value=part) from error


def _hops(value: str, header: str) -> list[str]:
    elements = [element.strip() for element in value.split(",")]
    if header != "forwarded":
        return elements
    return [_forwarded_for(element) for element in elements]


def _forwarded_for(element: str) -> str:
    """The ``for`` of one element (RFC 7239, section 4), or nothing, which no address is."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip().strip('"')
    return ""


def _address_of(hop: str) -> str | None:
    """An address, with or without a port: ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1``, ``[2001:db8::1]:80``."""
    text = hop
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
