"""Choices of one row among thousands: a page offers a few, finds the others, and loses none."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from agents.models import Agent, Budget
from console.tests.forms.conftest import Sent, sent
from hooks.tests.scenes import hook_of
from schedules import services
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
BUDGET_FORM = "/console/agents/budget/add/"
SCHEDULE_FORM = "schedules/schedule/add/"


def options(client: Client, address: str, name: str) -> dict[str, str]:
    """What a page itself offers for a field: labels by their values."""
    page = client.get(address).content.decode()
    (choice,) = re.findall(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', choice))


@pytest.fixture
def crowded(ann: User, make: Callable[..., Schedule], settings: Settings) -> list[Schedule]:
    """Sixty schedules of one owner."""
    settings.MAX_SCHEDULES_PER_OWNER = 60
    return [make(name=f"watch {number:02}") for number in range(60)]


def test_a_page_offers_a_few_of_many(browser: Client, crowded: list[Schedule]) -> None:
    offered = options(browser, BUDGET_FORM, "schedule_id")
    assert list(offered.values()) == ["", *(f"watch {number:02}" for number in range(50))]


def test_the_others_are_found_and_taken(browser: Client, crowded: list[Schedule]) -> None:
    asked = {"app_label": "schedules", "model_name": "execution", "field_name": "schedule"}
    found = browser.get("/console/autocomplete/", asked | {"term": "watch 59"}).json()["results"]
    assert found == [{"id": str(crowded[59].pk), "text": "watch 59"}]
    budget = {"unit": "tokens", "period": "day", "amount": 5, "action": "skip"}
    chosen = budget | {"schedule_id": crowded[59].pk}
    assert browser.post(BUDGET_FORM, chosen).status_code == 302
    kept = Budget.objects.get()
    assert kept.schedule_id == crowded[59].pk
    changing = f"/console/agents/budget/{kept.pk}/change/"
    assert options(browser, changing, "schedule_id")[str(crowded[59].pk)] == "watch 59"


def test_one_that_is_deleted_stays_chosen(
    browser: Client, ann: User, make: Callable[..., Schedule]
) -> None:
    hook, schedule = hook_of(ann), make()
    type(hook).objects.filter(pk=hook.pk).update(schedule_id=schedule.pk)
    gone = schedule.pk
    services.delete_schedule(schedule=schedule)
    page = f"/console/hooks/hook/{hook.pk}/change/"
    assert options(browser, page, "schedule_id")[str(gone)] == f"Not among yours any more ({gone})"
    typed = sent(browser.get(page).content.decode()) | {"name": "renamed"}
    assert typed["schedule_id"] == str(gone)
    assert browser.post(page, typed).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.schedule_id) == ("renamed", gone)


@pytest.mark.parametrize("forged", ["x", "²", "9" * 5_000, "999999"])
def test_ids_of_nothing_are_refused(browser: Client, forged: str) -> None:
    form = browser.post(BUDGET_FORM, {"schedule_id": forged}).context["adminform"].form
    assert "schedule_id" in form.errors
    assert browser.post(BUDGET_FORM, {"schedule_id": forged}).status_code == 200


def test_an_agent_can_be_chosen_without_scripts(visitor: Client, site: str, agent: Agent) -> None:
    offered = options(visitor, f"{site}{SCHEDULE_FORM}", "agent")
    assert offered[str(agent.pk)] == str(agent)


def test_pages_offer_nothing_that_their_reader_may_not_see(agent: Agent) -> None:
    stan: Any = person("stan", is_staff=True)
    stan.user_permissions.set(Permission.objects.filter(codename="add_schedule"))
    client = Client()
    client.force_login(stan)
    asked = f"/admin/{SCHEDULE_FORM}?agent={agent.pk}&owner={agent.owner_id}"
    for name, key in (("agent", agent.pk), ("owner", agent.owner_id)):
        assert options(client, asked, name) == {str(key): f"Number {key}"}


def test_nothing_is_chosen_by_itself(
    visitor: Client, site: str, agent: Agent, opened: Callable[[str], Sent]
) -> None:
    Agent.objects.create(owner=agent.owner, name="another")
    page = f"{site}{SCHEDULE_FORM}"
    assert opened(page)["agent"] == ""
    answer = visitor.post(page, opened(page) | {"name": "x", "command": "x"})
    assert "agent" in answer.context["adminform"].form.errors
