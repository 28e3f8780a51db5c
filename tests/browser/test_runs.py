"""Runs as they go: the trace as it grows, calls that wait for somebody, cancelling."""

import re
import threading

from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel


def test_a_run_is_watched_while_its_answer_streams(
    page: Page, running: Installation, model: ScriptedModel
) -> None:
    rest = threading.Event()
    running.change_agent(options={"stream": True})
    model.then(Behaviour(text="# Good morning\n\nAll is **well**.", until_rest=rest))
    execution = running.execute(running.schedule(schedule_type="manual"))
    page.goto(f"/console/schedules/execution/{execution.id}/")
    try:
        trace = page.get_by_role("region", name="Trace")
        expect(trace).to_contain_text("# Good")
        expect(page.get_by_role("region", name="Result")).to_have_count(0)
        page.evaluate("window.stays = true")
    finally:
        rest.set()
    expect(trace).to_contain_text("All is **well**.")
    expect(trace).to_contain_text("The attempt has ended.")
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("heading", name="Good morning")).to_be_visible()
    expect(result.locator("strong")).to_have_text("well")
    expect(page.locator("[data-live-said]")).to_contain_text("Succeeded")
    assert page.evaluate("window.stays")


def test_a_call_is_approved(page: Page, running: Installation, model: ScriptedModel) -> None:
    running.change_agent(options={}, tools={"current_time": "ask"})
    model.then(Behaviour(tool_calls=[("current_time", {})]))
    schedule = running.schedule(schedule_type="manual", command="say it is late")
    execution = running.execute(schedule)
    running.wait_for_states(schedule, "waiting")
    page.goto(f"/console/schedules/execution/{execution.id}/")
    asked = page.get_by_role("region", name="Your decision is needed")
    expect(asked).to_contain_text("current_time")
    asked.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("it is late")


def test_a_run_is_cancelled(page: Page, running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="hang")
    execution = running.execute(schedule)
    running.wait_for_states(schedule, "running")
    page.goto(f"/console/schedules/execution/{execution.id}/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name=re.compile("^Cancelled"))).to_be_visible()
    running.wait_for_states(schedule, "cancelled")
