"""HTTP/1.1 on one connection: h11 on asyncio's streams, raising what httpx2 raises."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import h11
import httpx2

CHUNK_BYTES = 65_536
# Connections at rest for each provider; more are closed as soon as their request is done.
MAX_IDLE = 100
# How long one rests at most: what is between may have forgotten it without a word.
MAX_REST_SECONDS = 5.0
Seconds = Mapping[str, float | None]


class Connection:
    """One connection, for one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self._rests_since = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether the other side has kept it open, and it has not rested for too long."""
        rested = asyncio.get_running_loop().time() - self._rests_since
        is_open = not (self._reader.at_eof() or self._writer.is_closing())
        return is_open and rested < MAX_REST_SECONDS

    async def send(self, request: httpx2.Request, seconds: Seconds) -> h11.Response:
        """Send a request and read the head of its answer."""
        head = h11.Request(
            method=request.method, target=request.url.raw_path, headers=request.headers.raw
        )
        with explained(httpx2.WriteError, httpx2.WriteTimeout):
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

    async def receive(self, seconds: Seconds) -> Any:
        """The next event of the answer."""
        with explained(httpx2.ReadError, httpx2.ReadTimeout):
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout(seconds.get("read")):
                    self._http.receive_data(await self._reader.read(CHUNK_BYTES))
        return event

    def rest(self) -> bool:
        """Make ready for the next request; False if there can be none."""
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._rests_since = asyncio.get_running_loop().time()
            return self.is_usable
        return False

    def close(self) -> None:
        """Close it; whoever still reads gets an error."""
        self._writer.close()

    async def aclose(self) -> None:
        """Close it and wait for that."""
        self.close()
        with explained(httpx2.CloseError, httpx2.CloseError):
            await self._writer.wait_closed()


class Answer(httpx2.AsyncByteStream):
    """The body of an answer; closing it gives the connection back."""

    def __init__(self, connection: Connection, idle: list[Connection], seconds: Seconds) -> None:
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


@contextmanager
def explained(
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
