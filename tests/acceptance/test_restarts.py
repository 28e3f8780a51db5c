"""What happens to runs when processes are stopped, killed and started again."""

import signal

import redis

from tests.acceptance.installation import Installation


def test_schedules_go_on_after_a_restart_of_every_process(installation: Installation) -> None:
    installation.beat()
    installation.worker()
    schedule = installation.every_second()
    installation.wait_for_states(schedule, "success")
    installation.stop_all()
    installation.web()
    count = len(installation.history(schedule))
    installation.beat()
    installation.worker()
    installation.wait_for_states(schedule, "success", count=count + 3)
    # A run that waited for a worker made the next ones overlap; none failed or was lost.
    states = {row.state for row in installation.history(schedule)}
    assert states <= {"success", "running", "pending", "skipped"}


def test_a_killed_workers_run_is_tried_again_by_another(installation: Installation) -> None:
    installation.beat()
    doomed = installation.worker(LEASE_SECONDS=4)
    schedule = installation.schedule(
        schedule_type="manual",
        command="sleep 2",
        max_attempts=2,
        retry_backoff_seconds=0,
    )
    execution = installation.execute(schedule)
    installation.wait_for_states(schedule, "running")
    doomed.kill()
    installation.worker()
    installation.wait_for_states(schedule, "success")
    detail = installation.execution(execution.id)
    assert detail.attempt == 2
    first, second = detail.attempts
    assert first.agent_task.error_type == "worker_lost"
    assert (second.trigger, second.agent_task.state) == ("retry", "success")


def test_by_default_nothing_runs_twice_even_if_its_worker_is_killed(
    installation: Installation,
) -> None:
    installation.beat()
    doomed = installation.worker(LEASE_SECONDS=4)
    schedule = installation.schedule(schedule_type="manual", command="sleep 30")
    installation.execute(schedule)
    installation.wait_for_states(schedule, "running")
    doomed.kill()
    row = installation.wait_for_states(schedule, "failed")
    assert (row.error_type, row.attempt) == ("worker_lost", 1)


def test_a_worker_that_is_stopped_hands_its_runs_back(installation: Installation) -> None:
    installation.beat()
    leaving = installation.worker()
    schedule = installation.schedule(schedule_type="manual", command="sleep 4")
    execution = installation.execute(schedule)
    installation.wait_for_states(schedule, "running")
    leaving.send_signal(signal.SIGTERM)
    assert leaving.wait(30) == 0
    installation.worker()
    installation.wait_for_states(schedule, "success")
    detail = installation.execution(execution.id)
    assert (detail.attempt, detail.max_attempts) == (2, 1)
    assert detail.attempts[0].agent_task.error_type == "handed_back"


def test_flushing_redis_loses_nothing(installation: Installation) -> None:
    schedule = installation.schedule(schedule_type="manual", command="say still here")
    installation.execute(schedule)
    broker = redis.Redis.from_url(installation.environment["REDIS_URL"])
    assert broker.delete(installation.database.name) == 1
    broker.close()
    installation.beat()
    installation.worker()
    assert installation.wait_for_states(schedule, "success").result_summary == "still here"


def test_a_stock_beat_makes_dispatch_passes_and_doubles_nothing(
    installation: Installation,
) -> None:
    installation.worker()
    schedule = installation.every_second()
    arguments = ("-A", "scheduler_project", "beat", "--pidfile=", "--scheduler")
    stock = "django_celery_beat.schedulers:DatabaseScheduler"
    installation.start("stock", "celery", *arguments, stock)
    installation.start("stock", "celery", *arguments, stock)
    installation.wait_for_states(schedule, "success", count=4)
    times = [row.scheduled_for for row in installation.history(schedule)]
    assert len(times) == len(set(times))
