"""The form of a schedule: what a newcomer needs first, in the schedule's own time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from agents.models import Agent
from schedules.forms import FIELDS
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
ADD = "/console/schedules/schedule/add/"


def filled(agent: Agent, **changes: Any) -> dict[str, Any]:
    """What the browser sends of the page as it opens, filled in for a nightly cron."""
    fresh = {name: getattr(Schedule(), name, "") for name in FIELDS if name != "agent"}
    shown = {name: "" if value is None else value for name, value in fresh.items()}
    values = {"name": "nightly", "agent": agent.pk, "command": "tidy up", "enabled": "on"}
    values |= {"schedule_type": "cron", "cron_expression": "0 3 * * *"}
    return shown | values | changes


def test_after_saving_one_is_on_its_page(anns: Client, agent: Agent) -> None:
    response = anns.post(ADD, filled(agent))
    schedule = Schedule.objects.get()
    page = f"/console/schedules/schedule/{schedule.pk}/"
    assert (response.status_code, response["Location"]) == (302, page)
    response = anns.post(f"{page}change/", filled(agent, cron_expression="0 4 * * *"))
    assert response["Location"] == page
    schedule.refresh_from_db()
    assert schedule.cron_expression == "0 4 * * *"


def test_dates_are_of_the_schedules_zone(anns: Client, agent: Agent) -> None:
    dates = {"start_at_0": "2190-01-31", "start_at_1": "09:00"}
    anns.post(ADD, filled(agent, timezone="Europe/Berlin", **dates))
    schedule = Schedule.objects.get()
    assert schedule.start_at == datetime(2190, 1, 31, 8, tzinfo=UTC)
    shown = anns.get(f"/console/schedules/schedule/{schedule.pk}/change/").content.decode()
    assert 'value="2190-01-31"' in shown
    assert 'value="09:00:00"' in shown


def test_what_belongs_to_another_type_is_dropped(anns: Client, agent: Agent) -> None:
    left = {"schedule_type": "interval", "interval_value": "2", "interval_unit": "hours"}
    response = anns.post(ADD, filled(agent, **left, run_at_0="nonsense", run_at_1=""))
    assert response.status_code == 302
    schedule = Schedule.objects.get()
    assert (schedule.cron_expression, schedule.interval_value) == ("", 2)


def test_refusals_name_fields_as_the_form_does(anns: Client, agent: Agent) -> None:
    response = anns.post(ADD, filled(agent, schedule_type="interval", cron_expression=""))
    errors = response.context["adminform"].form.errors
    assert errors["interval_value"] == ['A schedule of type interval needs "Every".']


def test_a_duplicate_begins_as_its_model(anns: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(
        jitter_seconds=7,
        overlap_policy="allow",
        end_at=datetime(2190, 1, 31, 8, tzinfo=UTC),
    )
    form = anns.get(f"{ADD}?copy={schedule.pk}").context["adminform"].form
    assert form["name"].value() == "morning (copy)"
    assert form["cron_expression"].value() == "30 7 * * MON-FRI"
    assert (form["jitter_seconds"].value(), form["agent"].value()) == (7, schedule.agent_id)
    assert form["overlap_policy"].value() == "allow"
    assert f"{form['end_at'].value():%Y-%m-%d %H:%M}" == "2190-01-31 09:00"


@pytest.mark.parametrize("key", ["0", "99999999999999999999", "x", ""])
def test_without_a_model_the_form_is_fresh(anns: Client, key: str) -> None:
    form = anns.get(f"{ADD}?copy={key}").context["adminform"].form
    assert not form["name"].value()


def test_nobody_copies_what_is_not_theirs(eves: Client, schedule: Schedule) -> None:
    form = eves.get(f"{ADD}?copy={schedule.pk}").context["adminform"].form
    assert not form["command"].value()


def test_who_has_no_agent_is_shown_the_way(eves: Client) -> None:
    shown = eves.get(ADD).content.decode()
    assert "Create an agent, and come back here" in shown
    way = f"/console/agents/agent/add/?next={ADD}"
    assert f'href="{way}"' in shown
    page = eves.get(way).context["adminform"].form
    sent = {name: page[name].value() for name in page.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    assert eves.post(way, sent | {"name": "helper"})["Location"] == ADD
    form = eves.get(ADD).context["adminform"].form
    assert form["agent"].value() == Agent.objects.get().pk
    assert "come back here" not in eves.get(ADD).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:x"])
def test_the_way_back_stays_here(eves: Client, elsewhere: str) -> None:
    way = f"/console/agents/agent/add/?next={elsewhere}"
    page = eves.get(way).context["adminform"].form
    sent = {name: page[name].value() for name in page.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    assert eves.post(way, sent | {"name": "helper"})["Location"].startswith("/console/")


def test_rare_fields_are_folded_with_their_defaults_explained(anns: Client, agent: Agent) -> None:
    shown = anns.get(ADD).content.decode()
    assert "When something goes wrong" in shown
    assert "Usually 1, which never repeats a command." in shown
    assert shown.count("<details>") >= 3
    assert "So far" not in shown
