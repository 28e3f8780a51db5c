"""Which deliveries a courier takes, and what the fence refuses."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hooks import claims, results
from hooks.claims import EACH
from hooks.models import Delivery, Hook
from hooks.tests.scenes import (
    attempt,
    delivered,
    failed,
    happen,
    hook_of,
    make_due,
    only,
    states,
)
from scheduler_project.database import fetch
from tests.clients import person
from tests.connections import OtherConnection

pytestmark = pytest.mark.django_db(transaction=True)
Connect = Callable[[], OtherConnection]
FAILED = ["execution.failed"]


def test_what_is_due_is_taken_once(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    (claimed,) = claims.take(100)
    assert (claimed.hook, claimed.attempt, claimed.event) == (hook, 1, "execution.failed")
    assert claims.take(100) == []
    delivery = only(hook)
    assert delivery.state == "sending"
    assert delivery.due_at is not None
    assert delivery.due_at - claimed.claimed_at == timedelta(seconds=claims.LEASE_SECONDS)


def test_what_is_not_due_waits(ann: User) -> None:
    hook_of(ann)
    happen(ann, *FAILED)
    Delivery.objects.update(due_at=fetch("SELECT now() + interval '1 minute'")[0][0])
    assert claims.take(100) == []


def test_a_hook_with_thousands_takes_no_others_turn(ann: User) -> None:
    hook_of(ann)
    happen(ann, *FAILED * 3000)
    others = [person(f"owner {n}") for n in range(10)]
    for other in others:
        hook_of(other)
        happen(other, *FAILED)
    taken = Counter(claimed.hook.owner_id for claimed in claims.take(11))
    assert taken == {owner.pk: 1 for owner in (ann, *others)}


def test_no_hook_has_more_on_its_way_than_its_share(ann: User, connect: Connect) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED * 10)
    assert len(claims.take(3)) == 3
    assert len(connect().run(claims.take, 100)) == EACH - 3
    assert claims.take(100) == []
    assert states(hook).count("sending") == EACH


def test_two_couriers_take_different_hooks(ann: User, connect: Connect) -> None:
    first, second = connect(), connect()
    for _ in range(2):
        hook_of(ann)
    happen(ann, *FAILED)
    first.begin()
    taken = first.run(claims.take, 1)
    others = second.run(claims.take, 100)
    first.commit()
    assert {claimed.hook.pk for claimed in (*taken, *others)} == set(
        Hook.objects.values_list("pk", flat=True)
    )
    assert len(taken) == len(others) == 1


def test_a_row_that_somebody_holds_holds_up_its_hook_alone(ann: User, connect: Connect) -> None:
    held, clerk = hook_of(ann), connect()
    free = hook_of(ann)
    happen(ann, *FAILED)
    taken = claims.take(100)
    clerk.lock("hooks_hook", held.pk)
    (left,) = results.record([delivered(claimed) for claimed in taken])
    assert left.claimed.hook == held
    assert states(free) == ["delivered"]
    make_due()
    claims.recover()
    assert claims.take(100) == []
    clerk.commit()
    assert len(claims.take(100)) == 1


def test_what_a_lost_courier_had_is_sent_by_another_and_its_word_is_not_heard(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    (lost,) = claims.take(100)
    make_due()
    claims.recover()
    assert results.record([delivered(lost)]) == []
    assert only(hook).state == "pending"
    (again,) = claims.take(100)
    assert (again.id, again.attempt) == (lost.id, 2)
    results.record([delivered(lost)])
    assert only(hook).state == "sending"
    results.record([failed(again)])
    assert (only(hook).state, only(hook).failures) == ("pending", 1)


def test_what_is_given_back_is_there_at_once(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    claims.release(claims.take(100))
    (again,) = claims.take(100)
    assert (again.attempt, again.failures) == (2, 0)
    claims.release([])
    assert states(hook) == ["sending"]


def test_what_was_written_while_its_hook_went_off_is_dropped(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    Hook.objects.update(enabled=False)
    assert claims.take(100) == []
    assert states(hook) == ["dropped"]


def test_owners_who_may_not_sign_in_any_more_hear_nothing(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    User.objects.update(is_active=False)
    assert claims.take(100) == []
    assert states(hook) == ["dropped"]


def test_results_of_a_hook_that_is_gone_are_nobodys(ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, *FAILED)
    taken = claims.take(100)
    hook.delete()
    assert results.record([delivered(claimed) for claimed in taken]) == []


def test_the_number_of_statements_does_not_depend_on_that_of_deliveries(ann: User) -> None:
    def statements(count: int) -> tuple[int, int]:
        for owner in [person(f"owner {count} {n}") for n in range(count)]:
            hook_of(owner)
            happen(owner, *FAILED * 3)
        with CaptureQueriesContext(connection) as taking:
            taken = claims.take(1000)
        assert len(taken) == 3 * count
        with CaptureQueriesContext(connection) as recording:
            results.record([failed(claimed) for claimed in taken])
        return len(taking), len(recording)

    assert statements(1) == statements(20)


def test_an_idle_courier_asks_one_question(ann: User) -> None:
    hook_of(ann)
    happen(ann, *FAILED)
    attempt(delivered)
    with CaptureQueriesContext(connection) as captured:
        assert claims.take(100) == []
    asked = [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(asked) == 1
