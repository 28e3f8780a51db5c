"""Pages that follow what happens: whatever the connection does, and whoever types meanwhile."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.acceptance.database import PASSWORD
from tests.acceptance.installation import Installation
from tests.browser.visitor import Visitor
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

ANSWER = "# Good morning\n\nAll is **well**."
INSERT = """
INSERT INTO agents_agenttaskevent (task_id, number, at, kind, data)
SELECT %(task)s, 1000 + n, now() + n * interval '5 hours', kind, data
FROM jsonb_to_recordset(%(events)s) AS e(n int, kind text, data jsonb)
"""
# Counts what is sent; the page is another one afterwards.
TWICE = """(button) => {
    sessionStorage.sent = 0;
    addEventListener("submit", (event) => {
        sessionStorage.sent = Number(sessionStorage.sent) + !event.defaultPrevented;
    });
    button.click();
    button.click();
}"""
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("model_request", {"model": "m", "content": "say <b>hello</b>"}),
    ("text", {"text": "{"}),
    ("text", {"text": '"a": 1}'}),
    ("model_response", {"text": '{"a": 1}', "input_tokens": 3, "cost": "0.01"}),
    ("model_response", {"text": '{"a": {"b": [1, "é"]}}', "output_tokens": 2}),
    ("tool_call", {"name": "pay", "arguments": '{"n": 1}'}),
    ("tool_result", {"name": "pay", "outcome": "failed", "result": None}),
    ("tool_result", {"result": ["x", 1.5]}),
    ("retry", {"reason": "Too long."}),
    ("approval", {"asked": ["pay"]}),
    ("approval", {"approved": True}),
    ("approval", {"approved": False, "reason": "no"}),
    ("webhook", {"step": "sent", "host": "example.com"}),
    ("webhook", {"step": "answered", "status": 202, "seconds": 0.5}),
    ("of a later release", {"what": "ever"}),
]


def note(running: Installation, task: UUID, events: list[tuple[str, dict[str, Any]]]) -> None:
    """Further events of its trace, hours apart."""
    rows = [{"n": n, "kind": kind, "data": data} for n, (kind, data) in enumerate(events)]
    running.database.execute(INSERT, {"events": json.dumps(rows), "task": str(task)})


def hanging(running: Installation, page: Page) -> tuple[UUID, UUID]:
    """A run that does not end, its page open; its id, and that of its agent task."""
    running.change_agent(options={}, tools={})
    schedule = running.schedule(schedule_type="manual", command="hang")
    running.execute(schedule)
    execution = running.wait_for_states(schedule, "running")
    page.goto(f"/console/schedules/execution/{execution.id}/")
    expect(page.get_by_role("region", name="Trace")).to_contain_text("Asks the model")
    return execution.id, running.execution(execution.id).attempts[0].agent_task.id


@contextmanager
def streaming(page: Page, running: Installation, model: ScriptedModel) -> Iterator[None]:
    """The page of a run whose answer has begun, and goes on at the end."""
    rest = threading.Event()
    running.change_agent(options={"stream": True}, tools={})
    model.then(Behaviour(text=ANSWER, until_rest=rest))
    execution = running.execute(running.schedule(schedule_type="manual"))
    page.goto(f"/console/schedules/execution/{execution.id}/")
    try:
        expect(page.get_by_role("region", name="Trace")).to_contain_text("# Good")
        yield
    finally:
        rest.set()


def lines(page: Page) -> list[str]:
    return page.locator("#trace > li").all_inner_texts()


def test_without_a_socket_it_looks_again_and_again(
    page: Page, running: Installation, model: ScriptedModel
) -> None:
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    with streaming(page, running, model):
        expect(page.locator("#trace-status")).to_contain_text("Looking every few seconds")
        expect(page.locator("[data-live-status]")).to_have_text("Every 10 s")
        page.evaluate("window.stays = true")
    expect(page.locator("#trace-status")).to_have_text("The attempt has ended.")
    expect(page.locator("#trace")).to_contain_text(ANSWER)
    expect(page.get_by_role("region", name="Result")).to_contain_text("Good morning")
    expect(page.locator("[data-live-status]")).to_have_text("Ended")
    assert page.evaluate("window.stays")


def test_no_event_is_lost_or_doubled_when_the_connection_breaks(
    page: Page, running: Installation, model: ScriptedModel
) -> None:
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket("**/events", connect)
    with streaming(page, running, model):
        # Where nothing is new, the first word of the socket is its heartbeat.
        expect(page.locator("#trace-status")).to_contain_text("Live", timeout=30_000)
        sockets[-1].close(code=1012)
    expect(page.locator("#trace-status")).to_have_text("The attempt has ended.")
    expect(page.locator("#trace pre", has_text="# Good")).to_have_text(ANSWER)
    live = lines(page)
    page.reload()
    assert lines(page) == live


def test_lines_are_the_same_live_and_afterwards(page: Page, running: Installation) -> None:
    execution, task = hanging(running, page)
    note(running, task, EVENTS)
    expect(page.locator("#trace")).to_contain_text("ever")
    live = lines(page)
    assert len(live) == len(EVENTS)  # with the request, and two texts in one line
    page.reload()
    assert lines(page) == live
    running.cancel(execution)


@pytest.fixture
def waiting(page: Page, running: Installation, model: ScriptedModel) -> UUID:
    """A run that waits for a decision, its page open."""
    running.change_agent(options={}, tools={"current_time": "ask"})
    model.then(Behaviour(tool_calls=[("current_time", {})]))
    schedule = running.schedule(schedule_type="manual", command="say it is late")
    running.execute(schedule)
    execution = running.wait_for_states(schedule, "waiting")
    page.goto(f"/console/schedules/execution/{execution.id}/")
    return execution.id


def test_what_is_typed_and_the_focus_stay_while_the_page_goes_on(
    page: Page, running: Installation, waiting: UUID
) -> None:
    field, deny = page.get_by_label("Note for the model"), page.get_by_role("button", name="Deny")
    field.fill("not today")
    deny.focus()
    change = "UPDATE schedules_execution SET input_tokens = 4711 WHERE id = %(id)s"
    running.database.execute(change, {"id": str(waiting)})
    expect(page.get_by_text("4711 in")).to_be_visible()
    expect(field).to_have_value("not today")
    expect(deny).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("current_time is denied")).to_be_visible()


def test_a_note_is_not_lost_when_a_run_begins(page: Page, running: Installation) -> None:
    running.change_agent(options={}, tools={})
    schedule = running.schedule(schedule_type="cron", cron_expression="0 9 * * *", command="hang")
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    page.locator("summary", has_text="Pause").click()
    page.get_by_label("Why?", exact=False).fill("until the new model is there")
    pause = page.get_by_role("button", name="Pause it")
    pause.focus()
    execution = running.execute(schedule)
    expect(page.get_by_role("button", name="Cancel running")).to_be_visible()
    expect(page.get_by_label("Why?", exact=False)).to_have_value("until the new model is there")
    expect(pause).to_be_focused()
    running.cancel(execution.id)


def test_the_next_attempt_does_not_take_away_what_is_read(
    page: Page, running: Installation
) -> None:
    schedule = running.schedule(
        schedule_type="manual", command="fail 503", max_attempts=2, retry_backoff_seconds=5
    )
    execution = running.execute(schedule)
    page.goto(f"/console/schedules/execution/{execution.id}/")
    expect(page.locator("#trace-status")).to_have_text("The attempt has ended.")
    page.evaluate("window.stays = true")
    begun = page.get_by_role("link", name="Attempt 2 has begun")
    expect(begun).to_be_visible(timeout=30_000)
    assert page.evaluate("window.stays")
    begun.click()
    expect(page.locator("#trace-status")).to_have_text("The attempt has ended.")
    expect(page.locator("[data-live-over]")).to_be_visible()


def test_a_second_click_is_the_same_run(page: Page, running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", overlap_policy="allow")
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    page.get_by_role("button", name="Run now").evaluate(TWICE)
    expect(page.get_by_role("region", name="Recent runs")).to_contain_text("Success")
    assert page.evaluate("sessionStorage.sent") == "1"
    assert len(running.history(schedule)) == 1


def test_the_year_follows_what_happens_but_seldom(page: Page, running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual")
    page.clock.install()
    page.goto(f"/console/schedules/schedule/{schedule.id}/")
    expect(page.locator("[data-live-status]")).to_contain_text("Live")
    year = page.get_by_role("region", name="The past year", exact=True)
    expect(year).to_contain_text("Nothing has run")
    running.execute(schedule)
    running.wait_for_states(schedule, "success")
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("region", name="Recent runs")).to_contain_text("Success")
    expect(year).to_contain_text("Nothing has run")
    page.clock.fast_forward(30_000)
    expect(year).to_contain_text("Success 1")


def test_who_has_signed_out_elsewhere_is_told(
    visit: Callable[..., Visitor], running: Installation
) -> None:
    visitor = visit(None)
    visitor.sign_in("ada", PASSWORD)
    # Its end comes over a socket within half a minute; a trace without one finds out at once.
    visitor.page.route_web_socket("**/events", lambda socket: socket.close())
    execution, _ = hanging(running, visitor.page)
    expect(visitor.page.locator("[data-live-status]")).to_contain_text("Live")
    other = visitor.page.context.new_page()
    other.goto("/console/")
    other.evaluate("document.querySelector('form[action$=\"logout/\"]').submit()")
    expect(visitor.page.locator("[data-live-status]")).to_contain_text("Signed out")
    expect(visitor.page.locator("#trace-status")).to_contain_text("Signed out")
    visitor.complaints.clear()  # A browser complains of what it may not read.
    running.cancel(execution)


def test_where_nothing_can_be_copied_it_is_selected(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto("/console/accounts/apikey/add/")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Press Ctrl+C")).to_be_visible()
    secret = page.locator("#secret")
    assert page.evaluate("getSelection().toString()") == secret.input_value()
