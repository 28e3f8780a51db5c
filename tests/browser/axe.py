"""What is looked for on each page: in the light, and in the dark on a phone."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.visitor import Visitor

SERIOUS = ("moderate", "serious", "critical")
PHONE: ViewportSize = {"width": 390, "height": 844}
WAYS: list[dict[str, Any]] = [{}, {"color_scheme": "dark", "viewport": PHONE}]
UNFOLD = 'document.querySelectorAll("details").forEach(each => { each.open = true; })'
OVERHANG = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter(each => !each.children.length && each.getBoundingClientRect().right > width)
        .map(each => each.outerHTML.slice(0, 120));
}"""


def problems(page: Page) -> list[str]:
    """What axe finds serious."""
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def wait_for_what_comes_later(page: Page) -> None:
    """The preview of a form, and the first word of what is live."""
    if page.locator("#preview").count():
        expect(page.locator("#preview > *")).not_to_have_count(0)
    if page.locator("[data-live-status]").count():
        expect(page.locator('[data-live-status=""]')).to_have_count(0)


def look_at(
    come: Callable[..., Visitor],
    arrive: Callable[[Page], object],
    name: str | None,
    ways: list[dict[str, Any]] = WAYS,
) -> None:
    """Whatever it is that this leads to, with all that can be unfolded, for whoever that is."""
    for way in ways:
        page = come(name, **way).page
        arrive(page)
        wait_for_what_comes_later(page)
        page.evaluate(UNFOLD)
        dark = page.locator("html.dark")
        expect(dark).to_have_count(1 if "color_scheme" in way else 0)
        if found := [*problems(page), *page.evaluate(OVERHANG)]:
            raise AssertionError(way, *found)
