"""What a schedule will do, as somebody writes it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.cron_cells import cells
from schedules import services
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
ADDRESS = "/console/schedules/schedule/preview/"
INTERVAL = {"schedule_type": "interval", "interval_unit": "minutes"}
NOON = ((0, "2190-03-01"), (1, "12:00"))


def preview(client: Client, **values: Any) -> str:
    fields = {"schedule_type": "cron", "cron_expression": "0 9 * * *", "timezone": "Europe/Berlin"}
    response = client.get(ADDRESS, fields | {"jitter_seconds": 0} | values)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_sentence_and_the_next_ten_runs(anns: Client) -> None:
    shown = preview(anns)
    assert "At 09:00 every day, Europe/Berlin" in shown
    assert shown.count('data-local="plan"') == 10
    assert "No other schedule fires with the next run" in shown


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"schedule_type": "interval", "interval_value": 15, "interval_unit": "minutes"},
            "Every 15",
        ),
        ({"schedule_type": "manual"}, "Only when somebody starts it"),
        (
            {"schedule_type": "once", "run_at_0": "2190-03-01", "run_at_1": "09:00"},
            "Once, on Monday 1 March 2190 at 09:00, Europe/Berlin",
        ),
    ],
)
def test_of_each_type(anns: Client, values: dict[str, Any], said: str) -> None:
    assert said in preview(anns, **values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"cron_expression": "61 7 * * *"}, "Cron expression:</b> In the minute field"),
        ({"cron_expression": "0 0 30 2 *"}, "never fires"),
        (INTERVAL | {"interval_value": 5, "interval_unit": ""}, 'interval needs "Unit".'),
        ({"schedule_type": "once", "run_at_0": "2190-03-01"}, "Run at:</b>"),
        (
            {"schedule_type": "once", "run_at_0": "2001-01-01", "run_at_1": "09:00"},
            '"Run at" is in the past',
        ),
        (
            {f"{name}_at_{part}": value for name in ("start", "end") for part, value in NOON},
            '"Not after" must be later than "Not before".',
        ),
        ({"cron_expression": "* * * * *"}, "Two runs can be 60 s apart"),
        ({"timezone": "Mars/Olympus"}, "Time zone:</b>"),
        ({"timezone": ""}, "Time zone:</b>"),
        ({"max_runs": "0"}, "At most so many runs:</b>"),
        ({"end_at_0": "2001-01-01", "end_at_1": "00:00"}, "would never run"),
        ({"schedule_type": "sometimes"}, "How it recurs:</b>"),
    ],
)
def test_what_is_wrong_and_where(anns: Client, values: dict[str, str], said: str) -> None:
    shown = preview(anns, **values)
    assert said in shown.replace("&quot;", '"')
    assert 'data-local="plan"' not in shown


@pytest.mark.parametrize(
    "values", [{"cron_expression": ""}, INTERVAL, {"schedule_type": "once", "run_at_0": ""}]
)
def test_a_form_that_nobody_has_touched_invites(anns: Client, values: dict[str, str]) -> None:
    shown = preview(anns, **values)
    assert "Say above when it runs" in shown
    assert "preview-problems" not in shown


def test_of_one_that_is_there_what_is_gone_is_missing(anns: Client, schedule: Schedule) -> None:
    shown = preview(anns, cron_expression="", schedule=schedule.pk)
    assert "cron needs &quot;Cron expression&quot;." in shown


def test_each_wrong_field_of_the_five_is_marked(anns: Client) -> None:
    assert preview(anns, cron_expression="61 7 * * MON-FRY").count('class="wrong"') == 2


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("0 24 L * *", ["hour"]),
        ("0 0 32 13 8", ["day-of-month", "month", "day-of-week"]),
        ("0 0 30 2 *", []),
        ("@daily", []),
    ],
)
def test_cells(expression: str, wrong: list[str]) -> None:
    assert [cell.name for cell in cells(expression) if cell.problem] == wrong


def test_not_five_fields_have_no_cells() -> None:
    assert cells("0 0 *") == []


def test_others_that_fire_then_are_counted_whosever_they_are(
    eves: Client, make: Callable[..., Schedule]
) -> None:
    for number in range(3):
        make(name=f"nine {number}", cron_expression="0 9 * * *")
    assert "3 other schedules fire with the next run" in preview(eves)


def test_one_that_is_changed_does_not_collide_with_itself(
    anns: Client, make: Callable[..., Schedule]
) -> None:
    schedule = make(cron_expression="0 9 * * *")
    assert "1 other schedule fires" in preview(anns)
    assert "No other schedule" in preview(anns, schedule=schedule.pk)


def test_an_interval_that_is_not_changed_keeps_its_phase(
    anns: Client, make: Callable[..., Schedule]
) -> None:
    schedule = make(schedule_type="interval", interval_value=3, interval_unit="hours")
    Schedule.objects.filter(pk=schedule.pk).update(anchor_at="2026-01-01T00:17:00Z")
    same = {"schedule_type": "interval", "interval_value": 3, "interval_unit": "hours"}
    assert ":17</td>" in preview(anns, **same, schedule=schedule.pk, timezone="UTC")


def test_it_changes_nothing(anns: Client, schedule: Schedule) -> None:
    preview(anns, schedule=schedule.pk, cron_expression="0 5 * * *")
    schedule.refresh_from_db()
    assert schedule.cron_expression == "30 7 * * MON-FRI"


def test_of_strangers_schedules_there_is_no_preview(eves: Client, schedule: Schedule) -> None:
    assert eves.get(ADDRESS, {"schedule": schedule.pk}).status_code == 404
    assert "/console/login/" in Client().get(ADDRESS)["Location"]


def test_a_paused_one_is_shown_as_if_it_were_on(anns: Client, schedule: Schedule) -> None:
    services.disable_schedule(schedule=schedule)
    assert preview(anns, schedule=schedule.pk).count('data-local="plan"') == 10
