"""Create, change and delete agents: what API, admin and commands call.

Bad input raises ValidationError with a sentence for each field; a request that does
not fit what is stored raises Conflict.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from agents import runners
from agents.models import Agent
from agents.runners import llm_output
from scheduler_project.errors import Conflict, in_use
from scheduler_project.text import problem_with

FIELDS = (
    *("name", "description", "runner", "model", "instructions"),
    *("max_output_tokens", "max_llm_calls", "output_schema"),
)
LIMITS = {"max_output_tokens": 200_000, "max_llm_calls": 1_000}
DELETED = "The agent was deleted in the meantime."


def create_agent(*, owner: AbstractBaseUser, fields: Mapping[str, Any]) -> Agent:
    """Record an agent of this owner; `fields` are some of FIELDS, the others get their defaults."""
    agent = Agent(owner_id=owner.pk, **fields)
    check_agent(agent)
    _save(agent, force_insert=True)
    agent.refresh_from_db()
    return agent


@transaction.atomic
def update_agent(*, agent: Agent, changes: Mapping[str, Any]) -> Agent:
    """Change an agent; runs that have begun keep the old order."""
    current = Agent.objects.select_for_update(no_key=True).filter(pk=agent.pk).first()
    if current is None:
        raise Conflict(DELETED)
    changed = [name for name, value in changes.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, changes[name])
    check_agent(current, changed)
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


def check_agent(agent: Agent, changed: Iterable[str] = FIELDS) -> None:
    """ValidationError for each of the `changed` fields that an agent cannot have."""
    changed = set(changed)
    if changed & {"runner", "model"}:
        changed |= {"runner", "model"}
    problems = {name: _problem(agent, name) for name in FIELDS if name in changed}
    errors = {name: sentence for name, sentence in problems.items() if sentence}
    if errors:
        raise ValidationError(errors)


def _problem(agent: Agent, name: str) -> str | None:
    """Why the agent cannot have the value it has in this field; None if it can."""
    value = getattr(agent, name)
    if name in LIMITS:
        return None if 1 <= value <= LIMITS[name] else f"Give a number from 1 to {LIMITS[name]:,}."
    if name == "output_schema":
        return _refusal(llm_output.check, value)
    field: Any = Agent._meta.get_field(name)
    if problem := problem_with(value, field.max_length):
        return problem
    if name == "name" and not value.strip():
        return "Give the agent a name."
    if name == "runner" and value not in runners.names():
        return f"There is no such runner; there is: {', '.join(runners.names())}."
    if name == "model" and agent.runner in runners.names():
        return _refusal(runners.get(agent.runner).check_model, value)
    return None


def _refusal(check: Callable[[Any], None], value: Any) -> str | None:
    """What a check says against a value; None if it lets it through."""
    try:
        check(value)
    except ValueError as error:
        return str(error)
    return None


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
