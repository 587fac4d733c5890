"""Whose request it is, behind the proxies that were named and behind none."""

import pytest

from verifier.client_address import ProxiesMalformedError, TrustedProxies, network_of, parse_trusted_proxies

NOBODY = TrustedProxies()
LOCAL = parse_trusted_proxies("127.0.0.1, 10.0.0.0/8 fd00::/8", None)
RFC_7239 = parse_trusted_proxies("127.0.0.1", "Forwarded")


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        (NOBODY, "127.0.0.1", ["192.0.2.1"], "127.0.0.1"),
        (LOCAL, "198.51.100.7", ["192.0.2.1"], "198.51.100.7"),
        (LOCAL, "127.0.0.1", [], "127.0.0.1"),
        (LOCAL, "127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        (LOCAL, "::ffff:127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        (LOCAL, "fd00::1", ["2001:db8::9"], "2001:db8::9"),
        (LOCAL, "127.0.0.1", ["203.0.113.66, 192.0.2.1"], "192.0.2.1"),
        (LOCAL, "127.0.0.1", ["203.0.113.66", "192.0.2.1, 10.1.2.3"], "192.0.2.1"),
        (LOCAL, "127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        (LOCAL, "127.0.0.1", ["192.0.2.1:5000"], "192.0.2.1"),
        (LOCAL, "127.0.0.1", ["[2001:db8::9]:5000"], "2001:db8::9"),
        (LOCAL, "127.0.0.1", ["192.0.2.1, nonsense"], "127.0.0.1"),
        (LOCAL, "127.0.0.1", ["192.0.2.1, nonsense, 10.1.2.3"], "10.1.2.3"),
        (LOCAL, "127.0.0.1", [""], "127.0.0.1"),
        (LOCAL, "", ["192.0.2.1"], ""),
        (RFC_7239, "127.0.0.1", ['for=203.0.113.66, for="[2001:db8::9]:80";proto=https'], "2001:db8::9"),
        (RFC_7239, "127.0.0.1", ["proto=https;by=10.0.0.1"], "127.0.0.1"),
        (RFC_7239, "127.0.0.1", ["for=unknown"], "127.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_named_proxy(
    proxies: TrustedProxies, peer: str, forwarded: list[str], client: str
) -> None:
    assert proxies.client_of(peer, forwarded) == client


def test_a_header_of_a_thousand_hops_is_read_from_its_end() -> None:
    assert LOCAL.client_of("127.0.0.1", [", ".join(["192.0.2.1"] + ["10.0.0.1"] * 1_000)]) == "10.0.0.1"


@pytest.mark.parametrize(("networks", "header"), [("proxy.local", None), ("10.0.0.1/8", None), (None, "x-client")])
def test_settings_that_mean_nothing_are_refused(networks: str | None, header: str | None) -> None:
    with pytest.raises(ProxiesMalformedError, match="usage_proxies_malformed"):
        parse_trusted_proxies(networks, header)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::/64"),
        ("", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
