"""Every refusal is a sentence under the field that is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from pytest_django import Settings

from agents.models import Agent
from schedules import db, services
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
HOUR = timedelta(hours=1)
CRON = {"schedule_type": "cron", "cron_expression": "0 7 * * *"}
FIVE_MINUTES = {"schedule_type": "interval", "interval_value": 5, "interval_unit": "minutes"}


@pytest.fixture(autouse=True)
def _usual_limits(settings: Settings) -> None:
    settings.MINIMUM_GAP_SECONDS = 300


def cron(expression: str) -> dict[str, Any]:
    return {"schedule_type": "cron", "cron_expression": expression}


def refusals(make: Make, fields: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        make(**fields)
    assert not Schedule.objects.exists()
    return refused.value.message_dict


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (CRON | {"timezone": "Mars/Olympus"}, "timezone", "Europe/Berlin or UTC"),
        (CRON | {"timezone": ""}, "timezone", ""),
        (CRON | {"timezone": "../../etc/passwd"}, "timezone", ""),
        (CRON | {"timezone": "U\x00TC"}, "timezone", ""),
        (CRON | {"timezone": "x" * 500}, "timezone", ""),
        (cron(""), "cron_expression", "needs cron_expression"),
        (cron("0 0 30 2 *"), "cron_expression", ""),
        (cron("61 * * * *"), "cron_expression", ""),
        (cron("0 0 * *"), "cron_expression", ""),
        (cron("0 0 * * *\x00"), "cron_expression", "NUL"),
        (cron("0 0 * * ٣"), "cron_expression", ""),
        (cron("0 0 * * " + "1," * 200 + "1"), "cron_expression", "at most 200"),
        (cron("* * * * *"), "cron_expression", "60 s apart"),
        (cron("0,1 0 * * *"), "cron_expression", "at least 300 s must lie between"),
        (cron("*/4 * * * *"), "cron_expression", "240 s apart"),
        (cron("0-59/7 * * * *"), "cron_expression", "240 s apart"),
        (CRON | {"interval_value": 5}, "interval_value", "leave it out"),
        (CRON | FIVE_MINUTES, "cron_expression", "leave it out"),
        (CRON | {"run_at": datetime(2199, 1, 1, tzinfo=UTC)}, "run_at", "leave it out"),
        (FIVE_MINUTES | {"interval_value": 4}, "interval_value", "240 s apart"),
        (FIVE_MINUTES | {"interval_value": 0}, "interval_value", "from 1 to"),
        (FIVE_MINUTES | {"interval_value": -5}, "interval_value", ""),
        (FIVE_MINUTES | {"interval_value": 2**31}, "interval_value", ""),
        (FIVE_MINUTES | {"interval_value": 10_000_000}, "interval_value", "ten years"),
        (
            FIVE_MINUTES | {"interval_value": 2**31 - 1, "interval_unit": "days"},
            "interval_value",
            "",
        ),
        (FIVE_MINUTES | {"interval_unit": "weeks"}, "interval_unit", ""),
        (FIVE_MINUTES | {"interval_unit": ""}, "interval_unit", "needs interval_unit"),
        ({"schedule_type": "once"}, "run_at", "needs run_at"),
        (
            {"schedule_type": "once", "run_at": datetime(2020, 1, 1, tzinfo=UTC)},
            "run_at",
            "in the past",
        ),
        ({"schedule_type": "hourly"}, "schedule_type", ""),
        ({"schedule_type": "manual", "interval_value": 5}, "interval_value", "leave it out"),
        (CRON | {"start_at": datetime(1, 1, 1, tzinfo=UTC)}, "start_at", "1970 and 2199"),
        (CRON | {"start_at": datetime(2200, 1, 1, tzinfo=UTC)}, "start_at", "1970 and 2199"),
        (CRON | {"end_at": datetime(9999, 12, 31, tzinfo=UTC)}, "end_at", "1970 and 2199"),
        (
            CRON
            | {
                "start_at": datetime(2190, 1, 2, tzinfo=UTC),
                "end_at": datetime(2190, 1, 1, tzinfo=UTC),
            },
            "end_at",
            "later than start_at",
        ),
        (CRON | {"end_at": datetime(2020, 1, 1, tzinfo=UTC)}, "end_at", "never run"),
        (CRON | {"max_runs": 0}, "max_runs", "from 1 to 1,000,000,000"),
        (CRON | {"max_runs": -1}, "max_runs", ""),
        (CRON | {"max_runs": 2**31}, "max_runs", ""),
        (CRON | {"max_attempts": 0}, "max_attempts", "from 1 to 100."),
        (CRON | {"max_attempts": 101}, "max_attempts", ""),
        (CRON | {"timeout_seconds": 0}, "timeout_seconds", "from 1 to 86,400."),
        (CRON | {"timeout_seconds": 10**9}, "timeout_seconds", "from 1 to 86,400."),
        (CRON | {"misfire_grace_seconds": 0}, "misfire_grace_seconds", "from 1 to"),
        (CRON | {"misfire_grace_seconds": -1}, "misfire_grace_seconds", ""),
        (CRON | {"retry_backoff_seconds": -1}, "retry_backoff_seconds", ""),
        (CRON | {"overlap_policy": "queue"}, "overlap_policy", ""),
        (CRON | {"missed_policy": "some"}, "missed_policy", ""),
        (CRON | {"name": ""}, "name", "may not be empty"),
        (CRON | {"name": " \t"}, "name", "may not be empty"),
        (CRON | {"name": "a\x00b"}, "name", "NUL"),
        (CRON | {"name": "\ud83d"}, "name", "surrogate"),
        (CRON | {"name": "x" * 101}, "name", "at most 100"),
        (CRON | {"command": ""}, "command", "may not be empty"),
        (CRON | {"command": "a\x00b"}, "command", "NUL"),
        (CRON | {"command": "\udc00"}, "command", "surrogate"),
        (CRON | {"command": "x" * 20_001}, "command", "at most 20000"),
        (CRON | {"description": "x" * 2001}, "description", "at most 2000"),
        (CRON | {"description": "\x00"}, "description", "NUL"),
    ],
)
def test_a_bad_definition_is_refused_under_its_field(
    make: Make, fields: dict[str, Any], field: str, sentence: str
) -> None:
    found = refusals(make, fields)
    assert list(found) == [field]
    (text,) = found[field]
    assert sentence in text
    assert len(text) > 15
    assert text.endswith((".", "…"))


def test_several_mistakes_are_told_at_once(make: Make) -> None:
    fields = CRON | {"name": "", "timezone": "Nowhere", "max_runs": 0}
    assert set(refusals(make, fields)) == {"name", "timezone", "max_runs"}


def test_somebody_elses_agent_is_refused(make: Make) -> None:
    bob = User.objects.create(username="bob")
    theirs = Agent.objects.create(owner=bob, name="theirs")
    assert list(refusals(make, CRON | {"agent": theirs})) == ["agent"]


@pytest.mark.parametrize(
    "fields",
    [
        cron("*/5 * * * *"),
        cron("@daily"),
        cron("0 9 * * MON-FRI"),
        FIVE_MINUTES,
        FIVE_MINUTES | {"interval_value": 300, "interval_unit": "seconds"},
        {"schedule_type": "manual"},
        CRON | {"name": "Ünïcödé 🐘", "command": "x" * 20_000, "description": "x" * 2000},
        CRON | {"timezone": "Asia/Kathmandu"},
        CRON | {"max_attempts": 100, "timeout_seconds": 86_400, "max_runs": 10**9},
        CRON | {"retry_backoff_seconds": 0, "misfire_grace_seconds": 1},
    ],
)
def test_a_good_definition_is_accepted(make: Make, fields: dict[str, Any]) -> None:
    schedule = make(**fields)
    assert (schedule.next_run_at is None) is (fields["schedule_type"] == "manual")


def test_a_date_that_has_passed_since_is_no_reason_to_refuse_another_change(make: Make) -> None:
    schedule = make(schedule_type="once", run_at=db.now() + HOUR)
    past = db.now() - HOUR
    Schedule.objects.update(run_at=past, next_run_at=None)
    changed = services.update_schedule(schedule=schedule, changes={"command": "other"})
    assert changed.command == "other"
    with pytest.raises(ValidationError, match="in the past"):
        services.update_schedule(schedule=schedule, changes={"timezone": "Asia/Tokyo"})


def test_a_refused_change_changes_nothing(make: Make) -> None:
    schedule = make(**CRON)
    with pytest.raises(ValidationError):
        services.update_schedule(
            schedule=schedule, changes={"command": "other", "cron_expression": "nonsense"}
        )
    after = Schedule.objects.get(pk=schedule.pk)
    assert (after.command, after.cron_expression) == ("say hello", "0 7 * * *")


def test_the_minimum_gap_is_a_setting(make: Make, settings: Settings) -> None:
    settings.MINIMUM_GAP_SECONDS = 60
    assert make(**cron("* * * * *")).next_run_at is not None
