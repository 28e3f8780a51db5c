"""Which URLs owners may give: the part of the rule that needs no look-up."""

import re
from ipaddress import IPv6Address

import httpx2

from agents.net.errors import Refused

MAX_URL_LENGTH = 2_000
# Ports below this belong to other services, these two excepted.
FIRST_FREE_PORT = 1_024
WEB_PORTS = (80, 443)
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
# A host whose last part is a number is an IPv4 address (WHATWG URL, "ends in a number"), in
# spellings that not everybody reads alike: 127.1, 2130706433, 0x7f000001, 0177.0.0.1.
ENDS_IN_A_NUMBER = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)", re.ASCII)


def parse(url: str) -> httpx2.URL:
    """The URL as the client reads it, so that nobody else reads another host in it.

    Refused with a sentence if no request may be made to it, wherever it leads.
    """
    parsed = _parse(url)
    if parsed.scheme not in ("http", "https"):
        raise Refused("Give a URL that begins with https:// or http://.")
    if parsed.userinfo:
        raise Refused("Give the URL without user name and password.")
    _check_host(parsed.raw_host.decode("ascii"))
    port = parsed.port
    if port is not None and port not in WEB_PORTS and not FIRST_FREE_PORT <= port <= 65_535:
        raise Refused("Give the URL a port of 80, 443, or from 1024 to 65535.")
    return parsed


def _parse(url: str) -> httpx2.URL:
    if len(url) > MAX_URL_LENGTH:
        raise Refused(f"The URL has {len(url):,} characters; at most {MAX_URL_LENGTH:,} will do.")
    if not url.isprintable() or any(character.isspace() for character in url):
        raise Refused("The URL contains spaces or control characters.")
    try:
        return httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise Refused("The URL cannot be read: write it like https://example.com/path.") from None


def _check_host(host: str) -> None:
    if not host:
        raise Refused("The URL names no host: write it like https://example.com/path.")
    if ":" in host:
        if IPv6Address(host).scope_id is not None:
            raise Refused("The URL's address has a zone, which only local addresses have.")
    elif ENDS_IN_A_NUMBER.fullmatch(host) and not IPV4.fullmatch(host):
        raise Refused("Write the URL's address as four decimal numbers, or give a host name.")
    elif not HOST_NAME.fullmatch(host):
        raise Refused("The URL's host is not a host name.")
