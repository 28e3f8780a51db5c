"""A bound on what a provider may send."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

from agents.errors import ErrorType, RunFailed

# An answer is kept up to a megabyte; what is beyond this would only fill the memory.
MAX_ANSWER_BYTES = 20_000_000


async def bounded(response: httpx2.Response) -> None:
    """A hook for responses: reading more than MAX_ANSWER_BYTES raises RunFailed."""
    response.stream = _Bounded(cast(httpx2.AsyncByteStream, response.stream))


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for part in self._stream:
            length += len(part)
            if length > MAX_ANSWER_BYTES:
                raise RunFailed(
                    ErrorType.INVALID_OUTPUT,
                    f"The provider sent more than {MAX_ANSWER_BYTES:,} bytes in one answer.",
                )
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
