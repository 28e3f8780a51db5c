"""manage.py audit, as somebody at a terminal sees it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from schedules import dispatch
from schedules.models import Definition, Execution, Schedule
from schedules.tests.integration.test_commands import printed, refusal

# Real transactions: an audit reads from a snapshot of its own.
pytestmark = pytest.mark.django_db(transaction=True)
ALL_IS_WELL = "Every occurrence has exactly one disposition."


def begun(schedule: Schedule, hours: int) -> None:
    """As if its history began so long ago, and nothing had been dispatched since."""
    ago = timedelta(hours=hours)
    Definition.objects.filter(schedule_id=schedule.pk).update(
        since=F("since") - ago, anchor_at=F("anchor_at") - ago, next_run_at=F("next_run_at") - ago
    )


@pytest.fixture
def dispatched(make: Callable[..., Schedule]) -> Schedule:
    """Hourly, made three hours ago; its occurrences were made up for by one run."""
    schedule = make(name="hourly")
    begun(schedule, 3)
    ago = timedelta(hours=3)
    Schedule.objects.update(anchor_at=F("anchor_at") - ago, next_run_at=F("next_run_at") - ago)
    assert dispatch.tick() == 1
    return schedule


def test_without_schedules_all_is_well() -> None:
    assert printed("audit") == ["0 schedules, 0 definitions, 0 occurrences:", ALL_IS_WELL]


def test_counts_by_disposition(dispatched: Schedule) -> None:
    first, *counts, last = printed("audit")
    assert first == "1 schedules, 1 definitions, 3 occurrences:"
    assert [line.split() for line in counts] == [["coalesced", "2"], ["pending", "1"]]
    assert last == ALL_IS_WELL


def test_a_row_that_is_gone_is_named_and_fails(dispatched: Schedule) -> None:
    lost = Execution.objects.get()
    lost.delete()
    refused, (first, *lines) = refusal("audit")
    assert refused == "3 exceptions."
    assert first == "1 schedules, 1 definitions, 0 occurrences:"
    assert len(lines) == 3
    assert f'schedule {dispatched.pk} "hourly"' in lines[-1]
    assert str(lost.scheduled_for) in lines[-1]


def test_only_what_lies_between_since_and_until(dispatched: Schedule) -> None:
    at = Execution.objects.get().scheduled_for
    Execution.objects.all().delete()
    hours = [(at - timedelta(hours=back)).isoformat() for back in range(4)]
    assert refusal("audit", "--since", hours[1])[0] == "2 exceptions."
    assert refusal("audit", "--until", hours[1])[0] == "2 exceptions."
    assert refusal("audit", "--since", hours[1], "--until", hours[1])[0] == "1 exceptions."
    assert printed("audit", "--until", hours[3])[-1] == ALL_IS_WELL


def test_instants_count_with_their_offset(dispatched: Schedule) -> None:
    Execution.objects.all().delete()
    later = datetime.now(UTC) + timedelta(minutes=1)
    elsewhere = (later + timedelta(hours=9)).replace(tzinfo=None).isoformat()
    assert printed("audit", "--since", f"{elsewhere}+09:00")[-1] == ALL_IS_WELL


def test_the_first_twenty_and_how_many_more(schedule: Schedule) -> None:
    begun(schedule, 25)
    refused, (_, *lines) = refusal("audit")
    assert refused == "25 exceptions. 5 more are shown with --all."
    assert len(lines) == 20


def test_all_of_them(schedule: Schedule) -> None:
    begun(schedule, 25)
    refused, (_, *lines) = refusal("audit", "--all")
    assert refused == "25 exceptions."
    assert len(set(lines)) == 25


def test_twenty_are_no_more_than_are_shown(schedule: Schedule) -> None:
    begun(schedule, 20)
    refused, (_, *lines) = refusal("audit")
    assert (refused, len(lines)) == ("20 exceptions.", 20)


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2030-01-31T12:00", "has no offset: write 2030-01-31T12:00Z for UTC."),
        ("2030-01-31", "has no offset: write 2030-01-31T00:00:00Z for UTC."),
        ("yesterday", "is no ISO 8601 time."),
        ("", "is no ISO 8601 time."),
    ],
)
def test_what_is_no_instant_is_a_sentence(option: str, text: str, sentence: str) -> None:
    refused, lines = refusal("audit", option, text)
    assert refused.endswith(f"{text!r} {sentence}")
    assert option in refused
    assert lines == []


@pytest.mark.parametrize("text", ["2030-01-31", "20300131T1200", "2030-01-31 12:00:00.5"])
def test_what_it_says_to_write_can_be_written(text: str) -> None:
    refused, _ = refusal("audit", "--since", text)
    advice = refused.split("write ")[1].removesuffix(" for UTC.")
    assert printed("audit", "--since", advice)[-1] == ALL_IS_WELL


def test_it_changes_nothing(dispatched: Schedule) -> None:
    before = list(Execution.objects.values()), list(Schedule.objects.values())
    printed("audit")
    assert before == (list(Execution.objects.values()), list(Schedule.objects.values()))
