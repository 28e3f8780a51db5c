"""/ws/executions: real clients at a real server, which follow real changes."""

import json
import os
import random
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.test import Client
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken
from websockets.sync.client import ClientConnection, connect

from accounts import guests, keys, sockets
from accounts.models import ApiKey
from feed import changes, watching
from feed.events import EVENTS
from feed.models import Change
from scheduler_project import hubs
from scheduler_project.embedded.waiting import wait_until
from schedules import db
from schedules.tests.integration.connections import OtherConnection, terminate_others
from tests.api.sockets import WAIT, closed, receive, token, upgrade
from tests.clients import person

Open = Callable[..., ClientConnection]
CHANGE = {"event", "execution", "schedule", "attempt", "name", "reason", "at", "sequence"}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.02)


@pytest.fixture
def open_socket(web: str) -> Iterator[Open]:
    """Opens sockets and says hello, with a user's token or without any."""
    with ExitStack() as opened:

        def open_one(user: User | None = None, hello: Any = None, **more: Any) -> Any:
            client = opened.enter_context(connect(f"ws://{web}/ws/executions", **more))
            said = (token(user) if user else {}) | (hello or {})
            client.send(json.dumps(said))
            return client

        yield open_one


@pytest.fixture
def other() -> Iterator[OtherConnection]:
    connection = OtherConnection()
    yield connection
    connection.close()


def change(user: User, count: int = 1, event: str = "execution.pending", **more: Any) -> list[int]:
    """Changes of a user, by their numbers."""
    made = [Change(owner=user, event=event, **more) for _ in range(count)]
    return [one.pk for one in Change.objects.bulk_create(made)]


def sequences(client: ClientConnection, count: int) -> list[int]:
    return [receive(client)["sequence"] for _ in range(count)]


def begun(client: ClientConnection) -> int:
    """Where the feed stands, as the first message says."""
    said = receive(client)
    assert said.keys() == {"sequence"}
    return int(said["sequence"])


def test_changes_come_as_they_happen(open_socket: Open, ann: User) -> None:
    (former,) = change(ann)
    client = open_socket(ann)
    assert begun(client) == former
    run = uuid4()
    (number,) = change(ann, execution_id=run, schedule_id=7, attempt=1, name="x", reason="why")
    said = receive(client)
    assert said.keys() == CHANGE
    assert (said["sequence"], said["event"]) == (number, "execution.pending")
    assert (UUID(said["execution"]), said["schedule"]) == (run, 7)
    assert (said["attempt"], said["name"], said["reason"]) == (1, "x", "why")


def test_whoever_comes_back_goes_on_where_it_was(open_socket: Open, ann: User) -> None:
    numbers = change(ann, 250)
    assert begun(client := open_socket(ann, {"after": 0})) == 0
    assert sequences(client, 250) == numbers
    assert begun(client := open_socket(ann, {"after": numbers[99]})) == numbers[99]
    assert sequences(client, 150) == numbers[100:]
    numbers = change(ann, 2)
    assert sequences(client, 2) == numbers


def test_a_change_that_is_committed_late_comes_all_the_same(
    open_socket: Open, ann: User, other: OtherConnection
) -> None:
    """Whoever reads `after` the last one it has seen would lose it."""
    client = open_socket(ann)
    begun(client)
    # Another change first, so that its transaction began before, and is not seen as at work.
    with transaction.atomic():
        db.fetch("SELECT pg_current_xact_id()")
        other.begin()
        (late,) = other.run(change, ann)
        (early,) = change(ann)
    assert late < early
    with pytest.raises(TimeoutError):
        client.recv(0.5)
    other.commit()
    assert sequences(client, 2) == [late, early]


def test_what_is_undone_leaves_no_gap_to_wait_for(
    open_socket: Open, ann: User, other: OtherConnection
) -> None:
    client = open_socket(ann)
    begun(client)
    with transaction.atomic():
        change(ann)
        transaction.set_rollback(True)
    (number,) = change(ann)
    assert sequences(client, 1) == [number]


def test_others_changes_never_show(open_socket: Open, ann: User) -> None:
    bob, boss = person("bob"), person("boss", is_staff=True, is_superuser=True)
    (first,) = change(ann, schedule_id=7)
    clients = [
        open_socket(user, {"after": 0, **chosen})
        for user in (bob, boss)
        for chosen in ({}, {"schedule": 7}, {"events": ["execution.pending"]})
    ]
    for client in clients:
        begun(client)
    change(ann, schedule_id=7)
    own = {user.pk: change(user, schedule_id=7)[0] for user in (bob, boss)}
    for client, user in zip(clients, [bob] * 3 + [boss] * 3, strict=True):
        assert sequences(client, 1) == [own[user.pk]]
    assert first < min(own.values())


def test_what_is_not_chosen_is_not_shown(open_socket: Open, ann: User) -> None:
    chosen = {"events": ["execution.failed", "schedule.disabled"], "schedule": 7}
    client = open_socket(ann, {"after": 0, **chosen})
    begun(client)
    change(ann, 120, schedule_id=7)
    change(ann, event="execution.failed", schedule_id=8)
    (number,) = change(ann, event="execution.failed", schedule_id=7)
    assert sequences(client, 1) == [number]


@pytest.mark.parametrize(
    ("hello", "sentence"),
    [
        ({"after": -1}, "'after' is a whole number"),
        ({"after": "1"}, "'after' is a whole number"),
        ({"after": 2**63}, "'after' is a whole number"),
        ({"after": 2**63 - 1}, "'after' is a number that no change has yet"),
        ({"schedule": "x"}, "'schedule' is a whole number"),
        ({"events": "execution.pending"}, "'events' is a list of names"),
        ({"events": [["execution.pending"]]}, "'events' is a list of names"),
        ({"events": ["execution.nonsense"]}, "'events' is a list of names"),
    ],
)
def test_a_hello_that_says_nothing_possible(
    open_socket: Open, ann: User, hello: dict[str, Any], sentence: str
) -> None:
    code, reason = closed(open_socket(ann, hello))
    assert code == 4400
    assert reason.startswith(sentence)


def test_a_gap_is_told(open_socket: Open, ann: User) -> None:
    numbers = change(ann, 10)
    Change.objects.filter(pk__lt=numbers[6]).delete()
    client = open_socket(ann, {"after": numbers[2]})
    assert begun(client) == numbers[2]
    assert receive(client) == {"gap": True, "sequence": numbers[6] - 1}
    assert sequences(client, 4) == numbers[6:]
    # Nobody who asks for what is kept, or has seen the last that is gone, misses any.
    for after in (0, numbers[5]):
        client = open_socket(ann, {"after": after})
        assert begun(client) == after
        assert sequences(client, 4) == numbers[6:]


def test_silence_is_filled_with_heartbeats(
    open_socket: Open, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.2)
    client = open_socket(ann, {"events": ["execution.failed"]})
    begin = begun(client)
    assert receive(client) == {"heartbeat": True, "sequence": begin}
    (number,) = change(ann)
    assert wait_until(lambda: receive(client) == {"heartbeat": True, "sequence": number}, WAIT)


def test_a_token_in_the_handshake(open_socket: Open, ann: User) -> None:
    _, text = keys.issue(owner=ann, name="x")
    for shown in (token(ann)["token"], text):
        client = open_socket(subprotocols=["bearer", shown])
        assert client.subprotocol == "bearer"
        begun(client)
    assert closed(open_socket(subprotocols=["bearer", "x"]))[0] == 4401
    assert closed(open_socket(subprotocols=["bearer"]))[0] == 4401
    assert closed(open_socket())[0] == 4401


def test_a_key_in_the_first_message(open_socket: Open, ann: User) -> None:
    _, text = keys.issue(owner=ann, name="x")
    begun(open_socket(hello={"token": text}))


@pytest.fixture
def _checked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(sockets, "BETWEEN_TOKENS_SECONDS", 0.0)


def expiring(user: User, seconds: float = 4) -> str:
    access = AccessToken.for_user(user)
    access.set_exp(lifetime=timedelta(seconds=seconds))
    return str(access)


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another horse battery")
    user.save()


@pytest.mark.usefixtures("_checked_often")
def test_what_one_came_in_with_may_end(open_socket: Open, ann: User, web: str) -> None:
    browser = Client()
    browser.force_login(ann)
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    session = {"additional_headers": {"Cookie": cookie}, "origin": f"http://{web}"}
    key, text = keys.issue(owner=ann, name="x")
    later, expired = keys.issue(owner=ann, name="y")
    for end, opened in (
        (lambda: None, {"hello": {"token": expiring(ann)}}),
        (lambda: keys.revoke(key), {"hello": {"token": text}}),
        (lambda: _expire(later), {"hello": {"token": expired}}),
        (Session.objects.all().delete, session),
        (lambda: change_password(ann), {"user": ann}),
        (lambda: deactivate(ann), {"user": ann}),
    ):
        client = open_socket(**opened)
        begun(client)
        end()
        code, reason = closed(client)
        assert code == 4401
        assert reason.startswith("What you came in with counts no more")


def _expire(key: ApiKey) -> None:
    past = "created_at = now() - interval '2 days', expires_at = now() - interval '1 day'"
    db.fetch(f"UPDATE accounts_apikey SET {past} WHERE id = %s", (key.pk,))


@pytest.mark.usefixtures("_checked_often")
def test_a_fresh_token_goes_on(open_socket: Open, ann: User) -> None:
    client = open_socket(hello={"token": expiring(ann)})
    begun(client)
    client.send(json.dumps(token(ann)))
    with pytest.raises(TimeoutError):
        client.recv(4.5)
    (number,) = change(ann)
    assert sequences(client, 1) == [number]


@pytest.mark.usefixtures("_checked_often")
def test_no_token_of_another_user_goes_on(open_socket: Open, ann: User) -> None:
    bob = person("bob")
    client = open_socket(ann)
    begun(client)
    client.send(json.dumps(token(bob)))
    assert closed(client)[0] == 4403
    client = open_socket(ann)
    begun(client)
    client.send("whatever")
    client.send(json.dumps({"token": "x"}))
    assert closed(client)[0] == 4401


def test_a_user_has_a_few_sockets_of_any_kind(
    open_socket: Open, ann: User, settings: Settings
) -> None:
    settings.WATCHERS_PER_USER = 2
    first, second = open_socket(ann), open_socket(ann)
    begun(first), begun(second)
    assert closed(open_socket(ann))[0] == 4429
    begun(open_socket(person("bob")))
    first.close()
    assert wait_until(lambda: sockets._sockets[ann.pk] == 1, WAIT)
    begun(open_socket(ann))


def test_a_session_works_on_our_own_pages_only(open_socket: Open, ann: User, web: str) -> None:
    browser = Client()
    browser.force_login(ann)
    cookie = {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}
    begun(open_socket(additional_headers=cookie, origin=f"http://{web}"))
    evil = open_socket(additional_headers=cookie, origin="https://evil.example.net")
    assert closed(evil)[0] == 4403


def test_a_client_that_does_not_read_is_dropped(
    open_socket: Open, ann: User, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "SLOW_SECONDS", 0.2)
    change(ann, 30_000, name="x" * 100, reason="y" * 200)
    host, port = web.split(":")
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((host, int(port)))
        upgrade(raw, "/ws/executions", json.dumps(token(ann, after=0)))
        assert wait_until(lambda: sockets._sockets[ann.pk] == 1, WAIT)
        assert wait_until(lambda: sockets._sockets[ann.pk] == 0, WAIT)


def test_a_database_that_was_away(
    open_socket: Open, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "PAUSE_AFTER_ERROR_SECONDS", 0.05)
    client = open_socket(ann)
    begun(client)
    assert terminate_others()
    numbers = change(ann, 2)
    assert sequences(client, 2) == numbers


def test_many_are_shown_with_few_statements(
    open_socket: Open, ann: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WATCHERS_PER_USER = 30
    read: list[int] = []
    pages = changes.pages

    def count(wanted: Any, *args: Any) -> Any:
        read.append(len(wanted))
        return pages(wanted, *args)

    clients = [open_socket(ann) for _ in range(30)]
    for client in clients:
        begun(client)
    monkeypatch.setattr(changes, "pages", count)
    (number,) = change(ann)
    assert [sequences(client, 1) for client in clients] == [[number]] * 30
    # Those that were still being served with the look before come with the next.
    assert sum(read) == 30
    assert len(read) <= 3


def write(user: User, seed: int) -> None:
    """Changes of a run of its own, in transactions that overlap with others', some undone."""
    chance = random.Random(seed)
    run = UUID(int=seed)
    try:
        for attempt in range(60):
            with transaction.atomic():
                change(user, execution_id=run, attempt=attempt, event="execution.running")
                # Mostly short, now and then for longer than the disk takes.
                time.sleep(chance.random() ** 8)
                transaction.set_rollback(chance.random() < 0.2)
    finally:
        connections.close_all()


def follow(open_one: Open, user: User, seed: int, writing: Callable[[], bool]) -> list[Any]:
    """All that one sees who comes back again and again, from the last number on."""
    chance, seen, after = random.Random(seed), [], 0
    quiet = 0
    while quiet < 2:
        # Without a bound of its own the client closes at once, whatever it has not taken.
        client = open_one(user, {"after": after}, max_queue=None)
        done = not writing()
        try:
            for _ in range(chance.randrange(1, 60)):
                said = json.loads(client.recv(0.8))
                after = said["sequence"]
                seen += [said] if "event" in said else []
            quiet = 0
        except TimeoutError:
            quiet += done
        client.close()
    return seen


def test_each_change_comes_once_and_in_order_whatever_overlaps(
    open_socket: Open, ann: User, settings: Settings
) -> None:
    with ThreadPoolExecutor(9) as threads:
        writers = [threads.submit(write, ann, seed) for seed in range(5)]
        going_on = lambda: not all(writer.done() for writer in writers)  # noqa: E731
        readers = [threads.submit(follow, open_socket, ann, s, going_on) for s in range(4)]
        for writer in writers:
            writer.result(60)
        found = [reader.result(60) for reader in readers]
    committed = list(Change.objects.order_by("id").values_list("id", "execution_id", "attempt"))
    assert len(committed) > 150
    for seen in found:
        assert [
            (said["sequence"], UUID(said["execution"]), said["attempt"]) for said in seen
        ] == committed


def test_the_program_of_the_page(web: str, ann: User) -> None:
    page = Path("docs/live.md").read_text()
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (first, _) = change(ann, 2, name="Morning")
    given = {"BASE": f"http://{web}", "TOKEN": token(ann)["token"], "AFTER": str(first)}
    with Popen(
        [sys.executable, "-c", program], env=os.environ | given, stdout=PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "execution.pending Morning None\n"
        change(ann, event="execution.success", name="Morning")
        assert running.stdout.readline() == "execution.success Morning None\n"
        running.kill()


def test_the_page_names_every_event() -> None:
    page = Path("docs/live.md").read_text()
    for event in EVENTS:
        about, what = event.split(".")
        assert f"`{about}.`" in page
        assert f"`{what}`" in page
