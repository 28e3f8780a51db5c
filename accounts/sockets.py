"""WebSockets: who is let in, how many, how long; what is shown on one is its subclass's."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from accounts import hellos
from accounts.guests import Guest, Guests
from accounts.hellos import Goodbye
from scheduler_project.hubs import P, Watch

logger = logging.getLogger(__name__)

HELLO_SECONDS = 10.0
# Sockets of this process that have not shown yet whose they are.
MOST_STRANGERS = 200
HEARTBEAT_SECONDS = 20.0
SLOW_SECONDS = 10.0
# Each costs a look into the database.
BETWEEN_TOKENS_SECONDS = 1.0

_sockets: Counter[int] = Counter()
_strangers: set["Socket"] = set()


class Socket(ABC):
    """One connection, as ASGI calls it.

    It begins with a message of the client (a hello). Later ones count only where they bring a
    fresh token of the same user.
    """

    # Of a hello that cannot be read.
    begin: ClassVar[str]

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._hello: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._guest: asyncio.Future[Guest] = asyncio.get_running_loop().create_future()

    @classmethod
    async def application(cls, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application; around it, Channels has put the session's user into the scope."""
        await cls(scope, receive, send)._live()

    @abstractmethod
    async def serve(self, user: Any, said: dict[str, Any]) -> None:
        """Show this user what the hello asks for, until a Goodbye is raised."""

    def heartbeat(self) -> dict[str, Any] | None:
        """What is said when there was nothing else for a while; None: nothing yet."""
        return {"heartbeat": True}

    async def next_of(self, watch: Watch[P]) -> P:
        """The next page of what is watched, after as many heartbeats as it takes."""
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    return await watch.next()
            except TimeoutError:
                if beat := self.heartbeat():
                    await self.say(beat)

    async def say(self, message: dict[str, Any]) -> None:
        """TimeoutError when the client has left too much unread for too long."""
        text = json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False)
        async with asyncio.timeout(SLOW_SECONDS):
            await self._send({"type": "websocket.send", "text": text})

    async def _live(self) -> None:
        """From the handshake to the end; whichever side ends it."""
        await self._receive()
        if len(_strangers) >= MOST_STRANGERS:
            # The handshake is refused (403).
            return await self._send({"type": "websocket.close"})
        _strangers.add(self)
        try:
            protocol = hellos.subprotocol(self.scope)
            await self._send({"type": "websocket.accept", "subprotocol": protocol})
            await self._accepted()
        except TimeoutError:
            # Not even a goodbye would reach it.
            logger.info("A client that does not read what it is sent was dropped.")
        finally:
            _strangers.discard(self)

    async def _accepted(self) -> None:
        parts = [asyncio.create_task(part()) for part in (self._talk, self._hear, self._expire)]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            ends = await asyncio.gather(*parts, return_exceptions=True)
        end = next((end for end in ends if isinstance(end, Exception)), None)
        if end:
            await self._close(end)

    async def _talk(self) -> None:
        said = await self._first_message()
        ticket = await hellos.ticket_of(self.scope, said)
        _strangers.discard(self)
        with _one_of_few(ticket.user.pk):
            async with Guests.here().joined(Guest(ticket)) as guest:
                self._guest.set_result(guest)
                await self.serve(ticket.user, said)

    async def _first_message(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                return hellos.read(await self._hello, self.begin)
        except TimeoutError:
            raise Goodbye(4408, f"Say hello within {HELLO_SECONDS:g} seconds.") from None

    async def _hear(self) -> None:
        """Take the messages; return when the client is gone."""
        while (message := await self._receive())["type"] != "websocket.disconnect":
            if not self._hello.done():
                self._hello.set_result(message.get("text"))
            elif "token" in (message.get("text") or ""):
                await self._renew(message["text"])

    async def _renew(self, text: str) -> None:
        """Go on with a fresh ticket."""
        guest = await self._guest
        said = hellos.read(text, 'Go on with {"token": "..."}.')
        ticket = await hellos.ticket_of(self.scope, said)
        if ticket.user.pk != guest.ticket.user.pk:
            raise Goodbye(4403, "This token is somebody else's: open another socket with it.")
        guest.ticket = ticket
        await asyncio.sleep(BETWEEN_TOKENS_SECONDS)

    async def _expire(self) -> None:
        guest = await self._guest
        await guest.ended.wait()
        raise Goodbye(4401, "What you came in with counts no more: come back with a fresh token.")

    async def _close(self, end: Exception) -> None:
        if not isinstance(end, Goodbye):
            raise end
        async with asyncio.timeout(SLOW_SECONDS):
            closing = {"type": "websocket.close", "code": end.code, "reason": end.reason}
            await self._send(closing)


@contextmanager
def _one_of_few(user: int) -> Iterator[None]:
    """Counts the sockets of a user in this process, whatever they show."""
    if _sockets[user] >= settings.WATCHERS_PER_USER:
        most = f"At most {settings.WATCHERS_PER_USER} WebSockets can be open at a time."
        raise Goodbye(4429, most)
    _sockets[user] += 1
    try:
        yield
    finally:
        _sockets[user] -= 1
        if not _sockets[user]:
            del _sockets[user]
