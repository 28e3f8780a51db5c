"""The worker's loop goes on whatever runs do to it; where it cannot, the process ends."""

import asyncio
from collections.abc import Callable

import pytest

from scheduler_project.embedded.waiting import wait_until
from schedules import worker
from schedules.models import Execution
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, lease_of
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]


async def leave(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [SystemExit(2), KeyboardInterrupt()])
def test_what_leaves_the_loop_ends_no_worker(
    engine: Engine, give: Give, script: Script, error: BaseException
) -> None:
    held = give("hold")
    engine.submit(held.id)
    begun = script.next()
    asyncio.run_coroutine_threadsafe(leave(error), engine._loop)
    engine._loop.call_soon_threadsafe(engine._loop.stop)
    execution = give("ok")
    engine.submit(execution.id)
    becomes(execution, "success")
    assert lease_of(held)()
    begun.release()
    becomes(held, "success")


def test_a_worker_without_a_heartbeat_ends(
    start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[int] = []
    monkeypatch.setattr(worker.os, "_exit", ends.append)

    async def fail(self: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(worker.Pulse, "beat", fail)
    engine = start()
    assert wait_until(lambda: ends == [1], TIMEOUT)
    engine._thread.join(TIMEOUT)
    assert not engine._thread.is_alive()
