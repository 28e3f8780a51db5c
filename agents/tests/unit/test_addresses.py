"""Which addresses are plainly public."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.net.addresses import ISATAP, REFUSED_V4, REFUSED_V6, Exceptions, is_public

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


def special(
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...],
) -> st.SearchStrategy:
    return st.sampled_from(networks).flatmap(lambda network: st.ip_addresses(network=network))


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "1.1.1.1", "93.184.216.34", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
        *("172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255"),
        *("198.20.0.0", "223.255.255.255", "168.63.129.15", "128.0.0.1"),
        *("2606:4700::6810:85e5", "2a00:1450:4001:801::200e", "2001:4860:4860::8888"),
        *("2001:200::1", "2003::1", "2620:fe::fe", "3ffe::1"),
    ],
)
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254"),
        *("172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.100.100.200"),
        *("192.0.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255"),
        *("198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "168.63.129.16"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("100::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "2001:2::1", "2001:10::1"),
        # With an address inside, a public one too.
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "::ffff:0:8.8.8.8"),
        *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "64:ff9b:1:ffff::1"),
        *("2002:7f00:1::", "2002:808:808::1", "2001:0:808:808::1", "2001::1"),
        *("2a00:1450::5efe:808:808", "2a00:1450::200:5efe:10.0.0.1", "2606:4700::1%1"),
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@given(V4 | special(REFUSED_V4))
def test_stricter_than_python_4(address: IPv4Address) -> None:
    """Everything that Python's own tables know to be special is refused, and more."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)
    assert is_public(address) is not any(address in network for network in REFUSED_V4)


@given(V6 | special(REFUSED_V6) | st.ip_addresses(network="2000::/3"))
def test_stricter_than_python_6(address: IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)
    if is_public(address):
        assert address.sixtofour is address.teredo is address.ipv4_mapped is None


@given(V4, st.integers(0, 2**64 - 1), st.sampled_from(ISATAP), st.integers(0, 2**80 - 1))
@example(IPv4Address("127.0.0.1"), 0, ISATAP[0], 0)
def test_nothing_inside_of_another(
    inner: IPv4Address, front: int, isatap: bytes, rest: int
) -> None:
    """No known way to embed an IPv4 address in an IPv6 one leads anywhere, whatever is embedded."""
    low = int(inner)
    local_nat64 = int(IPv6Address("64:ff9b:1::")) | rest
    for wrapped in (
        low,
        0xFFFF << 32 | low,
        0xFFFF << 48 | low,
        int(IPv6Address("64:ff9b::")) | low,
        local_nat64,
        0x2002 << 112 | low << 80 | rest,
        0x20010000 << 96 | rest,
        front << 64 | int.from_bytes(isatap, "big") << 32 | low,
    ):
        assert not is_public(IPv6Address(wrapped))


@given(V6, st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
def test_a_zone_is_never_public(address: IPv6Address, zone: str) -> None:
    assert not is_public(IPv6Address(f"{address}%{zone}"))


def test_exceptions() -> None:
    allowed = Exceptions.parse(("Hooks.Internal", "10.1.0.0/16", "127.0.0.1", "[::1]", "fd00::/8"))
    assert allowed.hosts == {"hooks.internal"}
    assert allowed.allow("hooks.internal", "192.168.1.1")
    for address in ("10.1.255.255", "127.0.0.1", "::1", "fd12::1", "8.8.8.8"):
        assert allowed.allow("any.test", address)
    for address in ("10.2.0.0", "127.0.0.2", "::2", "::ffff:10.1.0.1", "fe80::1"):
        assert not allowed.allow("any.test", address)
    assert not allowed.allow("evil-hooks.internal", "127.0.0.2")


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "10.0.0.0/33", "300.1.1.1", "a/b"])
def test_networks_that_are_none(entry: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Exceptions.parse((entry,))
