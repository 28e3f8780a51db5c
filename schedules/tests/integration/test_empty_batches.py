"""No rows are no error: PostgreSQL has to know the type of an empty list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler_project.celery import app
from schedules import (
    buffering,
    cancellation,
    claims,
    db,
    dispatch,
    ledger,
    outcomes,
    planning,
    recover,
)
from schedules.models import Execution
from schedules.plain_tasks import PlainTasks

pytestmark = pytest.mark.django_db


def test_columns() -> None:
    assert db.columns([(1, "a"), (2, "b")], 2) == ["{1,2}", '{"a","b"}']
    assert db.columns([], 3) == ["{}", "{}", "{}"]
    with pytest.raises(ValueError, match="argument 2"):
        db.columns([(1, 2), (3,)], 2)


def test_what_many_rows_share_arrives_in_each() -> None:
    shared = [("pending", datetime(2026, 1, 1, tzinfo=UTC), None, n) for n in range(9)]
    arrays = db.columns(shared, 4)
    found = db.fetch(
        "SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::int[], %s::int[])", arrays
    )
    assert found == shared


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")) | st.none()))
@example(["", "NULL", "null", None, " a, b ", '"', "\\", '\\"', "{}", "{a}", "%s", "'"])
def check_texts(texts: list[str | None]) -> None:
    found = db.fetch("SELECT x FROM unnest(%s::text[]) x", db.columns([(t,) for t in texts], 1))
    assert [text for (text,) in found] == texts


def test_any_text_arrives_as_it_is() -> None:
    check_texts()


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (datetime(2026, 11, 24, 10, 0, 0, 123456, UTC), "timestamptz"),
        (UUID(int=7), "uuid"),
        (True, "bool"),
        (-5, "int"),
        (0.1, "float8"),
        (timedelta(days=-1, seconds=30.5), "interval"),
        (timedelta(days=3, microseconds=1), "interval"),
    ],
)
def test_any_value_arrives_as_it_is(value: object, type_: str) -> None:
    found = db.fetch(f"SELECT x FROM unnest(%s::{type_}[]) x", db.columns([(value,), (None,)], 1))
    assert found == [(value,), (None,)]


@pytest.mark.parametrize(
    "work",
    [
        lambda: dispatch.tick(),
        lambda: dispatch.settle([1], db.now()),
        lambda: planning.activity_of([]),
        lambda: dispatch.advance([]),
        lambda: dispatch._record([], db.now(), replacing=True),
        lambda: ledger.insert([], Execution.Trigger.TIMER),
        lambda: claims.claim([], "worker-a"),
        lambda: claims.heartbeat({}),
        lambda: outcomes.finish([]),
        lambda: outcomes.finish([], overdue_only=True),
        lambda: buffering.release([]),
        lambda: buffering.release([1]),
        lambda: cancellation.cancel(reason="none", executions=[]),
        lambda: cancellation.cancel(reason="none", schedules=[]),
        recover.recover,
        recover.republish,
        lambda: PlainTasks(app, lambda entry, id: True).tick(),
    ],
)
def test_empty_batches(work: Callable[[], object]) -> None:
    assert not work()
