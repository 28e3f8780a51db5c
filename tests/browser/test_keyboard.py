"""By the keyboard alone, on a phone; and what is filled in or copied by a click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.browser.axe import PHONE
from tests.browser.test_schedules import fill_in
from tests.browser.visitor import Visitor

# Pressed until the focus is there, or there is no way.
MOST_STOPS = 60


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until that has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("found => found.includes(document.activeElement)"):
            return
    raise AssertionError(f"the keyboard does not reach the {role} {name!r}")


def test_menu_and_filters_by_the_keyboard(visit: Callable[..., Visitor]) -> None:
    page = visit(viewport=PHONE).page
    page.goto("/console/")
    tab_to(page, "button", "Menu")
    expect(page.get_by_role("button", name="Menu", exact=True)).to_have_attribute(
        "aria-expanded", "false"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close the menu")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "link", "Schedules")
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedules/schedule/")
    tab_to(page, "button", "Filters")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-form :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filters", exact=True)).to_be_focused()


def test_themes_and_signing_out_are_reached(visit: Callable[..., Visitor]) -> None:
    page = visit().page
    page.goto("/console/stops/")
    tab_to(page, "button", "A ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Light")).to_be_focused()
    tab_to(page, "button", "Dark")
    page.keyboard.press("Enter")
    expect(page.locator("html.dark")).to_have_count(1)
    tab_to(page, "button", "Log out")


@pytest.mark.parametrize(("times", "stop"), [(90, "0"), (1, None)])
def test_only_what_scrolls_is_a_stop(
    page: Page, running: Installation, times: int, stop: str | None
) -> None:
    schedule = running.schedule(schedule_type="manual", command="say this\n" * times)
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    block = page.get_by_role("group", name="Command")
    assert wait_until(lambda: block.get_attribute("tabindex") == stop, 5)


def test_now_is_that_of_the_schedules_zone(visit: Callable[..., Visitor]) -> None:
    page = visit(timezone_id="Asia/Kolkata").page
    fill_in(page, "now", "say hello")
    page.get_by_label("How it recurs").select_option("once")
    page.get_by_label("Time zone").fill("Pacific/Kiritimati")
    expect(page.get_by_text("server time")).to_have_count(0)
    page.locator("#calendarlink0").click()
    page.locator(".calendarbox").get_by_role("link", name="Tomorrow").first.click()
    page.locator("#clocklink0").click()
    page.locator(".clockbox").get_by_role("link", name="Now").first.click()
    filled = [page.locator(f"[name=run_at_{part}]").input_value() for part in (0, 1)]
    # Of that zone, which is 14 hours ahead of UTC and has no summer time.
    apart = page.evaluate(
        "([day, time]) => Date.parse(`${day}T${time}+14:00`) - Date.now()", filled
    )
    assert abs(apart - 86_400_000) < 60_000
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Once")


def test_a_key_is_copied(visit: Callable[..., Visitor]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto("/console/accounts/apikey/add/")
    page.get_by_label("Name").fill("copied")
    page.get_by_role("button", name="Save", exact=True).click()
    key = page.get_by_label("The key copied").input_value()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-copied]")).to_have_text("Copied")
    assert wait_until(lambda: page.evaluate("navigator.clipboard.readText()") == key, 5)
