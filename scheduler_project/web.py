"""Django as an ASGI application whose requests share a few threads, which keep their connections.

Django's own handler makes a thread for each request, and so a connection to the database, which
takes as long as all else; and it passes a request to a thread and back for each middleware. Here
all of a request happens in one thread, and the event loop only reads and writes. What streams is
made piece by piece, each when the one before is sent, by whichever thread is free: who reads slowly
holds neither a thread nor a connection to the database.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from scheduler_project.database import in_thread

T = TypeVar("T")


class Handler(ASGIHandler):
    """Answers `at_once` requests at the same time; others wait, their bodies read."""

    def __init__(self, at_once: int) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """All of it for threads."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Read a request, have it answered, send the answer."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return None
        with body:
            response: Any = await self._in_thread(self._answer, scope, body)
        if not response.streaming:
            return await self.send_response(response, send)
        response.streaming_content = self._pieces(iter(response.streaming_content))
        try:
            await self.send_response(response, send)
        finally:
            await self._in_thread(response.close)

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *args)

    async def _pieces(self, made: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (piece := await self._in_thread(in_thread, next, made, None)) is not None:
            yield piece

    def _answer(self, scope: Any, body: Any) -> HttpResponseBase:
        """In the request's thread, from the first look at the connection to the last."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = self.get_response(request) if request else refusal
        try:
            return _whole(response) if isinstance(response, FileResponse) else response
        finally:
            if isinstance(response, FileResponse) or not response.streaming:
                # Tells Django that the request is over; its content can still be sent.
                response.close()
            _forget(request, response)


def _forget(request: Any, response: Any) -> None:
    """Let their objects go at once, instead of by the collector, which then holds up everybody.

    A request's user, messages and view know the request, and so does the answer that they made.
    """
    shown = getattr(response, "renderer_context", {})
    for known in (request, shown.get("request"), shown.get("view")):
        if known:
            vars(known).clear()
    shown.clear()


def _whole(response: Any) -> HttpResponse:
    """A file that is part of the program, in one piece."""
    whole = HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)
    whole.cookies = response.cookies
    return whole
