"""The lists of schedules and executions: filters, searches, exports, what they say of nothing."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from console import export_page
from console.spreadsheet import written
from scheduler_project import admin_search
from schedules import db, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.scenes import fail, park, pending, running, set_row
from tests.clients import person

pytestmark = pytest.mark.django_db
SCHEDULES, EXECUTIONS = "schedules/schedule/", "schedules/execution/"


def text_of(client: Client, address: str, **filters: Any) -> str:
    answer = client.get(f"/{address}?{urlencode(filters, doseq=True)}")
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def listed(client: Client, address: str, **filters: Any) -> list[str]:
    answer = client.get(f"/{address}?{urlencode(filters, doseq=True)}")
    assert answer.status_code == 200, answer
    rows = answer.context["cl"].result_list
    return [getattr(row, "schedule_name", "") or row.name for row in rows]


def names(client: Client, address: str, **filters: Any) -> set[str]:
    return set(listed(client, address, **filters))


@pytest.fixture
def three(make: Callable[..., Schedule]) -> list[Execution]:
    """One that failed, one that waits, one that is pending; by different ways."""
    failed, parked = running(make(name="Alpha")), running(make(name="beta"))
    fail(failed, retryable=False, error_type="timed_out", error_message="Too long.")
    park(parked)
    return [*Execution.objects.filter(pk__in=[failed.id, parked.id]), pending(make(name="Alpine"))]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"Alpha", "beta", "Alpine"}),
        ({"state__exact": "failed"}, {"Alpha"}),
        ({"state__exact": ["failed", "waiting"]}, {"Alpha", "beta"}),
        ({"error_type": "timed_out"}, {"Alpha"}),
        ({"error_type": "rate_limited"}, set()),
        ({"trigger__exact": "timer"}, set()),
        ({"queued_at_from": "2020-01-01"}, {"Alpha", "beta", "Alpine"}),
        ({"queued_at_to": "2020-01-01"}, set()),
        ({"queued_at_from": "9999-12-31"}, set()),
        ({"queued_at_to": "9999-12-31"}, {"Alpha", "beta", "Alpine"}),
        ({"queued_at_to": "0001-01-01"}, set()),
        ({"finished_at_from": "2020-01-01"}, {"Alpha"}),
        ({"finished_at_from": "not a day"}, {"Alpha", "beta", "Alpine"}),
        ({"q": "alp"}, {"Alpha", "Alpine"}),
        ({"q": "Alph"}, {"Alpha"}),
        ({"q": "lpha"}, set()),
    ],
)
@pytest.mark.parametrize("site", ["admin", "console"])
def test_executions(
    admin: Client,
    browser: Client,
    three: list[Execution],
    site: str,
    filters: dict[str, Any],
    found: set[str],
) -> None:
    client = admin if site == "admin" else browser
    assert names(client, f"{site}/{EXECUTIONS}", **filters) == found


def test_names_of_owners_are_looked_for_among_everybodys(
    admin: Client, browser: Client, three: list[Execution]
) -> None:
    assert names(admin, f"admin/{EXECUTIONS}", q="an") == {"Alpha", "beta", "Alpine"}
    assert names(browser, f"console/{EXECUTIONS}", q="an") == set()
    assert names(browser, f"console/{SCHEDULES}", q="an") == set()


def bobs_alpines() -> list[Schedule]:
    """Three of somebody else's, whose names begin as one of ann's."""
    bob = person("bob")
    fields = {"agent": Agent.objects.create(owner=bob, name="helper"), "command": "x"}
    manual = fields | {"schedule_type": "manual"}
    names = [{"name": f"Alpine {number}"} for number in range(3)]
    return [services.create_schedule(owner=bob, fields=name | manual) for name in names]


def test_names_of_others_schedules_hide_none_of_ones_own(
    browser: Client, three: list[Execution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_search, "MOST_NAMES", 2)
    moved = Schedule.objects.get(name="Alpine").pk
    bobs_alpines()
    # As if it were stored behind theirs.
    Schedule.objects.filter(pk=moved).update(note="moved")
    assert names(browser, f"console/{EXECUTIONS}", q="Alpine") == {"Alpine"}


@pytest.mark.parametrize("site", ["admin", "console"])
def test_runs_of_deleted_schedules_by_the_names_that_they_had(
    admin: Client, browser: Client, three: list[Execution], site: str
) -> None:
    services.delete_schedule(schedule=Schedule.objects.get(name="Alpha"))
    client = admin if site == "admin" else browser
    assert names(client, f"{site}/{EXECUTIONS}", q="alpha") == {"Alpha"}
    assert names(client, f"{site}/{EXECUTIONS}", q="Alp") == {"Alpha", "Alpine"}
    assert names(client, f"{site}/{EXECUTIONS}", q="lpha") == set()


def test_names_of_others_deleted_schedules_hide_none_of_ones_own(
    browser: Client, three: list[Execution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_search, "MOST_NAMES", 2)
    for schedule in bobs_alpines():
        services.delete_schedule(schedule=schedule)
    services.delete_schedule(schedule=Schedule.objects.get(name="Alpine"))
    assert names(browser, f"console/{EXECUTIONS}", q="Alpine") == {"Alpine"}


def test_an_execution_by_its_id(browser: Client, three: list[Execution]) -> None:
    assert names(browser, f"console/{EXECUTIONS}", q=three[2].pk) == {"Alpine"}


def test_executions_of_a_day(browser: Client, three: list[Execution]) -> None:
    set_row(Execution.objects.get(state="failed").pk, finished_at="'2026-03-02 23:59:59+00'")
    for day, found in (("2026-03-01", set()), ("2026-03-02", {"Alpha"}), ("2026-03-03", set())):
        days = {"finished_at_from": day, "finished_at_to": day}
        assert names(browser, f"console/{EXECUTIONS}", **days) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"enabled__exact": "1"}, {"nightly", "Noon"}),
        ({"schedule_type__exact": "once"}, set()),
        ({"last_state": "failed"}, {"Noon"}),
        ({"last_state": ["failed", "success"]}, {"Noon"}),
        ({"q": "no"}, {"Noon"}),
        ({"q": "²"}, set()),
        ({"q": "9" * 30}, set()),
        ({"created_at_from": "2020-01-01"}, {"nightly", "Noon"}),
    ],
)
def test_schedules(
    browser: Client, make: Callable[..., Schedule], filters: dict[str, Any], found: set[str]
) -> None:
    make(name="nightly")
    fail(running(make(name="Noon")), retryable=False, error_type="timed_out")
    assert names(browser, f"console/{SCHEDULES}", **filters) == found


def test_owners_sort_their_schedules(
    browser: Client, admin: Client, make: Callable[..., Schedule]
) -> None:
    facts = [("b", "success", 2), ("c", "", 3), ("a", "failed", 1)]
    for name, last_state, hours in facts:
        made = make(name=name, enabled=name != "b")
        at = db.now() + timedelta(hours=hours)
        rows = Schedule.objects.filter(pk=made.pk)
        rows.update(last_state=last_state, last_run_at=at)
        rows.exclude(enabled=False).update(next_run_at=at)
    page = f"console/{SCHEDULES}"
    assert listed(browser, page) == ["a", "c", "b"]
    assert listed(browser, page, o=1) == ["a", "b", "c"]
    assert listed(browser, page, o=-1) == ["c", "b", "a"]
    assert listed(browser, page, o=4)[0] == "b"
    assert listed(browser, page, o=5) == ["a", "c", "b"]
    assert listed(browser, page, o=6) == ["a", "b", "c"]
    assert listed(browser, page, o=7) == ["c", "a", "b"]
    # A million of everybody's are not.
    assert listed(admin, f"admin/{SCHEDULES}", o=1) == ["a", "c", "b"]


def test_a_filter_names_nothing_that_is_somebody_elses(
    browser: Client, strangers: Client, schedule: Schedule
) -> None:
    chosen = {"schedule__id__exact": schedule.pk}
    assert "nightly" in text_of(browser, f"console/{EXECUTIONS}", **chosen)
    assert "nightly" not in text_of(strangers, f"console/{EXECUTIONS}", **chosen)
    agents = {"agent__id__exact": schedule.agent_id}
    assert "helper" not in text_of(strangers, f"console/{EXECUTIONS}", **agents)


@pytest.mark.parametrize("value", ["x", "1e9", "9" * 30, "-1", "\x00"])
def test_forged_ids_in_filters(browser: Client, schedule: Schedule, value: str) -> None:
    answer = browser.get(f"/console/{EXECUTIONS}", {"schedule__id__exact": value}, follow=True)
    assert answer.status_code == 200


def test_owners_have_no_filter_of_owners(browser: Client, admin: Client) -> None:
    assert "owner__id__exact" not in text_of(browser, f"console/{SCHEDULES}")
    assert "owner__id__exact" in text_of(admin, f"admin/{SCHEDULES}")


def test_states_are_labels(browser: Client, three: list[Execution]) -> None:
    assert "bg-red-100" in text_of(browser, f"console/{EXECUTIONS}")


def test_lists_without_rows_teach(browser: Client) -> None:
    assert "standing order" in text_of(browser, f"console/{SCHEDULES}")
    text = text_of(browser, f"console/{EXECUTIONS}")
    assert "Each planned time" in text
    assert "Add execution" not in text
    assert "standing order" not in text_of(browser, f"console/{SCHEDULES}", q="nothing")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        text_of(client, address)
    return len(captured)


@pytest.mark.parametrize("of", [SCHEDULES, EXECUTIONS])
def test_queries_do_not_grow_and_nothing_is_counted(
    admin: Client, make: Callable[..., Schedule], of: str
) -> None:
    pending(make())
    text_of(admin, f"admin/{of}")
    few = queries(admin, f"admin/{of}")
    for _ in range(5):
        pending(make())
    with CaptureQueriesContext(connection) as captured:
        text_of(admin, f"admin/{of}")
    assert len(captured) == few
    assert not any("COUNT(" in query["sql"] for query in captured)


def exported(client: Client, address: str, **filters: Any) -> list[list[str]]:
    answer = client.get(f"/{address}?{urlencode(filters, doseq=True)}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))]


def test_export_of_what_the_filters_show(browser: Client, three: list[Execution]) -> None:
    address = f"console/{EXECUTIONS}export/"
    header, *rows = exported(browser, address)
    assert header[:4] == ["id", "schedule_id", "schedule_name", "owner"]
    assert [row[0] for row in rows] == sorted((str(e.pk) for e in three), reverse=True)
    header, row = exported(browser, address, state__exact="failed", p=3)
    assert row[header.index("schedule_name")] == "Alpha"
    assert row[header.index("started_at")].endswith("+00:00")


def test_exported_formulas_are_texts(browser: Client, make: Callable[..., Schedule]) -> None:
    make(name='=HYPERLINK("https://a.example")', command="-1+2", note="Grüße")
    header, row = exported(browser, f"console/{SCHEDULES}export/")
    assert row[header.index("name")] == '\'=HYPERLINK("https://a.example")'
    assert row[header.index("command")] == "'-1+2"


def csv_of(header: list[str], *rows: list[Any]) -> str:
    return b"".join(written(header, [[row] for row in rows])).decode("utf-8-sig")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_each_kind_of_formula(cell: str) -> None:
    (_, row) = csv.reader(io.StringIO(csv_of(["a"], [cell]), newline=""))
    assert row == [f"'{cell}"]


def test_numbers_and_names_stay() -> None:
    assert csv_of(["a", "b"], [-1, "Grüße"]) == "a,b\r\n-1,Grüße\r\n"


def test_a_cut_export_says_so(
    browser: Client, three: list[Execution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_page, "MOST_ROWS", 2)
    _, *rows = exported(browser, f"console/{EXECUTIONS}export/")
    assert len(rows) == 3
    assert "Cut here" in rows[-1][0]


@pytest.mark.parametrize(("most", "kept"), [(2, 2), (3, 3), (4, 4), (5, 5), (6, 5)])
def test_an_export_is_read_page_by_page(
    browser: Client,
    make: Callable[..., Schedule],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    kept: int,
) -> None:
    ids = [str(make().pk) for _ in range(5)][::-1]
    monkeypatch.setattr(export_page, "PAGE", 2)
    monkeypatch.setattr(export_page, "MOST_ROWS", most)
    answer = browser.get(f"/console/{SCHEDULES}export/")
    assert answer.streaming
    pieces = [piece.decode() for piece in answer]
    assert max(piece.count("\n") for piece in pieces) <= 3
    rows = [*csv.reader(io.StringIO("".join(pieces)))][1:]
    assert [row[0] for row in rows[:kept]] == ids[:kept]
    assert [row[0][:9] for row in rows[kept:]] == (["[Cut here"] if most < 5 else [])


def test_strangers_export_nothing_of_others(strangers: Client, three: list[Execution]) -> None:
    assert len(exported(strangers, f"console/{EXECUTIONS}export/")) == 1
    filters = {"schedule__id__exact": three[0].schedule_id}
    assert len(exported(strangers, f"console/{EXECUTIONS}export/", **filters)) == 1


@pytest.mark.parametrize("of", ["auth/user", "schedules/approval", "no/such"])
def test_what_is_not_exported(admin: Client, of: str) -> None:
    assert admin.get(f"/admin/{of}/export/").status_code in (302, 404)


def test_an_export_needs_permission(schedule: Schedule) -> None:
    client = Client()
    client.force_login(person("stan", is_staff=True))
    assert client.get(f"/admin/{SCHEDULES}export/").status_code == 403
