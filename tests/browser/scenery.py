"""An installation that looks like one that has been at work for a year, to take pictures of."""

from agent_scheduler_client.models import Schedule

from tests.acceptance.installation import Installation
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

TEAM = "Summarise the overnight alerts for the team."
# Name: its cron expression, its command, and how far apart its runs were in the past.
SCHEDULES = {
    "Morning briefing": ("30 7 * * MON-FRI", TEAM, "1 day"),
    "Inbox triage": ("*/30 8-18 * * MON-FRI", "Answer what came in and is easy.", "3 hours"),
    "Dependency audit": ("0 3 * * *", "Look for dependencies with known holes.", "1 day"),
    "Weekly cost report": ("0 9 * * MON", "What did we spend last week, and on what?", "7 days"),
    "Backup check": ("15 */6 * * *", "Restore the last backup, count its rows.", "6 hours"),
}
# A year of each, with a bad week, some failures and what was skipped.
PAST = """
INSERT INTO schedules_execution (id, owner_id, schedule_id, schedule_name, agent_id, command,
    trigger, scheduled_for, state, reason, error_type, error_message, queued_at, not_before,
    publish_at, attempt, worker, first_started_at, started_at, finished_at, input_tokens,
    output_tokens, llm_calls, cost, result_summary)
SELECT uuidv7(at - now()), s.owner_id, s.id, s.name, s.agent_id, s.command, 'timer', at, state,
    CASE state WHEN 'skipped' THEN 'the previous run was still going on' ELSE '' END,
    CASE state WHEN 'failed' THEN kind ELSE '' END,
    CASE state WHEN 'failed' THEN 'The model answered with status 503.' ELSE '' END,
    at, at, NULL, 1, 'worker-1', at, at + chance * interval '2 seconds',
    at + (4 + chance * 40) * interval '1 second', 900 + chance * 2000, 120 + chance * 400, 1,
    0.002 + chance * 0.02, CASE state WHEN 'success' THEN 'Nothing out of the ordinary.' ELSE '' END
FROM schedules_schedule s
CROSS JOIN LATERAL (
    SELECT at, random() AS chance, random() AS luck,
        CASE WHEN random() < 0.6 THEN 'model_unavailable' ELSE 'timeout' END AS kind
    FROM generate_series(date_trunc('day', now()) - interval '360 days 7 hours',
        now() - interval '20 minutes', %(every)s::interval) AS at) AS run
CROSS JOIN LATERAL (
    SELECT CASE WHEN luck < 0.03 OR luck < 0.5 AND at BETWEEN now() - interval '96 days'
            AND now() - interval '91 days' THEN 'failed'
        WHEN luck < 0.05 THEN 'skipped' ELSE 'success' END AS state) AS ended
WHERE s.id = %(schedule)s
"""
ANSWER = """# Good morning

**Three alerts** came in overnight, none of them is urgent.

| when | what | state |
| --- | --- | --- |
| 02:14 | queue of `mail` above 1,000 | went down by itself |
| 03:02 | certificate expires in 20 days | *renewal is planned* |
| 05:47 | disk of `db-2` at 81 % | watched |

- Nothing has to be done before noon.
- The renewal wants an **owner**: who takes it?
"""


def fill(installation: Installation, model: ScriptedModel) -> Schedule:
    """Schedules with a past; returns the one that has most to show."""
    made = []
    for name, (cron, command, every) in SCHEDULES.items():
        made.append(_made(installation, name, cron, command))
        installation.database.execute(PAST, {"every": every, "schedule": made[-1].id})
    installation.database.execute("ANALYZE")
    model.then(Behaviour(text=ANSWER, input_tokens=1840, output_tokens=212))
    installation.execute(made[0])
    installation.wait_for_states(made[0], "success")
    return made[0]


def waiting(installation: Installation, model: ScriptedModel) -> str:
    """The id of a run that waits for somebody's approval."""
    installation.change_agent(tools={"http_fetch": "ask"})
    call = ("http_fetch", {"url": "https://status.example.com/api/incidents"})
    model.then(Behaviour(tool_calls=[call], input_tokens=640, output_tokens=31))
    schedule = installation.schedule(
        name="Incident watch", schedule_type="manual", command="Is there an incident?"
    )
    installation.execute(schedule)
    return str(installation.wait_for_states(schedule, "waiting").id)


def _made(installation: Installation, name: str, cron: str, command: str) -> Schedule:
    timing = {"schedule_type": "cron", "cron_expression": cron, "timezone": "Europe/Berlin"}
    return installation.schedule(name=name, command=command, **timing)
