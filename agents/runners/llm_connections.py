"""HTTP connections to models: as many at once as there are runs."""

import asyncio
import ssl
from collections import defaultdict
from functools import cached_property
from urllib.request import getproxies, proxy_bypass

import httpx2

from agents.model_names import is_loopback
from agents.runners.llm_http import CHUNK_BYTES, MAX_IDLE, Answer, Connection, Seconds, explained

Origin = tuple[str, str, int | None]

# Connections that are opened at the same time to one provider: of a thousand, the last would
# otherwise wait for all others within the time that it has for itself.
MAX_OPENING = 50
# What the second address of a host waits for the first (RFC 8305).
HAPPY_EYEBALLS_SECONDS = 0.25


class Connections(httpx2.AsyncBaseTransport):
    """HTTP/1.1 by h11 on asyncio's streams, with a connection for each request that goes on.

    httpx2's own transport takes 2 ms of a core for a request, and its pool looks at all of its
    connections whenever one begins or ends: a thousand runs at once took ten seconds to start.
    It stays in use where the environment names a proxy.
    """

    def __init__(self) -> None:
        self._idle: defaultdict[Origin, list[Connection]] = defaultdict(list)
        self._opening: defaultdict[Origin, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(MAX_OPENING)
        )
        self._proxied: dict[str, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it; the connection is at rest again when the answer was read to its end."""
        if proxy := _proxy(request.url):
            return await self._through(proxy).handle_async_request(request)
        seconds = request.extensions.get("timeout", {})
        origin = (request.url.scheme, request.url.host, request.url.port)
        idle = self._idle[origin]
        if not (connection := _usable(idle)):
            async with self._opening[origin]:
                connection = await self._connect(request.url, seconds)
        try:
            head = await connection.send(request, seconds)
        except BaseException:
            connection.close()
            raise
        return httpx2.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=Answer(connection, idle, seconds),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def aclose(self) -> None:
        """Close what is at rest."""
        for idle in self._idle.values():
            while idle:
                await idle.pop().aclose()
        for transport in self._proxied.values():
            await transport.aclose()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def _through(self, proxy: str) -> httpx2.AsyncHTTPTransport:
        if proxy not in self._proxied:
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=MAX_IDLE)
            made = httpx2.AsyncHTTPTransport(verify=self._tls, proxy=proxy, limits=limits)
            self._proxied[proxy] = made
        return self._proxied[proxy]

    async def _connect(self, url: httpx2.URL, seconds: Seconds) -> Connection:
        secure = url.scheme == "https"
        with explained(httpx2.ConnectError, httpx2.ConnectTimeout):
            async with asyncio.timeout(seconds.get("connect")):
                streams = await asyncio.open_connection(
                    url.host,
                    url.port or (443 if secure else 80),
                    limit=CHUNK_BYTES,
                    ssl=self._tls if secure else None,
                    happy_eyeballs_delay=None if is_loopback(str(url)) else HAPPY_EYEBALLS_SECONDS,
                )
        return Connection(*streams)


def _usable(idle: list[Connection]) -> Connection | None:
    while idle:
        if (connection := idle.pop()).is_usable:
            return connection
        connection.close()
    return None


def _proxy(url: httpx2.URL) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY, ...) names; none on this machine."""
    if is_loopback(str(url)):
        return None
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy_bypass(url.host) else named
