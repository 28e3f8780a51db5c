"""A form that stood open: it changes what was touched, and nothing that others did meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents import services as agent_services
from agents.models import Agent
from console.tests.forms.conftest import Sent
from hooks import services as hook_services
from hooks.tests.scenes import hook_of
from schedules import pausing, services
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
Opened = Callable[[str], Sent]


@pytest.fixture
def page(site: str, schedule: Schedule) -> str:
    return f"{site}schedules/schedule/{schedule.pk}/change/"


def test_one_that_paused_itself_stays_paused(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    typed = opened(page) | {"description": "new"}
    pausing.pause({schedule.pk: "10 runs in a row have failed."})
    form = visitor.post(page, typed).context["adminform"].form
    assert "changed since you opened this form" in form.non_field_errors()[0]
    # Saved again as it is, it does not say that it shall be switched on.
    assert visitor.post(page, typed | {"version": form.version}).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.enabled, schedule.description) == (False, "new")
    assert "10 runs" in schedule.note
    assert visitor.post(page, opened(page) | {"enabled": "on"}).status_code == 302
    schedule.refresh_from_db()
    assert schedule.enabled


def test_an_edit_in_between_is_not_taken_back_unseen(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    typed = opened(page) | {"command": "mine"}
    services.update_schedule(schedule=schedule, changes={"description": "theirs"})
    response = visitor.post(page, typed)
    form = response.context["adminform"].form
    (said,) = form.non_field_errors()
    assert "changed since you opened this form" in said
    assert "Command, Description" in said
    assert form["command"].value() == "mine"
    assert said.partition(".")[0] in response.content.decode()
    schedule.refresh_from_db()
    assert (schedule.command, schedule.description) == ("say hello", "theirs")
    # Whoever saves it again has read that.
    assert visitor.post(page, typed | {"version": form.version}).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.command, schedule.description) == ("mine", "")


def test_other_mistakes_make_it_no_newer(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    typed = opened(page) | {"cron_expression": "nonsense"}
    services.update_schedule(schedule=schedule, changes={"description": "theirs"})
    form = visitor.post(page, typed).context["adminform"].form
    assert form.version == typed["version"]


def test_the_page_says_what_it_was_filled_with(visitor: Client, page: str) -> None:
    shown = visitor.get(page).content.decode()
    assert 'name="version"' in shown
    assert 'name="initial-enabled"' in shown


def test_what_nobody_touched_is_as_it_was(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    """A date in the second pass of an autumn hour, one of microseconds; how lines end."""
    end_at = datetime(2180, 10, 29, 1, 30, tzinfo=UTC)
    start_at = datetime(2020, 1, 1, 8, 0, 0, 123456, tzinfo=UTC)
    values = {"start_at": start_at, "end_at": end_at, "command": "one\ntwo\n"}
    schedule = services.update_schedule(schedule=schedule, changes=values)
    assert visitor.post(page, opened(page) | {"name": "renamed"}).status_code == 302
    renamed = Schedule.objects.get()
    assert renamed.name == "renamed"
    for name in (*values, "anchor_at"):
        assert getattr(renamed, name) == getattr(schedule, name)


def test_another_zone_has_the_same_times_on_its_wall(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    end_at = datetime(2180, 1, 29, 8, tzinfo=UTC)
    services.update_schedule(schedule=schedule, changes={"end_at": end_at})
    visitor.post(page, opened(page) | {"timezone": "UTC"})
    assert Schedule.objects.get().end_at == end_at.replace(hour=9)


def test_a_change_of_type_leaves_nothing_behind(
    visitor: Client, opened: Opened, page: str, schedule: Schedule
) -> None:
    typed = {"schedule_type": "interval", "interval_value": "2", "interval_unit": "hours"}
    assert visitor.post(page, opened(page) | typed).status_code == 302
    found = Schedule.objects.get()
    assert (found.cron_expression, found.interval_value, found.interval_unit) == ("", 2, "hours")


@pytest.fixture
def others(ann: User, agent: Agent) -> dict[str, tuple[Any, Callable[[Any], object], Sent]]:
    """What else is edited: the row, an edit in between, and what was typed."""
    budget = {"unit": "tokens", "period": "day", "amount": 5, "action": "skip"}
    return {
        "agents/agent": (
            agent,
            lambda row: agent_services.update_agent(agent=row, changes={"description": "theirs"}),
            {"instructions": "mine"},
        ),
        "agents/budget": (
            services.create_budget(owner=ann, fields=budget),
            lambda row: services.update_budget(budget=row, changes={"action": "alert"}),
            {"amount": "7"},
        ),
        "hooks/hook": (
            hook_of(ann),
            lambda row: hook_services.update_hook(hook=row, changes={"enabled": False}),
            {"name": "mine"},
        ),
    }


@pytest.mark.parametrize(
    "kind", ["agents/agent", "agents/budget", "hooks/hook", "schedules/schedule"]
)
def test_who_touches_nothing_makes_it_no_newer(
    visitor: Client,
    site: str,
    opened: Opened,
    others: dict[str, Any],
    schedule: Schedule,
    kind: str,
) -> None:
    if (site, kind) == ("/admin/", "hooks/hook"):
        pytest.skip("staff have no form for it")
    row = schedule if kind == "schedules/schedule" else others[kind][0]
    row.refresh_from_db()
    before, address = row.updated_at, f"{site}{kind}/{row.pk}/change/"
    assert visitor.post(address, opened(address)).status_code == 302
    row.refresh_from_db()
    assert row.updated_at == before


@pytest.mark.parametrize("kind", ["agents/agent", "agents/budget", "hooks/hook"])
def test_other_forms_do_the_same(
    visitor: Client, site: str, opened: Opened, others: dict[str, Any], kind: str
) -> None:
    if (site, kind) == ("/admin/", "hooks/hook"):
        pytest.skip("staff have no form for it")
    row, edit, typed = others[kind]
    address = f"{site}{kind}/{row.pk}/change/"
    both = opened(address) | typed
    edit(row)
    row.refresh_from_db()
    form = visitor.post(address, both).context["adminform"].form
    assert "changed since you opened" in str(form.non_field_errors())
    before = row.updated_at
    row.refresh_from_db()
    assert row.updated_at == before
    assert visitor.post(address, opened(address) | typed).status_code == 302
    row.refresh_from_db()
    ((name, value),) = typed.items()
    assert str(getattr(row, name)).startswith(value)


def test_an_amount_is_shown_without_digits_that_say_nothing(
    visitor: Client, site: str, ann: User, others: dict[str, Any]
) -> None:
    cents = {"unit": "dollars", "period": "run", "amount": Decimal("0.50")}
    budgets = (others["agents/budget"][0], services.create_budget(owner=ann, fields=cents))
    for budget, shown in zip(budgets, ("5", "0.5"), strict=True):
        page = visitor.get(f"{site}agents/budget/{budget.pk}/change/").content.decode()
        assert f'name="amount" value="{shown}"' in page
