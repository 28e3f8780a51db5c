"""/ws/agent-tasks/{id}/events: the events of a run as they happen.

The client begins with {"after": N}, and {"token": "..."} unless it has a session of this site.
It gets each event after number N, {"heartbeat": true} when there was nothing for a while, and at
the end {"final": true, "state": "..."}. Whoever comes back goes on from the last number it saw.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlparse, urlsplit
from uuid import UUID

from channels.db import database_sync_to_async
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.exceptions import APIException

from accounts.authentication import user_of
from agents.models import AgentTask
from agents.watching import Watch, hub
from scheduler_project.api.permissions import visible_to

logger = logging.getLogger(__name__)

HELLO_SECONDS = 10.0
# json.loads holds up everybody else, for a second and more where a message has megabytes.
LONGEST_HELLO = 10_000
# Sockets of this process that have not shown yet whose they are.
MOST_STRANGERS = 200
HEARTBEAT_SECONDS = 20.0
SLOW_SECONDS = 10.0
LARGEST_NUMBER = 2**31 - 1
NOT_FOUND = "There is no such agent task, or it belongs to someone else."

_sockets: Counter[int] = Counter()
_strangers: set["EventSocket"] = set()


class Refused(Exception):  # noqa: N818
    """The socket is closed with this code, of those that are left to applications (RFC 6455)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class EventSocket:
    """One connection, as ASGI calls it."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def live(self) -> None:
        """From the handshake to the end; whichever side ends it."""
        await self._receive()
        if len(_strangers) >= MOST_STRANGERS:
            # The handshake is refused (403).
            return await self._send({"type": "websocket.close"})
        _strangers.add(self)
        try:
            await self._send({"type": "websocket.accept"})
            await self._accepted()
        finally:
            _strangers.discard(self)

    async def _accepted(self) -> None:
        hello: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        talking = asyncio.create_task(self._talk(hello))
        hearing = asyncio.create_task(self._hear(hello))
        try:
            await asyncio.wait({talking, hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            talking.cancel()
            hearing.cancel()
            await asyncio.gather(talking, hearing, return_exceptions=True)
        if not talking.cancelled() and (error := talking.exception()):
            raise error

    async def _hear(self, hello: "asyncio.Future[Any]") -> None:
        """Take the first message, ignore all others, return when the client is gone."""
        while (message := await self._receive())["type"] != "websocket.disconnect":
            if not hello.done():
                hello.set_result(message.get("text"))

    async def _talk(self, hello: "asyncio.Future[Any]") -> None:
        try:
            user, after = await self._introduced(hello)
            _strangers.discard(self)
            with _one_of_few(user.pk):
                async with hub().watch(await self._task(user), after) as watch:
                    await self._show(watch)
        except Refused as refused:
            await self._close(refused.code, refused.reason)
        except TimeoutError:
            # Not even a goodbye would reach it.
            logger.info("A client that does not read its events was dropped.")

    async def _introduced(self, hello: "asyncio.Future[Any]") -> tuple[Any, int]:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                token, after = _hello(await hello)
        except TimeoutError:
            raise Refused(4408, f"Say hello within {HELLO_SECONDS:g} seconds.") from None
        if token is None:
            return _of_session(self._scope), after
        try:
            return await database_sync_to_async(user_of)(token), after
        except APIException:
            raise Refused(4401, "The token is not valid, or it has expired.") from None

    async def _task(self, user: Any) -> UUID:
        task: UUID = self._scope["url_route"]["kwargs"]["task"]
        if not await database_sync_to_async(_may_see)(user, task):
            raise Refused(4404, NOT_FOUND)
        return task

    async def _show(self, watch: Watch) -> None:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    page = await watch.next()
            except TimeoutError:
                await self._say({"heartbeat": True})
                continue
            if page is None:
                raise Refused(4404, NOT_FOUND)
            for event in page.events:
                await self._say(event)
            if page.final:
                await self._say({"final": True, "state": page.state})
                return await self._close(1000, "The agent task has ended.")

    async def _say(self, message: dict[str, Any]) -> None:
        """TimeoutError when the client has left too much unread for too long."""
        text = json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False)
        async with asyncio.timeout(SLOW_SECONDS):
            await self._send({"type": "websocket.send", "text": text})

    async def _close(self, code: int, reason: str) -> None:
        async with asyncio.timeout(SLOW_SECONDS):
            await self._send({"type": "websocket.close", "code": code, "reason": reason})


async def agent_task_events(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application; around it, Channels has put the session's user into the scope."""
    await EventSocket(scope, receive, send).live()


@contextmanager
def _one_of_few(user: int) -> Iterator[None]:
    """Counts the sockets of a user in this process."""
    if _sockets[user] >= settings.WATCHERS_PER_USER:
        most = f"At most {settings.WATCHERS_PER_USER} agent tasks can be watched at a time."
        raise Refused(4429, most)
    _sockets[user] += 1
    try:
        yield
    finally:
        _sockets[user] -= 1
        if not _sockets[user]:
            del _sockets[user]


def _hello(text: Any) -> tuple[str | None, int]:
    """The token, if there is one, and the number in a client's first message."""
    try:
        if len(text) > LONGEST_HELLO:
            raise ValueError
        said = json.loads(text)
        token, after = said.get("token"), said.get("after", 0)
        good = isinstance(token, str | None) and type(after) is int
    except (ValueError, TypeError, AttributeError, RecursionError):
        good = False
    if not good or not 0 <= after <= LARGEST_NUMBER:
        raise Refused(4400, 'Begin with {"after": N}, and {"token": "..."} without a session.')
    return token, after


def _of_session(scope: Any) -> Any:
    """Whose session it is. Browsers send its cookie from any site's pages, with their origin."""
    if not scope["user"].is_authenticated:
        raise Refused(4401, "Log in, or begin with a token.")
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    here = urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")
    trusted = [pattern.replace("//*.", "//.") for pattern in settings.CSRF_TRUSTED_ORIGINS]
    if not here and not OriginValidator(None, trusted).valid_origin(urlparse(origin)):
        raise Refused(4403, "A session works only on pages of this site; use a token.")
    return scope["user"]


def _may_see(user: Any, task: UUID) -> bool:
    return visible_to(user, AgentTask.objects.filter(pk=task)).exists()
