"""What is done with many rows at once; what a stranger sees of them: nothing."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation
from tests.browser.visitor import Visitor

# By how many pixels a list is wider than its place.
BEYOND = """list => list.getBoundingClientRect().right
    - list.closest("form").getBoundingClientRect().right"""


def test_many_schedules_are_disabled_at_once(page: Page, running: Installation) -> None:
    made = [running.schedule(name=f"many {n}", schedule_type="manual") for n in range(3)]
    page.goto("/console/schedules/schedule/?q=many")
    page.get_by_role("checkbox", name="Select all").first.check()
    page.get_by_label("Select action to run").select_option(label="Disable")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status")).to_contain_text("3 off, 0 refused")
    assert not any(running.read(each).enabled for each in made)


def reads(page: Page, address: str, name: str) -> int:
    """How often the page, which is there and is that person's, says whose business it is."""
    answer = page.goto(address)
    assert answer
    assert answer.status == 200
    expect(page.get_by_role("button", name=name)).to_be_visible()
    return page.get_by_text("nobody's business").count()


def test_strangers_see_nothing(visit: Callable[..., Visitor], running: Installation) -> None:
    schedule = running.schedule(name="nobody's business", schedule_type="manual")
    running.execute(schedule)
    execution = running.wait_for_states(schedule, "success")
    owner, stranger = visit("ada"), visit("eve")
    assert reads(stranger.page, "/console/", "eve") == 0
    for address in ("schedules/schedule/", "schedules/execution/"):
        assert reads(owner.page, f"/console/{address}", "ada") > 0
        assert reads(stranger.page, f"/console/{address}", "eve") == 0
    for address in (f"schedule/{schedule.id}", f"execution/{execution.id}"):
        answer = stranger.page.goto(f"/console/schedules/{address}/")
        assert answer
        assert answer.status == 404
    # A browser complains of pages that are not there.
    stranger.complaints[:] = [each for each in stranger.complaints if "404" not in each]
    nobody = visit(None).page
    nobody.goto(f"/console/schedules/schedule/{schedule.id}/")
    expect(nobody.get_by_role("button", name="Log in")).to_be_visible()


def test_times_are_those_of_whoever_looks(
    visit: Callable[..., Visitor], running: Installation
) -> None:
    schedule = running.schedule(name="far away", schedule_type="manual")
    started = running.execute(schedule)
    page = visit(timezone_id="Asia/Kolkata").page
    page.goto("/console/schedules/execution/?q=far")
    (time,) = page.locator("#result_list time").all()
    at = started.scheduled_for.astimezone(ZoneInfo("Asia/Kolkata"))
    expect(time).to_have_text(f"{at:%-d %b %Y, %H:%M:%S}")
    expect(time).to_have_attribute("title", f"{started.scheduled_for:%Y-%m-%d %H:%M:%S} UTC")


def test_the_audit_log_is_read_without_scrolling(
    visit: Callable[..., Visitor], running: Installation
) -> None:
    running.schedule(name=f"nightly summary {'y' * 60}", command="x" * 200, schedule_type="manual")
    for name, address in (("ada", "/console/"), ("stan", "/admin/")):
        page = visit(name, viewport={"width": 1280, "height": 800}).page
        page.goto(f"{address}journal/entry/")
        assert page.locator("#result_list").evaluate(BEYOND) <= 0
