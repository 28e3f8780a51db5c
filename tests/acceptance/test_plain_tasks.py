"""Periodic tasks that no schedule owns: fired by our beats as by the stock one, once each."""

from collections import Counter
from itertools import pairwise
from typing import Any

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation

RESULTS = """
SELECT count(*) FROM django_celery_results_taskresult
WHERE task_name = 'celery.backend_cleanup' AND status = 'SUCCESS'
  AND periodic_task_name = 'plain 0'
"""
FIRED = (
    "SELECT min(total_run_count) FROM django_celery_beat_periodictask WHERE name LIKE 'plain %%'"
)
COUNTS = (
    "SELECT name, total_run_count FROM django_celery_beat_periodictask WHERE name LIKE 'plain %%'"
)


def add_tasks(installation: Installation, count: int, task: str, **options: Any) -> None:
    """Tasks named "plain N" that are due every second."""
    code = f"""
from django_celery_beat.models import IntervalSchedule, PeriodicTask
every = IntervalSchedule.objects.create(every=1, period="seconds")
for number in range({count}):
    values = {{"name": f"plain {{number}}", "task": {task!r}, "interval": every}}
    PeriodicTask.objects.create(**values, **{options})
"""
    installation.database.manage("shell", "-v0", "-c", code)


def test_a_plain_task_fires_and_its_results_are_kept(installation: Installation) -> None:
    installation.worker()
    installation.beat()
    add_tasks(installation, 1, "celery.backend_cleanup")
    assert wait_until(lambda: installation.database.query(RESULTS)[0][0] >= 2, 40)
    installation.stop_beats()
    assert installation.database.query(FIRED)[0][0] >= 2


def test_several_beats_send_each_once_and_as_it_is_written(installation: Installation) -> None:
    for _ in range(3):
        installation.beat()
    assert wait_until(lambda: installation.nodes("beat") == 3, 40)
    options = {"priority": 3, "headers": '{"trace": "x"}', "args": "[7]", "expire_seconds": 90}
    add_tasks(installation, 20, "plain", **options)
    assert wait_until(lambda: installation.database.query(FIRED)[0][0] >= 4, 40)
    installation.stop_beats()
    messages = [m for m in installation.messages() if m["headers"]["task"] == "plain"]
    sent = Counter(message["headers"]["periodic_task_name"] for message in messages)
    assert sent == dict(installation.database.query(COUNTS))
    assert len({message["headers"]["id"] for message in messages}) == len(messages)
    for message in messages:
        assert message["headers"]["trace"] == "x"
        assert message["headers"]["argsrepr"] == "[7]"
        assert message["headers"]["expires"]
        assert message["properties"]["priority"] == 3


def test_they_go_on_while_schedules_are_dispatched(installation: Installation) -> None:
    installation.beat()
    schedules = [installation.every_second(overlap_policy="allow") for _ in range(10)]
    add_tasks(installation, 5, "plain")
    assert wait_until(lambda: installation.database.query(FIRED)[0][0] >= 4, 40)
    for schedule in schedules:
        counts = [row.scheduled_for for row in installation.history(schedule)]
        assert len(counts) >= 4
        assert all(later != earlier for later, earlier in pairwise(counts))
