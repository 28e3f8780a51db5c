"""What is published is what Celery reads; a broker that is down or frozen holds nobody."""

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery.contrib.testing.worker import start_worker
from celery.events import EventReceiver
from django.conf import settings as project
from django.db import InterfaceError
from django_celery_results.backends import DatabaseBackend
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection, Queue
from kombu.message import Message
from pytest_django import Settings

from scheduler_project.celery import app
from scheduler_project.embedded.waiting import wait_until
from schedules import broker, tasks
from schedules.tests.integration.scenes import queued

TIMEOUT = 10


@pytest.fixture(autouse=True, scope="module")
def _level_of_logs() -> Iterator[None]:
    """Celery's workers for tests set it for all loggers, and leave it at that."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with app.connection_for_read() as connection:
        yield connection


def received(connection: Connection, count: int) -> list[Message]:
    """So many messages, taken off the queue the way a worker takes them."""
    messages: list[Message] = []

    def take(body: Any, message: Message) -> None:
        message.ack()
        messages.append(message)

    queue = Queue(project.CELERY_TASK_DEFAULT_QUEUE)
    with app.amqp.TaskConsumer(connection.default_channel, queues=[queue], callbacks=[take]):
        while len(messages) < count:
            connection.drain_events(timeout=TIMEOUT)
    return messages


def test_celerys_consumer_reads_the_execution_off_the_message(connection: Connection) -> None:
    execution = uuid4()
    assert broker.publish([execution]) == 1
    (message,) = received(connection, 1)
    assert message.headers["id"] == message.headers["root_id"] == str(execution)
    assert message.headers["task"] == broker.TASK
    assert message.properties["correlation_id"] == str(execution)
    assert message.content_type == "application/json"
    args, kwargs, embed = message.decode()
    assert (args, kwargs) == ([str(execution)], {})
    assert set(embed) == {"callbacks", "errbacks", "chain", "chord"}


class Engine:
    """Takes the place of the worker's engine and notes what it is handed."""

    def __init__(self) -> None:
        self.submitted: SimpleQueue[UUID] = SimpleQueue()

    def submit(self, *executions: UUID) -> Sequence[UUID]:
        for execution in executions:
            self.submitted.put(execution)
        return ()


def test_a_real_worker_is_handed_the_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ids = Engine(), [uuid4() for _ in range(3)]
    monkeypatch.setattr(tasks.worker, "engine", lambda: engine)
    broker.client().lpush(project.CELERY_TASK_DEFAULT_QUEUE, *broker.envelopes(ids))
    queue = project.CELERY_TASK_DEFAULT_QUEUE
    with start_worker(
        app, pool="solo", perform_ping_check=False, queues=[queue], shutdown_timeout=30
    ):
        assert [engine.submitted.get(timeout=TIMEOUT) for _ in ids] == ids


def damaged(**changes: Any) -> str:
    """A message of ours, except for these of its parts or headers; None takes them away."""
    message = json.loads(broker.envelopes([uuid4()])[0])
    for name, value in changes.items():
        place = message if name in message else message["headers"]
        place[name] = value
        if value is None:
            del place[name]
    return json.dumps(message)


NO_MESSAGES = {
    "text": "not JSON {",
    "list": "[]",
    "nothing": "{}",
    "null": "null",
    "bytes": b"\x00\xff",
    "no properties": '{"body": "AA=="}',
    "other properties": '{"properties": 7}',
    "no id": damaged(id=None),
    "task is a list": damaged(task=[]),
    "time limit is a number": damaged(timelimit=5),
    "empty body": damaged(body=""),
    "body is no base64": damaged(body="x"),
    "encoding is a number": damaged(**{"content-encoding": 5}),
    "no headers": damaged(headers={}),
}
MORE_THAN_A_WORKER_HAS_IN_HAND = 6


@pytest.mark.parametrize("garbage", NO_MESSAGES.values(), ids=NO_MESSAGES.keys())
def test_a_worker_survives_what_is_no_message(
    monkeypatch: pytest.MonkeyPatch, garbage: str | bytes
) -> None:
    engine, execution = Engine(), uuid4()
    monkeypatch.setattr(tasks.worker, "engine", lambda: engine)
    queue = project.CELERY_TASK_DEFAULT_QUEUE
    many = [garbage] * MORE_THAN_A_WORKER_HAS_IN_HAND
    broker.client().lpush(queue, *many, *broker.envelopes([execution]))
    with start_worker(
        app,
        pool="threads",
        concurrency=2,
        perform_ping_check=False,
        queues=[queue],
        shutdown_timeout=30,
    ):
        assert engine.submitted.get(timeout=TIMEOUT) == execution
        assert wait_until(lambda: broker.queue_depth() == 0, TIMEOUT)
    assert queued_raw() == [], "nothing of it comes back"


def test_a_worker_survives_that_a_failure_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, execution = Engine(), uuid4()
    monkeypatch.setattr(tasks.worker, "engine", lambda: engine)
    notes: SimpleQueue[str] = SimpleQueue()

    def cut_off(backend: object, task_id: str, *args: Any, **options: Any) -> None:
        notes.put(task_id)
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(DatabaseBackend, "mark_as_failure", cut_off)
    queue = project.CELERY_TASK_DEFAULT_QUEUE
    unknown = [damaged(task="no.such.task")] * MORE_THAN_A_WORKER_HAS_IN_HAND
    broker.client().lpush(queue, *unknown, *broker.envelopes([execution]))
    with start_worker(app, pool="solo", perform_ping_check=False, queues=[queue]):
        assert engine.submitted.get(timeout=TIMEOUT) == execution
    assert notes.qsize() == MORE_THAN_A_WORKER_HAS_IN_HAND
    assert queued_raw() == []


def test_closing_a_connection_that_was_lost_with_messages_in_hand(connection: Connection) -> None:
    broker.publish([uuid4()])
    channel: Any = connection.default_channel
    queue = Queue(project.CELERY_TASK_DEFAULT_QUEUE)(channel)
    assert queue.get() is not None
    # As when Redis goes away while kombu tries its own hand at connecting again.
    connection._do_close_transport()
    channel.close()


def queued_raw() -> Any:
    return broker.client().lrange(project.CELERY_TASK_DEFAULT_QUEUE, 0, -1)


class Watcher(EventReceiver):
    """What Flower does: it listens to the workers' events; `seen` are the tasks' ids."""

    def __init__(self, channel: Connection) -> None:
        super().__init__(channel, {"task-received": self._received}, app=app)
        self.ready = Event()
        self.seen: SimpleQueue[str] = SimpleQueue()
        self._read = False

    def on_iteration(self) -> None:
        """Called before each read; it is the first one that subscribes to the events."""
        if self._read:
            self.ready.set()
        self._read = True

    def _received(self, event: dict[str, Any]) -> None:
        self.seen.put(event["uuid"])
        self.should_stop = True


def test_flower_shows_an_execution_under_its_own_id(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.worker, "engine", Engine)
    watcher, execution = Watcher(connection), uuid4()
    watching = Thread(target=watcher.capture, kwargs={"timeout": TIMEOUT})
    with start_worker(
        app,
        pool="solo",
        perform_ping_check=False,
        queues=[project.CELERY_TASK_DEFAULT_QUEUE],
        task_events=True,
        shutdown_timeout=30,
    ):
        watching.start()
        assert watcher.ready.wait(TIMEOUT)
        broker.publish([execution])
        assert watcher.seen.get(timeout=TIMEOUT) == str(execution)
    watching.join(TIMEOUT)


def test_a_message_without_an_execution_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    monkeypatch.setattr(tasks.worker, "engine", lambda: engine)
    garbage: tuple[Any, ...] = ("nonsense", "", 7, ["x"], {})
    for each in garbage:
        tasks.run(each)
    assert engine.submitted.empty()


def test_what_a_leaving_worker_takes_goes_back_to_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, execution = Engine(), uuid4()
    monkeypatch.setattr(engine, "submit", lambda *executions: executions)
    monkeypatch.setattr(tasks.worker, "engine", lambda: engine)
    tasks.run(str(execution))
    assert queued() == [str(execution)]


def test_it_looks_like_what_celery_itself_would_send(connection: Connection) -> None:
    execution = str(uuid4())
    queue = project.CELERY_TASK_DEFAULT_QUEUE
    with connection.clone() as producing, app.amqp.Producer(producing) as producer:
        app.send_task(
            *(broker.TASK, [execution]),
            task_id=execution,
            queue=queue,
            producer=producer,
            ignore_result=True,
        )
    broker.publish([UUID(execution)])
    theirs, ours = received(connection, 2)
    assert set(theirs.headers) - set(ours.headers) <= {
        "stamped_headers",
        "stamps",
        "replaced_task_nesting",
    }
    shared = set(ours.headers) & set(theirs.headers) - {"argsrepr"}
    assert {k: ours.headers[k] for k in shared} == {k: theirs.headers[k] for k in shared}
    assert ours.decode() == theirs.decode()
    assert set(theirs.properties) == set(ours.properties)


def test_messages_come_out_in_the_order_they_went_in() -> None:
    ids = [uuid4() for _ in range(10)]
    broker.publish(ids)
    assert queued() == [str(id) for id in ids]


def test_each_message_has_a_delivery_tag_of_its_own(connection: Connection) -> None:
    broker.publish([UUID(int=1), UUID(int=1)])
    tags = {message.delivery_tag for message in received(connection, 2)}
    assert len(tags) == 2


def test_many_go_out_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [uuid4() for _ in range(2500)]
    sizes: list[int] = []
    push = broker.client().lpush

    def counted(queue: str, *messages: str) -> Any:
        sizes.append(len(messages))
        return push(queue, *messages)

    monkeypatch.setattr(broker.client(), "lpush", counted)
    assert broker.publish(chain(iter(ids[:1]), ids[1:])) == 2500
    assert sizes == [63, 63, 34], "of up to 16, and of 500 no fewer than 32"
    assert queued() == [str(id) for id in ids]
    assert broker.queue_depth() == sum(sizes)


def test_what_goes_back_is_the_next_to_be_taken() -> None:
    first, others = [uuid4() for _ in range(3)], [uuid4() for _ in range(3)]
    broker.publish(others)
    broker.give_back(first)
    assert queued() == [str(id) for id in (*first, *others)]


def test_a_herd_that_goes_back_keeps_its_order() -> None:
    ids = [uuid4() for _ in range(2 * broker.SHARES)]
    broker.give_back(ids)
    assert broker.queue_depth() == broker.SHARES
    assert queued() == [str(id) for id in ids]


@given(count=st.integers(1, 100_000), most=st.integers(1, 100))
def test_a_herd_is_never_one_workers(count: int, most: int) -> None:
    size = broker.bunch(count, most)
    assert 1 <= size <= most
    assert size == 1 or count / size >= broker.SHARES


def test_a_bunch_is_what_celery_itself_would_send(
    connection: Connection, settings: Settings
) -> None:
    settings.MAX_EXECUTIONS_PER_MESSAGE = 2
    ids = [str(uuid4()) for _ in range(2 * broker.SHARES)]
    broker.publish(map(UUID, ids))
    messages = received(connection, broker.SHARES)
    assert [message.payload[0] for message in messages] == [
        ids[first : first + 2] for first in range(0, len(ids), 2)
    ]
    assert [message.headers["id"] for message in messages] == ids[::2]


def test_nothing_to_publish_is_no_message() -> None:
    assert broker.publish([]) == 0
    assert broker.queue_depth() == 0


def test_a_broker_that_is_down_is_no_error(broker_down: Callable[[], None]) -> None:
    assert broker.publish([uuid4()]) == 0
    assert broker.queue_depth() is None
    broker_down()
    assert broker.publish([uuid4()]) == 1


def test_what_a_failing_broker_took_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "PUSH_SIZE", 2)
    push, pushed = broker.client().lpush, iter([True, True, False])

    def fails_later(queue: str, *messages: str) -> Any:
        if next(pushed):
            return push(queue, *messages)
        raise broker.redis.ConnectionError("gone")

    monkeypatch.setattr(broker.client(), "lpush", fails_later)
    assert broker.publish(uuid4() for _ in range(7)) == 4
    assert len(queued()) == 4


@pytest.fixture
def frozen(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that accepts connections and then says nothing (SIGSTOP, say)."""
    before = settings.CELERY_BROKER_URL
    monkeypatch.setattr(broker, "SOCKET_TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        broker.client.cache_clear()
        yield
    settings.CELERY_BROKER_URL = before
    broker.client.cache_clear()


@pytest.mark.usefixtures("frozen")
def test_a_broker_that_is_frozen_holds_a_publish_for_its_timeout_only() -> None:
    began = time.monotonic()
    assert broker.publish(uuid4() for _ in range(2500)) == 0
    assert time.monotonic() - began < 10 * broker.SOCKET_TIMEOUT_SECONDS
