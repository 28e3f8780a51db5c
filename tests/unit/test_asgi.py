"""Requests share a few threads; a crowd waits at the door."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scheduler_project.web import Handler

SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
AT_ONCE = 3


class Shown(APIView):
    """Answers in JSON."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def get(self, request: Request) -> Response:
        return Response({"path": request.path})


class Views:
    """Counts who is at work, and where."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.shown: list[weakref.ref[APIView]] = []
        self.made: list[bytes] = []
        self.together = threading.Barrier(AT_ONCE, timeout=30)

    def together_view(self, request: HttpRequest) -> HttpResponse:
        """Comes back once AT_ONCE requests are at work at the same time."""
        self.threads.add(threading.get_ident())
        self.together.wait()
        return HttpResponse(request.read() or b"nothing")

    def shown_view(self, request: HttpRequest) -> HttpResponseBase:
        """A view of DRF's, which knows its request, as that knows the view."""
        view = Shown()
        self.shown.append(weakref.ref(view))
        return view.dispatch(request)

    def parts(self, request: HttpRequest) -> StreamingHttpResponse:
        """Comes in pieces."""

        def made() -> Iterator[bytes]:
            for piece in (b"one, ", b"two"):
                self.threads.add(threading.get_ident())
                self.made.append(piece)
                yield piece

        self.made.clear()
        response = StreamingHttpResponse(made(), status=206, headers={"X-Kind": "parts"})
        response.set_cookie("seen", "yes")
        return response


@pytest.fixture
def views(settings: Settings) -> Views:
    found = Views()
    settings.ALLOWED_HOSTS = ["*"]
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = type(
        "Urls",
        (),
        {
            "urlpatterns": [
                path("", found.together_view),
                path("parts", found.parts),
                path("shown", found.shown_view),
            ]
        },
    )
    return found


async def ask(handler: Any, address: str = "/", body: bytes = b"") -> list[dict[str, Any]]:
    """What the handler sends."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await handler({**SCOPE, "path": address}, receive, send)
    return sent


def test_requests_share_a_few_threads(views: Views) -> None:
    handler = Handler(AT_ONCE)

    async def crowd() -> list[list[dict[str, Any]]]:
        return await asyncio.gather(*(ask(handler, body=b"hello") for _ in range(10 * AT_ONCE)))

    answers = asyncio.run(crowd())
    assert {answer[-1]["body"] for answer in answers} == {b"hello"}
    assert len(views.threads) == AT_ONCE


def test_what_streams_is_made_piece_by_piece_in_threads(views: Views) -> None:
    start, *bodies = asyncio.run(ask(Handler(1), "/parts"))
    assert start["status"] == 206
    assert [body.get("body", b"") for body in bodies] == [b"one, ", b"two", b""]
    assert len(views.threads) == 1
    assert threading.get_ident() not in views.threads
    headers = {name.lower(): value for name, value in start["headers"]}
    assert headers[b"x-kind"] == b"parts"
    assert headers[b"set-cookie"].startswith(b"seen=yes")


def test_who_reads_slowly_holds_no_thread(views: Views) -> None:
    """The only thread answers others while a piece waits to be sent; the next is made after it."""
    handler: Any = Handler(1)

    async def meet() -> None:
        waits, goes_on = asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(message: dict[str, Any]) -> None:
            if message.get("body") == b"one, ":
                waits.set()
                await goes_on.wait()

        slow = asyncio.create_task(handler({**SCOPE, "path": "/parts"}, receive, send))
        await waits.wait()
        start, *_ = await asyncio.wait_for(ask(handler, "/shown"), 30)
        assert start["status"] == 200
        assert views.made == [b"one, "]
        goes_on.set()
        await slow
        assert views.made == [b"one, ", b"two"]

    asyncio.run(meet())


def test_what_streamed_is_closed_in_the_end(views: Views) -> None:
    over: list[int] = []

    def finished(**_: Any) -> None:
        over.append(len(views.made))

    request_finished.connect(finished)
    try:
        asyncio.run(ask(Handler(1), "/parts"))
    finally:
        request_finished.disconnect(finished)
    assert over == [2]


# Before each request Django looks at a connection that tests before this one may have left.
@pytest.mark.django_db
def test_nothing_of_a_request_waits_for_the_collector(views: Views) -> None:
    handler = Handler(1)
    handler._answer(SCOPE | {"path": "/shown"}, BytesIO())
    gc.collect()
    gc.disable()
    try:
        handler._answer(SCOPE | {"path": "/shown"}, BytesIO())
        assert [view() for view in views.shown] == [None, None]
    finally:
        gc.enable()


def test_who_leaves_before_the_end_of_a_request_is_not_answered(views: Views) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    handler: Any = Handler(1)
    asyncio.run(handler(SCOPE, receive, send))
    assert sent == []


def test_other_protocols_are_not_taken_for_requests(views: Views) -> None:
    handler: Any = Handler(1)
    with pytest.raises(ValueError, match="lifespan"):
        asyncio.run(handler({"type": "lifespan"}, None, None))
