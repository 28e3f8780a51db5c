"""The traces of a worker's runs: written together, before their outcomes, once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import DataError, OperationalError, connections, transaction
from django.db.models.functions import Now

from agents import events, news
from agents.models import Agent, AgentTask, AgentTaskEvent, Memory
from agents.records import Finished
from schedules import claims, conclusions, db, outcomes, services, tracing
from schedules.claims import Claimed
from schedules.models import Schedule
from schedules.tests.integration.scenes import fail, hand_back, park, running, succeed, take
from schedules.tracing import Tracing

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
WAIT = 10


class Database:
    """One thread with a connection; what is in `fails` is raised after the next works."""

    def __init__(self) -> None:
        self.works: list[Any] = []
        self.fails: list[Exception | None] = []
        self._thread = ThreadPoolExecutor(1)

    async def __call__(self, work: Callable[..., Any], *args: Any) -> Any:
        self.works.append(work)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._thread, db.in_thread, work, *args)
        if self.fails and (error := self.fails.pop(0)):
            raise error
        return answer

    def close(self) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown()


@pytest.fixture
def database() -> Iterable[Database]:
    database = Database()
    yield database
    database.close()


@pytest.fixture
def traces(database: Database) -> Tracing:
    return Tracing(database, database)


def texts(task: UUID | None) -> list[str]:
    rows = AgentTaskEvent.objects.filter(task=task).order_by("number")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.data["x"] for row in rows]


def of(claimed: Claimed) -> UUID:
    assert claimed.agent_task_id is not None
    return claimed.agent_task_id


def test_all_runs_are_written_in_one_go(traces: Tracing, database: Database, make: Make) -> None:
    runs = [running(make()) for _ in range(20)]

    async def scene() -> None:
        for number, claimed in enumerate(runs):
            traces.desk(claimed).note("retry", {"x": f"first of {number}"})
        await traces.flush()
        await traces.flush()

    asyncio.run(scene())
    assert database.works == [tracing._append]
    assert [texts(of(claimed)) for claimed in runs] == [[f"first of {n}"] for n in range(20)]


def test_nothing_new_asks_nothing_of_the_database(traces: Tracing, database: Database) -> None:
    asyncio.run(traces.flush())
    assert database.works == []


def test_the_rest_is_written_before_the_outcome(traces: Tracing, schedule: Schedule) -> None:
    claimed = running(schedule)

    async def scene() -> None:
        desk = traces.desk(claimed)
        desk.note("retry", {"x": "a"})
        desk.note("text", {"text": "held back", "x": "b"})
        await traces.last(of(claimed))

    asyncio.run(scene())
    assert texts(of(claimed)) == ["a", "b"]
    assert succeed(claimed)


def test_runs_that_end_together_are_written_together(
    traces: Tracing, database: Database, make: Make
) -> None:
    runs = [running(make()) for _ in range(20)]

    async def scene() -> None:
        for claimed in runs:
            traces.desk(claimed).note("retry", {"x": "a"})
        await asyncio.gather(*(traces.last(of(claimed)) for claimed in runs))

    asyncio.run(scene())
    assert len(database.works) <= 2
    assert all(texts(of(claimed)) == ["a"] for claimed in runs)


def test_a_run_waits_for_what_is_just_being_written(
    traces: Tracing, database: Database, schedule: Schedule
) -> None:
    """Its outcome would overtake its events, and then they would be refused."""
    claimed = running(schedule)

    async def scene() -> None:
        traces.desk(claimed).note("retry", {"x": "a"})
        flushing = asyncio.create_task(traces.flush())
        while not database.works:
            await asyncio.sleep(0)
        await traces.last(of(claimed))
        assert traces._unwritten == {}
        await flushing

    asyncio.run(scene())


def test_a_lost_answer_loses_and_doubles_nothing(
    traces: Tracing, database: Database, schedule: Schedule
) -> None:
    claimed = running(schedule)
    database.fails = [OperationalError("the answer was lost")]

    async def scene() -> None:
        desk = traces.desk(claimed)
        desk.note("retry", {"x": "a"})
        with pytest.raises(OperationalError):
            await traces.flush()
        desk.note("retry", {"x": "b"})
        await traces.last(of(claimed))

    asyncio.run(scene())
    assert texts(of(claimed)) == ["a", "b"]


def test_what_one_run_says_cannot_cost_the_others_theirs(
    traces: Tracing, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = running(make()), running(make())
    append = events.append

    def refuse(batch: Any, now: float) -> set[UUID]:
        if of(bad) in batch:
            raise DataError("as scripted")
        return append(batch, now)

    monkeypatch.setattr(events, "append", refuse)

    async def scene() -> None:
        for claimed in (bad, good):
            traces.desk(claimed).note("retry", {"x": "a"})
        await traces.flush()
        assert traces._unwritten == {}

    asyncio.run(scene())
    assert (texts(of(good)), texts(of(bad))) == (["a"], [])
    assert "1 events of" in caplog.text


def test_what_has_piled_up_is_written_piece_by_piece(
    traces: Tracing, database: Database, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "MOST_CHARACTERS", 50)
    database.fails = [OperationalError("away")]
    runs = [running(make()) for _ in range(6)]

    async def scene() -> None:
        for claimed in runs:
            traces.desk(claimed).note("retry", {"x": "x" * 20})
        with pytest.raises(OperationalError):
            await traces.flush()
        await traces.last(of(runs[5]))
        assert (len(database.works), len(traces._unwritten)) == (2, 4)
        await traces.flush()
        assert (len(database.works), len(traces._unwritten)) == (3, 2)

    asyncio.run(scene())
    assert texts(of(runs[5])) == ["x" * 20]


def test_a_worker_that_has_lost_a_run_adds_nothing_to_it(traces: Tracing, make: Make) -> None:
    schedule = make(max_attempts=3, retry_backoff_seconds=0)
    stale = running(schedule)
    assert fail(stale)
    current = take(stale.id, "worker-b")
    assert current.attempt == 2

    async def scene() -> None:
        desk = traces.desk(stale)
        desk.note("retry", {"x": "too late"})
        await traces.flush()
        await traces.last(of(stale))
        traces.close(of(stale), desk)
        assert (traces._unwritten, traces._traces, traces._bases) == ({}, {}, {})

    asyncio.run(scene())
    assert AgentTaskEvent.objects.count() == 0


def test_a_task_that_is_just_ending_holds_up_no_others(traces: Tracing, make: Make) -> None:
    ending, other = running(make()), running(make())

    async def scene() -> None:
        for claimed in (ending, other):
            traces.desk(claimed).note("retry", {"x": "a"})
        async with asyncio.timeout(WAIT):
            await traces.flush()

    with transaction.atomic():
        AgentTask.objects.filter(pk=of(ending)).update(state="failed", finished_at=Now())
        asyncio.run(scene())
    assert (texts(of(ending)), texts(of(other))) == ([], ["a"])


def test_a_task_that_was_handed_back_goes_on_with_its_numbers(
    traces: Tracing, database: Database, owner: User, agent: Agent
) -> None:
    task = services.start_agent_task(owner=owner, agent=agent, command="x", timeout_seconds=60)
    execution = task.attempt.execution_id

    async def attempt(claimed: Claimed, *lines: str) -> None:
        desk = traces.desk(claimed)
        for line in lines:
            desk.note("retry", {"x": line})
        if claimed.attempt > 1:
            # After the question for the last number.
            database.fails = [None, OperationalError("the answer was lost")]
            with pytest.raises(OperationalError):
                await traces.flush()
        await traces.last(of(claimed))
        traces.close(of(claimed), desk)

    (first,) = claims.claim([execution], "worker-a")
    asyncio.run(attempt(first, "a", "b"))
    back = conclusions.handed_back(
        first, Finished(task.pk, "cancelled"), reason="handed back", keep_task=True
    )
    assert outcomes.finish([back])
    (second,) = claims.claim([execution], "worker-b")
    assert of(second) == of(first)
    asyncio.run(attempt(second, "c", "d"))
    assert texts(task.pk) == ["a", "b", "c", "d"]


@asynccontextmanager
async def going(traces: Tracing) -> AsyncIterator[None]:
    loops = asyncio.create_task(traces.run())
    try:
        yield
    finally:
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)


def test_a_run_that_ends_late_leaves_the_next_one_of_its_task_alone(
    traces: Tracing, owner: User, agent: Agent
) -> None:
    task = services.start_agent_task(owner=owner, agent=agent, command="go")
    execution = task.attempt.execution_id
    first = take(execution)
    hand_back(first, keep_task=True)
    second = take(execution)
    assert of(first) == of(second) == task.pk

    async def scene() -> None:
        old = traces.desk(first)
        new = traces.desk(second)
        new.note("retry", {"x": "of the second"})
        traces.close(task.pk, old)
        new.note("retry", {"x": "once more"})
        await traces.last(task.pk)
        traces.close(task.pk, new)

    asyncio.run(scene())
    assert texts(task.pk) == ["of the second", "once more"]
    assert traces._traces == {}


def test_watchers_are_told_what_was_written_and_what_has_ended(traces: Tracing, make: Make) -> None:
    one, two = running(make()), running(make())

    async def scene() -> None:
        async with asyncio.timeout(WAIT):
            heard = news.listen()
            assert await anext(heard) == set()
            async with going(traces):
                traces.desk(one).note("retry", {"x": "a"})
                assert await anext(heard) == {of(one)}
                assert texts_in_thread(one) == ["a"]
                traces.close(of(two), None)
                assert await anext(heard) == {of(two)}
            await heard.aclose()  # type: ignore[attr-defined]

    def texts_in_thread(claimed: Claimed) -> list[str]:
        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(texts, of(claimed)).result()
            thread.submit(connections.close_all).result()
        return found

    asyncio.run(scene())


def test_it_can_be_stopped_at_any_moment(traces: Tracing) -> None:
    async def scene() -> None:
        async with asyncio.timeout(WAIT):
            for steps in range(60):
                async with going(traces):
                    traces.close(UUID(int=1), None)
                    for _ in range(steps):
                        await asyncio.sleep(0)

    asyncio.run(scene())


def test_the_loops_survive_whatever_telling_raises(
    traces: Tracing, schedule: Schedule, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(tracing, "PAUSE_AFTER_SILENCE_SECONDS", 0.01)
    claimed, tell, told = running(schedule), news.tell, asyncio.Event()
    errors = [RuntimeError("odd")]

    async def fail_once(client: Any, tasks: Iterable[UUID]) -> bool:
        if errors:
            raise errors.pop()
        told.set()
        return await tell(client, tasks)

    monkeypatch.setattr(news, "tell", fail_once)

    async def scene() -> None:
        async with asyncio.timeout(WAIT), going(traces):
            desk = traces.desk(claimed)
            desk.note("retry", {"x": "a"})
            while errors:
                await asyncio.sleep(0.01)
            desk.note("retry", {"x": "b"})
            await told.wait()

    asyncio.run(scene())
    assert "Nobody was told of new events" in caplog.text
    assert texts(of(claimed)) == ["a", "b"]


def test_without_redis_all_is_written(
    traces: Tracing, schedule: Schedule, broker_down: Any, caplog: pytest.LogCaptureFixture
) -> None:
    claimed = running(schedule)

    async def scene() -> None:
        async with asyncio.timeout(WAIT), going(traces):
            desk = traces.desk(claimed)
            for line in "abc":
                desk.note("retry", {"x": line})
                while traces._unwritten or traces._traces[of(claimed)]._events:
                    await asyncio.sleep(0.01)
            while "Nobody was told of new events" not in caplog.text:
                await asyncio.sleep(0.01)

    asyncio.run(scene())
    broker_down()
    assert texts(of(claimed)) == ["a", "b", "c"]


def test_the_loops_survive_a_database_that_is_away(
    traces: Tracing, database: Database, schedule: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    claimed = running(schedule)
    database.fails = [OperationalError("away"), RuntimeError("odd")]

    async def scene() -> None:
        async with asyncio.timeout(WAIT), going(traces):
            traces.desk(claimed).note("retry", {"x": "a"})
            while len(database.works) < 2:
                await asyncio.sleep(0.01)

    asyncio.run(scene())
    assert "trying again: away" in caplog.text
    assert texts(of(claimed)) == ["a"]


class TestDesk:
    """What a run finds of earlier ones."""

    def test_the_previous_result_is_the_latest_success(self, traces: Tracing, make: Make) -> None:
        schedule, other = make(overlap_policy="allow"), make(name="another")
        assert succeed(running(schedule), result="older")
        assert succeed(running(schedule), result="latest")
        assert fail(running(schedule), retryable=False, result="failed")
        assert succeed(running(other), result="of another")
        claimed = running(schedule)
        assert asyncio.run(traces.desk(claimed).previous_result()) == "latest"

    def test_a_first_run_has_none(self, traces: Tracing, schedule: Schedule) -> None:
        assert asyncio.run(traces.desk(running(schedule)).previous_result()) is None

    def test_a_retried_success_is_that_of_its_last_attempt(
        self, traces: Tracing, make: Make
    ) -> None:
        schedule = make(max_attempts=2, retry_backoff_seconds=0, overlap_policy="allow")
        first = running(schedule)
        assert fail(first, result="partial")
        assert succeed(take(first.id), result="whole")
        desk = traces.desk(running(schedule))
        assert asyncio.run(desk.previous_result()) == "whole"

    def test_runs_of_a_schedule_share_a_memory(self, traces: Tracing, make: Make) -> None:
        one, two = make(overlap_policy="allow"), make(name="another")

        async def scene() -> None:
            desk = traces.desk(first, ["planted-secret"])
            await desk.remember("seen", "up to planted-secret 42")
            later, stranger = traces.desk(second), traces.desk(third)
            assert await later.recall("seen") == "up to [hidden] 42"
            assert await later.remembered() == ["seen"]
            assert await stranger.recall("seen") is None
            with pytest.raises(ValueError, match="The key cannot be used"):
                await desk.remember("k" * 101, "x")
            with pytest.raises(ValueError, match="The key cannot be used: It holds a secret"):
                await desk.remember("by planted-secret", "x")
            assert await later.remembered() == ["seen"]

        first, second, third = running(one), running(one), running(two)
        asyncio.run(scene())
        assert Memory.objects.get().scope == f"schedule:{one.pk}"

    def test_however_many_write_they_take_one_thread(self, make: Make) -> None:
        at_work = most = 0

        async def in_database(*work: Any) -> None:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1

        async def scene() -> None:
            await asyncio.gather(*(tracing.desk(run).remember("key", "value") for run in runs))

        tracing, runs = Tracing(in_database, in_database), [running(make()) for _ in range(5)]
        asyncio.run(scene())
        assert most == 1

    def test_memory_goes_with_its_schedule(self, traces: Tracing, make: Make, owner: User) -> None:
        gone, other = running(make()), running(make(name="another"))
        parked = running(make(name="parked"))
        Memory.objects.create(owner=owner, scope=f"task-owner:{owner.pk}", key="x", value="y")

        async def remember(*runs: Claimed) -> None:
            for claimed in runs:
                await traces.desk(claimed).remember("seen", "42")

        asyncio.run(remember(gone, other, parked))
        (asked,) = park(parked, "send")
        for claimed in (gone, parked):
            assert claimed.schedule_id is not None
            services.delete_schedule(schedule=Schedule.objects.get(pk=claimed.schedule_id))
        services.decide_approval(approval=asked, approved=True, by="ann")
        goes_on = take(parked.id)
        assert (goes_on.schedule_id, goes_on.former_schedule_id) == (None, parked.schedule_id)

        async def scene() -> None:
            await remember(gone, goes_on, other)
            assert await traces.desk(goes_on).recall("x") is None
            assert await traces.desk(goes_on).remembered() == []

        asyncio.run(scene())
        scopes = Memory.objects.order_by("id").values_list("scope", flat=True)
        assert list(scopes) == [f"task-owner:{owner.pk}", f"schedule:{other.schedule_id}"]

    def test_runs_without_a_schedule_share_their_owners(
        self, traces: Tracing, owner: User, agent: Agent
    ) -> None:
        tasks = [
            services.start_agent_task(owner=owner, agent=agent, command="x", timeout_seconds=60)
            for _ in range(2)
        ]
        first, second = (take(task.attempt.execution_id) for task in tasks)

        async def scene() -> None:
            desk = traces.desk(first)
            assert await desk.previous_result() is None
            await desk.remember("seen", "42")
            assert await traces.desk(second).recall("seen") == "42"

        asyncio.run(scene())
        assert Memory.objects.get().scope == f"task-owner:{owner.pk}"
