"""Agents are created, changed and deleted by services, whoever asks."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import runners, services
from agents.models import Agent, AgentTask
from scheduler_project.errors import Conflict
from tests.clients import person
from tests.properties import SHARED

pytestmark = pytest.mark.django_db


def make(owner: User, **fields: Any) -> Agent:
    return services.create_agent(owner=owner, fields={"name": "helper"} | fields)


def errors_of(owner: User, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        make(owner, **fields)
    assert not Agent.objects.exists()
    return caught.value.message_dict


def test_defaults(ann: User) -> None:
    agent = make(ann)
    assert (agent.owner, agent.name, agent.runner, agent.model) == (ann, "helper", "llm", "")
    assert (agent.max_output_tokens, agent.max_llm_calls) == (256, 10)
    assert agent.created_at is not None


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("name", "", "Give the agent a name"),
        ("name", " \t", "Give the agent a name"),
        ("name", "x" * 101, "at most 100"),
        ("name", "a\x00b", "NUL"),
        ("name", "\ud800", "surrogate"),
        ("description", "x" * 2001, "at most 2000"),
        ("instructions", "x" * 20_001, "at most 20000"),
        ("instructions", "\x00", "NUL"),
        ("runner", "cobol", "there is: function, llm, webhook"),
        ("runner", "\x00", "NUL"),
        ("model", "gpt-5", "Write provider:model"),
        ("model", "opnai:gpt-5", "Did you mean openai?"),
        ("model", "groq:llama", "not installed"),
        ("model", "openai:" + "x" * 200, "at most 200"),
        ("max_output_tokens", 0, "from 1 to 200,000"),
        ("max_output_tokens", 200_001, "from 1 to 200,000"),
        ("max_llm_calls", 0, "from 1 to 1,000"),
        ("max_llm_calls", 1_001, "from 1 to 1,000"),
        ("tools", {"memry": "allow"}, "Did you mean memory?"),
        ("tools", {"memory": "sometimes"}, "can be allow, ask or deny"),
        ("mcp_servers", [{"name": "a", "url": "http://10.1.1.1"}], "not public"),
    ],
)
def test_refused(ann: User, field: str, value: Any, hint: str) -> None:
    errors = errors_of(ann, **{field: value})
    assert list(errors) == [field]
    assert hint in errors[field][0]


def test_all_problems_are_said_at_once(ann: User) -> None:
    assert set(errors_of(ann, name="", runner="x", max_llm_calls=0)) == {
        "name",
        "runner",
        "max_llm_calls",
    }


def test_the_database_itself_keeps_the_limits(ann: User) -> None:
    with pytest.raises(IntegrityError, match="agent_limits_positive"), transaction.atomic():
        Agent.objects.create(owner=ann, name="x", max_llm_calls=0)


@settings(suppress_health_check=SHARED)
@given(text=st.text(st.characters(), max_size=120))
def test_any_name_is_stored_or_refused(ann: User, text: str) -> None:
    fits = text.strip() and len(text) <= 100 and "\x00" not in text and text.isprintable()
    with transaction.atomic(), suppress(ValidationError):
        try:
            assert Agent.objects.get(pk=make(ann, name=text).pk).name == text
        except ValidationError:
            assert not fits
            raise
        finally:
            transaction.set_rollback(True)


def test_names_differ_per_owner(ann: User) -> None:
    make(ann)
    make(person("bob"))
    with pytest.raises(ValidationError) as caught:
        make(ann)
    assert caught.value.message_dict == {
        "name": ["There is an agent named 'helper' already; names must differ."]
    }
    assert Agent.objects.count() == 2


def test_update(ann: User) -> None:
    agent = make(ann, description="old", instructions="stay")
    changed = services.update_agent(agent=agent, changes={"description": "new"})
    changed.refresh_from_db()
    assert (changed.description, changed.instructions) == ("new", "stay")
    assert changed.updated_at > agent.updated_at


def test_update_to_a_name_that_is_taken(ann: User) -> None:
    make(ann, name="first")
    second = make(ann, name="second")
    with pytest.raises(ValidationError, match="already"):
        services.update_agent(agent=second, changes={"name": "first"})
    second.refresh_from_db()
    assert second.name == "second"


def test_update_looks_only_at_what_changes(ann: User) -> None:
    """A model whose package was uninstalled must not keep its agent from being renamed."""
    agent = make(ann)
    Agent.objects.update(model="groq:llama")
    assert services.update_agent(agent=agent, changes={"name": "new"}).name == "new"
    with pytest.raises(ValidationError, match="not installed"):
        services.update_agent(agent=agent, changes={"model": "groq:other"})


class Picky:
    """A runner kind with other models."""

    def check_model(self, model: str) -> None:
        """Only its own will do."""
        if model != "mine":
            raise ValueError("Only mine.")

    def check_options(self, options: Mapping[str, Any]) -> None:
        """Any options will do."""


def test_another_runner_has_other_models(ann: User) -> None:
    runners.register("picky", f"{__name__}.Picky")
    try:
        agent = make(ann)
        with pytest.raises(ValidationError) as caught:
            services.update_agent(agent=agent, changes={"runner": "picky"})
        assert caught.value.message_dict == {"model": ["Only mine."]}
        services.update_agent(agent=agent, changes={"runner": "picky", "model": "mine"})
    finally:
        runners.unregister("picky")


def test_update_of_a_deleted_agent(ann: User) -> None:
    agent = make(ann)
    Agent.objects.all().delete()
    with pytest.raises(Conflict):
        services.update_agent(agent=agent, changes={"name": "new"})


def test_delete_keeps_the_tasks(ann: User) -> None:
    agent = make(ann)
    task = AgentTask.objects.create(owner=ann, agent=agent, command="x")
    services.delete_agent(agent=agent)
    task.refresh_from_db()
    assert task.agent is None


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_at_once_gets_the_name() -> None:
    ann, gate = person("ann"), threading.Barrier(8)
    ends: list[str] = []

    def create() -> None:
        gate.wait()
        try:
            make(ann)
            ends.append("made")
        except ValidationError as error:
            ends.append(next(iter(error.message_dict)))
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["made", *["name"] * 7]
    assert Agent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_delete_while_a_first_task_is_being_recorded() -> None:
    """The task's foreign key makes the deletion wait, and then fail: nothing dangles."""
    agent = make(person("ann"))
    ends: list[str] = []

    def delete() -> None:
        try:
            services.delete_agent(agent=agent)
            ends.append("deleted")
        except Conflict as error:
            ends.append(str(error))
        finally:
            connection.close()

    thread = threading.Thread(target=delete)
    with transaction.atomic():
        AgentTask.objects.create(owner=agent.owner, agent=agent, command="x")
        # The check, which otherwise comes with the commit, holds the agent's row.
        connection.check_constraints()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert ends == ["It cannot be deleted because it is in use now."]
    assert Agent.objects.exists()
