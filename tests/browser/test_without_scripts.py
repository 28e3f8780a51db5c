"""The console where nothing runs scripts: all that has to be done can be done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.database import PASSWORD
from tests.acceptance.installation import Installation
from tests.browser.axe import PHONE
from tests.browser.test_schedules import fill_in
from tests.browser.visitor import Visitor

PLAIN = {"java_script_enabled": False}


@pytest.fixture
def plain(visit: Callable[..., Visitor]) -> Page:
    """Ada's, without scripts."""
    return visit(**PLAIN).page


@pytest.mark.parametrize("more", [{}, {"viewport": PHONE}])
def test_signing_in_and_out(visit: Callable[..., Visitor], more: dict[str, object]) -> None:
    visitor = visit(None, **PLAIN, **more)
    visitor.sign_in("eve", PASSWORD)
    expect(visitor.page.get_by_role("link", name="Schedules")).to_be_visible()
    expect(visitor.page.get_by_text("Connecting")).to_have_count(0)
    visitor.page.get_by_role("button", name="Log out").click()
    expect(visitor.page.get_by_role("heading", name="You have signed out.")).to_be_visible()


def test_a_schedule_by_the_form(plain: Page) -> None:
    fill_in(plain, "plainly", "say hello")
    plain.get_by_label("Cron expression").fill("30 7 * * MON-FRI")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_role("heading", name="At 07:30")).to_be_visible()


def test_thousands_chunk_by_chunk(plain: Page, running: Installation) -> None:
    made = [running.schedule(name=f"chunk {n}", schedule_type="manual") for n in range(101)]
    plain.goto("/console/schedules/schedule/?q=chunk")
    plain.locator("input.action-select").first.check()
    ids = ",".join(str(each.id) for each in made)
    plain.get_by_label("Select action to run").select_option(label="Run now")
    plain.get_by_role("button", name="Run", exact=True).click()
    expect(plain.get_by_text("Run now 1 scheduled command")).to_be_visible()
    plain.goto(f"/console/schedules/schedule/bulk/delete/?job=00000000000000aa&ids={ids}")
    plain.get_by_role("button", name="the next 100").click()
    expect(plain.get_by_role("status")).to_contain_text("100 deleted, 0 refused")
    plain.get_by_role("button", name="the next 100").click()
    expect(plain.get_by_role("status")).to_contain_text("101 deleted, 0 refused: that was all.")


def test_filters_stand_open(plain: Page, running: Installation) -> None:
    running.schedule(name="by hand", schedule_type="manual")
    plain.goto("/console/schedules/schedule/")
    plain.get_by_label("Manual").check()
    plain.get_by_role("button", name="Apply Filters").click()
    expect(plain.get_by_role("link", name="by hand")).to_be_visible()
    assert "schedule_type__exact=manual" in plain.url
