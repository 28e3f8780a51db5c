"""Executions, agent tasks and approvals."""

from typing import Any

from agents.api.examples import EVENTS, TASK, TASK_IN_LIST
from scheduler_project.api.schema.examples import Example

ROW: dict[str, Any] = {
    "id": "019c1f6e-2f40-7b02-8f11-6a0e52c7d1aa",
    "schedule": 41,
    "schedule_name": "Morning summary",
    "agent": 12,
    "trigger": "timer",
    "scheduled_for": "2030-01-31T07:30:00Z",
    "coalesced_count": 0,
    "state": "success",
    "reason": "",
    "queued_at": "2030-01-31T07:30:00.012000Z",
    "started_at": "2030-01-31T07:30:00.041000Z",
    "finished_at": "2030-01-31T07:30:02.710000Z",
    "cancel_requested_at": None,
    "lateness_seconds": 0.041,
    "duration_seconds": 2.669,
    "attempt": 1,
    "max_attempts": 1,
    "worker": "celery@one",
    "input_tokens": 412,
    "output_tokens": 38,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
    "llm_calls": 1,
    "tool_calls": 0,
    "cost": "0.000895",
    "estimated_tokens": 0,
    "estimated_cost": "0.000000",
    "result_summary": TASK["result"],
    "error_type": "",
    "error_message": "",
}
DETAIL = ROW | {
    "command": TASK["command"],
    "timeout_seconds": 300,
    "retry_backoff_seconds": 30,
    "result": TASK["result"],
    "attempts": [{"number": 1, "trigger": "timer", "worker": "celery@one", "agent_task": TASK}],
}
APPROVAL = {
    "id": 5,
    "owner": 7,
    "execution": ROW["id"],
    "attempt": 1,
    "schedule": 41,
    "schedule_name": "Morning summary",
    "tool": "http_fetch",
    "arguments": {"url": "https://status.example.com/"},
    "state": "waiting",
    "asked_at": "2030-01-31T07:30:01.500000Z",
    "expires_at": "2030-02-01T07:30:01.500000Z",
    "note": "",
    "decided_by": "",
    "decided_at": None,
}
DECIDED = APPROVAL | {
    "state": "denied",
    "expires_at": None,
    "note": "Use the internal page.",
    "decided_by": "ada",
    "decided_at": "2030-01-31T07:41:00Z",
}

EXAMPLES = {
    "list_executions": Example(response=ROW),
    "get_execution": Example(response=DETAIL),
    "cancel_execution": Example(response=DETAIL),
    "list_agent_tasks": Example(response=TASK_IN_LIST),
    "start_agent_task": Example({"agent": 12, "command": TASK["command"]}, TASK),
    "get_agent_task": Example(response=TASK),
    "list_events_of_agent_task": Example(response=EVENTS),
    "list_approvals": Example(response=APPROVAL),
    "get_approval": Example(response=APPROVAL),
    "approve_call": Example({}, DECIDED | {"state": "approved", "note": ""}),
    "deny_call": Example({"note": DECIDED["note"]}, DECIDED),
}
