"""A worker that is stopped in the middle of a run, and goes on when another has that run."""

import signal

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.acceptance.workers.watched_model import WatchedModel

COMMAND = "hold answers: say hello"


def test_its_run_is_done_by_another_and_it_is_not_believed(
    installation: Installation, model: WatchedModel
) -> None:
    # A frozen worker's connection to Redis swallows a message; that one is soon sent again.
    installation.beat(REPUBLISH_SECONDS=2)
    frozen = installation.worker(LEASE_SECONDS=3)
    schedule = installation.schedule(
        schedule_type="manual", command=COMMAND, max_attempts=2, retry_backoff_seconds=0
    )
    installation.execute(schedule)
    assert wait_until(lambda: len(model.calls) == 1, 30)
    frozen.send_signal(signal.SIGSTOP)
    installation.worker()
    assert wait_until(lambda: len(model.calls) == 2, 30)
    frozen.send_signal(signal.SIGCONT)
    first, second = model.calls
    assert wait_until(lambda: first.ended is not None, 10), "it goes on with what is not its own"
    assert second.ended is None
    model.open("answers")
    row = installation.wait_for_states(schedule, "success")
    assert (row.attempt, row.llm_calls, len(model.calls)) == (2, 1, 2)
    lost, done = installation.execution(row.id).attempts
    assert lost.agent_task.error_type == "worker_lost"
    assert done.agent_task.state == "success"
    assert lost.worker != done.worker
