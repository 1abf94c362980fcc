"""Which addresses may be dialled: public unicast, and what the configuration names exactly. Pure.

`ipaddress.is_global` is not enough: it calls multicast, the 6to4 relay, site-local and every IPv4 address that is
wrapped in IPv6 global. So IPv4 is held against the IANA special-purpose registry, and IPv6 must lie in the only block
that is assigned to global unicast, after whatever IPv4 address it carries has been judged.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, TypeAlias

from aggregator.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Sequence

Address: TypeAlias = IPv4Address | IPv6Address

# IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its updates), multicast (RFC 5771), class E (RFC 1112).
_REFUSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# RFC 4291, 2.4: all of global unicast that IANA hands out. Loopback, link-local, site-local, unique local, multicast
# and the discard prefix lie outside.
_GLOBAL_V6 = IPv6Network("2000::/3")
# Inside it: protocol assignments (RFC 2928; with ORCHID and benchmarking), documentation (RFC 3849, RFC 9637).
_REFUSED_V6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address really reached
# RFC 5214: the interface identifier of ISATAP, before the 32 bits of its IPv4 address; the second has the global bit.
_ISATAP = (0x00005EFE, 0x02005EFE)


class Guard:
    """Says of an address whether it may be dialled.

    Args:
        allow_private: ranges that may be dialled although they are not public; empty for the world.
    """

    def __init__(self, allow_private: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._allowed = tuple(allow_private)

    def check(self, address: Address) -> None:
        """Refuse what is neither public nor allowed.

        Raises:
            RejectedError: "not a public address".
        """
        plain = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
        # Of an address and a range of the other version, `in` says False.
        if any(plain in network for network in self._allowed):
            return
        if not _is_public(plain):
            raise RejectedError(f"not a public address: {address}", stage="connect")


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    if address.scope_id is not None:
        return False
    carried = _carried(address)
    if not all(_is_public(inner) for inner in carried):
        return False
    if address in _NAT64 or address.teredo is not None:
        return True
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that a tunnel or a translator would reach for this one."""
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64:
        return [low]
    if address.teredo is not None:
        return list(address.teredo)
    carried = [address.sixtofour] if address.sixtofour is not None else []
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        carried.append(low)
    return carried
