"""Something done with many rows: asked once, chunk after chunk, with progress."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.bulk import acts, progress
from console.models import Job
from scheduler_project.database import fetch
from schedules import services
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import fail, park, pending, running, succeed
from tests.clients import person

pytestmark = pytest.mark.django_db
SCHEDULES, EXECUTIONS, APPROVALS = (
    f"/console/schedules/{name}/" for name in ("schedule", "execution", "approval")
)


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
    assert "It goes on while this page is open" in text
    assert enabled() == 3
    assert step(browser, page)["over"]
    assert enabled() == 1
    assert "It goes on while" not in browser.get(page).content.decode()
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
    browser: Client, ann: User, schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    page = chosen(browser, SCHEDULES, "run_now", [schedule.pk])
    (job,) = parse_qs(urlsplit(page).query)["job"]
    other = connect()
    key = f"bulk {ann.pk} schedules.schedule.run_now {job}"
    other.run(fetch, "SELECT pg_advisory_lock(hashtextextended(%s, 0))", (key,))
    assert step(browser, page)["busy"]
    assert not Execution.objects.exists()
    other.run(fetch, "SELECT pg_advisory_unlock_all()")
    assert step(browser, page)["done"] == 1


@pytest.mark.usefixtures("small")
def test_two_jobs_at_once_undo_nothing_of_each_other(
    browser: Client, make: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second does a chunk, and something else is kept in the session, amid one of the first."""
    first, second = (
        chosen(browser, SCHEDULES, do, [make().pk for _ in range(5)])
        for do in ("run_now", "disable")
    )
    begun = step(browser, second)
    name = ("schedules.schedule", "run_now")
    act = acts.ACTS[name]

    def meanwhile(rows: Any, by: str) -> acts.Done:
        session = browser.session
        session["kept"] = True
        session.save()
        step(browser, second, begun["before"])
        return act.run(rows, by)

    monkeypatch.setitem(acts.ACTS, name, act._replace(run=meanwhile))
    step(browser, first)
    assert browser.session["kept"]
    assert step(browser, second, begun["before"])["seen"] == 4
    assert Job.objects.get(name__contains="disable").seen == 4


@pytest.mark.usefixtures("small")
def test_a_chunk_that_fails_half_way_has_done_nothing(
    browser: Client, make: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = chosen(browser, SCHEDULES, "run_now", [make().pk for _ in range(3)])
    name = ("schedules.schedule", "run_now")
    act = acts.ACTS[name]

    def fails(rows: Any, by: str) -> acts.Done:
        act.run(rows, by)
        raise ZeroDivisionError

    monkeypatch.setitem(acts.ACTS, name, act._replace(run=fails))
    with pytest.raises(ZeroDivisionError):
        step(browser, page)
    assert not Execution.objects.exists()
    monkeypatch.setitem(acts.ACTS, name, act)
    assert step(browser, page)["seen"] == 2
    assert Execution.objects.count() == 2


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


def test_what_is_skipped_has_not_started(browser: Client, make: Callable[..., Schedule]) -> None:
    busy = make(name="busy")
    running(busy)
    found = step(browser, chosen(browser, SCHEDULES, "run_now", [busy.pk, make().pk]))
    assert (found["done"], found["refusals"]) == (1, 1)
    assert found["refused"] == [
        "busy: It does not run now: overlap: an earlier run of this schedule is still going on."
    ]


def test_cancel_is_about_what_has_not_ended(browser: Client, make: Callable[..., Schedule]) -> None:
    ended = running(make(name="ended"))
    succeed(ended)
    waits, runs = pending(make()), running(make())
    page = chosen(browser, EXECUTIONS, "cancel", [ended.id, waits.pk, runs.id])
    text = browser.get(page).content.decode()
    assert "Cancel 2 executions</h2>" in text
    assert "<li>ended" not in text
    found = step(browser, page)
    assert (found["done"], found["refused"]) == (2, [])
    waits.refresh_from_db()
    assert waits.state == "cancelled"
    assert Execution.objects.get(pk=runs.id).cancel_requested_at is not None


@pytest.mark.usefixtures("small")
def test_all_that_are_refused_are_counted(
    browser: Client, make: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They ended when they were chosen already; one sentence tells why, however many they are."""
    page = chosen(browser, EXECUTIONS, "cancel", [pending(make()).pk for _ in range(4)])
    monkeypatch.setattr(services, "cancel_executions", lambda executions: 0)
    second = step(browser, page, step(browser, page)["before"])
    assert (second["done"], second["refusals"], len(second["refused"])) == (0, 4, 1)


def test_delete_says_what_goes_with_it(browser: Client, make: Callable[..., Schedule]) -> None:
    gone, kept = make(name="gone"), make(name="kept")
    waits = pending(gone)
    assert "delete_selected" not in browser.get(SCHEDULES).content.decode()
    page = chosen(browser, SCHEDULES, "delete", [gone.pk])
    text = browser.get(page).content.decode()
    assert "Delete 1 scheduled command</h2>" in text
    assert "Nothing brings them back." in text
    assert Schedule.objects.count() == 2
    assert step(browser, page)["done"] == 1
    assert Schedule.objects.get() == kept
    waits.refresh_from_db()
    assert waits.state == "cancelled"


def test_run_again(browser: Client, make: Callable[..., Schedule]) -> None:
    for _ in range(2):
        fail(running(make()), retryable=False)
    going_on = running(make(name="going on"))
    address = f"{EXECUTIONS}?state__exact=failed"
    page = chosen(browser, address, "again", [going_on.id], select_across="1")
    assert "Run again 2 executions</h2>" in browser.get(page).content.decode()
    assert step(browser, page)["done"] == 2
    assert Execution.objects.filter(state="pending").count() == 2


@pytest.mark.parametrize("action", ["approve", "deny"])
def test_calls_are_decided(browser: Client, make: Callable[..., Schedule], action: str) -> None:
    (waits,), (decided,) = park(running(make())), park(running(make()))
    services.decide_approval(approval=decided, approved=True, by="bob")
    page = chosen(browser, APPROVALS, action, [waits.pk], select_across="1")
    assert f"{action.capitalize()} 1 approval</h2>" in browser.get(page).content.decode()
    assert step(browser, page)["done"] == 1
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by) == ("denied" if action == "deny" else "approved", "ann")


def test_what_is_buffered_starts_when_the_one_before_is_cancelled(
    make: Callable[..., Schedule],
) -> None:
    schedule = make(overlap_policy="buffer_one")
    first, second = pending(schedule), pending(schedule)
    assert second.not_before is None
    assert services.cancel_executions(executions=[first.pk]) == 1
    second.refresh_from_db()
    assert second.not_before is not None


@pytest.mark.parametrize("action", ["enable", "disable", "run_now", "delete", "cancel", "again"])
def test_queries_do_not_grow_with_the_chunk(
    browser: Client, make: Callable[..., Schedule], action: str
) -> None:
    def cost(number: int) -> int:
        address, ids = SCHEDULES, list[Any]()
        ids += [make(enabled=action != "enable").pk for _ in range(number)]
        if action in {"cancel", "again"}:
            address = EXECUTIONS
            ids = [pending(schedule).pk for schedule in Schedule.objects.filter(pk__in=ids)]
        if action == "again":
            services.cancel_executions(executions=ids)
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
        "schedule/bulk/cancel/?job=1&ids=1",
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


@pytest.mark.parametrize(
    ("do", "has"),
    [
        ("schedule/bulk/disable", ["view_schedule"]),
        ("schedule/bulk/delete", ["change_schedule"]),
        ("execution/bulk/again", ["change_execution", "change_schedule"]),
        ("execution/bulk/again", ["change_execution", "add_agenttask"]),
        ("approval/bulk/deny", ["view_approval"]),
    ],
)
def test_it_needs_permission(schedule: Schedule, do: str, has: list[str]) -> None:
    stan = person("stan", is_staff=True)
    stan.user_permissions.set(Permission.objects.filter(codename__in=has))
    client = Client()
    client.force_login(stan)
    page = f"/admin/schedules/{do}/?{urlencode({'job': 'a', 'filters': ''})}"
    assert client.get(page).status_code == 403
    assert client.post(page).status_code == 403
    answer = Client().get(page)
    assert answer.status_code == 302
    assert Schedule.objects.filter(enabled=True).exists()


def test_a_job_is_nobody_elses(
    browser: Client, strangers: Client, make: Callable[..., Schedule]
) -> None:
    over = make(name="used up", max_runs=1)
    services.run_now(schedule=over)
    page = chosen(browser, SCHEDULES, "run_now", [over.pk])
    assert step(browser, page)["refusals"] == 1
    assert "used up" not in strangers.get(page).content.decode()


def test_old_jobs_are_forgotten(browser: Client, schedule: Schedule) -> None:
    kept, old = (chosen(browser, SCHEDULES, "disable", [schedule.pk]) for _ in range(2))
    for page in (kept, old):
        step(browser, page)
    Job.objects.filter(pk=Job.objects.latest("pk").pk).update(
        begun_at=Now() - progress.KEPT_FOR - timedelta(minutes=1)
    )
    step(browser, chosen(browser, SCHEDULES, "enable", [schedule.pk]))
    assert Job.objects.count() == 2
