"""Something done with many rows: asked once, chunk after chunk, with progress."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.bulk import acts, progress
from scheduler_project.database import fetch
from schedules import services
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import pending, running, succeed
from tests.clients import person

pytestmark = pytest.mark.django_db
SCHEDULES, EXECUTIONS = "/console/schedules/schedule/", "/console/schedules/execution/"


def chosen(client: Client, address: str, action: str, ids: list[Any], **more: Any) -> str:
    """The page that the list's action leads to."""
    data = {"action": action, "_selected_action": ids, **more}
    answer = client.post(address, data)
    assert answer.status_code == 302
    return str(answer["Location"])


def step(client: Client, page: str, before: str = "") -> dict[str, Any]:
    answer = client.post(page, {"before": before}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows in a chunk."""
    for name, act in list(acts.ACTS.items()):
        monkeypatch.setitem(acts.ACTS, name, act._replace(chunk=2))


def enabled() -> int:
    return Schedule.objects.filter(enabled=True).count()


def test_what_is_selected_is_asked_once(browser: Client, make: Callable[..., Schedule]) -> None:
    one, two, _ = make(name="one"), make(name="two"), make(name="three")
    page = chosen(browser, SCHEDULES, "disable", [one.pk, two.pk])
    text = browser.get(page).content.decode()
    assert "Disable 2 scheduled commands</h2>" in text
    assert "<li>one</li>" in text
    assert "<li>three</li>" not in text
    assert enabled() == 3
    assert step(browser, page)["over"]
    assert enabled() == 1
    assert Schedule.objects.get(pk=one.pk).note == "Disabled in the console by ann."


@pytest.mark.usefixtures("small")
def test_chunk_after_chunk_and_back_again(browser: Client, make: Callable[..., Schedule]) -> None:
    ids = [make().pk for _ in range(5)]
    page = chosen(browser, SCHEDULES, "disable", ids)
    first = step(browser, page)
    assert (first["seen"], first["done"], first["over"]) == (2, 2, False)
    assert enabled() == 3
    again = browser.get(page).content.decode()
    assert "2 off, 0 refused: it has come as far as that" in again
    second = step(browser, page, first["before"])
    third = step(browser, page, second["before"])
    assert (third["seen"], third["done"], third["over"]) == (5, 5, True)
    assert enabled() == 0
    assert "that was all" in browser.get(page).content.decode()


@pytest.mark.usefixtures("small")
def test_two_clicks_are_one_step(browser: Client, make: Callable[..., Schedule]) -> None:
    page = chosen(browser, SCHEDULES, "run_now", [make().pk for _ in range(3)])
    step(browser, page)
    assert step(browser, page)["seen"] == 2
    assert Execution.objects.count() == 2


def test_another_window_at_it_is_waited_for(
    browser: Client, schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    page = chosen(browser, SCHEDULES, "run_now", [schedule.pk])
    (job,) = parse_qs(urlsplit(page).query)["job"]
    other = connect()
    other.run(fetch, "SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"bulk {job}",))
    assert step(browser, page)["busy"]
    assert not Execution.objects.exists()
    other.run(fetch, "SELECT pg_advisory_unlock_all()")
    assert step(browser, page)["done"] == 1


@pytest.mark.usefixtures("small")
def test_without_script_a_button_does_the_next(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    page = chosen(browser, SCHEDULES, "disable", [make().pk for _ in range(3)])
    assert "the next 2" in browser.get(page).content.decode()
    answer = browser.post(page, {"before": ""}, follow=True)
    assert "2 off, 0 refused" in answer.content.decode()
    assert enabled() == 1


def test_all_that_the_filters_show(browser: Client, make: Callable[..., Schedule]) -> None:
    kept = make(name="keep")
    for name in ("night 1", "night 2"):
        make(name=name)
    address = f"{SCHEDULES}?q=night&enabled__exact=1&p=1"
    page = chosen(browser, address, "disable", [kept.pk], select_across="1")
    assert "Disable 2 scheduled commands</h2>" in browser.get(page).content.decode()
    assert step(browser, page)["done"] == 2
    assert [*Schedule.objects.filter(enabled=True)] == [kept]


@pytest.mark.usefixtures("small")
def test_rows_that_leave_the_filters_on_the_way(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    for _ in range(5):
        make()
    page = chosen(browser, f"{SCHEDULES}?enabled__exact=1", "disable", [1], select_across="1")
    now: dict[str, Any] = {"before": "", "over": False}
    while not now["over"]:
        now = step(browser, page, now["before"])
    assert (now["done"], enabled()) == (5, 0)


def test_each_refusal_is_a_sentence(browser: Client, make: Callable[..., Schedule]) -> None:
    over = make(name="used up", max_runs=1)
    services.run_now(schedule=over)
    page = chosen(browser, SCHEDULES, "run_now", [over.pk, make().pk])
    found = step(browser, page)
    assert (found["done"], found["refusals"]) == (1, 1)
    assert found["refused"] == ["used up: All 1 runs that max_runs allows have been made."]
    assert "used up: All 1 runs" in browser.get(page).content.decode()


def test_one_that_cannot_be_enabled_stops_no_other(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    every = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "days"}
    gone, good = make(name="gone", **every), make(name="good", **every)
    for schedule in (gone, good):
        services.disable_schedule(schedule=schedule)
    Schedule.objects.filter(pk=gone.pk).update(end_at="2020-01-01T00:00Z")
    found = step(browser, chosen(browser, SCHEDULES, "enable", [gone.pk, good.pk]))
    assert (found["done"], found["refusals"]) == (1, 1)
    assert found["refused"][0].startswith("gone: ")
    assert Schedule.objects.get(pk=good.pk).enabled


def test_cancel(browser: Client, make: Callable[..., Schedule]) -> None:
    ended = running(make())
    succeed(ended)
    waits = pending(make())
    runs = running(make())
    page = chosen(browser, EXECUTIONS, "cancel", [ended.id, waits.pk, runs.id])
    found = step(browser, page)
    assert (found["done"], found["refused"]) == (2, ["1 had ended already."])
    waits.refresh_from_db()
    assert waits.state == "cancelled"
    assert Execution.objects.get(pk=runs.id).cancel_requested_at is not None


def test_what_is_buffered_starts_when_the_one_before_is_cancelled(
    make: Callable[..., Schedule],
) -> None:
    schedule = make(overlap_policy="buffer_one")
    first, second = pending(schedule), pending(schedule)
    assert second.not_before is None
    assert services.cancel_executions(executions=[first.pk]) == 1
    second.refresh_from_db()
    assert second.not_before is not None


@pytest.mark.parametrize("action", ["enable", "disable", "cancel"])
def test_queries_do_not_grow_with_the_chunk(
    browser: Client, make: Callable[..., Schedule], action: str
) -> None:
    def cost(number: int) -> int:
        address, ids = SCHEDULES, list[Any]()
        ids += [make(enabled=action != "enable").pk for _ in range(number)]
        if action == "cancel":
            address = EXECUTIONS
            ids = [pending(schedule).pk for schedule in Schedule.objects.filter(pk__in=ids)]
        page = chosen(browser, address, action, ids)
        with CaptureQueriesContext(connection) as captured:
            assert step(browser, page)["done"] == number
        return len(captured)

    assert cost(2) == cost(9)


def test_strangers_select_nothing(
    browser: Client, strangers: Client, make: Callable[..., Schedule]
) -> None:
    page = chosen(browser, SCHEDULES, "disable", [make().pk])
    assert "Nothing is selected" in strangers.get(page).content.decode()
    assert step(strangers, page)["seen"] == 0
    assert enabled() == 1


@pytest.mark.parametrize(
    "ending",
    [
        "schedule/bulk/delete/?job=1&ids=1",
        "approval/bulk/enable/?job=1&ids=1",
        "schedule/bulk/enable/?ids=1",
        "schedule/bulk/enable/?job=.&ids=1",
        "schedule/bulk/enable/?job=1&ids=x",
        "execution/bulk/cancel/?job=1&ids=1",
        "schedule/bulk/enable/?job=1&filters=owner__password%3Dx",
    ],
)
def test_what_there_is_not(browser: Client, schedule: Schedule, ending: str) -> None:
    assert browser.get(f"/console/schedules/{ending}").status_code == 404


def test_it_needs_permission(schedule: Schedule) -> None:
    client = Client()
    client.force_login(person("stan", is_staff=True))
    page = f"/admin/schedules/schedule/bulk/disable/?{urlencode({'job': 'a', 'ids': schedule.pk})}"
    assert client.get(page).status_code == 403
    assert client.post(page).status_code == 403
    answer = Client().get(page)
    assert answer.status_code == 302
    assert enabled() == 1


def test_a_session_remembers_its_latest_jobs(browser: Client) -> None:
    session = browser.session
    for number in range(9):
        progress.save(session, f"job{number}", progress.Progress(seen=number))
    assert [progress.load(session, f"job{n}").seen for n in (3, 4, 8)] == [0, 4, 8]
