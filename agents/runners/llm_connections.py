"""HTTP connections to models: as many at once as there are runs."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from yarl import URL

from agents.model_names import is_loopback

# Connections that are opened at the same time to one provider: of a thousand, the last would
# otherwise wait for all others within the time that it has for itself.
MAX_OPENING = 50
# How long one rests at most: what is between may have forgotten it without a word.
MAX_REST_SECONDS = 5.0
# aiohttp says nothing that it was not told to.
NOTHING_OF_ITS_OWN = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
Seconds = Mapping[str, float | None]


class Connections(httpx2.AsyncBaseTransport):
    """HTTP/1.1 by aiohttp, with a connection for each request that goes on.

    httpx2's own transport takes 2 ms of a core for a request, and its pool looks at all of its
    connections whenever one begins or ends: a thousand runs at once took ten seconds to start.
    It stays in use where the environment names a proxy.
    """

    def __init__(self) -> None:
        self._proxied: dict[str, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it; the connection is at rest again when the answer was read to its end."""
        if proxy := _proxy(request.url):
            return await self._through(proxy).handle_async_request(request)
        content = await request.aread()
        with explained():
            response = await self._session.request(
                request.method,
                URL(str(request.url), encoded=True),
                data=content or None,
                headers=request.headers.multi_items(),
                skip_auto_headers=NOTHING_OF_ITS_OWN,
                allow_redirects=False,
                ssl=self._tls if request.url.scheme == "https" else True,
                timeout=_timeout(request.extensions.get("timeout", {})),
            )
        return httpx2.Response(
            response.status,
            headers=list(response.raw_headers),
            stream=Answer(response),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        if "_session" in self.__dict__:
            await self._session.close()
        for transport in self._proxied.values():
            await transport.aclose()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=_Connector(limit=0, keepalive_timeout=MAX_REST_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    def _through(self, proxy: str) -> httpx2.AsyncHTTPTransport:
        if proxy not in self._proxied:
            limits = httpx2.Limits(max_connections=None)
            made = httpx2.AsyncHTTPTransport(verify=self._tls, proxy=proxy, limits=limits)
            self._proxied[proxy] = made
        return self._proxied[proxy]


class _Connector(aiohttp.TCPConnector):
    """Lets a crowd in bit by bit: waiting for that is none of a request's time to connect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._letting_in: defaultdict[object, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(MAX_OPENING)
        )

    async def connect(self, req: Any, *args: Any, **options: Any) -> Any:
        async with self._letting_in[req.connection_key]:
            return await super().connect(req, *args, **options)


class Answer(httpx2.AsyncByteStream):
    """The body of an answer; closing it before its end closes its connection."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with explained():
            async for part in self._response.content.iter_any():
                yield part

    async def aclose(self) -> None:
        """Give the connection back, or close it if it is used up or not needed."""
        self._response.close()


@contextmanager
def explained() -> Iterator[None]:
    """What clients know as reasons for another try, instead of what aiohttp and sockets raise."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx2.ConnectTimeout(str(error)) from error
    except TimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx2.ConnectError(str(error)) from error
    except OSError as error:
        raise httpx2.ReadError(str(error)) from error
    except aiohttp.ClientError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error


def _timeout(seconds: Seconds) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=seconds.get("connect"), sock_read=seconds.get("read"))


def _proxy(url: httpx2.URL) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY, ...) names; none on this machine."""
    if is_loopback(str(url)):
        return None
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy_bypass(url.host) else named
