"""No rows are no error: PostgreSQL has to know the type of an empty list."""

from collections.abc import Callable

import pytest

from schedules import cancellation, claims, db, dispatch, ledger, outcomes, recover
from schedules.models import Execution

pytestmark = pytest.mark.django_db


def test_columns() -> None:
    assert db.columns([(1, "a"), (2, "b")], 2) == [[1, 2], ["a", "b"]]
    assert db.columns([], 3) == [[], [], []]
    with pytest.raises(ValueError, match="argument 2"):
        db.columns([(1, 2), (3,)], 2)


@pytest.mark.parametrize(
    "work",
    [
        lambda: dispatch.tick(),
        lambda: dispatch.settle(1, db.now()),
        lambda: dispatch.activity_of([]),
        lambda: dispatch.advance([]),
        lambda: dispatch._record([], db.now()),
        lambda: ledger.insert([], Execution.Trigger.TIMER),
        lambda: claims.claim([], "worker-a"),
        lambda: claims.heartbeat({}),
        lambda: outcomes.finish([]),
        lambda: outcomes.finish([], overdue_only=True),
        lambda: outcomes.release_buffered([]),
        lambda: outcomes.release_buffered([1]),
        lambda: cancellation.cancel(reason="none", executions=[]),
        lambda: cancellation.cancel(reason="none", schedules=[]),
        recover.recover,
        recover.republish,
    ],
)
def test_empty_batches(work: Callable[[], object]) -> None:
    assert not work()
