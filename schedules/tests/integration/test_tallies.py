"""Hours that are over are counted once, by whichever beat, and not before they are settled."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from schedules import db, tallies
from schedules.models import Tally
from schedules.status import status
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.past import ended
from tests.clients import person
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hour() -> datetime:
    """The one that goes on."""
    return db.now().replace(minute=0, second=0, microsecond=0)


def rows() -> list[tuple[str, datetime, str, int]]:
    found = Tally.objects.order_by("hour", "owner", "state")
    return list(found.values_list("owner__username", "hour", "state", "count"))


def count_all() -> int:
    """Until there is nothing left; returns how many rounds it took."""
    rounds = 0
    while tallies.add():
        rounds += 1
    return rounds


def test_what_ended_is_counted_by_owner_hour_and_state(owner: User, hour: datetime) -> None:
    first, second, bob = hour - 3 * HOUR, hour - 2 * HOUR, person("bob")
    ended(owner, first, first + MINUTE, second - timedelta(microseconds=1), second)
    ended(owner, first, state="failed")
    ended(bob, second + MINUTE)
    assert tallies.add()
    assert rows() == [
        ("ann", first, "failed", 1),
        ("ann", first, "success", 3),
        ("ann", second, "success", 1),
        ("bob", second, "success", 1),
    ]
    assert not tallies.add()


def test_an_hour_is_counted_a_minute_after_its_end(owner: User, hour: datetime) -> None:
    ended(owner, hour)
    end = hour + HOUR
    assert not tallies.add(at=end + timedelta(seconds=59))
    assert tallies.add(at=end + MINUTE)
    assert rows() == [("ann", hour, "success", 1)]


def test_so_many_executions_in_a_round_the_oldest_hours_first(owner: User, hour: datetime) -> None:
    past = [hour - timedelta(days=days) for days in (365, 364, 200, 100, 1)]
    ended(owner, *past, past[1] + MINUTE, past[3] + MINUTE)
    seen = [(tallies.add(1), len(rows())) for _ in range(6)]
    assert seen == [(True, 1), (True, 2), (True, 3), (True, 4), (True, 5), (False, 5)]
    Tally.objects.all().delete()
    assert [tallies.add(6), len(rows()), tallies.add(6), len(rows())] == [True, 4, True, 5]


def test_what_a_round_would_count_twice_is_counted_once(owner: User, hour: datetime) -> None:
    ended(owner, hour - HOUR, hour - 2 * HOUR)
    assert any(at_once(5, tallies.add))
    count_all()
    late = {"first": hour - 2 * HOUR, "end": hour}
    db.fetch(tallies.COUNT, late)
    assert [count for *_, count in rows()] == [1, 1]


def test_beats_do_not_wait_for_each_other(
    owner: User, hour: datetime, other: OtherConnection
) -> None:
    ended(owner, hour - HOUR)
    other.begin()
    other.run(db.fetch, tallies.COUNT, {"first": hour - HOUR, "end": hour})
    with transaction.atomic():
        assert not tallies.add()
    other.commit()
    assert rows() == [("ann", hour - HOUR, "success", 1)]


def end_now(owner: User) -> None:
    ended(owner, db.now())


@pytest.mark.parametrize("wrote", [False, True])
def test_what_began_in_an_hour_may_end_in_it_until_it_is_committed(
    owner: User, hour: datetime, other: OtherConnection, wrote: bool
) -> None:
    ended(owner, hour)
    other.begin()
    began = other.run(db.now)
    if wrote:
        other.run(end_now, owner)
    later = began + 2 * HOUR
    assert not tallies.add(at=later)
    if not wrote:
        other.run(end_now, owner)
    other.commit()
    assert tallies.add(at=later)
    assert sum(count for *_, count in rows()) == 2


# What is shown of another role's session, and of one that has written.
SESSIONS = """
CREATE TEMP TABLE pg_stat_activity ON COMMIT DROP AS
SELECT datname, 1 AS pid, usesysid, NULL::timestamptz AS xact_start, %s::xid AS backend_xid
FROM pg_stat_activity WHERE pid = pg_backend_pid();
SET LOCAL search_path = pg_temp, public, pg_catalog
"""


@pytest.mark.parametrize(("xid", "counts"), [(None, True), ("1000", False)])
def test_nothing_is_counted_while_a_session_that_hides_its_beginning_has_written(
    owner: User, hour: datetime, xid: str | None, counts: bool
) -> None:
    ended(owner, hour - HOUR)
    with transaction.atomic():
        db.fetch(SESSIONS, (xid,))
        assert tallies.add() is counts


def test_the_rows_of_an_owner_go_with_the_owner(owner: User, hour: datetime) -> None:
    bob = person("bob")
    ended(owner, hour - HOUR, hour - 2 * HOUR)
    ended(bob, hour - 2 * HOUR)
    count_all()
    db.fetch("DELETE FROM auth_user WHERE id = %s", (owner.pk,))
    assert rows() == [("bob", hour - 2 * HOUR, "success", 1)]
    assert status().last_24_hours == {"success": 1}
    ended(bob, hour - HOUR)
    count_all()
    assert rows()[1:] == [("bob", hour - HOUR, "success", 1)]


def test_an_owner_who_is_being_deleted_holds_up_no_beat(
    owner: User, hour: datetime, other: OtherConnection
) -> None:
    bob = person("bob")
    ended(owner, hour - HOUR)
    ended(bob, hour - HOUR)
    other.begin()
    other.run(owner.delete)
    assert not tallies.add()
    other.commit()
    assert tallies.add()
    assert rows() == [("bob", hour - HOUR, "success", 1)]


def test_what_is_added_while_an_owner_is_being_deleted_goes_as_well(
    owner: User, hour: datetime, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    ended(owner, hour - HOUR)
    other.begin()
    assert other.run(tallies.add)
    deletion = connect().start(owner.delete)
    assert somebody_waits()
    other.commit()
    deletion.result(10)
    assert rows() == []


def test_what_comes_late_nonetheless_is_not_counted_until_somebody_has_it_counted_anew(
    owner: User, hour: datetime
) -> None:
    ended(owner, hour - HOUR, hour - 2 * HOUR)
    count_all()
    ended(owner, hour - 2 * HOUR)
    assert not tallies.add()
    assert status(owner.pk).last_24_hours == {"success": 2}
    Tally.objects.filter(hour__gte=hour - 2 * HOUR).delete()
    assert status(owner.pk).last_24_hours == {"success": 3}
    count_all()
    assert status(owner.pk).last_24_hours == {"success": 3}


@pytest.mark.parametrize("wrong", [{"count": 0}, {"state": "running"}, {"owner_id": 0}])
def test_the_database_keeps_what_makes_no_sense_out(
    owner: User, hour: datetime, wrong: dict[str, object]
) -> None:
    right: dict[str, object] = {"owner_id": owner.pk, "hour": hour, "state": "success", "count": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Tally.objects.create(**right | wrong)
