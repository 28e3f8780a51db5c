"""Which URLs owners may give."""

import socket
from ipaddress import IPv4Address, ip_address
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.net import Refused, check_url, urls


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.com", "http://example.com:8080/a?b=c#d", "HTTPS://EXAMPLE.com:443/"),
        *("https://a-b.c_d.example/", "https://bücher.example/ü", "http://8.8.8.8/", "http://x"),
        *("http://[2606:4700::6810:85e5]:8443/x", "https://1password.com", "https://a.b2/"),
    ],
)
def test_allowed(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "begins with https:// or http://"),
        ("example.com/hook", "begins with https:// or http://"),
        ("ftp://example.com", "begins with https:// or http://"),
        ("file:///etc/passwd", "begins with https:// or http://"),
        ("gopher://example.com", "begins with https:// or http://"),
        ("javascript:alert(1)", "begins with https:// or http://"),
        ("//example.com", "begins with https:// or http://"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("http://:80/", "names no host"),
        ("https://me:planted@example.com/", "without user name and password"),
        ("https://me@example.com/", "without user name and password"),
        ("http://example.com\\@evil.example/", "without user name and password"),
        ("https://example.com:22/", "a port of 80, 443, or from 1024"),
        ("https://example.com:0/", "a port of 80, 443, or from 1024"),
        ("https://example.com:65536/", "a port of 80, 443, or from 1024"),
        ("https://example.com:-1/", "a port of 80, 443, or from 1024"),
        ("https://example.com:x/", "cannot be read"),
        ("https://exa mple.com", "spaces or control characters"),
        ("https://example.com/\r\nHost: evil", "spaces or control characters"),
        ("https://example.com/\x00", "spaces or control characters"),
        ("https://example.com/\u202e", "spaces or control characters"),
        ("https://example.com/\ud800", "spaces or control characters"),
        ("https://example.com/" + "a" * 2000, "has 2,020 characters; at most 2,000"),
        ("https://ex%61mple.com", "is not a host name"),
        ("https://example..com", "is not a host name"),
        ("https://example.com.", "is not a host name"),
        ("https://.example.com", "is not a host name"),
        ("https://exa$mple.com", "is not a host name"),
        ("https://" + "a" * 64 + ".com", "is not a host name"),
        ("https://" + "a." * 127 + "com", "is not a host name"),
        ("http://[::1", "cannot be read"),
        ("http://[fe80::1%25eth0]/", "has a zone"),
        ("http://2130706433/", "as four decimal numbers"),
        ("http://0x7f000001/", "as four decimal numbers"),
        ("http://0x7F.1/", "as four decimal numbers"),
        ("http://127.1/", "as four decimal numbers"),
        ("http://127.0.0.0x1/", "as four decimal numbers"),
        ("http://017700000001/", "as four decimal numbers"),
        ("http://1.2.3.4.5/", "as four decimal numbers"),
        ("http://example.0x/", "as four decimal numbers"),
        ("http://0177.0.0.1/", "cannot be read"),
        ("http://127.0.0.256/", "cannot be read"),
        ("http://①②⑦.0.0.1/", "cannot be read"),
        ("http://127。0。0。1/", "not public"),
        ("http://127.0.0.1/", "127.0.0.1 leads to an address that is not public"),
        ("http://169.254.169.254/latest/meta-data", "not public"),
        ("http://[::1]:8000/", "not public"),
        ("http://[::ffff:127.0.0.1]/", "not public"),
        ("http://[64:ff9b::7f00:1]/", "not public"),
        ("http://localhost:8000/", "localhost leads to an address that is not public"),
        ("http://LOCALHOST/", "not public"),
        ("http://a.localhost/", "not public"),
    ],
)
def test_refused(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        check_url(url)
    assert isinstance(caught.value, Refused)
    assert sentence in str(caught.value)
    assert "planted" not in str(caught.value)


def test_what_the_deployment_allows(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8", "hooks.localhost"]
    for host in ("127.0.0.1", "localhost", "hooks.localhost"):
        check_url(f"http://{host}:8000/")
    with pytest.raises(Refused):
        check_url("http://[::1]/")


def spelt(number: int, base: int) -> str:
    return {8: f"0{number:o}", 10: str(number), 16: f"0x{number:x}"}[base]


BASES = st.sampled_from([8, 10, 16])


@given(st.ip_addresses(v=4), st.integers(1, 4), st.tuples(BASES, BASES, BASES, BASES))
@example(IPv4Address("127.0.0.1"), 1, (10, 10, 10, 10))
@example(IPv4Address("127.0.0.1"), 2, (16, 8, 10, 10))
def test_every_spelling_of_an_address(
    address: IPv4Address, parts: int, bases: tuple[int, int, int, int]
) -> None:
    """The C library understands them all; what is let through is the address it looks like."""
    octets = address.packed
    last = int.from_bytes(octets[parts - 1 :], "big")
    host = ".".join(map(spelt, [*octets[: parts - 1], last], bases))
    assert socket.inet_aton(host) == octets
    try:
        read = urls.parse(f"http://{host}/").raw_host.decode()
    except Refused:
        return
    assert ip_address(read) == address


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example("[::1]:80:80")
@example("127.0.0.1#@8.8.8.8")
@example("8.8.8.8:80@127.0.0.1")
def test_whatever_is_written(rest: str) -> None:
    """Either refused, or a host that getaddrinfo reads as the client does."""
    try:
        parsed = urls.parse(f"http://{rest}")
    except Refused:
        return
    host = parsed.raw_host.decode("ascii")
    assert host
    assert parsed.userinfo == b""
    try:
        numeric = socket.inet_aton(host)
    except OSError:
        return
    assert str(IPv4Address(numeric)) == host
