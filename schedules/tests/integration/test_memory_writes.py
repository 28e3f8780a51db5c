"""What a run remembers: written only while it is the current attempt, and without any wait."""

from collections.abc import Callable

import pytest

from agents import memory
from agents.desk import Closed
from agents.models import Memory
from schedules import db, desks, recover
from schedules.busy import Busy
from schedules.claims import Claimed
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import fail, hand_back, running, set_row, succeed, take

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.fixture
def first(make: Make) -> Claimed:
    """The first of two attempts, which has kept something."""
    claimed = running(make(max_attempts=2, retry_backoff_seconds=0))
    desks.remember(claimed, "key", "first")
    return claimed


def kept(claimed: Claimed) -> str | None:
    return memory.recall(desks.scope_of(claimed), "key")


def lost(claimed: Claimed) -> None:
    """Its worker was frozen for longer than its lease."""
    set_row(claimed.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    set_row(claimed.id, not_before="now()")


# --- The fence
@pytest.mark.parametrize("value", ["stale", ""])
@pytest.mark.parametrize("how", [succeed, fail, hand_back, lost])
def test_an_attempt_that_is_over_writes_nothing(
    first: Claimed, how: Callable[[Claimed], object], value: str
) -> None:
    how(first)
    with pytest.raises(Closed):
        desks.remember(first, "key", value)
    assert kept(first) == "first"


@pytest.mark.parametrize("value", ["stale", ""])
def test_what_the_next_attempt_has_kept_stays(first: Claimed, value: str) -> None:
    lost(first)
    desks.remember(take(first.id), "key", "second")
    with pytest.raises(Closed):
        desks.remember(first, "key", value)
    assert kept(first) == "second"


def test_two_attempts_that_write_at_once(first: Claimed, other: OtherConnection) -> None:
    """The later one is about to commit: the stale one must not be told that it is current."""
    lost(first)
    second = take(first.id)
    other.begin()
    other.run(desks.remember, second, "key", "second")
    with pytest.raises(Busy):
        desks.remember(first, "key", "stale")
    other.commit()
    with pytest.raises(Closed):
        desks.remember(first, "key", "stale")
    assert kept(first) == "second"


# --- Rows that somebody holds
Connect = Callable[[], OtherConnection]


def test_the_executions_row_is_not_waited_for(first: Claimed, connect: Connect) -> None:
    other, writer = connect(), connect()
    other.lock("schedules_execution", first.id)
    writer.run(desks.remember, first, "key", "again")
    assert kept(first) == "again"
    other.commit()


def test_a_dispatch_is_not_waited_for(first: Claimed, connect: Connect) -> None:
    other, writer = connect(), connect()
    other.begin()
    dispatching = "SELECT 1 FROM schedules_schedule WHERE id = %s FOR NO KEY UPDATE"
    other.run(db.fetch, dispatching, (first.schedule_id,))
    writer.run(desks.remember, first, "key", "again")
    assert kept(first) == "again"
    other.commit()


@pytest.mark.parametrize("held", ["schedule", "turn", "value", "owner"])
def test_what_is_held_is_busy(first: Claimed, connect: Connect, held: str) -> None:
    key = "new" if held == "owner" else "key"
    other, writer = connect(), connect()
    hold(other, held, first)
    with pytest.raises(Busy):
        writer.run(desks.remember, first, key, "again")
    assert kept(first) == "first"
    other.commit()
    writer.run(desks.remember, first, key, "again")
    assert memory.recall(desks.scope_of(first), key) == "again"


def hold(other: OtherConnection, held: str, claimed: Claimed) -> None:
    """Open a transaction that a write has to wait for."""
    if held == "turn":
        other.begin()
        other.run(memory.take_turn, desks.scope_of(claimed))
    elif held == "schedule":
        other.lock("schedules_schedule", claimed.schedule_id)
    elif held == "owner":
        other.lock("auth_user", claimed.owner_id)
    else:
        other.lock("agents_memory", Memory.objects.get().pk)
