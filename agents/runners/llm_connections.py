"""HTTP connections to models: as many at once as there are runs."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

import h11
import httpx2

from agents.model_names import is_loopback

Origin = tuple[str, str, int | None]

# Connections at rest for each provider; more are closed as soon as their request is done.
MAX_IDLE = 100
# Connections that are opened at the same time to one provider: of a thousand, the last would
# otherwise wait for all others within the time that it has for itself.
MAX_OPENING = 50
CHUNK_BYTES = 65_536
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
        return ssl.create_default_context()

    def _through(self, proxy: str) -> httpx2.AsyncHTTPTransport:
        if proxy not in self._proxied:
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=MAX_IDLE)
            made = httpx2.AsyncHTTPTransport(verify=self._tls, proxy=proxy, limits=limits)
            self._proxied[proxy] = made
        return self._proxied[proxy]

    async def _connect(self, url: httpx2.URL, seconds: Mapping[str, float | None]) -> "Connection":
        secure = url.scheme == "https"
        with _explained(httpx2.ConnectError, httpx2.ConnectTimeout):
            async with asyncio.timeout(seconds.get("connect")):
                streams = await asyncio.open_connection(
                    url.host,
                    url.port or (443 if secure else 80),
                    limit=CHUNK_BYTES,
                    ssl=self._tls if secure else None,
                    happy_eyeballs_delay=None if is_loopback(str(url)) else HAPPY_EYEBALLS_SECONDS,
                )
        return Connection(*streams)


class Connection:
    """One connection, for one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)

    @property
    def is_usable(self) -> bool:
        """Whether the other side has kept it open, and said nothing unasked."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def send(
        self, request: httpx2.Request, seconds: Mapping[str, float | None]
    ) -> h11.Response:
        """Send a request and read the head of its answer."""
        head = h11.Request(
            method=request.method, target=request.url.raw_path, headers=request.headers.raw
        )
        with _explained(httpx2.WriteError, httpx2.WriteTimeout):
            data = [self._http.send(head)]
            async for part in cast(httpx2.AsyncByteStream, request.stream):
                data.append(self._http.send(h11.Data(part)))
            data.append(self._http.send(h11.EndOfMessage()))
            async with asyncio.timeout(seconds.get("write")):
                self._writer.writelines(filter(None, data))
                await self._writer.drain()
        event = await self.receive(seconds)
        while isinstance(event, h11.InformationalResponse):
            event = await self.receive(seconds)
        assert isinstance(event, h11.Response)
        return event

    async def receive(self, seconds: Mapping[str, float | None]) -> Any:
        """The next event of the answer."""
        with _explained(httpx2.ReadError, httpx2.ReadTimeout):
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout(seconds.get("read")):
                    self._http.receive_data(await self._reader.read(CHUNK_BYTES))
        return event

    def rest(self) -> bool:
        """Make ready for the next request; False if there can be none."""
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return self.is_usable
        return False

    def close(self) -> None:
        """Close it; whoever still reads gets an error."""
        self._writer.close()

    async def aclose(self) -> None:
        """Close it and wait for that."""
        self.close()
        with _explained(httpx2.CloseError, httpx2.CloseError):
            await self._writer.wait_closed()


class Answer(httpx2.AsyncByteStream):
    """The body of an answer; closing it gives the connection back."""

    def __init__(
        self, connection: Connection, idle: list[Connection], seconds: Mapping[str, float | None]
    ) -> None:
        self._connection = connection
        self._idle = idle
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._connection.receive(self._seconds), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        """Give the connection back, or close it if it is used up or not needed."""
        if self._connection.rest() and len(self._idle) < MAX_IDLE:
            self._idle.append(self._connection)
        else:
            self._connection.close()


def _usable(idle: list[Connection]) -> Connection | None:
    while idle:
        if (connection := idle.pop()).is_usable:
            return connection
        connection.close()
    return None


@contextmanager
def _explained(
    failed: type[httpx2.TransportError], late: type[httpx2.TransportError]
) -> Iterator[None]:
    """What clients know as reasons for another try, instead of what sockets and h11 raise."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise failed(str(error)) from error
    except h11.RemoteProtocolError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error


def _proxy(url: httpx2.URL) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY, ...) names; none on this machine."""
    if is_loopback(str(url)):
        return None
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy_bypass(url.host) else named
