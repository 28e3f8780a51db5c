"""Examples of each operation, for the API's description."""

from scheduler_project.api.schema.examples import Example

AGENT = {
    "id": 12,
    "owner": 7,
    "name": "On call",
    "description": "Reads alerts.",
    "runner": "llm",
    "model": "openai:gpt-5",
    "instructions": "Answer in one sentence.",
    "max_output_tokens": 500,
    "max_llm_calls": 10,
    "options": {},
    "fallback_models": ["anthropic:claude-sonnet-4-5"],
    "output_schema": None,
    "tools": {"current_time": "allow", "http_fetch": "ask"},
    "mcp_servers": [],
    "secret_names": [],
    "created_at": "2030-01-31T07:00:00Z",
    "updated_at": "2030-01-31T07:00:00Z",
}
ORDER = {
    "name": AGENT["name"],
    "model": AGENT["model"],
    "instructions": AGENT["instructions"],
    "tools": AGENT["tools"],
}
TASK = {
    "id": "019c1f6e-2f4a-7c31-9a55-0d5c7a1b9e02",
    "owner": 7,
    "agent": 12,
    "command": "Summarise the overnight alerts.",
    "model": "openai:gpt-5",
    "state": "success",
    "created_at": "2030-01-31T07:30:00Z",
    "started_at": "2030-01-31T07:30:00.041000Z",
    "finished_at": "2030-01-31T07:30:02.710000Z",
    "input_tokens": 412,
    "output_tokens": 38,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
    "llm_calls": 1,
    "tool_calls": 0,
    "cost": "0.000895",
    "error_type": "",
    "error_message": "",
    "result": "Two disks were full for ten minutes; both were cleared.",
}
TASK_IN_LIST = {name: value for name, value in TASK.items() if name != "result"}
EVENTS = {
    "events": [
        {"number": 1, "at": "2030-01-31T07:30:00.041000Z", "kind": "model_request", "data": {}},
        {
            "number": 2,
            "at": "2030-01-31T07:30:02.690000Z",
            "kind": "text",
            "data": {"text": "Two disks were full"},
        },
    ],
    "next": 2,
    "final": True,
    "state": "success",
}

EXAMPLES = {
    "list_agents": Example(response=AGENT),
    "create_agent": Example(ORDER, AGENT),
    "get_agent": Example(response=AGENT),
    "replace_agent": Example(ORDER, AGENT),
    "update_agent": Example({"instructions": AGENT["instructions"]}, AGENT),
}
