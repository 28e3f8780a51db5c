"""A bound on what a provider may send."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

from agents.errors import ErrorType, RunFailed

# Reading an answer takes the event loop, and with it every run's heartbeat, 0.2 s for a megabyte.
MAX_ANSWER_BYTES = 4_000_000
# Of a streamed answer, which is read piece by piece: each token comes in 300 bytes around it. No
# piece may be longer than a whole answer.
MAX_STREAM_BYTES = 20_000_000
# What is packed could become a thousand times as long.
UNPACKED = "identity"


async def bounded(response: httpx2.Response) -> None:
    """A hook for responses: reading more than may be sent raises RunFailed.

    So does an answer that is packed, although UNPACKED was asked for.
    """
    if (packed := response.headers.get("content-encoding", UNPACKED)).lower() != UNPACKED:
        raise RunFailed(
            ErrorType.INVALID_OUTPUT, f"The provider sent an answer in {packed:.20}, unasked."
        )
    streamed = response.headers.get("content-type", "").startswith("text/event-stream")
    stream = cast(httpx2.AsyncByteStream, response.stream)
    response.stream = _Bounded(stream, MAX_STREAM_BYTES if streamed else MAX_ANSWER_BYTES)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = line = 0
        async for part in self._stream:
            length += len(part)
            end = part.rfind(b"\n") + 1
            line = len(part) - end + (0 if end else line)
            _check(length, self._most)
            _check(line, MAX_ANSWER_BYTES)
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def _check(length: int, most: int) -> None:
    if length > most:
        raise RunFailed(
            ErrorType.INVALID_OUTPUT, f"The provider sent more than {most:,} bytes in one answer."
        )
