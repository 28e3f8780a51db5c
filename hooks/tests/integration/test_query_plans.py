"""Each index that Delivery names serves its query; nothing reads all deliveries."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from hooks import claims, results, retention, switching
from hooks.claimed import Claimed
from hooks.models import Delivery, Hook
from hooks.tests.scenes import failed
from scheduler_project.database import fetch
from tests.plans import plans

pytestmark = pytest.mark.django_db
USERS = """
INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff,
    is_active, date_joined)
SELECT 'owner ' || n, '', '', '', '', false, false, true, now() FROM generate_series(1, 500) n
"""
HOOKS = """
INSERT INTO hooks_hook (owner_id, name, url, events, enabled, disabled_reason, secret,
    former_secret)
SELECT id, 'hook', 'https://example.com', '["*"]', true, '', 'x', '' FROM auth_user ORDER BY id
"""
# The last hook has a long history. Most are over, for up to a hundred days; a few wait, of which
# some are due; a few are on their way.
DELIVERIES = """
WITH facts AS (
    SELECT h.id AS hook_id, n, CASE WHEN mod(n, 50) = 0 THEN 'pending'
        WHEN mod(n, 500) = 1 THEN 'sending' WHEN mod(n, 5) = 2 THEN 'failed'
        ELSE 'delivered' END AS state
    FROM generate_series(1, 50000) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM hooks_hook) h
      ON h.place = CASE WHEN mod(n, 20) = 7 THEN 500 ELSE 1 + mod(n * 7, 500) END)
INSERT INTO hooks_delivery (hook_id, change_id, event, data, state, attempt, due_at, sent_at,
    finished_at)
SELECT hook_id, n, 'execution.failed', '{"execution": null}', state, 1,
    CASE WHEN state = 'pending' THEN now() + (n - 5000) * interval '1 second'
         WHEN state = 'sending' THEN now() + interval '1 minute' END,
    now(), CASE WHEN state IN ('failed', 'delivered') THEN now() - n * interval '3 minutes' END
FROM facts
"""


@pytest.fixture(scope="module")
def _crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One crowd for all plans, gone afterwards."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            for statement in (USERS, HOOKS, DELIVERIES, "ANALYZE"):
                fetch(statement)
            yield
            transaction.set_rollback(True)
        connection.close()


def busiest() -> int:
    """The hook with the long history."""
    return Hook.objects.latest("id").pk


def sent() -> list[Claimed]:
    now = fetch("SELECT now()")[0][0]
    on_their_way = Delivery.objects.filter(state="sending").select_related("hook")[:20]
    return [Claimed(d.pk, d.hook, {}, d.event, now, 1, 0, now) for d in on_their_way]


def page(hook: int, **fields: str) -> list[Delivery]:
    """A page of history, as cursor pagination asks for it."""
    found = Delivery.objects.filter(hook=hook, id__lt=2**40, **fields)
    return list(found.order_by("-id")[:51])


WORK: dict[str, tuple[Callable[[], object], list[str]]] = {
    "take": (lambda: claims.take(100), ["delivery_due", "delivery_on_its_way"]),
    "recover": (claims.recover, ["delivery_on_its_way"]),
    "record": (lambda: results.record([failed(each) for each in sent()]), []),
    "drop": (lambda: switching.drop([busiest()]), ["delivery_due"]),
    "forget": (retention.forget, ["delivery_over"]),
    "history": (lambda: page(busiest() - 1), ["delivery_of_hook"]),
    "history of one state": (
        lambda: page(busiest(), state="failed"),
        ["delivery_of_hook_by_state"],
    ),
    "gone": (lambda: fetch("DELETE FROM hooks_hook WHERE id = %s", (busiest(),)), []),
}


@pytest.mark.usefixtures("_crowd")
@pytest.mark.parametrize("name", WORK)
def test_no_statement_reads_a_whole_table(name: str) -> None:
    work, indexes = WORK[name]
    found = plans(work)
    assert found
    for index in indexes:
        assert any(index in plan for plan in found), f"{index} is not used:\n" + "\n".join(found)
    for plan in found:
        assert "Seq Scan on hooks_delivery" not in plan, plan


def test_every_index_is_checked_here() -> None:
    named = {index.name for index in Delivery._meta.indexes}
    assert named == {index for _, indexes in WORK.values() for index in indexes}
