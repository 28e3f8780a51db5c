"""Periodic tasks that no schedule owns: fired by our beat, their results kept."""

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation

PLAIN = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
every = IntervalSchedule.objects.create(every=1, period="seconds")
PeriodicTask.objects.create(name="plain", task="celery.backend_cleanup", interval=every)
"""
RESULTS = """
SELECT count(*) FROM django_celery_results_taskresult
WHERE task_name = 'celery.backend_cleanup' AND status = 'SUCCESS'
"""
FIRED = "SELECT total_run_count FROM django_celery_beat_periodictask WHERE name = 'plain'"


def test_a_plain_task_fires_and_its_results_are_kept(installation: Installation) -> None:
    installation.worker()
    beat = installation.beat()
    installation.database.manage("shell", "-v0", "-c", PLAIN)
    assert wait_until(lambda: installation.database.query(RESULTS)[0][0] >= 2, 40)
    beat.terminate()
    beat.wait(20)
    assert installation.database.query(FIRED)[0][0] >= 2
