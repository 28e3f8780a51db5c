"""Create, change and delete agents: what API, admin and commands call.

An agent's fields are FIELDS and `secrets`: new values by name, None to remove one (agents.secrets).
Bad input raises ValidationError with a sentence for each field; a request that does
not fit what is stored raises Conflict.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import JSONField, ProtectedError, RestrictedError

from agents import runners, secrets, tools
from agents.errors import RunFailed
from agents.models import Agent
from agents.runners import llm_output
from agents.tools import mcp_servers
from scheduler_project import whole_numbers
from scheduler_project.errors import Conflict, in_use
from scheduler_project.json_bounds import json_problem
from scheduler_project.text import problem_with
from scheduler_project.versions import Versions, check

FIELDS = (
    *("name", "description", "runner", "model", "instructions"),
    *("max_output_tokens", "max_llm_calls"),
    *("options", "fallback_models", "output_schema", "tools", "mcp_servers"),
)
MAX_FALLBACK_MODELS = 5
# In characters, of a field that holds JSON.
MAX_JSON_LENGTH = 20_000
# Of one list or object in it.
MAX_JSON_ENTRIES = 1_000
RANGES = {"max_output_tokens": (1, 200_000), "max_llm_calls": (1, 1_000)}
DELETED = "The agent was deleted in the meantime."


def create_agent(*, owner: AbstractBaseUser, fields: Mapping[str, Any]) -> Agent:
    """Record an agent of this owner; the fields that are not given get their defaults."""
    plain, new_secrets = _apart(fields)
    agent = Agent(owner_id=owner.pk, **plain)
    check_agent(agent, new_secrets=new_secrets)
    agent.secrets = secrets.merged("", new_secrets)
    _save(agent, force_insert=True)
    agent.refresh_from_db()
    return agent


@transaction.atomic
def update_agent(*, agent: Agent, changes: Mapping[str, Any], versions: Versions = None) -> Agent:
    """Change an agent; runs that have begun keep the old order.

    Where nothing differs, nothing is written; secrets, which are not compared, are. Stale if it is
    of none of these versions by now.
    """
    current = Agent.objects.select_for_update(no_key=True).filter(pk=agent.pk).first()
    if current is None:
        raise Conflict(DELETED)
    check(current, versions)
    plain, new_secrets = _apart(changes)
    changed = [name for name, value in plain.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, plain[name])
    check_agent(current, changed, new_secrets)
    if not (changed or new_secrets):
        return current
    current.secrets = secrets.merged(current.secrets, new_secrets)
    _save(current)
    return current


def delete_agent(*, agent: Agent) -> None:
    """Delete an agent; its tasks stay. Conflict while a schedule needs it."""
    try:
        agent.delete()
    except (ProtectedError, RestrictedError) as error:
        raise Conflict(in_use(error)) from error
    except IntegrityError as error:  # used for the first time at this very moment
        raise Conflict("It cannot be deleted because it is in use now.") from error


def check_agent(
    agent: Agent, changed: Iterable[str] = FIELDS, new_secrets: Mapping[str, Any] | None = None
) -> None:
    """ValidationError for each of the `changed` fields that an agent cannot have."""
    changed = set(changed)
    if changed & OF_THE_RUNNER:
        changed |= OF_THE_RUNNER
    problems = {name: _problem(agent, name) for name in FIELDS if name in changed}
    problems["secrets"] = _refusal(secrets.merged, agent.secrets, new_secrets or {})
    errors = {name: sentence for name, sentence in problems.items() if sentence}
    if errors:
        raise ValidationError(errors)


def _apart(fields: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str | None]]:
    """The fields that are stored as they are given, and the secrets."""
    plain = {name: value for name, value in fields.items() if name != "secrets"}
    return plain, fields.get("secrets", {})


def _problem(agent: Agent, name: str) -> str | None:
    """Why the agent cannot have the value it has in this field; None if it can."""
    value = getattr(agent, name)
    if name in RANGES:
        return whole_numbers.problem_with(value, *RANGES[name])
    field: Any = Agent._meta.get_field(name)
    if isinstance(field, JSONField):
        problem = json_problem(value, MAX_JSON_LENGTH, MAX_JSON_ENTRIES)
    else:
        problem = problem_with(value, field.max_length)
    if problem:
        return problem
    if name == "name" and not value.strip():
        return "Give the agent a name."
    if name == "runner" and value not in runners.names():
        return f"There is no such runner; there is: {', '.join(runners.names())}."
    return _refusal(CHECKS[name], agent) if name in CHECKS else None


def _refusal(check: Callable[..., object], *values: Any) -> str | None:
    """What a check raises as ValueError, or a runner that cannot be loaded; None if content."""
    try:
        check(*values)
    except (ValueError, RunFailed) as error:
        return str(error)
    return None


def _check_model(agent: Agent) -> None:
    if agent.runner in runners.names():
        runners.get(agent.runner).check_model(agent.model)


def _check_options(agent: Agent) -> None:
    if not isinstance(agent.options, dict):
        raise ValueError('Give an object, such as {"url": "https://example.com/agent"}.')
    if agent.runner in runners.names():
        runners.get(agent.runner).check_options(agent.options)


def _check_fallback_models(agent: Agent) -> None:
    models = agent.fallback_models
    if not (isinstance(models, list) and all(isinstance(m, str) and m for m in models)):
        raise ValueError('Give a list of model strings, such as ["openai:gpt-5"].')
    if len(models) > MAX_FALLBACK_MODELS:
        raise ValueError(f"Give at most {MAX_FALLBACK_MODELS} models.")
    for model in models if agent.runner in runners.names() else []:
        runners.get(agent.runner).check_model(model)


def _check_tools(agent: Agent) -> None:
    tools.check(agent.tools)
    if isinstance(agent.mcp_servers, list):
        mcp_servers.check_beside(agent.mcp_servers, agent.tools)


def _check_mcp_servers(agent: Agent) -> None:
    mcp_servers.check(agent.mcp_servers)
    mcp_servers.check_beside(agent.mcp_servers, agent.tools)


CHECKS: dict[str, Callable[[Agent], None]] = {
    "model": _check_model,
    "options": _check_options,
    "fallback_models": _check_fallback_models,
    "output_schema": lambda agent: llm_output.check(agent.output_schema),
    "tools": _check_tools,
    "mcp_servers": _check_mcp_servers,
}
OF_THE_RUNNER = {"runner", "model", "options", "fallback_models"}
"""What is checked together: a change of one may spoil another."""


def _save(agent: Agent, *, force_insert: bool = False) -> None:
    """Write it; another agent of the same name, also one that comes first only now, is refused."""
    try:
        with transaction.atomic():
            agent.save(force_insert=force_insert)
    except IntegrityError as error:
        if "agent_name_per_owner" not in str(error):
            raise
        raise ValidationError(
            {"name": f"There is an agent named {agent.name!r} already; names must differ."}
        ) from error
