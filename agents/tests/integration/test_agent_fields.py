"""An agent's options, fallback models and secrets, over the API and in the admin."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from django.test import Client
from hypothesis import example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from agents import secrets, services
from agents.models import Agent
from scheduler_project.json_bounds import json_problem
from tests.clients import problem_of, refused, send
from tests.properties import SHARED

pytestmark = pytest.mark.django_db
ADDRESS = "/api/agents"
PAGES = "/admin/agents/agent/"
WEBHOOK = {"runner": "webhook", "options": {"url": "https://hooks.example.com/a"}}
KEY = "whsec_" + "cGxhbnRlZA" * 4


@pytest.fixture
def agent(ann: User) -> Agent:
    return services.create_agent(
        owner=ann, fields={"name": "helper", "secrets": {"a": "planted-1", "b": "planted-2"}}
    )


def opened(agent: Agent) -> dict[str, str]:
    agent.refresh_from_db()
    return secrets.opened(agent.secrets)


def test_a_webhook_agent(own: Client) -> None:
    body = {"name": "x", **WEBHOOK, "secrets": {"webhook": KEY}}
    made = send(own, "post", ADDRESS, body)
    assert made.status_code == 201, made.content
    assert made.json()["options"] == WEBHOOK["options"]
    assert made.json()["secret_names"] == ["webhook"]
    assert "secrets" not in made.json()
    assert KEY not in made.content.decode()
    assert opened(Agent.objects.get()) == {"webhook": KEY}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"runner": "webhook"}, "options"),
        ({"runner": "webhook", "options": {"url": "http://10.0.0.1/"}}, "options"),
        ({"runner": "webhook", "options": {"url": "https://a.example/\x00"}}, "options.url"),
        ({"runner": "webhook", "options": []}, "options"),
        ({"runner": "webhook", "options": None}, "options"),
        ({**WEBHOOK, "model": "openai:gpt-5"}, "model"),
        ({**WEBHOOK, "fallback_models": ["openai:gpt-5"]}, "fallback_models"),
        ({"options": {"url": "https://hooks.example.com/a"}}, "options"),
        ({"fallback_models": ["gpt-5"]}, "fallback_models"),
        ({"fallback_models": [""]}, "fallback_models.0"),
        ({"fallback_models": "openai:gpt-5"}, "fallback_models"),
        ({"fallback_models": ["openai:a\x00"]}, "fallback_models.0"),
        ({"fallback_models": ["openai:gpt-5"] * 6}, "fallback_models"),
        ({"secrets": {"A": "planted"}}, "secrets"),
        ({"secrets": {"a": ""}}, "secrets"),
        ({"secrets": {"a": "pin"}}, "secrets"),
        ({"secrets": {"a": "planted" * 600}}, "secrets"),
        ({"secrets": {"webhook": "planted"}}, "secrets"),
        ({"secrets": {f"a{n}": "planted" for n in range(21)}}, "secrets"),
        ({"secrets": {"a": ["planted"]}}, "secrets.a"),
        ({"secrets": {"a": "planted\x00"}}, "secrets.a"),
        ({"secrets": "planted"}, "secrets"),
        ({"secrets": ["planted"]}, "secrets"),
        ({"secrets": None}, "secrets"),
    ],
)
def test_bad_input(own: Client, agent: Agent, body: dict[str, Any], field: str) -> None:
    for method, address in (("post", ADDRESS), ("patch", f"{ADDRESS}/{agent.pk}")):
        response = send(own, method, address, {"name": "x"} | body)
        assert set(refused(response)) == {field}
        assert "planted" not in response.content.decode()
    assert Agent.objects.get().runner == "llm"
    assert opened(agent) == {"a": "planted-1", "b": "planted-2"}


def test_errors_of_several_fields_come_together(own: Client) -> None:
    body = {"name": "", "runner": "webhook", "model": "m", "secrets": {"A": "x"}}
    assert set(refused(send(own, "post", ADDRESS, body))) == {"name"}
    body["name"] = "x"
    problems = refused(send(own, "post", ADDRESS, body))
    assert set(problems) == {"model", "options", "secrets"}
    assert problems["options"] == "Give a url: the address that commands are sent to."


def test_fallback_models(own: Client) -> None:
    models = ["openai:gpt-5", "local"]
    made = send(own, "post", ADDRESS, {"name": "x", "fallback_models": models}).json()
    assert made["fallback_models"] == models
    assert made["options"] == {}


def test_another_runner_has_other_options(own: Client, agent: Agent) -> None:
    address = f"{ADDRESS}/{agent.pk}"
    assert set(refused(send(own, "patch", address, {"runner": "webhook"}))) == {"options"}
    assert send(own, "patch", address, WEBHOOK).status_code == 200
    assert set(refused(send(own, "patch", address, {"runner": "llm"}))) == {"options"}
    assert send(own, "patch", address, {"runner": "llm", "options": {}}).status_code == 200


def test_patch_merges_secrets(own: Client, agent: Agent) -> None:
    address = f"{ADDRESS}/{agent.pk}"
    answer = send(own, "patch", address, {"secrets": {"a": None, "c": " planted-3 "}})
    assert answer.json()["secret_names"] == ["b", "c"]
    assert opened(agent) == {"b": "planted-2", "c": " planted-3 "}


def test_put_leaves_secrets_alone(own: Client, agent: Agent) -> None:
    address = f"{ADDRESS}/{agent.pk}"
    body = own.get(address).json()
    assert send(own, "put", address, body | {"name": "new"}).status_code == 200
    assert send(own, "put", address, {"name": "bare"}).json()["secret_names"] == ["a", "b"]
    send(own, "put", address, {"name": "bare", "secrets": {"a": None}})
    assert opened(agent) == {"b": "planted-2"}


def test_secrets_are_never_shown(own: Client, admin: Client, agent: Agent) -> None:
    pages = [own.get(f"{ADDRESS}/{agent.pk}"), own.get(ADDRESS), admin.get(PAGES)]
    pages += [admin.get(f"{PAGES}{agent.pk}/{page}/") for page in ("change", "history", "delete")]
    for page in pages:
        assert page.status_code == 200
        assert "planted" not in page.content.decode()
        assert agent.secrets not in page.content.decode()
    assert "planted" not in Agent.objects.values_list("secrets", flat=True).get()


def test_secrets_are_not_searched_or_sorted_by(own: Client, agent: Agent) -> None:
    assert own.get(f"{ADDRESS}?search={agent.secrets[:20]}").json()["count"] == 0
    assert set(refused(own.get(f"{ADDRESS}?secrets=x"))) == {"secrets"}


def form(owner: User, **changes: Any) -> dict[str, Any]:
    values = {"owner": owner.pk, "name": "helper", "runner": "llm"}
    return values | {"max_output_tokens": 256, "max_llm_calls": 10} | changes


def test_admin(admin: Client, ann: User) -> None:
    given = {"runner": "webhook", "options": '{"url": "https://hooks.example.com/a"}'}
    given |= {"new_secrets": '{"a": "planted-1", "b": "planted-2"}'}
    assert admin.post(f"{PAGES}add/", form(ann, **given)).status_code == 302
    agent = Agent.objects.get()
    assert (agent.runner, agent.options) == ("webhook", WEBHOOK["options"])
    assert opened(agent) == {"a": "planted-1", "b": "planted-2"}
    page = f"{PAGES}{agent.pk}/change/"
    assert "There now: a, b." in admin.get(page).content.decode()
    given = {"options": "", "fallback_models": '["local"]', "new_secrets": '{"a": null}'}
    assert admin.post(page, form(ann, **given)).status_code == 302
    agent.refresh_from_db()
    assert (agent.options, agent.fallback_models) == ({}, ["local"])
    assert opened(agent) == {"b": "planted-2"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"new_secrets": '{"A": "planted"}'}, "new_secrets"),
        ({"new_secrets": '{"webhook": "planted"}'}, "new_secrets"),
        ({"new_secrets": '["planted"]'}, "new_secrets"),
        ({"new_secrets": '{"planted'}, "new_secrets"),
        ({"new_secrets": '{"a": 5}'}, "new_secrets"),
        ({"options": "[" * 3000}, "options"),
        ({"output_schema": '{"a":' * 3000}, "output_schema"),
        ({"tools": '{"a":' * 2000 + "1" + "}" * 2000}, "tools"),
        ({"new_secrets": "[" * 3000}, "new_secrets"),
        ({"options": "[]", "new_secrets": '{"a": "planted"}'}, "options"),
        ({"options": '{"url": 1}'}, "options"),
        ({"fallback_models": '{"a": 1}'}, "fallback_models"),
    ],
)
def test_admin_errors(admin: Client, ann: User, given: dict[str, Any], field: str) -> None:
    response = admin.post(f"{PAGES}add/", form(ann, **given))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert "planted" not in response.content.decode()
    assert not Agent.objects.exists()


def test_secrets_alone_are_a_change(agent: Agent) -> None:
    before = agent.updated_at
    changed = services.update_agent(agent=agent, changes={"secrets": {"c": "planted-3"}})
    assert opened(changed).keys() == {"a", "b", "c"}
    assert changed.updated_at > before
    with pytest.raises(ValidationError, match="at most 20"):
        services.update_agent(
            agent=agent, changes={"secrets": dict.fromkeys(map("x{}".format, range(18)), "some")}
        )


def test_an_unknown_field_is_still_one(own: Client) -> None:
    assert set(refused(send(own, "post", ADDRESS, {"name": "x", "secret": {}}))) == {"secret"}
    problem_of(send(own, "post", ADDRESS, {"name": "x", "secrets": {"a": 1e400}}), 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@hypothesis(suppress_health_check=SHARED)
@given(JSON)
@example("\x00")
@example({"\x00": 1})
@example("\\u0000")
@example("\\\x00")
@example("\\\\u0000")
def test_json_without_a_problem_can_be_stored(value: Any) -> None:
    problem = json_problem(value, 10_000)
    with connection.cursor() as cursor:
        try:
            written = json.dumps(value, ensure_ascii=False)
            with transaction.atomic():
                cursor.execute("SELECT %s::jsonb", [written])
        except (DataError, ValueError):
            assert problem is not None
        else:
            assert problem is None
