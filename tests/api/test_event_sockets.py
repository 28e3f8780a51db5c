"""/ws/agent-tasks/{id}/events: a real client at a real server."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts import sockets
from agents import events, news, watching
from agents.models import AgentTask
from agents.trace import Event
from scheduler_project import hubs
from scheduler_project.embedded.waiting import wait_until
from schedules import broker
from schedules.tests.integration.connections import terminate_others
from tests.api.sockets import WAIT, closed, token, upgrade
from tests.api.sockets import receive as heard
from tests.clients import person, superuser

NEVER = 3600.0
HEARTBEAT = {"heartbeat": True}
Open = Callable[..., ClientConnection]


@pytest.fixture(autouse=True)
def _only_by_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees came by a message, unless it lets the server look by itself."""
    monkeypatch.setattr(watching, "POLL_SECONDS", NEVER)


@pytest.fixture
def task(ann: User) -> UUID:
    return AgentTask.objects.create(owner=ann, command="x", state="running").pk


@pytest.fixture
def open_socket(web: str) -> Iterator[Open]:
    """Opens sockets, and says hello with this token or without any."""
    with ExitStack() as opened:

        def open_one(task: UUID, user: User | None = None, hello: Any = None, **more: Any) -> Any:
            address = f"ws://{web}/ws/agent-tasks/{task}/events"
            client = opened.enter_context(connect(address, **more))
            if hello is None:
                hello = token(user) if user else {}
            client.send(hello if isinstance(hello, str) else json.dumps(hello))
            return client

        yield open_one


def note(task: UUID, *numbers: int, text: str = "", tell: bool = True) -> None:
    noted = [Event(n, "text", json.dumps({"text": text or str(n)}), 0.0) for n in numbers]
    assert events.append({task: noted}, 0.0) == {task}
    if tell:
        wake(task)


def end(task: UUID, state: str = "success", *, tell: bool = True) -> None:
    AgentTask.objects.filter(pk=task).update(state=state, finished_at=Now())
    if tell:
        wake(task)


def wake(*tasks: UUID) -> None:
    async def tell() -> None:
        async with news.connect() as client:
            await news.tell(client, tasks)

    asyncio.run(tell())


def receive(client: ClientConnection) -> Any:
    """The next message that says something."""
    return next(message for message in iter(lambda: heard(client), None) if message != HEARTBEAT)


def numbers(client: ClientConnection, count: int) -> list[int]:
    return [receive(client)["number"] for _ in range(count)]


def listening() -> bool:
    """Whether some server is subscribed to the news by now."""
    return bool(broker.client().pubsub_numsub(news.channel())[0][1])


def test_from_the_first_event_to_the_end(open_socket: Open, ann: User, task: UUID) -> None:
    note(task, 1, 2, tell=False)
    client = open_socket(task, ann)
    assert numbers(client, 2) == [1, 2]
    assert wait_until(listening, WAIT)
    note(task, 3)
    event = receive(client)
    assert event.keys() == {"number", "at", "kind", "data"}
    assert (event["number"], event["kind"], event["data"]) == (3, "text", {"text": "3"})
    note(task, 4, 5, tell=False)
    end(task)
    assert numbers(client, 2) == [4, 5]
    assert receive(client) == {"final": True, "state": "success"}
    assert closed(client) == (1000, "The agent task has ended.")


def test_whoever_comes_back_goes_on_where_it_was(open_socket: Open, ann: User, task: UUID) -> None:
    note(task, 1, 2, 3, tell=False)
    client = open_socket(task, ann)
    assert numbers(client, 2) == [1, 2]
    client.close()
    again = open_socket(task, hello=token(ann, after=2))
    assert numbers(again, 1) == [3]


def test_a_task_that_has_long_ended(open_socket: Open, ann: User, task: UUID) -> None:
    note(task, *range(1, 251), tell=False)
    end(task, "failed", tell=False)
    client = open_socket(task, ann)
    assert numbers(client, 250) == list(range(1, 251))
    assert receive(client) == {"final": True, "state": "failed"}


def test_messages_that_are_lost_lose_nothing(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.1)
    client = open_socket(task, ann)
    note(task, 1, 2, tell=False)
    assert numbers(client, 2) == [1, 2]
    end(task, tell=False)
    assert receive(client)["final"] is True


@pytest.mark.parametrize("garbage", [b"\xff\xfe", b"x y", b""])
def test_what_others_publish_ends_no_news(
    open_socket: Open, ann: User, task: UUID, garbage: bytes
) -> None:
    client = open_socket(task, ann)
    note(task, 1, tell=False)
    assert numbers(client, 1) == [1]
    assert wait_until(listening, WAIT)
    broker.client().publish(news.channel(), garbage)
    note(task, 2)
    assert numbers(client, 1) == [2]


def test_news_are_heard_again_whatever_happened(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(hubs, "PAUSE_AFTER_ERROR_SECONDS", 0.05)
    listen, errors = news.listen, [RuntimeError("odd")]

    async def fail_once() -> AsyncIterator[set[UUID]]:
        if errors:
            raise errors.pop()
        async for tasks in listen():
            yield tasks

    monkeypatch.setattr(news, "listen", fail_once)
    client = open_socket(task, ann)
    note(task, 1, tell=False)
    assert numbers(client, 1) == [1]
    assert wait_until(listening, WAIT)
    note(task, 2)
    assert numbers(client, 1) == [2]
    assert "No news of events: RuntimeError('odd')" in caplog.text


def test_without_redis(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.1)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    client = open_socket(task, ann)
    note(task, 1, tell=False)
    assert numbers(client, 1) == [1]


def test_a_database_that_was_away(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "PAUSE_AFTER_ERROR_SECONDS", 0.05)
    client = open_socket(task, ann)
    note(task, 1, tell=False)
    assert numbers(client, 1) == [1]
    assert wait_until(listening, WAIT)
    assert terminate_others()
    note(task, 2)
    assert numbers(client, 1) == [2]


def test_many_watchers_are_shown_with_few_statements(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    pages = events.pages

    def count(wanted: Any, limit: int) -> Any:
        read.append(len(wanted))
        return pages(wanted, limit)

    monkeypatch.setattr(events, "pages", count)
    clients = [open_socket(task, ann) for _ in range(15)]
    assert wait_until(lambda: sum(read) >= 15, WAIT)
    assert wait_until(listening, WAIT)
    read.clear()
    note(task, 1)
    assert [numbers(client, 1) for client in clients] == [[1]] * 15
    # Those that a look under way already holds come with the next one: two or three, not fifteen.
    assert len(read) <= 4


def test_others_tasks_do_not_exist(open_socket: Open, ann: User, task: UUID) -> None:
    bob = person("bob")
    unknown = closed(open_socket(uuid4(), bob))
    assert closed(open_socket(task, bob)) == unknown
    assert unknown[0] == 4404
    note(task, 1, tell=False)
    assert numbers(open_socket(task, superuser("staff")), 1) == [1]


def test_a_task_that_is_deleted(open_socket: Open, ann: User, task: UUID) -> None:
    client = open_socket(task, ann)
    assert wait_until(listening, WAIT)
    assert heard(client) == HEARTBEAT
    AgentTask.objects.all().delete()
    wake(task)
    assert closed(client)[0] == 4404


@pytest.mark.parametrize(
    "hello",
    [
        "",
        "x",
        "[]",
        "5",
        '{"token": 5}',
        "[" * 100_000,
        json.dumps({"after": 0, "x": "y" * 10_000}),
    ],
)
def test_a_hello_that_cannot_be_read(open_socket: Open, task: UUID, hello: str) -> None:
    code, reason = closed(open_socket(task, hello=hello))
    assert (code, reason[:10]) == (4400, "Begin with")


@pytest.mark.parametrize("after", ["-1", '"1"', "true", "1e400", "2147483648"])
def test_a_number_that_is_none(open_socket: Open, ann: User, task: UUID, after: str) -> None:
    hello = f'{{"after": {after}, "token": "{AccessToken.for_user(ann)}"}}'
    code, reason = closed(open_socket(task, hello=hello))
    assert (code, reason) == (4400, "'after' is a whole number from 0 to 2147483647.")


def test_bytes_are_no_hello(web: str, task: UUID) -> None:
    with connect(f"ws://{web}/ws/agent-tasks/{task}/events") as client:
        client.send(b"\xff")
        assert closed(client)[0] == 4400


def test_who_gets_in(open_socket: Open, ann: User, task: UUID) -> None:
    expired = AccessToken.for_user(ann)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    ghost = person("ghost", is_active=False)
    for bad in (
        str(expired),
        str(RefreshToken.for_user(ann)),
        "x",
        "\ud800",
        "",
        str(AccessToken.for_user(ghost)),
    ):
        assert closed(open_socket(task, hello={"token": bad}))[0] == 4401
    assert closed(open_socket(task))[0] == 4401


def test_whoever_says_nothing_is_sent_away(
    web: str, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HELLO_SECONDS", 0.05)
    with connect(f"ws://{web}/ws/agent-tasks/{task}/events") as client:
        assert closed(client)[0] == 4408


def test_strangers_are_few(
    open_socket: Open, web: str, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_STRANGERS", 2)
    address = f"ws://{web}/ws/agent-tasks/{task}/events"
    note(task, 1, tell=False)
    with connect(address) as first, connect(address):
        with pytest.raises(InvalidStatus) as error:
            connect(address)
        assert error.value.response.status_code == 403
        first.send(json.dumps(token(ann)))
        assert numbers(first, 1) == [1]
        # It is no stranger any more.
        assert numbers(open_socket(task, ann), 1) == [1]
    assert wait_until(lambda: not sockets._strangers, WAIT)


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://{web}", None),
        ("https://app.example.com", None),
        ("https://evil.example.net", 4403),
        ("http://localhost:1", 4403),
        ("null", 4403),
        (None, 4403),
    ],
)
def test_sessions_work_on_our_own_pages_only(
    open_socket: Open,
    web: str,
    ann: User,
    task: UUID,
    settings: Settings,
    origin: Any,
    code: int | None,
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.com"]
    browser = Client()
    browser.force_login(ann)
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    note(task, 1, tell=False)
    client = open_socket(
        task,
        additional_headers={"Cookie": cookie},
        origin=origin and origin.format(web=web),
    )
    if code:
        assert closed(client)[0] == code
    else:
        assert numbers(client, 1) == [1]


def test_a_user_has_a_few_sockets_at_a_time(
    open_socket: Open, ann: User, task: UUID, settings: Settings
) -> None:
    settings.WATCHERS_PER_USER = 2
    note(task, 1, tell=False)
    first, second = open_socket(task, ann), open_socket(task, ann)
    assert [numbers(client, 1) for client in (first, second)] == [[1], [1]]
    assert closed(open_socket(task, ann)) == (
        4429,
        "At most 2 WebSockets can be open at a time.",
    )
    assert numbers(open_socket(task, superuser("boss")), 1) == [1]
    first.close()
    assert wait_until(lambda: sockets._sockets[ann.pk] == 1, WAIT)
    assert numbers(open_socket(task, ann), 1) == [1]


def test_silence_is_filled_with_heartbeats(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    client = open_socket(task, ann)
    assert [heard(client) for _ in range(3)] == [HEARTBEAT] * 3
    note(task, 1)
    assert numbers(client, 1) == [1]


def test_whoever_listens_knows_it_at_once(open_socket: Open, ann: User, task: UUID) -> None:
    client = open_socket(task, ann)
    assert heard(client) == HEARTBEAT
    note(task, 1)
    assert numbers(client, 1) == [1]


def test_a_client_that_does_not_read_is_dropped(
    open_socket: Open, ann: User, task: UUID, monkeypatch: pytest.MonkeyPatch, web: str
) -> None:
    """What it has not read must not pile up here, and its place is another one's."""
    monkeypatch.setattr(sockets, "SLOW_SECONDS", 0.2)
    for start in range(1, 2001, 100):
        note(task, *range(start, start + 100), text="x" * 16_000, tell=False)
    host, port = web.split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    upgrade(raw, f"/ws/agent-tasks/{task}/events", json.dumps(token(ann)))
    assert wait_until(lambda: sockets._sockets[ann.pk] == 1, WAIT)
    assert wait_until(lambda: sockets._sockets[ann.pk] == 0, WAIT)
    raw.close()


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/agent-tasks/x/events", "/api/agent-tasks"])
def test_there_are_no_other_sockets(web: str, path: str) -> None:
    with pytest.raises(InvalidStatus) as error, connect(f"ws://{web}{path}"):
        pass
    assert error.value.response.status_code == 403


def test_http_goes_its_old_way(web: str) -> None:
    import http.client

    connection = http.client.HTTPConnection(web, timeout=WAIT)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
