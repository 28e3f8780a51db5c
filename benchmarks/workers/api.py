"""Our database as an installation's after a year: owners, schedules, and what they have run."""

import io
import json
import os
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler_project.settings"

PASSWORD = "benchmarks"
OWNER, STAFF = "load-1", "staff"
# Half of all executions are of one schedule: its history has ten thousand pages.
# The others are spread over all schedules; all over a month, the newest last.
EXECUTIONS = """
INSERT INTO schedules_execution (id, owner_id, schedule_id, schedule_name, agent_id, command,
    trigger, scheduled_for, state, queued_at, not_before, publish_at, attempt, worker,
    first_started_at, started_at, finished_at, input_tokens, output_tokens, llm_calls, cost,
    result_summary, error_type, reason)
SELECT uuidv7(past.at - now()), s.owner_id, s.id, s.name, s.agent_id, s.command, 'manual',
    past.at, past.state, past.at, past.at, NULL, 1, 'worker', past.at, past.at, past.at, 100, 20,
    1, 0.001, 'Hello.', CASE past.state WHEN 'failed' THEN 'timed_out' ELSE '' END,
    CASE WHEN past.state <> 'skipped' THEN '' WHEN past.n %% 10000 = 1 THEN 'The budget is spent.'
        ELSE 'An earlier run is going on.' END
FROM (
    SELECT n, now() - interval '30 days' * (%(all)s - n) / %(all)s AS at,
        CASE n %% 50 WHEN 0 THEN 'failed' WHEN 1 THEN 'skipped' ELSE 'success' END AS state
    FROM generate_series(%(first)s::bigint, %(last)s) AS n) AS past
JOIN schedules_schedule s ON s.id = %(lowest)s
    + CASE WHEN n %% 2 = 0 THEN 0 ELSE n / 2 %% %(schedules)s END
"""
AGENT_TASKS = """
INSERT INTO agents_agenttask (id, owner_id, agent_id, command, state, finished_at, result)
SELECT id, owner_id, agent_id, command, state, finished_at, 'Hello.' FROM schedules_execution
WHERE state <> 'skipped'
"""
ATTEMPTS = """
INSERT INTO schedules_attempt (execution_id, number, trigger, worker, agent_task_id)
SELECT id, 1, 'timer', '', id FROM schedules_execution WHERE state <> 'skipped'
"""
# Each of them has spent something: a row for each schedule and hour.
SPENDING = """
INSERT INTO agents_spending (owner_id, schedule_id, model, hour, runs, input_tokens,
    output_tokens, cached_tokens, reasoning_tokens, llm_calls, tool_calls, cost, unpriced_runs)
SELECT owner_id, schedule_id, 'model', date_trunc('hour', finished_at, 'UTC'), count(*),
    sum(input_tokens), sum(output_tokens), 0, 0, sum(llm_calls), 0, sum(cost), 0
FROM schedules_execution GROUP BY 1, 2, 4
"""
# load_schedules leaves no trace in the audit log; people would have.
JOURNAL = """
INSERT INTO journal_entry (owner_id, kind, object_id, name, action, actor, via, changes)
SELECT owner_id, 'schedule', id, name, 'created', 'load', 'API', '{"enabled": [null, true]}'
FROM schedules_schedule ORDER BY id
"""
CHUNK = 100_000
LATE_PAGE = 10_000


def fill(schedules: int, executions: int) -> None:
    """So many of both; the first owner and a member of staff can sign in."""
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Min

    from schedules import tallies
    from schedules.models import Schedule

    call_command("migrate", "--no-input", verbosity=0)
    call_command("load_schedules", "--count", str(schedules), stdout=io.StringIO())
    lowest = Schedule.objects.aggregate(lowest=Min("pk"))["lowest"]
    facts: dict[str, Any] = {"lowest": lowest, "schedules": schedules, "all": executions}
    with connection.cursor() as cursor:
        for first in range(1, executions + 1, CHUNK):
            last = min(first + CHUNK - 1, executions)
            cursor.execute(EXECUTIONS, facts | {"first": first, "last": last})
        for statement in (AGENT_TASKS, ATTEMPTS, SPENDING, JOURNAL, "VACUUM ANALYZE"):
            cursor.execute(statement)
    # A beat would have done so by the hour.
    while tallies.add():
        pass
    User.objects.create_user(STAFF, password=PASSWORD, is_staff=True, is_superuser=True)
    owner = User.objects.get(username=OWNER)
    owner.set_password(PASSWORD)
    owner.save()


def cases() -> dict[str, dict[str, Any]]:
    """What is asked, by title: by the owner of the long history, and by staff, who see all."""
    django.setup()
    from django.contrib.auth.models import User

    users = {user.username: user for user in User.objects.filter(username__in=(OWNER, STAFF))}
    found = {}
    for name, who in ((OWNER, "owner"), (STAFF, "staff")):
        for title, address in _addresses(users[name]).items():
            found[f"{who}: {title}"] = _case(name, "GET", address)
    found["owner: create a schedule"] = _creating()
    return found


def _addresses(user: Any) -> dict[str, str]:
    from scheduler_project.api.permissions import visible_to
    from schedules.models import Execution, Schedule

    first = Schedule.objects.order_by("id")[0]
    history = first.executions.all()
    one = f"/api/scheduled-commands/{first.pk}"
    lists = {
        "schedules": ("/api/scheduled-commands", visible_to(user, Schedule.objects.all()), 10),
        "executions": ("/api/executions", visible_to(user, Execution.objects.all()), 50),
        "history": (f"{one}/executions", history, 50),
    }
    found = {"status": "/api/scheduler/status", "one schedule": one}
    found["one execution"] = f"/api/executions/{history.order_by('-id')[0].pk}"
    for title, (address, rows, size) in lists.items():
        found[f"{title}, page 1"] = address
        if cursor := _cursor(rows, size):
            found[f"{title}, page {LATE_PAGE:,}"] = f"{address}?page_size={size}&cursor={cursor}"
    return found


def _cursor(rows: Any, size: int) -> str | None:
    """Of the late page, if there are so many rows."""
    from scheduler_project.api.pagination import FORWARD
    from scheduler_project.keyset import Place

    before = (LATE_PAGE - 1) * size - 1
    last = list(rows.order_by("-id").values_list("id", flat=True)[before : before + 1])
    return FORWARD + Place(last[0], last[0]).encoded() if last else None


def _creating() -> dict[str, Any]:
    """By one client: more would wait for the owner's lock, and take turns."""
    from agents.models import Agent

    agent = Agent.objects.get(owner__username=OWNER)
    timing = {"schedule_type": "cron", "cron_expression": "30 7 * * 1-5", "timezone": "Europe/Rome"}
    body = {"name": "created {new}", "agent": agent.pk, "command": "Say hello.", **timing}
    case = _case(OWNER, "POST", "/api/scheduled-commands")
    return case | {"body": json.dumps(body), "clients": 1}


def _case(user: str, method: str, address: str) -> dict[str, Any]:
    return {"user": user, "password": PASSWORD, "method": method, "address": address}
