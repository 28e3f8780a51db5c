"""Budgets and spending."""

from scheduler_project.api.schema.examples import Example

ORDER = {"unit": "dollars", "period": "day", "amount": "5", "action": "pause"}
BUDGET = {
    "id": 2,
    "owner": 7,
    "schedule": None,
    **ORDER,
    "spent": "1.204",
    "reserved": "0.1",
    "left": "3.696",
    "window_start": "2030-01-30T08:00:00Z",
    "alerted_at": None,
    "created_at": "2030-01-04T16:12:09.114000Z",
    "updated_at": "2030-01-04T16:12:09.114000Z",
}
SUMS = {
    "runs": 19,
    "input_tokens": 7828,
    "output_tokens": 722,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
    "llm_calls": 19,
    "tool_calls": 0,
    "cost": "0.017005",
    "unpriced_runs": 0,
    "estimated_tokens": 0,
    "estimated_cost": "0.000000",
}
GROUP = {
    **SUMS,
    "since": "2030-01-31T00:00:00Z",
    "owner": None,
    "owner_name": "",
    "schedule": None,
    "schedule_name": "",
    "model": None,
}
SPENDING = {
    "by": "day",
    "since": "2030-01-31T00:00:00Z",
    "until": "2030-01-31T12:00:00Z",
    "total": SUMS,
    "results": [GROUP],
}

EXAMPLES = {
    "list_budgets": Example(response=BUDGET),
    "create_budget": Example(ORDER, BUDGET),
    "get_budget": Example(response=BUDGET),
    "replace_budget": Example(ORDER, BUDGET),
    "update_budget": Example({"amount": "5"}, BUDGET),
    "get_spending": Example(response=SPENDING),
}
