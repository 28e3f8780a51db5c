"""Beats and workers report themselves; status reads who is there."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schedules import db, nodes
from schedules.models import Node, Schedule
from schedules.status import Status, status
from schedules.tests.integration.scenes import (
    fail,
    make_due,
    park,
    pending,
    running,
    set_row,
    succeed,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
BEAT, WORKER = Node.Kind.BEAT, Node.Kind.WORKER


def shown() -> Status:
    return status()


def was_seen(name: str, ago: str) -> None:
    sql = "UPDATE schedules_node SET seen_at = now() - %s::interval WHERE name = %s"
    db.fetch(sql, (ago, name))


def test_a_node_keeps_its_row_and_its_start() -> None:
    nodes.report("worker-a", WORKER, 3)
    first = Node.objects.get()
    nodes.report("worker-a", WORKER, 5)
    again = Node.objects.get()
    assert (again.started_at, again.running) == (first.started_at, 5)
    assert again.seen_at > first.seen_at


def test_nodes_that_were_killed_long_ago_are_forgotten() -> None:
    nodes.report("worker-a", WORKER)
    was_seen("worker-a", "2 days")
    nodes.report("worker-b", WORKER)
    assert list(Node.objects.values_list("name", flat=True)) == ["worker-b"]


def test_a_node_that_slept_for_days_reports_itself_again() -> None:
    nodes.report("worker-a", WORKER)
    was_seen("worker-a", "2 days")
    nodes.report("worker-a", WORKER, 1)
    nodes.report("worker-a", WORKER, 2)
    assert Node.objects.get().running == 2


def test_a_node_that_leaves_is_struck_out() -> None:
    nodes.report("beat-a", BEAT)
    nodes.leave("beat-a")
    nodes.leave("beat-a")
    assert not Node.objects.exists()


def test_status_shows_who_was_seen_lately() -> None:
    for name, kind in (("beat-a", BEAT), ("beat-b", BEAT), ("worker-a", WORKER)):
        nodes.report(name, kind, 2)
    was_seen("beat-b", "11 seconds")
    found = shown()
    assert [each.name for each in found.beats] == ["beat-a"]
    assert [(each.name, each.running) for each in found.workers] == [("worker-a", 2)]


def test_status_counts_what_waits_runs_and_has_ended(make: Make) -> None:
    succeed(running(make()))
    fail(running(make()))
    long_ago = running(make())
    succeed(long_ago)
    set_row(long_ago.id, finished_at="now() - interval '25 hours'")
    running(make())
    park(running(make()), "send")
    late, early = pending(make()), pending(make())
    set_row(late.id, not_before="now() - interval '1 minute'")
    set_row(early.id, not_before="now() + interval '1 minute'")
    due = make()
    make_due(due)
    found = shown()
    assert (found.pending, found.running, found.waiting) == (2, 1, 1)
    assert found.last_24_hours == {"success": 1, "failed": 1}
    assert 60 <= (found.oldest_pending_seconds or 0) < 70
    assert found.next_due_at == Schedule.objects.get(pk=due.pk).next_run_at
    assert found.queue_depth == 7


def test_status_of_nothing(broker_down: Callable[[], None]) -> None:
    found = shown()
    assert (found.pending, found.running, found.waiting, found.queue_depth) == (0, 0, 0, None)
    assert (found.oldest_pending_seconds, found.next_due_at) == (None, None)
    assert (found.beats, found.workers, found.last_24_hours) == ([], [], {})
    assert found.time_zone_data


def test_status_costs_a_fixed_number_of_statements(make: Make) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            shown()
        counts.append(len(captured))
        for _ in range(3):
            pending(make())
            nodes.report(f"worker {Schedule.objects.count()}", WORKER)
    assert counts[0] == counts[1]
