"""What holds for every page: works offline, for everybody, in the light and in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation
from tests.browser import axe
from tests.browser.conftest import STAFF
from tests.browser.visitor import Visitor

LISTS = [
    *("schedules/schedule", "schedules/execution", "schedules/approval", "schedules/notification"),
    *("agents/agent", "agents/agenttask", "agents/spending", "agents/budget"),
    *("accounts/apikey", "hooks/hook", "hooks/delivery", "journal/entry"),
]
FORMS = [
    *("schedules/schedule/add", "agents/agent/add", "agents/budget/add", "accounts/apikey/add"),
    *("hooks/hook/add", "stops", "password_change"),
]
OF_THINGS = [
    *("schedules/schedule/{schedule}", "schedules/schedule/{schedule}/change"),
    *("schedules/schedule/{schedule}/history", "schedules/schedule/{schedule}/delete"),
    *("schedules/execution/{execution}", "agents/agenttask/{task}"),
]
OF_STAFF = [
    *("schedules/schedule/add", "agents/agent/add", "schedules/stop", "schedules/stop/add"),
    *("auth/user", "auth/user/add", "auth/group", "django_celery_beat/periodictask"),
]
OWNERS = ["", *(f"{each}/" for each in [*LISTS, *FORMS, *OF_THINGS])]
STAFFS = ["", *(f"{each}/" for each in [*LISTS, *OF_STAFF, *OF_THINGS])]
BULK = "schedules/schedule/bulk/disable/?job=0123456789abcdef&ids={schedule}"


@pytest.fixture(scope="package")
def things(running: Installation) -> dict[str, object]:
    """The ids of a schedule that has run, of its execution, and of that one's agent task."""
    schedule = running.schedule(schedule_type="cron", cron_expression="30 7 * * MON-FRI")
    running.execute(schedule)
    execution = running.execution(running.wait_for_states(schedule, "success").id)
    (attempt,) = execution.attempts
    return {"schedule": schedule.id, "execution": execution.id, "task": attempt.agent_task.id}


def to(address: str) -> Callable[[Page], None]:
    """The way to a page that is there."""

    def arrive(page: Page) -> None:
        answer = page.goto(address)
        assert answer
        assert answer.status == 200

    return arrive


@pytest.mark.parametrize("address", [*OWNERS, BULK])
def test_can_be_used_by_everybody_everywhere(
    stay: Callable[..., Visitor], things: dict[str, object], address: str
) -> None:
    axe.look_at(stay, to(f"/console/{address.format(**things)}"), "ada")


@pytest.mark.parametrize("address", STAFFS)
def test_can_be_used_by_staff_everywhere(
    stay: Callable[..., Visitor], things: dict[str, object], address: str
) -> None:
    axe.look_at(stay, to(f"/admin/{address.format(**things)}"), STAFF, axe.WAYS[1:])


@pytest.mark.parametrize("address", ["auth/group/add/", "auth/user/{staff}/change/"])
def test_two_lists_to_choose_from_fit_side_by_side(
    stay: Callable[..., Visitor], address: str
) -> None:
    page = stay(STAFF, viewport={"width": 1280, "height": 720}).page
    page.goto("/admin/auth/user/")
    link = page.get_by_role("link", name=STAFF).first.get_attribute("href") or ""
    to(f"/admin/{address.format(staff=link.split('/')[-3])}")(page)
    page.evaluate(axe.UNFOLD)
    expect(page.locator(".selector-chosen").first).to_be_visible()
    assert page.evaluate(axe.OVERHANG) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_can_be_signed_in_to_by_everybody_everywhere(stay: Callable[..., Visitor]) -> None:
    axe.look_at(stay, to("/console/login/"), None)
