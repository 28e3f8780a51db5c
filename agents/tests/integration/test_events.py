"""Events in the database: appended once, for tasks that have not ended, and read by number."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from agents import events
from agents.models import AgentTask, AgentTaskEvent
from agents.trace import Event
from scheduler_project.embedded.waiting import wait_until
from tests.plans import plan


def task(owner: User, **fields: object) -> UUID:
    return AgentTask.objects.create(owner=owner, command="x", state="running", **fields).pk


def some(*numbers: int, kind: str = "text", noted: float = 0.0) -> list[Event]:
    return [Event(number, kind, f'{{"text": "{number}"}}', noted) for number in numbers]


def end(task: UUID) -> None:
    AgentTask.objects.filter(pk=task).update(state="success", finished_at=Now())


def numbers(task: UUID) -> list[int]:
    return list(AgentTaskEvent.objects.filter(task=task).values_list("number", flat=True))


@pytest.mark.django_db
def test_many_tasks_are_written_in_one_statement(ann: User) -> None:
    tasks = [task(ann) for _ in range(50)]
    with CaptureQueriesContext(connection) as queries:
        written = events.append({each: some(1, 2, 3) for each in tasks}, 0.0)
    assert len(queries) == 1
    assert written == set(tasks)
    assert all(numbers(each) == [1, 2, 3] for each in tasks)


@pytest.mark.django_db
def test_an_event_keeps_its_kind_data_and_time(ann: User) -> None:
    one = task(ann)
    events.append({one: [Event(1, "tool_call", '{"a": ["ü", 1.5, null]}', 100.0)]}, 130.0)
    (row,) = AgentTaskEvent.objects.all()
    assert (row.kind, row.data) == ("tool_call", {"a": ["ü", 1.5, None]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert (cursor.fetchone()[0] - row.at).total_seconds() == pytest.approx(30)


@pytest.mark.django_db
def test_a_repeat_after_a_lost_answer_changes_nothing(ann: User) -> None:
    one = task(ann)
    events.append({one: some(1, 2)}, 0.0)
    changed = [Event(2, "retry", "{}", 0.0), Event(3, "retry", "{}", 0.0)]
    assert events.append({one: changed}, 0.0) == {one}
    kinds = AgentTaskEvent.objects.filter(task=one).values_list("kind", flat=True)
    assert list(kinds) == ["text", "text", "retry"]


@pytest.mark.django_db
def test_tasks_that_have_ended_or_are_gone_are_refused(ann: User) -> None:
    ended, going_on, gone = task(ann), task(ann), uuid4()
    end(ended)
    batch = {each: some(1) for each in (ended, going_on, gone)}
    assert events.append(batch, 0.0) == {going_on}
    assert AgentTaskEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_ends_a_task_at_this_moment_wins(ann: User) -> None:
    """Otherwise an event could follow what a watcher was told is the last one."""
    one, another = task(ann), task(ann)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            end(one)
            written = other.submit(events.append, {one: some(1), another: some(1)}, 0.0)
            assert written.result(10) == {another}
        assert other.submit(events.append, {one: some(1)}, 0.0).result(10) == set()
        other.submit(connections.close_all).result()
    assert numbers(one) == []


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_task_waits_for_its_events(ann: User) -> None:
    one = task(ann)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            events.append({one: some(1)}, 0.0)
            ending = other.submit(end, one)
            assert wait_until(somebody_waits, 10)
            assert not ending.done()
        ending.result(10)
        other.submit(connections.close_all).result()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_pages_of_many_tasks_in_one_statement(ann: User) -> None:
    long, short, none, gone = task(ann), task(ann), task(ann), uuid4()
    events.append({long: some(1, 2, 3, 4, 5), short: some(1, 2)}, 0.0)
    end(long)
    end(short)
    wanted = [(long, 0), (long, 2), (short, 1), (short, 2), (none, 0), (gone, 0), (long, 1)]
    with CaptureQueriesContext(connection) as queries:
        found = events.pages(wanted, 3)
    assert len(queries) == 1
    assert [page and ([e["number"] for e in page.events], page.final) for page in found] == [
        ([1, 2, 3], False),
        ([3, 4, 5], True),
        ([2], True),
        ([], True),
        ([], False),
        None,
        ([2, 3, 4], False),
    ]
    assert [page.state for page in found if page] == ["success"] * 4 + ["running", "success"]


@pytest.mark.django_db
def test_last_numbers(ann: User) -> None:
    one, two = task(ann), task(ann)
    events.append({one: some(1, 2, 3)}, 0.0)
    assert events.last_numbers([one, two]) == {one: 3}


@pytest.mark.django_db
def test_events_are_found_by_their_index(ann: User) -> None:
    AgentTask.objects.bulk_create(AgentTask(owner=ann, command="x") for _ in range(2000))
    tasks = [task(ann) for _ in range(200)]
    events.append({each: some(*range(1, 51)) for each in tasks}, 0.0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agents_agenttask, agents_agenttaskevent")
        for work in (
            lambda: events.pages([(each, 40) for each in tasks[:5]], 5),
            lambda: events.last_numbers(tasks[:5]),
            lambda: events.append({each: some(51) for each in tasks[:5]}, 0.0),
        ):
            with CaptureQueriesContext(connection) as queries:
                work()
            found = plan(queries[0]["sql"])
            assert "Seq Scan" not in found, found
            assert "event_number_once" in found or "INSERT" in queries[0]["sql"], found
