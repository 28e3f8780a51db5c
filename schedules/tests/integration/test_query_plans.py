"""Each index that the models name serves its query; nothing reads a whole table."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory

from agents.models import Spending
from agents.records import Finished
from feed import changes, retention
from feed.models import Change
from scheduler_project.celery import app
from schedules import (
    agenda,
    approvals,
    balances,
    buffering,
    cancellation,
    claims,
    conclusions,
    db,
    dispatch,
    outcomes,
    plain_claims,
    planning,
    recover,
    status,
    tallies,
)
from schedules.models import (
    Approval,
    Definition,
    Execution,
    Parking,
    PlainTask,
    Schedule,
    Tally,
)
from schedules.services import backfilling
from tests.plans import plans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
# Agents are few: no plan is better than to read them all.
BIG = re.compile(
    r"Seq Scan on (schedules_(schedule|execution|plaintask|parking|approval|tally|definition)"
    r"|django_celery_beat_per|agents_(?!agent\b)|feed_change\b)"
)


def newest(**owner_or_schedule: int) -> list[Execution]:
    """A page of history, as cursor pagination asks for it."""
    history = Execution.objects.filter(**owner_or_schedule).order_by("-id")
    return list(history.filter(id__lt="7fffffff-0000-0000-0000-000000000000")[:51])


def approvals_of(owner: int, **fields: str) -> list[Approval]:
    """A page of approvals."""
    found = Approval.objects.with_runs().filter(owner=owner, id__lt=2**40, **fields)
    return list(found.order_by("-id")[:51])


def listed(model: type[Model], **asked: str) -> list[Any]:
    """The rows that the staff's list in the admin shows."""
    request = RequestFactory().get("/", asked)
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    known: Any = site.get_model_admin(model)
    return list(known.get_changelist_instance(request).result_list)


def of(state: str, count: int = 20) -> list[Execution]:
    return list(Execution.objects.filter(state=state).order_by("id")[:count])


def finish() -> None:
    given = []
    for execution in RUNNING:
        task = Finished(execution.id, "success", model="m", input_tokens=1)
        given.append(conclusions.succeeded(held(execution), task))
    outcomes.finish(given)


RUNNING: list[Execution] = []


def held(execution: Execution) -> claims.Claimed:
    return claims.Claimed(
        *(execution.id, 1, 0, 1, 30, 600, execution.owner_id, None, "", "manual"),
        *(execution.queued_at, None, None, "UTC", "7"),
    )


WORK: dict[str, tuple[Callable[[], object], list[str]]] = {
    "tick": (lambda: dispatch.tick(), ["schedule_due", "execution_active"]),
    "backfill": (
        lambda: backfilling._with_runs(Schedule.objects.latest("id"), [db.now()]),
        ["execution_backfilled"],
    ),
    "agenda": (
        agenda.read,
        [
            *("schedule_due", "execution_to_publish", "execution_overdue", "plain_task_due"),
            "parking_to_expire",
        ],
    ),
    "plain tasks": (lambda: plain_claims.claim(app), ["plain_task_due"]),
    "settle": (lambda: dispatch.settle([Schedule.objects.latest("id").pk], db.now()), []),
    "activity": (lambda: planning.activity_of([1, 2, 3]), ["execution_active"]),
    "republish": (recover.republish, ["execution_to_publish"]),
    "recover": (recover.recover, ["execution_overdue"]),
    "tallies": (tallies.add, ["tally_of_hour", "execution_ended"]),
    "expire": (approvals.expire, ["parking_to_expire"]),
    "release": (lambda: buffering.release([1, 2, 3]), ["execution_active"]),
    "claim": (
        lambda: claims.claim([e.id for e in of("pending")], "worker-a"),
        [
            *("execution_reserved", "execution_of_schedule"),
            *("spending_once_per_hour", "spending_of_schedule"),
        ],
    ),
    "budgets": (lambda: list(balances.annotated().order_by("-id")[:50]), ["execution_reserved"]),
    "what everybody has spent": (
        lambda: list(Spending.objects.filter(hour__gte=db.now() - timedelta(hours=1))),
        ["spending_of_hour"],
    ),
    "heartbeat": (lambda: claims.heartbeat({e.id: 1 for e in RUNNING}), []),
    "finish": (finish, ["execution_active"]),
    "cancel": (
        lambda: cancellation.cancel(reason="enough", schedules=[1, 2, 3]),
        ["execution_active"],
    ),
    "history of a schedule": (
        lambda: newest(schedule=Schedule.objects.latest("id").pk),
        ["execution_of_schedule"],
    ),
    "approvals of an owner": (
        lambda: approvals_of(Schedule.objects.latest("id").owner_id),
        ["approval_of_owner"],
    ),
    "what an owner has to decide": (
        lambda: approvals_of(Schedule.objects.latest("id").owner_id, state="waiting"),
        ["approval_to_decide"],
    ),
    "look at the feed": (lambda: changes.look(2**40), ["feed_change_pkey"]),
    "first look at the feed": (lambda: changes.look(None), ["feed_change_pkey"]),
    "what owners have missed": (
        lambda: changes.pages([(Schedule.objects.latest("id").owner_id, 5)] * 20, 2**40, 100),
        ["change_of_owner"],
    ),
    "forget old changes": (retention.forget, ["feed_change_pkey"]),
    "history of an owner": (
        lambda: newest(owner=Schedule.objects.latest("id").owner_id),
        ["execution_of_owner"],
    ),
    "list": (lambda: listed(Execution), ["execution_pkey"]),
    "list of what failed": (lambda: listed(Execution, state__exact="failed"), []),
    "list of what is rare": (
        lambda: listed(Execution, state__exact="cancelled"),
        ["execution_noteworthy"],
    ),
    "list of what waits": (
        lambda: listed(Execution, state__exact="waiting"),
        ["execution_active"],
    ),
    "list of agent tasks": (
        lambda: listed(Execution, trigger__exact="agent_task"),
        ["execution_by_hand"],
    ),
    "list of what failed for a reason": (
        lambda: listed(Execution, error_type="timed_out"),
        ["execution_failed_why"],
    ),
    "list of some days": (lambda: listed(Execution, queued_at_from="2026-01-02"), ["_pkey"]),
    "list of what ended in some days": (
        lambda: listed(Execution, finished_at_from="2020-01-02"),
        ["execution_ended"],
    ),
    "list of schedules": (lambda: listed(Schedule), ["schedule_pkey"]),
}
MODELS = (
    *(Schedule, Definition, Execution, PlainTask, Parking, Approval, Tally),
    *(Spending, Change),
)
PRIMARY = {"execution_pkey", "schedule_pkey", "_pkey", "schedule_name_per_owner"}


@pytest.mark.parametrize("name", WORK)
def test_no_statement_reads_a_whole_table(name: str) -> None:
    work, indexes = WORK[name]
    RUNNING[:] = of("running")
    found = plans(work)
    assert found
    for index in indexes:
        assert any(index in plan for plan in found), f"{index} is not used:\n" + "\n".join(found)
    for plan in found:
        assert not BIG.search(plan), plan


@pytest.mark.parametrize("whose", ["everybody", "an owner"])
def test_the_outcomes_of_a_day_are_read_from_indexes(whose: str) -> None:
    owner = None if whose == "everybody" else Schedule.objects.latest("id").owner_id
    (found,) = [plan for plan in plans(lambda: status.status(owner)) if "execution_ended" in plan]
    assert ("tally_of_hour" if owner is None else "tally_once") in found
    assert "Seq Scan on schedules_tally" not in found


def test_what_deleted_schedules_ran_is_found_by_their_names() -> None:
    (plan,) = [each for each in plans(lambda: listed(Execution, q="former 7")) if "_def" in each]
    assert "definition_by_name" in plan
    assert not BIG.search(plan)


def test_of_what_failed_for_a_reason_no_few_are_expected() -> None:
    """Otherwise all of them would be read, and sorted for a page."""
    failed = Execution.objects.filter(state="failed", error_type="timed_out").order_by()
    expected = re.search(r"rows=(\d+)", failed.explain())
    assert expected
    assert int(expected[1]) > failed.count() / 2


def test_the_history_of_a_deleted_schedule_is_read_from_its_index() -> None:
    history = Execution.objects.filter(former_schedule_id=1).order_by("-id")
    (plan,) = plans(lambda: list(history[:50]))
    assert "execution_of_former" in plan


def test_every_index_that_the_models_name_is_checked_here() -> None:
    named = {index.name for model in MODELS for index in model._meta.indexes}
    checked = {index for _, indexes in WORK.values() for index in indexes}
    checked -= {"spending_once_per_hour", "feed_change_pkey", *PRIMARY}
    # An audit reads all definitions in the order of theirs.
    others = {"execution_of_former", "definition_by_name", "definition_of_schedule"}
    assert named == checked | others
