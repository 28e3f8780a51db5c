"""Connections that lead where the guard has looked, and nowhere else.

A host is looked up once; all of its addresses are checked, and one of these very addresses is
connected to. Between a check and a second look-up, its name could be given another address (DNS
rebinding). TLS and the Host header keep to the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from ssl import SSLContext
from typing import Any, cast

import httpcore2
import httpx2

from agents.net import guard

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# Of a host that has many, so that each gets a fair share of the time to connect.
MAX_ADDRESSES_TRIED = 4
MAX_CONNECTIONS = 100
# Look-ups of names whose servers never answer must not use up the loop's own threads.
_lookups = ThreadPoolExecutor(16, thread_name_prefix="lookup")


async def lookup(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, each once, the best first; OSError if it has none."""
    found = await asyncio.get_running_loop().run_in_executor(
        _lookups, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Closing:
    """A stream that is closed when its handshake is broken off from outside.

    The one that it wraps stays open then, for as long as the other side likes.
    """

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    async def start_tls(self, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(*args, **options)
        except BaseException:
            await self._stream.aclose()
            raise


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Looks up, checks and connects. Raises Refused, or httpcore2's connection errors."""

    def __init__(self, resolve: Resolve = lookup) -> None:
        self._resolve = resolve
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to a checked address of the host."""
        addresses = await self._addresses(host, port, timeout)
        guard.check_addresses(host, addresses)
        stream = await self._connect(addresses[:MAX_ADDRESSES_TRIED], port, timeout)
        return cast(httpcore2.AsyncNetworkStream, _Closing(stream))

    async def _connect(
        self, addresses: Sequence[str], port: int, timeout: float | None
    ) -> httpcore2.AsyncNetworkStream:
        share = timeout / len(addresses) if timeout else None
        for address in addresses[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._network.connect_tcp(address, port, share)
        return await self._network.connect_tcp(addresses[-1], port, share)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("The look-up of the host took too long.") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("The host cannot be found.") from error
        if not addresses:
            raise httpcore2.ConnectError("The host has no address.")
        return addresses


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """For an httpx2 client that calls owners' URLs; it knows no proxy and keeps no connection.

    Give the client `trust_env=False` and leave its `follow_redirects` off.
    """

    def __init__(self, resolve: Resolve = lookup) -> None:
        # In place of the pool that the base class makes, which can be given no backend.
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls(),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(resolve),
        )


@cache
def tls() -> SSLContext:
    """What certificates are checked against: made once, as reading them takes a while."""
    return httpx2.create_ssl_context()
