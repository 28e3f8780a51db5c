"""`python -m benchmarks.past EXECUTIONS`: a past for an empty database, as if it had been lived.

A thousand schedules, half of them hourly intervals, half of them daily crons in a dozen time
zones; each has run a thousandth of the executions. Their attempts and agent tasks are there, too.
"""

import io
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import django
from django.db import connection

SCHEDULES = 1000
CHUNK = 50_000
STATES = ("success", "success", "success", "success", "skipped")
COPY = """
COPY schedules_execution (id, owner_id, schedule_id, schedule_name, agent_id, command, trigger,
    scheduled_for, state, reason, finished_at, started_at, attempt) FROM STDIN
"""
AGENT_TASKS = """
INSERT INTO agents_agenttask (id, owner_id, agent_id, command, state, finished_at)
SELECT id, owner_id, agent_id, command, state, finished_at FROM schedules_execution
WHERE attempt = 1
"""
ATTEMPTS = """
INSERT INTO schedules_attempt (execution_id, number, trigger, worker, agent_task_id)
SELECT id, 1, 'timer', '', id FROM schedules_execution WHERE attempt = 1
"""


def main(executions: int) -> None:
    """Fill the database that DATABASE_URL names."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", "--no-input", verbosity=0)
    half = ("--count", str(SCHEDULES // 2))
    for timing in (["--every", "3600"], []):
        call_command("load_schedules", *half, *timing, stdout=io.StringIO())
    lines = _lines(executions // SCHEDULES)
    with connection.cursor() as cursor:
        while chunk := "".join(islice(lines, CHUNK)):
            cursor.copy_expert(COPY, io.StringIO(chunk))
        for statement in (AGENT_TASKS, ATTEMPTS, "VACUUM ANALYZE"):
            cursor.execute(statement)


def _lines(occurrences: int) -> Iterator[str]:
    """One execution on each line, schedule by schedule, whose history is made to begin earlier."""
    from scheduler_project.ids import uuid7
    from schedules.models import Definition, Schedule
    from schedules.timing import recurrence_of

    schedules = {schedule.pk: schedule for schedule in Schedule.objects.all()}
    for defined in Definition.objects.all():
        schedule = schedules[defined.schedule_id]
        assert schedule.next_run_at is not None
        period = timedelta(days=1 if schedule.schedule_type == "cron" else 1 / 24)
        defined.since -= occurrences * period
        defined.anchor_at -= occurrences * period
        recurrence = recurrence_of(defined)
        assert recurrence is not None
        at = defined.next_run_at = recurrence.next_after(defined.since)
        defined.save()
        place = 0
        while at is not None and at < schedule.next_run_at:
            state = STATES[place % len(STATES)]
            end = ("", at, at, 1) if state == "success" else ("overlap", at, r"\N", 0)
            columns = (
                *(uuid7(at, place % 1000), schedule.owner_id, schedule.pk, schedule.name),
                *(schedule.agent_id, schedule.command, "timer", at, state, *end),
            )
            yield "\t".join(map(str, columns)) + "\n"
            at, place = recurrence.next_after(at), place + 1


if __name__ == "__main__":
    main(int(sys.argv[1]))
