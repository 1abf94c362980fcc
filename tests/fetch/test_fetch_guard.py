from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.fetch.guard import Guard

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
REFUSED_V6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:20::1",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a01:203::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:127.0.0.1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::65", "2002:101:101::1"]


@pytest.mark.parametrize("text", PRIVATE + REFUSED_V6)
def test_what_is_not_public_is_refused(text: str) -> None:
    with pytest.raises(RejectedError, match="not a public address"):
        Guard().check(ip_address(text))


@pytest.mark.parametrize("text", [*PUBLIC, "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_what_is_public_passes(text: str) -> None:
    Guard().check(ip_address(text))


def test_teredo_counts_by_both_of_its_addresses() -> None:
    def teredo(server: str, client: str) -> IPv6Address:
        hidden = int(IPv4Address(client)) ^ 0xFFFFFFFF
        return IPv6Address((0x20010000 << 96) | (int(IPv4Address(server)) << 64) | hidden)

    Guard().check(teredo("8.8.8.8", "1.1.1.1"))
    for server, client in (("127.0.0.1", "1.1.1.1"), ("8.8.8.8", "10.0.0.1")):
        with pytest.raises(RejectedError):
            Guard().check(teredo(server, client))


def carriers(inner: IPv4Address) -> list[IPv6Address]:
    low = int(inner)
    return [
        IPv6Address(low),
        IPv6Address((0xFFFF << 32) | low),
        IPv6Address((0xFFFF << 48) | low),
        IPv6Address((0x64FF9B << 96) | low),
        IPv6Address((0x2002 << 112) | (low << 80) | 1),
        IPv6Address((0x20010000 << 96) | (low << 64) | (0x01010101 ^ 0xFFFFFFFF)),
        IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (low ^ 0xFFFFFFFF)),
        IPv6Address((0x2606_4700 << 96) | (0x5EFE << 32) | low),
        IPv6Address((0x2606_4700 << 96) | (0x0200_5EFE << 32) | low),
    ]


@given(st.sampled_from([*PRIVATE, "10.0.0.0", "127.0.0.2"]) | st.ip_addresses(v=4).map(str))
def test_an_address_that_is_refused_is_refused_in_every_wrapping(text: str) -> None:
    inner = IPv4Address(text)
    try:
        Guard().check(inner)
    except RejectedError:
        for address in carriers(inner):
            with pytest.raises(RejectedError):
                Guard().check(address)


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_calls_special(address: IPv4Address | IPv6Address) -> None:
    try:
        Guard().check(address)
    except RejectedError:
        return
    # The library calls all of Teredo and NAT64 by its wrapping.
    inner = address if isinstance(address, IPv4Address) else (address.ipv4_mapped or address)
    assert not inner.is_multicast
    assert not inner.is_loopback
    assert not inner.is_link_local
    assert not inner.is_unspecified
    assert inner.is_global or inner in ipaddress.ip_network("2001::/32")


def test_a_range_that_is_allowed_passes_and_nothing_beside_it() -> None:
    guard = Guard([ip_network("127.0.0.1/32"), ip_network("fd00::/64")])
    for text in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::5", "1.1.1.1"):
        guard.check(ip_address(text))
    for text in ("127.0.0.2", "::1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00:0:0:1::5"):
        with pytest.raises(RejectedError):
            guard.check(ip_address(text))
