"""`python -m pytest tests/browser/screenshots.py`: takes the pictures of docs/screenshots anew."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.acceptance.installation import Installation
from tests.browser import scenery
from tests.browser.visitor import Visitor
from tests.scripted_model import ScriptedModel

PLACE = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SCREEN = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}


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
    visitor = visit(viewport=SCREEN, device_scale_factor=1)
    for name, address in pages.items():
        take(visitor.page, name, address)
    take(visit(viewport=SCREEN, color_scheme="dark").page, "home-dark", "")
    take(visit(viewport=PHONE).page, "home-phone", "")
    take(visit(None, viewport=SCREEN).page, "sign-in", "login/")
