"""Schedules by clicking: the first one made, run and watched, paused and resumed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.browser.visitor import Visitor


def fill_in(page: Page, name: str, command: str) -> None:
    """The form of a new schedule, but for its times."""
    page.goto("/console/schedules/schedule/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Agent", exact=False).first.select_option(label="helper")
    page.get_by_label("Command", exact=False).first.fill(command)


def test_the_first_schedule_is_made_and_its_run_watched_to_the_end(
    visit: Callable[..., Visitor],
) -> None:
    page = visit("eve").page
    page.goto("/console/agents/agent/add/")
    page.get_by_label("Name").fill("helper")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/console/")
    page.get_by_role("link", name="Create your first schedule").click()
    page.get_by_label("Name").fill("morning")
    page.get_by_label("Command", exact=False).first.fill("sleep 2 say good morning")
    page.get_by_label("Cron expression").fill("30 7 * * MON-FRI")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="At 07:30")).to_be_visible()
    page.get_by_role("button", name="Run now").click()
    recent = page.get_by_role("region", name="Recent runs")
    expect(recent).to_contain_text("Success")
    expect(recent).to_contain_text("good morning")
    recent.get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("good morning")


def test_the_form_says_what_a_cron_expression_does_or_what_is_wrong_with_it(page: Page) -> None:
    fill_in(page, "preview", "say hello")
    expression, preview = (
        page.get_by_label("Cron expression"),
        page.get_by_role("region", name="Preview"),
    )
    expression.fill("61 * * * *")
    expect(preview).to_contain_text("minute")
    expect(preview.locator(".wrong")).to_have_count(1)
    expression.fill("0 9 * * *")
    expect(preview).to_contain_text("At 09:00")
    expect(preview.get_by_role("row")).to_have_count(11)
    expect(preview).to_contain_text("other schedule")


def test_it_is_paused_with_a_note_and_resumed(page: Page, running: Installation) -> None:
    schedule = running.schedule(schedule_type="cron", cron_expression="0 9 * * *")
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    page.locator("summary", has_text="Pause").click()
    page.get_by_label("Why?", exact=False).fill("until the new model is there")
    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_text("until the new model is there").first).to_be_visible()
    assert not running.read(schedule).enabled
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    assert running.read(schedule).enabled


def test_what_runs_is_cancelled_from_the_schedules_page(page: Page, running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="hang")
    running.execute(schedule)
    running.wait_for_states(schedule, "running")
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    page.get_by_role("button", name="Cancel running").click()
    assert wait_until(lambda: running.history(schedule)[0].state == "cancelled", 30)
    expect(page.get_by_role("region", name="Recent runs")).to_contain_text("Cancelled")


def test_times_that_were_refused_stay_while_the_page_goes_on(
    page: Page, running: Installation
) -> None:
    schedule = running.schedule(
        name="made up for", schedule_type="cron", cron_expression="0 9 * * *"
    )
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    page.locator("#backfill summary").click()
    page.get_by_label("From", exact=True).fill("2026-03-02T06:30")
    page.get_by_label("To", exact=True).fill("2026-03-01T06:30")
    page.get_by_role("button", name="Start the runs").click()
    expect(page.get_by_text('"To" must not be earlier than "From"')).to_be_visible()
    running.execute(schedule)
    expect(page.get_by_role("region", name="Recent runs")).to_contain_text("Success")
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-03-02T06:30")
    expect(page.get_by_label("To", exact=True)).to_have_value("2026-03-01T06:30")
