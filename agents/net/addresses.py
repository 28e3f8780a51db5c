"""Which IP addresses an owner's URL may lead to: those that are plainly public.

Everything else would let an owner reach what only this deployment can reach (server-side
request forgery). Python's `is_global` does not suffice: it is true of 64:ff9b::7f00:1,
2002:7f00:1::, ::127.0.0.1 and of multicast.

Sources: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self

REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' NAT, with one cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # another cloud's metadata, at a public address
        "169.254.0.0/16",  # link-local, with most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays: a tunnel
        "192.88.99.0/24",  # 6to4 relays: a tunnel
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# The only IPv6 space of public hosts (RFC 4291). Outside of it, and refused with it: loopback,
# unique local, link-local, multicast, and ::a.b.c.d, ::ffff:a.b.c.d, 64:ff9b::/96, 64:ff9b:1::/48.
UNICAST_V6 = IPv6Network("2000::/3")
REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, AMT
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
# Bytes 8 to 12 of an ISATAP address (RFC 5214), before the IPv4 address that it tunnels to.
ISATAP = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is a plain public address: not special, and with no other inside of it."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in REFUSED_V4)
    return (
        address in UNICAST_V6
        and address.scope_id is None
        and address.packed[8:12] not in ISATAP
        and not any(address in network for network in REFUSED_V6)
    )


@dataclass(frozen=True)
class Exceptions:
    """What a deployment allows although it is not public."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    @lru_cache(maxsize=10)
    def parse(cls, entries: tuple[str, ...]) -> Self:
        """Host names, addresses and networks; ValueError for a network that is none."""
        networks = [entry for entry in entries if _is_numeric(entry)]
        return cls(
            frozenset(entry.lower() for entry in entries if entry not in networks),
            tuple(ip_network(entry.strip("[]")) for entry in networks),
        )

    def allow(self, host: str, address: str) -> bool:
        """Whether requests to `host` may go to this address, one of its addresses."""
        found = ip_address(address)
        return (
            is_public(found)
            or host in self.hosts
            or any(found in network for network in self.networks)
        )


def _is_numeric(entry: str) -> bool:
    return ":" in entry or "/" in entry or entry.replace(".", "").isdigit()
