"""Real beats in trouble: killed, stopped, not woken, on a wrong clock; what others make of it."""

import signal
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation

OFTEN = {"overlap_policy": "allow"}
# Nobody claims anything here: what waits must not be taken for lost, and sent again.
PATIENT = {"REPUBLISH_SECONDS": 86_400}
LOCK_COUNTERS = """
SELECT 1 FROM django_celery_beat_periodictask WHERE task = 'schedules.run' FOR UPDATE
"""
WAITING_FOR_LOCK = """
SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'
"""


def planned(schedule: Any, installation: Installation) -> list[datetime]:
    """The planned times of its executions, in order."""
    rows = installation.database.query(
        "SELECT scheduled_for FROM schedules_execution WHERE schedule_id = %s ORDER BY 1",
        schedule.id,
    )
    return [at for (at,) in rows]


def goes_on(schedule: Any, installation: Installation, more: int = 3, seconds: float = 30) -> bool:
    """Whether so many more occurrences get recorded."""
    count = len(planned(schedule, installation))
    return wait_until(lambda: len(planned(schedule, installation)) >= count + more, seconds)


def somebody_waits(installation: Installation) -> bool:
    """Whether any connection waits for a lock that another one holds."""
    waiting = installation.database.query(WAITING_FOR_LOCK, installation.database.name)
    return bool(waiting[0][0])


def assert_each_second_once(schedule: Any, installation: Installation) -> None:
    """Every second since the first is on the ledger: as a row, or counted on a later one."""
    rows = installation.database.query(
        "SELECT scheduled_for, coalesced_count FROM schedules_execution "
        "WHERE schedule_id = %s ORDER BY scheduled_for",
        schedule.id,
    )
    times = [at - timedelta(seconds=n) for at, count in rows for n in range(count, -1, -1)]
    assert times == [times[0] + timedelta(seconds=n) for n in range(len(times))]


def assert_each_sent_once(installation: Installation) -> None:
    """The messages are those of the executions that wait, each under its own id."""
    sent = Counter(message["headers"]["id"] for message in installation.messages())
    rows = installation.database.query("SELECT id::text FROM schedules_execution")
    assert sent == Counter(id for (id,) in rows)


def test_another_goes_on_when_one_is_killed(installation: Installation) -> None:
    beats = [installation.beat(**PATIENT) for _ in range(2)]
    schedule = installation.every_second(**OFTEN)
    assert goes_on(schedule, installation)
    for beat in beats:
        beat.kill()
        beats.append(installation.beat(**PATIENT))
        assert goes_on(schedule, installation)
        if len(beats) == 4:
            break
    assert_each_second_once(schedule, installation)


def test_one_that_is_stopped_in_mid_transaction_holds_nobody_back_for_long(
    installation: Installation,
) -> None:
    schedule = installation.every_second(**OFTEN)
    stopped = installation.beat(**PATIENT)
    assert goes_on(schedule, installation)
    # Another transaction holds what beat writes last; there it waits, with its locks.
    holder = psycopg2.connect(installation.database.url)
    holder.cursor().execute(LOCK_COUNTERS)
    assert wait_until(lambda: somebody_waits(installation), 10)
    installation.beat(**PATIENT)
    assert wait_until(lambda: installation.nodes("beat") == 2, 30)
    stopped.send_signal(signal.SIGSTOP)
    holder.rollback()
    holder.close()
    assert goes_on(schedule, installation, more=1, seconds=10)
    assert goes_on(schedule, installation)
    stopped.send_signal(signal.SIGCONT)
    assert goes_on(schedule, installation)
    installation.stop_beats()
    assert stopped.returncode == 0
    assert_each_second_once(schedule, installation)
    assert_each_sent_once(installation)


@pytest.mark.parametrize("hours", [-5, 7])
def test_the_clock_of_its_machine_is_no_matter(installation: Installation, hours: float) -> None:
    module = "tests.acceptance.beat_with_wrong_clock"
    arguments = (str(hours), "-A", "scheduler_project", "beat", "--pidfile=")
    installation.start("beat", module, *arguments, **PATIENT)
    installation.database.manage("shell", "-v0", "-c", PLAIN)
    every_second = installation.every_second(**OFTEN)
    assert goes_on(every_second, installation, more=4)
    installation.stop_beats()
    assert_each_second_once(every_second, installation)
    late = "SELECT max(abs(extract(epoch FROM queued_at - scheduled_for))) FROM schedules_execution"
    assert installation.database.query(late)[0][0] < 60
    (message,) = [m for m in installation.messages() if m["headers"]["task"] == "plain"]
    expires = datetime.fromisoformat(message["headers"]["expires"])
    (now,), *_ = installation.database.query("SELECT now()")
    assert timedelta(minutes=1) < expires - now < timedelta(minutes=5)


PLAIN = """
from django.utils.timezone import now
from django_celery_beat.models import ClockedSchedule, PeriodicTask
at = ClockedSchedule.objects.create(clocked_time=now())
PeriodicTask.objects.create(name="p", task="plain", clocked=at, one_off=True, expire_seconds=240)
"""


def test_a_notification_that_is_lost_costs_a_look_at_the_agenda_and_nothing_else(
    installation: Installation,
) -> None:
    installation.beat(**PATIENT)
    schedule = installation.schedule(
        schedule_type="interval", interval_value=1, interval_unit="days"
    )
    installation.database.execute("UPDATE schedules_schedule SET next_run_at = now()")
    assert goes_on(schedule, installation, more=1, seconds=10)
