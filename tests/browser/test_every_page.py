"""What holds for every page: works offline, for everybody, in the light and in the dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from tests.acceptance.installation import Installation
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
PAGES = ["", *(f"{each}/" for each in [*LISTS, *FORMS, *OF_THINGS])]
BULK = "schedules/schedule/bulk/disable/?job=0123456789abcdef&ids={schedule}"
SERIOUS = ("serious", "critical")
PHONE: ViewportSize = {"width": 390, "height": 844}
OVERHANG = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter(each => !each.children.length && each.getBoundingClientRect().right > width)
        .map(each => each.outerHTML.slice(0, 120));
}"""


def problems(visitor: Visitor) -> list[str]:
    """What axe finds serious."""
    found = Axe().run(visitor.page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def overhang(visitor: Visitor) -> list[str]:
    """What stands out to the right of the screen."""
    return visitor.page.evaluate(OVERHANG)


@pytest.fixture(scope="package")
def things(running: Installation) -> dict[str, object]:
    """The ids of a schedule that has run, of its execution, and of that one's agent task."""
    schedule = running.schedule(schedule_type="cron", cron_expression="30 7 * * MON-FRI")
    running.execute(schedule)
    execution = running.execution(running.wait_for_states(schedule, "success").id)
    (attempt,) = execution.attempts
    return {"schedule": schedule.id, "execution": execution.id, "task": attempt.agent_task.id}


@pytest.mark.parametrize("address", [*PAGES, BULK])
def test_can_be_used_by_everybody_everywhere(
    visit: Callable[..., Visitor], things: dict[str, object], address: str
) -> None:
    look_at(visit(), f"/console/{address.format(**things)}")


def test_can_be_signed_in_to_by_everybody_everywhere(visit: Callable[..., Visitor]) -> None:
    look_at(visit(None), "/console/login/")


def look_at(visitor: Visitor, address: str) -> None:
    """In the light, in the dark, and on a phone."""
    answer = visitor.page.goto(address)
    assert answer
    assert answer.status == 200
    assert problems(visitor) == []
    visitor.page.emulate_media(color_scheme="dark")
    assert problems(visitor) == []
    visitor.page.set_viewport_size(PHONE)
    visitor.page.reload()
    assert overhang(visitor) == []
