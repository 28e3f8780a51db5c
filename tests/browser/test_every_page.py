"""What holds for every page: works offline, for everybody, in the light and in the dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from tests.browser.visitor import Visitor

LISTS = [
    *("schedules/schedule", "schedules/execution", "schedules/approval", "schedules/notification"),
    *("agents/agent", "agents/agenttask", "agents/spending", "agents/budget"),
    *("accounts/apikey", "hooks/hook", "hooks/delivery"),
]
FORMS = ["schedules/schedule/add", "agents/agent/add", "agents/budget/add", "password_change"]
PAGES = ["", *(f"{each}/" for each in [*LISTS, *FORMS])]
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


@pytest.mark.parametrize("address", PAGES)
def test_can_be_used_by_everybody_everywhere(visit: Callable[..., Visitor], address: str) -> None:
    visitor = visit()
    visitor.page.goto(f"/console/{address}")
    assert problems(visitor) == []
    visitor.page.emulate_media(color_scheme="dark")
    assert problems(visitor) == []
    visitor.page.set_viewport_size(PHONE)
    assert overhang(visitor) == []
