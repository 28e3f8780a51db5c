"""The same of pages in states that are not the usual ones: with errors, refusals, secrets."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation
from tests.browser import axe, scenery
from tests.browser.test_every_page import to
from tests.browser.test_schedules import fill_in
from tests.browser.visitor import Visitor
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

NUMBERS = count(1)


@pytest.fixture
def look(visit: Callable[..., Visitor]) -> Callable[[Callable[[Page], object]], None]:
    return lambda arrive: axe.look_at(visit, arrive, "ada")


Look = Callable[[Callable[[Page], object]], None]


def test_a_run_that_waits_for_approval(
    look: Look, running: Installation, model: ScriptedModel
) -> None:
    waiting = scenery.waiting(running, model)
    look(to(f"/console/schedules/execution/{waiting}/"))
    running.change_agent(tools={})


def test_a_run_that_failed(look: Look, running: Installation, model: ScriptedModel) -> None:
    model.then(Behaviour(status=400))
    schedule = running.schedule(schedule_type="manual")
    running.execute(schedule)
    failed = running.wait_for_states(schedule, "failed").id
    look(to(f"/console/schedules/execution/{failed}/"))


def test_a_form_with_errors(look: Look) -> None:
    def arrive(page: Page) -> None:
        fill_in(page, "wrong", "say hello")
        page.get_by_label("Cron expression").fill("61 * * * *")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Please correct the error")).to_be_visible()

    look(arrive)


def test_a_search_that_finds_nothing(look: Look) -> None:
    look(to("/console/accounts/apikey/?q=nothing"))


def test_a_key_that_is_shown_once(look: Look, running: Installation) -> None:
    def arrive(page: Page) -> None:
        page.goto("/console/accounts/apikey/add/")
        page.get_by_label("Name").fill(f"key {next(NUMBERS)}")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Copy it now")).to_be_visible()

    look(arrive)


def test_the_page_that_changes_a_secret(look: Look, page: Page) -> None:
    page.goto("/console/hooks/hook/add/")
    page.get_by_label("Name").fill("changed")
    page.get_by_label("URL").fill("https://hooks.example.com/here")
    page.get_by_label("*", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="I have copied it").click()
    form = page.get_by_role("link", name="changed").get_attribute("href")
    assert form

    def arrive(page: Page) -> None:
        page.goto(form.replace("/change/", "/new-secret/"))
        expect(page.get_by_role("button", name="Make a new secret")).to_be_visible()

    look(arrive)


def test_what_was_refused_of_many(look: Look, running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="hang")
    execution = running.execute(schedule)
    running.wait_for_states(schedule, "running")

    def arrive(page: Page) -> None:
        job = f"{next(NUMBERS):016x}"
        page.goto(f"/console/schedules/schedule/bulk/run_now/?job={job}&ids={schedule.id}")
        page.locator("#bulk-start").click()
        expect(page.get_by_text("0 started, 1 refused")).to_be_visible()

    look(arrive)
    running.cancel(execution.id)


def test_everything_stopped(look: Look, page: Page) -> None:
    page.goto("/console/stops/")
    page.get_by_label("Why").fill("holidays")
    page.get_by_role("button", name="Stop everything of mine").click()
    expect(page.get_by_text("stands still")).to_be_visible()
    look(to("/console/stops/"))
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_label("Why")).to_be_visible()
