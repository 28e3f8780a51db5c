"""What a service refuses stands in the form, with all that was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import ApiKey
from agents.models import Agent, Budget
from console.tests.forms.conftest import Sent, sent
from hooks import services as hook_services
from hooks.models import Hook
from schedules import services
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
BUDGET = {"unit": "tokens", "period": "day", "amount": "5", "action": "skip"}


def refused(client: Client, address: str, typed: Sent) -> Any:
    """The form that is shown again, with what was typed."""
    response = client.post(address, typed)
    assert response.status_code == 200
    form = response.context["adminform"].form
    for name, value in typed.items():
        if name in form.fields and value != "on":
            assert str(form[name].value()) == str(value)
    return form


def opened(client: Client, address: str, **typed: Any) -> Sent:
    """Of the page as it opens, with what was typed."""
    return sent(client.get(address).content.decode()) | typed


def test_a_second_schedule_of_a_name(
    visitor: Client, site: str, make: Make, new_schedule: Sent
) -> None:
    make(name="nightly")
    address = f"{site}schedules/schedule/add/"
    form = refused(visitor, address, opened(visitor, address) | new_schedule)
    assert "lready" in str(form.errors)
    assert Schedule.objects.count() == 1


def test_a_renaming_to_a_name_that_is_taken(visitor: Client, site: str, make: Make) -> None:
    make(name="taken")
    other = make(name="other")
    address = f"{site}schedules/schedule/{other.pk}/change/"
    form = refused(visitor, address, opened(visitor, address, name="taken", command="long"))
    assert "already" in str(form.errors["name"])
    other.refresh_from_db()
    assert (other.name, other.command) == ("other", "say hello")


def test_one_schedule_too_many(
    visitor: Client, site: str, new_schedule: Sent, settings: Any
) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 0
    address = f"{site}schedules/schedule/add/"
    form = refused(visitor, address, opened(visitor, address) | new_schedule)
    assert "You have 0 scheduled commands" in str(form.non_field_errors())


@pytest.mark.parametrize("missing", ["name", "agent", "command", "timezone"])
def test_all_that_is_wrong_with_a_schedule_at_once(
    visitor: Client, site: str, new_schedule: Sent, missing: str
) -> None:
    address = f"{site}schedules/schedule/add/"
    typed = new_schedule | {missing: "", "cron_expression": ""}
    form = refused(visitor, address, opened(visitor, address) | typed)
    assert form.errors == {
        missing: ["This field is required."],
        "cron_expression": ['A schedule of type cron needs "Cron expression".'],
    }


def test_numbers_of_a_schedule_that_are_no_limits(
    visitor: Client, site: str, new_schedule: Sent
) -> None:
    address = f"{site}schedules/schedule/add/"
    typed = new_schedule | {"jitter_seconds": "-1", "max_attempts": "0"}
    form = refused(visitor, address, opened(visitor, address) | typed)
    assert form.errors.keys() == {"jitter_seconds", "max_attempts"}
    assert form.errors["max_attempts"] == ["Give a whole number from 1 to 100."]


def test_a_schedule_of_no_type(visitor: Client, site: str, new_schedule: Sent) -> None:
    address = f"{site}schedules/schedule/add/"
    typed = new_schedule | {"schedule_type": ""}
    form = refused(visitor, address, opened(visitor, address) | typed)
    assert form.errors == {"schedule_type": ["This field is required."]}


def test_a_preview_speaks_of_no_constraints(visitor: Client, site: str, new_schedule: Sent) -> None:
    typed = new_schedule | {"cron_expression": "", "jitter_seconds": "-1"}
    preview = visitor.get(f"{site}schedules/schedule/preview/", typed).content.decode()
    assert "greater than or equal to 0" in preview
    assert "onstraint" not in preview


def test_a_second_duplicate(browser: Client, make: Make) -> None:
    copy = f"/console/schedules/schedule/add/?copy={make().pk}"
    assert browser.post(copy, opened(browser, copy)).status_code == 302
    form = refused(browser, copy, opened(browser, copy))
    assert "already" in str(form.errors["name"])


def test_a_second_agent_of_a_name(visitor: Client, site: str, ann: User, agent: Agent) -> None:
    other = Agent.objects.create(owner=ann, name="other")
    address = f"{site}agents/agent/{other.pk}/change/"
    form = refused(visitor, address, opened(visitor, address, name=agent.name))
    assert "already" in str(form.errors["name"])


def test_one_key_too_many(browser: Client, settings: Any) -> None:
    settings.MAX_API_KEYS_PER_OWNER = 0
    typed = {"name": "laptop", "scope": "read"}
    form = refused(browser, "/console/accounts/apikey/add/", typed)
    assert "You have 0 API keys" in str(form.non_field_errors())
    assert not ApiKey.objects.exists()


def test_one_webhook_too_many(browser: Client, settings: Any) -> None:
    settings.MAX_HOOKS_PER_OWNER = 0
    typed = {"name": "alerts", "url": "https://example.com/in", "events": ["*"]}
    form = refused(browser, "/console/hooks/hook/add/", typed)
    assert "You have 0 webhooks" in str(form.non_field_errors())
    assert not Hook.objects.exists()


def test_a_budget_of_a_schedule_that_is_not_theirs(admin: Client, make: Make, ann: User) -> None:
    typed = BUDGET | {"owner": person("bob").pk, "schedule_id": make().pk}
    form = refused(admin, "/admin/agents/budget/add/", typed)
    assert "has no schedule with the id" in str(form.errors["schedule_id"])
    assert not Budget.objects.exists()


def test_a_budget_that_is_there_already(visitor: Client, site: str, ann: User) -> None:
    services.create_budget(owner=ann, fields=BUDGET | {"amount": 5})
    owner = {"owner": ann.pk} if site == "/admin/" else {}
    form = refused(visitor, f"{site}agents/budget/add/", BUDGET | owner)
    assert "already" in str(form.errors)


def test_a_webhook_whose_schedule_goes_while_it_is_checked(
    browser: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule, check = make(), hook_services.check_hook

    def late(*args: Any) -> None:
        services.delete_schedule(schedule=schedule)
        check(*args)

    typed = {"name": "alerts", "url": "https://example.com/in", "events": ["*"]}
    monkeypatch.setattr(hook_services, "check_hook", late)
    form = refused(browser, "/console/hooks/hook/add/", typed | {"schedule_id": schedule.pk})
    assert "has no schedule" in str(form.errors["schedule_id"])


def test_a_webhook_keeps_a_schedule_that_is_gone(browser: Client, ann: User, make: Make) -> None:
    """It is renamed, and not made to hear of everything."""
    schedule = make()
    values = {"name": "alerts", "url": "https://example.com/in", "events": ["*"]}
    hook, _ = hook_services.create_hook(owner=ann, fields=values | {"schedule_id": schedule.pk})
    services.delete_schedule(schedule=schedule)
    address = f"/console/hooks/hook/{hook.pk}/change/"
    assert browser.post(address, opened(browser, address, name="new")).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.schedule_id) == ("new", schedule.pk)


@pytest.mark.parametrize(
    "query", ["run_at=x", "start_at=x", "end_at=2040-01-01", "agent=x", "owner=x", "max_runs=x"]
)
def test_an_address_that_says_nonsense(visitor: Client, site: str, query: str) -> None:
    assert visitor.get(f"{site}schedules/schedule/add/?{query}").status_code == 200


def test_an_address_may_fill_a_form(visitor: Client, site: str) -> None:
    form = visitor.get(f"{site}schedules/schedule/add/?name=hourly").context["adminform"].form
    assert form["name"].value() == "hourly"


def test_a_key_of_an_address_that_says_nonsense(browser: Client) -> None:
    assert browser.get("/console/accounts/apikey/add/?expires_at=x").status_code == 200


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_dates_of_no_calendar(
    visitor: Client, site: str, new_schedule: Sent, year: str, zone: str
) -> None:
    date = "0001-01-01" if year == "0001" else "9999-12-31"
    typed = new_schedule | {"timezone": zone, "end_at_0": date, "end_at_1": "23:00"}
    typed |= {"start_at_0": date, "start_at_1": "01:00"}
    address = f"{site}schedules/schedule/add/"
    form = visitor.post(address, opened(visitor, address) | typed).context["adminform"].form
    for name in ("start_at", "end_at"):
        assert form.errors[name] == ["Give a date between the years 1970 and 2199."]
    preview = visitor.get(f"{site}schedules/schedule/preview/", typed)
    assert "between the years 1970 and 2199" in preview.content.decode()


def test_a_backfill_of_no_calendar(browser: Client, make: Make) -> None:
    page = f"/console/schedules/schedule/{make(timezone='Asia/Tokyo').pk}/"
    times = {"since": "0001-01-01T00:30", "until": "9999-12-31T23:30"}
    shown = browser.post(page, {"do": "backfill"} | times, follow=True)
    assert "Give a date between the years 1970 and 2199." in shown.content.decode()
