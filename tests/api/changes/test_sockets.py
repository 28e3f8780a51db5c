"""/ws/executions: real clients at a real server, which follow real changes."""

import json
import socket
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts import keys, sockets
from feed import changes
from feed.models import Change
from scheduler_project import hubs
from scheduler_project.embedded.waiting import wait_until
from schedules.tests.integration.connections import OtherConnection, terminate_others
from tests.api.changes.scenes import Open, begun, change, sequences
from tests.api.sockets import WAIT, closed, receive, token, upgrade
from tests.clients import person, superuser

CHANGE = {"event", "execution", "schedule", "attempt", "name", "reason", "at", "sequence"}


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
    other.begin()
    (late,) = other.run(change, ann)
    (early,) = change(ann)
    assert late < early
    with pytest.raises(TimeoutError):
        client.recv(0.5)
    other.commit()
    assert sequences(client, 2) == [late, early]


def test_nobody_waits_for_a_transaction_without_changes(
    open_socket: Open, ann: User, other: OtherConnection
) -> None:
    """Of any database of the server: somebody's long import, while a number is missing."""
    begun(client := open_socket(ann))
    other.begin()
    other.run(person, "bob")
    with transaction.atomic():
        change(ann)
        transaction.set_rollback(True)
    (number,) = change(ann)
    assert sequences(client, 1) == [number]
    other.commit()


def test_nor_for_the_disk_that_only_another_commit_would_reach(
    open_socket: Open, ann: User, other: OtherConnection
) -> None:
    """What has been written and not committed is not on the disk; the feed stands before it."""
    change(ann)
    other.begin()
    other.run(person, "bob")
    begun(open_socket(ann))
    other.commit()


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
    bob, boss = person("bob"), superuser("boss")
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
