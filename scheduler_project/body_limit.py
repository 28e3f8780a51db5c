"""Bodies of requests are cut off at the door: Django would first write all of one to the disk."""

import asyncio
from contextlib import suppress
from typing import Any

from scheduler_project.api.problems import too_large

GONE = {"type": "http.disconnect"}
DROPPING_SECONDS = 2.0


class BodyLimit:
    """ASGI around `application`: 413 beyond `most` bytes, announced or not."""

    def __init__(self, application: Any, most: int) -> None:
        self._application, self._most = application, most

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, and its body as it comes."""
        size, more = _announced(scope), True
        if size <= self._most:
            size, more = await self._passed_on(scope, receive, send)
        if size > self._most:
            if more:
                await _drop(receive, self._most)
            await _refuse(send)

    async def _passed_on(self, scope: Any, receive: Any, send: Any) -> tuple[int, bool]:
        """The bytes that came; beyond the limit the application sees a client that has gone.

        And whether there are more to come.
        """
        received, more = 0, True

        async def counted() -> Any:
            nonlocal received, more
            message = await receive()
            received += len(message.get("body", b""))
            more = message.get("more_body", False)
            return message if received <= self._most else GONE

        await self._application(scope, counted, send)
        return received, more


def _announced(scope: Any) -> int:
    """What Content-Length says, which a server has checked; 0 without it."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else 0


async def _drop(receive: Any, most: int) -> None:
    """Let some more of it come: who is still sending when we close would not read our answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPING_SECONDS):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


async def _refuse(send: Any) -> None:
    answer = too_large()
    # There may be a rest that is never read: nothing else can come over this connection.
    headers = [(b"content-type", answer["Content-Type"].encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
