"""One request to an owner's URL, within bounds of time and size."""

import asyncio
import codecs
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from agents.net import guard, urls
from agents.net.connections import GuardedTransport, Resolve, lookup
from agents.net.errors import Refused, Unreachable

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
CONNECT_SECONDS = 10
USER_AGENT = "Agent-Scheduler"
# What the connection itself says; naming another host would go past the check of this one.
OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "accept-encoding"}
)
# Reading these takes time in proportion to their length, which is not so of all that Python knows.
CHARSETS = ("utf", "iso8859", "cp125", "koi8", "ascii", "gb", "big5", "euc", "shift_jis")


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By name in small letters."""
    text: str
    truncated: bool
    """Whether there was more than max_bytes of it."""


async def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    timeout: float,
    max_bytes: int,
    resolve: Resolve = lookup,
) -> Answer:
    """Make one request and return the answer, whatever its status; redirects are not followed.

    `timeout` is for all of it, in seconds; `max_bytes` of the body are read, unpacked.

    Raises Refused for what may not be requested, Unreachable when no answer came of it. Their
    sentences name the host only: the rest of the URL may hold a key.
    """
    target = urls.parse(url)
    guard.check_url(url)
    _check_request(method, headers)
    try:
        async with (
            asyncio.timeout(timeout),
            _client(timeout, resolve) as client,
            client.stream(method, target, headers=headers, content=content) as response,
        ):
            return await _answer(response, max_bytes)
    except (TimeoutError, httpx2.TimeoutException):
        raise Unreachable(f"{target.host} did not answer in time.") from None
    except httpx2.LocalProtocolError:
        raise Refused("The request's headers hold characters that cannot be sent.") from None
    except httpx2.ConnectError as error:
        raise Unreachable(f"{target.host} cannot be reached{_reason(error)}.") from None
    except (httpx2.TransportError, OSError, zlib.error):
        raise Unreachable(f"{target.host} broke off, or its answer cannot be read.") from None


def _check_request(method: str, headers: Mapping[str, str]) -> None:
    if method not in METHODS:
        raise Refused(f"The method must be one of {', '.join(sorted(METHODS))}.")
    if OURS & set(map(str.lower, headers)):
        raise Refused(f"These headers cannot be chosen: {', '.join(sorted(OURS))}.")
    if not all(part.isascii() for pair in headers.items() for part in pair):
        raise Refused("The request's headers hold characters that cannot be sent.")


def _client(timeout: float, resolve: Resolve) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=GuardedTransport(resolve),
        timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        # Neither the machine's proxy nor its .netrc.
        trust_env=False,
    )


def _reason(error: httpx2.ConnectError) -> str:
    return ": its certificate is not valid" if "CERTIFICATE" in str(error) else ""


async def _answer(response: httpx2.Response, max_bytes: int) -> Answer:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > max_bytes:
            break
    plain = _unpacked(response, bytes(body), max_bytes + 1)
    return Answer(
        status=response.status_code,
        headers=dict(response.headers),
        text=_text(plain[:max_bytes], response.charset_encoding),
        truncated=max(len(body), len(plain)) > max_bytes,
    )


def _unpacked(response: httpx2.Response, body: bytes, most: int) -> bytes:
    """The first `most` bytes of the body as it was before a server packed it unasked.

    Only once, and only gzip: a few bytes of other kinds unpack to more than memory holds.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise Unreachable(f"{response.url.host} packed its answer although it was asked not to.")
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, most)


def _text(body: bytes, charset: str | None) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        name = "utf-8"
    plain = name.startswith(CHARSETS) and name != "utf-7"
    return body.decode(name if plain else "utf-8", "replace")
