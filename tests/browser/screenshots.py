"""`python -m pytest tests/browser/screenshots.py`: takes the pictures of docs/screenshots anew."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.acceptance.installation import Installation
from tests.browser import scenery
from tests.browser.visitor import Visitor
from tests.scripted_model import ScriptedModel

PLACE = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SCREEN: ViewportSize = {"width": 1360, "height": 900}
TALL: ViewportSize = {"width": 1360, "height": 1500}
PHONE: ViewportSize = {"width": 390, "height": 844}
LONG = ("home", "schedule", "schedule-form")


def take(page: Page, name: str, address: str) -> None:
    """A picture of that page, once everything on it is there."""
    page.goto(f"/console/{address}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PLACE / f"{name}.png", animations="disabled")


def test_pictures(
    visit: Callable[..., Visitor], running: Installation, model: ScriptedModel
) -> None:
    schedule = scenery.fill(running, model)
    (newest, *_) = running.history(schedule)
    waiting = scenery.waiting(running, model)
    pages = {
        "home": "",
        "schedules": "schedules/schedule/",
        "schedule": f"schedules/schedule/{schedule.id}/",
        "schedule-form": f"schedules/schedule/{schedule.id}/change/",
        "executions": "schedules/execution/",
        "execution": f"schedules/execution/{newest.id}/",
        "approval": f"schedules/execution/{waiting}/",
        "audit-log": "journal/entry/",
        "keys": "accounts/apikey/",
    }
    visitor = visit()
    for name, address in pages.items():
        visitor.page.set_viewport_size(TALL if name in LONG else SCREEN)
        take(visitor.page, name, address)
    take(visit(viewport=SCREEN, color_scheme="dark").page, "home-dark", "")
    take(visit(viewport=PHONE).page, "home-phone", "")
    take(visit(None, viewport=SCREEN).page, "sign-in", "login/")
