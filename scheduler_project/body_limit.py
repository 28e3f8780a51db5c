"""Bodies of requests are cut off at the door: Django would first write all of one to the disk."""

from typing import Any

from scheduler_project.api.problems import too_large

GONE = {"type": "http.disconnect"}


class BodyLimit:
    """ASGI around `application`: 413 beyond `most` bytes, announced or not."""

    def __init__(self, application: Any, most: int) -> None:
        self._application, self._most = application, most

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, and its body as it comes."""
        size = _announced(scope)
        if size <= self._most:
            size = await self._passed_on(scope, receive, send)
        if size > self._most:
            await _refuse(send)

    async def _passed_on(self, scope: Any, receive: Any, send: Any) -> int:
        """The bytes that came; beyond the limit the application sees a client that has gone."""
        received = 0

        async def counted() -> Any:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message if received <= self._most else GONE

        await self._application(scope, counted, send)
        return received


def _announced(scope: Any) -> int:
    """What Content-Length says, which a server has checked; 0 without it."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else 0


async def _refuse(send: Any) -> None:
    answer = too_large()
    # The rest of the body is never read: nothing else can come over this connection.
    headers = [(b"content-type", answer["Content-Type"].encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
