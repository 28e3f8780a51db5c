"""Twenty thousand schedules and many executions, inserted in bulk."""

from django.db import connection

from journal.actors import unnoted
from schedules import db, tallies

SCHEDULES = 20_000
EXECUTIONS = 60_000

USERS = """
INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff,
    is_active, date_joined)
SELECT 'owner ' || n, '', '', '', '', false, false, true, now() FROM generate_series(1, 400) n
"""
AGENTS = """
INSERT INTO agents_agent (owner_id, name, description, runner, model, instructions,
    max_output_tokens, max_llm_calls, updated_at)
SELECT id, 'helper', '', 'llm', '', '', 256, 10, now() FROM auth_user WHERE username LIKE 'owner %'
ORDER BY id
"""
PERIODIC_TASKS = f"""
INSERT INTO django_celery_beat_periodictask (name, task, args, kwargs, enabled, one_off,
    total_run_count, date_changed, description, headers)
SELECT 'crowd ' || n, 'schedules.run', '[]', '{{}}', true, false, 0, now(), '', '{{}}'
FROM generate_series(1, {SCHEDULES}) n
"""
# One in a thousand is due, the others lie ahead.
SCHEDULE_ROWS = """
INSERT INTO schedules_schedule (owner_id, name, description, agent_id, command, schedule_type,
    cron_expression, interval_value, interval_unit, timezone, anchor_at, enabled, note,
    overlap_policy, missed_policy, misfire_grace_seconds, max_attempts, retry_backoff_seconds,
    timeout_seconds, jitter_seconds, pause_after_failures, next_run_at, last_state, run_count,
    consecutive_failures, updated_at,
    periodic_task_id)
SELECT a.owner_id, 'schedule ' || t.id, '', a.id, 'say hello', 'interval', '', 1, 'hours', 'UTC',
    now() - interval '1 minute', true, '',
    (ARRAY['skip', 'buffer_one', 'buffer_all', 'cancel_other', 'allow'])[1 + mod(t.n, 5)],
    'latest', 300, 1, 30, 600, 0, 10,
    now() + (CASE WHEN mod(t.n, 1000) = 0 THEN '-1 minute' ELSE '1 hour' END)::interval,
    '', 0, 0, now(), t.id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM django_celery_beat_periodictask
      WHERE name LIKE 'crowd %') t
JOIN (SELECT id, owner_id, row_number() OVER (ORDER BY id) AS n FROM agents_agent) a
  ON a.n = 1 + mod(t.n, 400)
ORDER BY t.n
"""
DEFINITIONS = """
INSERT INTO schedules_definition (owner_id, schedule_id, schedule_name, since, schedule_type,
    cron_expression, interval_value, interval_unit, timezone, anchor_at, next_run_at)
SELECT owner_id, id, name, anchor_at, schedule_type, '', interval_value, interval_unit, timezone,
    anchor_at, next_run_at FROM schedules_schedule
UNION ALL SELECT min(owner_id), 1000000000 + n, 'former ' || n, now(), 'interval', '', 1, 'hours',
    'UTC', now(), NULL FROM schedules_schedule, generate_series(1, 2000) n GROUP BY n
"""
# Most have ended in the last hundred days; a few wait, a few run, a few are overdue.
# The last schedule has a long history, the others a short one.
EXECUTION_ROWS = f"""
WITH facts AS (
    SELECT s.*, n, (ARRAY['success', 'failed', 'skipped', 'missed'])[1 + mod(n, 4)] AS ended,
        CASE WHEN mod(n, 500) = 0 THEN 'pending' WHEN mod(n, 500) = 1 THEN 'running' END AS active
    FROM generate_series(1, {EXECUTIONS}) n
    JOIN (SELECT id, owner_id, agent_id, row_number() OVER (ORDER BY id) AS place
          FROM schedules_schedule) s
      ON s.place = CASE WHEN mod(n, 20) = 7 THEN {SCHEDULES} ELSE 1 + mod(n, {SCHEDULES}) END)
INSERT INTO schedules_execution (id, owner_id, schedule_id, agent_id, command, trigger,
    scheduled_for, state, finished_at, publish_at, not_before, started_at, lease_until, attempt,
    error_type)
SELECT gen_random_uuid(), owner_id, id, agent_id, 'say hello', 'manual',
    now() - n * interval '2 minutes', coalesce(active, ended),
    CASE WHEN active IS NULL THEN now() - n * interval '2 minutes' END,
    CASE WHEN active = 'pending' THEN now() + (n - 5000) * interval '1 second' END, now(),
    CASE WHEN active = 'running' THEN now() END,
    CASE WHEN active = 'running' THEN now() + (n - 5000) * interval '1 second' END, 1,
    CASE WHEN active IS NULL AND mod(n, 40) = 1 THEN 'timed_out' ELSE '' END
FROM facts
"""
ATTEMPTS = """
WITH tasks AS (
    INSERT INTO agents_agenttask (id, owner_id, command, state, finished_at)
    SELECT id, owner_id, command, CASE WHEN finished_at IS NULL THEN state ELSE 'success' END,
        finished_at
    FROM schedules_execution WHERE state <> 'pending' RETURNING id)
INSERT INTO schedules_attempt (execution_id, number, trigger, agent_task_id)
SELECT id, 1, 'manual', id FROM tasks
"""
# Every other owner has budgets, and has spent something in each of the last hundred days: by the
# number in the name, as what waits belongs to owners of even numbers, whatever their keys.
THRIFTY = "SELECT id FROM auth_user WHERE username ~ '^owner [0-9]*[02468]$'"
BUDGETS = f"""
INSERT INTO agents_budget (owner_id, schedule_id, unit, period, amount, action, updated_at)
SELECT owner_id, id, 'tokens', 'month', 1000000, 'skip', now()
FROM schedules_schedule WHERE owner_id IN ({THRIFTY})
UNION ALL SELECT id, NULL, 'tokens', 'day', 1000000, 'skip', now() FROM ({THRIFTY}) owners
"""
SPENDING = f"""
INSERT INTO agents_spending (owner_id, schedule_id, model, hour, runs, input_tokens, output_tokens,
    cached_tokens, reasoning_tokens, llm_calls, tool_calls, cost, unpriced_runs)
SELECT id, 0, 'm', date_trunc('hour', now() - n * interval '1 day'), 1, 1, 1, 0, 0, 1, 0, 0, 0
FROM ({THRIFTY}) owners, generate_series(0, 99) n
"""
# A fifth of their schedules have spent something in the last ten hours.
SPENDING_OF_SCHEDULES = f"""
INSERT INTO agents_spending (owner_id, schedule_id, model, hour, runs, input_tokens, output_tokens,
    cached_tokens, reasoning_tokens, llm_calls, tool_calls, cost, unpriced_runs)
SELECT owner_id, id, 'm', date_trunc('hour', now() - n * interval '1 hour'),
    1, 1, 1, 0, 0, 1, 0, 0, 0
FROM schedules_schedule, generate_series(0, 9) n
WHERE owner_id IN ({THRIFTY}) AND mod(id, 5) = 0
"""
RESERVED = f"""
UPDATE schedules_execution SET reserved_tokens = 1
WHERE state = 'running' AND owner_id IN ({THRIFTY})
"""
# What was asked and decided long ago, and a few that wait.
PARKINGS = """
INSERT INTO schedules_parking (execution_id, attempt, parked_at, expires_at)
SELECT id, 1, now(), CASE WHEN row_number() OVER () <= 20 THEN now() + interval '1 day' END
FROM schedules_execution WHERE state = 'success'
"""
# Planned for the few rows that there were before, the join would compare each with each.
LOOK = "ANALYZE schedules_parking, schedules_execution"
APPROVALS = """
INSERT INTO schedules_approval (owner_id, parking_id, call_id, tool, arguments, state, decided_at)
SELECT e.owner_id, p.id, 'call', 'pay', '{}', CASE WHEN p.expires_at IS NULL
    THEN 'approved' ELSE 'waiting' END, CASE WHEN p.expires_at IS NULL THEN now() END
FROM schedules_parking p JOIN schedules_execution e ON e.id = p.execution_id
"""
STATEMENTS = (
    *(USERS, AGENTS, PERIODIC_TASKS, SCHEDULE_ROWS, DEFINITIONS, EXECUTION_ROWS, ATTEMPTS),
    *(BUDGETS, SPENDING, SPENDING_OF_SCHEDULES, RESERVED, PARKINGS, LOOK, APPROVALS),
)
TABLES = (
    *("schedules_schedule", "schedules_execution", "schedules_attempt", "agents_agenttask"),
    *("django_celery_beat_periodictask", "agents_budget", "agents_spending"),
    *("schedules_parking", "schedules_approval", "schedules_tally", "feed_change"),
    "schedules_definition",
)


def gather() -> None:
    """Fill the tables and let PostgreSQL look at them.

    They and their indexes are made anew, as what other tests have left is no installation's.
    """
    unnoted()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE auth_user, agents_agent, {', '.join(TABLES)} CASCADE")
        for statement in STATEMENTS:
            cursor.execute(statement)
        # As beats would have: at any time of the day but for the last two hours.
        ((end,),) = db.fetch("SELECT date_trunc('hour', now(), 'UTC') - interval '1 hour'")
        cursor.execute(tallies.COUNT, {"first": "-infinity", "end": end})
        # First: what this connection has planned for checks of keys while the tables were empty
        # would read a whole table for each row.
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
        # Keys are checked now, not again at the end of every test.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
