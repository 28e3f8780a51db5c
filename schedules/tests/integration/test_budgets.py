"""Budgets at the claim: what may start, what is held back for it, what is skipped and told."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agents import prices, runners, tokens
from agents.models import Agent, AgentTask, Budget
from schedules import applicants, balances, claims, conclusions, db, outcomes, recover, services
from schedules.claims import Claimed
from schedules.models import Execution, Notification, Schedule
from schedules.tests.integration.money import limit, spent, stands
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    hand_back,
    pending,
    queued,
    row,
    running,
    set_row,
    states,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
# A command of nine characters, and the agent's 256 tokens of output.
FIRST_CALL = 3 + 256


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """As a worker does before its first claim."""
    runners.load_all()
    applicants.load_prices()


class Spending(runners.Runner):
    """Of a package, and does not say that it costs nothing."""


@pytest.fixture
def package(agent: Agent) -> Iterator[str]:
    """The name of a runner, which is the agent's."""
    runners.register("theirs", f"{__name__}.Spending")
    runners.load_all()
    Agent.objects.filter(pk=agent.pk).update(runner="theirs")
    yield "theirs"
    runners.unregister("theirs")


def refused(execution: Execution) -> Execution:
    """The run, which a worker has asked for in vain."""
    assert claims.claim([execution.id], "worker-a") == []
    return row(execution.id)


def ran(schedule: Schedule, *amounts: tuple[int, int]) -> None:
    """It has run, with so many tokens in and out, long ago."""
    for tokens_in, tokens_out in amounts:
        assert succeed(running(schedule), input_tokens=tokens_in, output_tokens=tokens_out)
    db.fetch("UPDATE agents_spending SET hour = hour - interval '60 days'")


def test_numbers_have_the_room_that_their_run_counts_for_them(make: Make) -> None:
    command = "1,2,3," * 500
    schedule = make(command=command)
    limit(schedule, 20_000)
    claimed = running(schedule)
    assert claimed.max_tokens == row(claimed.id).reserved_tokens > tokens.at_most(command)


def test_without_budgets_a_run_has_no_limits_and_nothing_is_held_back(make: Make) -> None:
    schedule, other = make(), make()
    limit(other, 0)
    claimed = running(schedule)
    assert (claimed.max_tokens, claimed.max_cost) == (None, None)
    assert (row(claimed.id).reserved_tokens, row(claimed.id).reserved_cost) == (0, 0)


def test_a_run_may_spend_what_is_held_back_for_it_until_it_ends(schedule: Schedule) -> None:
    budget = limit(schedule, 10_000)
    claimed = running(schedule)
    assert (claimed.max_tokens, claimed.max_cost) == (2 * FIRST_CALL, None)
    assert row(claimed.id).reserved_tokens == 2 * FIRST_CALL
    assert stands(budget) == (0, 2 * FIRST_CALL)
    assert succeed(claimed, input_tokens=20, output_tokens=300)
    assert stands(budget) == (320, 0)


def is_lost(claimed: Claimed) -> None:
    set_row(claimed.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1


# What a lost worker has spent nobody knows: test_unknown_usage.py.
@pytest.mark.parametrize(
    "end",
    [
        succeed,
        fail,
        hand_back,
        lambda claimed: outcomes.finish([conclusions.cancelled(claimed, task(claimed))]),
        is_lost,
    ],
    ids=["success", "retry", "handed back", "cancelled", "recovered"],
)
def test_nothing_is_held_back_any_more_however_it_ends(
    make: Make, end: Callable[[Claimed], Any]
) -> None:
    schedule = make(max_attempts=2)
    budget = limit(schedule, 10_000)
    claimed = running(schedule)
    end(claimed)
    assert row(claimed.id).state != "running"
    assert row(claimed.id).reserved_tokens == 0
    assert stands(budget) == (2 * FIRST_CALL if end is is_lost else 0, 0)


def test_what_cannot_be_afforded_is_skipped_and_says_why(schedule: Schedule) -> None:
    limit(schedule, 1_000)
    spent(schedule, input_tokens=500, output_tokens=300)
    found = refused(pending(schedule))
    assert (found.state, found.attempt, found.publish_at) == ("skipped", 0, None)
    assert found.finished_at is not None
    assert found.reason == (
        "budget of 1,000 tokens a day for this schedule: 800 tokens spent, "
        "0 tokens held back for others, about 259 tokens needed"
    )
    schedule.refresh_from_db()
    assert schedule.enabled
    assert schedule.last_state == ""


def test_runs_of_one_batch_are_judged_one_after_the_other(make: Make) -> None:
    schedules = [make() for _ in range(4)]
    budget = limit(schedules[0], 4 * FIRST_CALL + 10, whole=True)
    ids = [pending(schedule).id for schedule in schedules]
    claimed = claims.claim(ids, "worker-a")
    assert [c.id for c in claimed] == ids[:2]
    assert [row(id).state for id in ids[2:]] == ["skipped", "skipped"]
    assert "1,036 tokens held back for others" in row(ids[2]).reason
    assert stands(budget) == (0, 4 * FIRST_CALL)


def test_the_batch_of_others_is_claimed_with_it(make: Make) -> None:
    poor, rich, plain = make(), make(), make()
    limit(poor, 10)
    limit(rich, 10_000)
    runs = {pending(schedule).id: schedule for schedule in (poor, rich, plain)}
    claimed = {runs[c.id]: c.max_tokens for c in claims.claim(list(runs), "worker-a")}
    assert claimed == {rich: 518, plain: None}
    assert states(poor) == ["skipped"]


@pytest.mark.parametrize(
    ("period", "hours", "counts"),
    [
        *(("day", 23, True), ("day", 24, True), ("day", 25, False)),
        *(("week", 7 * 24, True), ("week", 7 * 24 + 1, False)),
        *(("month", 30 * 24, True), ("month", 30 * 24 + 1, False)),
    ],
)
def test_the_oldest_hour_counts_in_full(
    schedule: Schedule, period: str, hours: int, counts: bool
) -> None:
    budget = limit(schedule, 10_000, period=period)
    spent(schedule, hours=hours, input_tokens=7)
    assert stands(budget) == (7 * counts, 0)


def test_a_schedules_budget_counts_its_own_runs_an_owners_all(make: Make) -> None:
    one, other = make(), make()
    own, whole = limit(one, 10_000), limit(one, 10_000, whole=True)
    spent(one, input_tokens=1)
    spent(other, input_tokens=2)
    db.fetch("UPDATE agents_spending SET cost = 0.5")
    dollars = limit(one, 5, whole=True, unit="dollars")
    assert [stands(budget)[0] for budget in (own, whole, dollars)] == [1, 3, 1]


def test_budgets_that_are_read_together_stand_as_each_alone(make: Make) -> None:
    schedules = [make(), make()]
    for schedule in schedules:
        for hours in (0, 25, 8 * 24, 31 * 24):
            spent(schedule, hours=hours, input_tokens=hours + 1, cost=hours + schedule.pk)
        for period in ("run", "day", "week", "month"):
            for unit in ("tokens", "dollars"):
                limit(schedule, 100, period=period, unit=unit)
    limit(schedules[0], 100, whole=True, period="week")
    budgets = balances.annotated().order_by("id")
    alone: list[Any] = [(budget.pk, budget.spent) for budget in budgets]  # type: ignore[attr-defined]
    accounts = balances.accounts([budget.pk for budget in budgets])
    assert [(a.id, a.spent) for a in accounts if a.period != "run"] == [
        each for each, account in zip(alone, accounts, strict=True) if account.period != "run"
    ]
    assert [a.spent for a in accounts if a.period == "run"] == [0] * 4
    assert accounts[-1].spent == 2 * (1 + 26)


def test_what_nine_in_ten_runs_did_with_is_usual(schedule: Schedule) -> None:
    ran(schedule, *[(100, 10)] * 18, (9_000, 9), (8_000, 8))
    limit(schedule, 10_000)
    assert running(schedule).max_tokens == 2 * (100 + 10)


def test_with_few_runs_the_most_that_was_needed_is_taken_for_usual(schedule: Schedule) -> None:
    ran(schedule, (100, 10), (900, 50))
    limit(schedule, 10_000)
    assert running(schedule).max_tokens == 2 * 950


def test_a_longer_command_than_ever_before_counts(make: Make) -> None:
    schedule = make()
    ran(schedule, (100, 10))
    services.update_schedule(schedule=schedule, changes={"command": "x" * 3_000})
    limit(schedule, 10_000)
    assert running(schedule).max_tokens == 2 * (1_000 + 10)


def test_other_scripts_and_the_shape_of_the_answer_count(make: Make, agent: Agent) -> None:
    schedule = make(command="中" * 300)
    limit(schedule, 10_000)
    assert running(schedule).max_tokens == 2 * (300 + 256)
    Agent.objects.filter(pk=agent.pk).update(output_schema={"a": "b"})
    other = make()
    limit(other, 10_000)
    assert running(other).max_tokens == 2 * (FIRST_CALL + 4)


def test_runs_that_never_started_teach_nothing(schedule: Schedule) -> None:
    ran(schedule, (100, 10))
    budget = limit(schedule, 0)
    for _ in range(25):
        assert refused(pending(schedule)).state == "skipped"
    Budget.objects.filter(pk=budget.pk).update(amount=10_000)
    assert running(schedule).max_tokens == 220


def test_a_budget_for_each_run_counts_earlier_attempts(make: Make) -> None:
    schedule = make(max_attempts=3, retry_backoff_seconds=0)
    limit(schedule, 1_000, period="run")
    claimed = running(schedule)
    assert claimed.max_tokens == 1_000
    assert fail(claimed, input_tokens=600)
    retry = take(claimed.id)
    assert retry.max_tokens == 400
    assert fail(retry, input_tokens=400)
    found = refused(row(claimed.id))
    assert found.state == "skipped"
    assert "budget of 1,000 tokens for each run of this schedule: 1,000 tokens" in found.reason


def test_a_retry_asks_again(make: Make) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    limit(schedule, 1_000)
    claimed = running(schedule)
    assert fail(claimed, input_tokens=900)
    assert refused(row(claimed.id)).state == "skipped"
    assert AgentTask.objects.get().state == "failed"


def test_the_next_buffered_run_is_released(make: Make) -> None:
    schedule = make(overlap_policy="buffer_all")
    limit(schedule, 10)
    first, second = pending(schedule), pending(schedule)
    assert row(second.id).not_before is None
    clear_queue()
    refused(first)
    assert row(second.id).not_before is not None
    assert queued() == [str(second.id)]
    refused(second)
    assert states(schedule) == ["skipped", "skipped"]


def test_a_budget_that_pauses_switches_off_with_the_reason(make: Make) -> None:
    schedule = make(name="nightly", overlap_policy="buffer_all")
    limit(schedule, 10, action="pause")
    first, second = pending(schedule), pending(schedule)
    found = refused(first)
    assert (found.state, row(second.id).state) == ("skipped", "cancelled")
    assert row(second.id).reason == "the schedule was paused by a budget"
    schedule.refresh_from_db()
    assert (schedule.enabled, schedule.next_run_at) == (False, None)
    assert schedule.note.startswith(f"Paused: {found.reason}. Raise it")
    (told,) = Notification.objects.all()
    assert (told.kind, told.owner_id) == ("schedule_paused", schedule.owner_id)
    assert told.message == f'"nightly": {schedule.note}'


def test_a_run_that_goes_on_may_finish_although_its_schedule_is_paused(make: Make) -> None:
    schedule = make(overlap_policy="allow")
    limit(schedule, FIRST_CALL, action="pause")
    ids = [pending(schedule).id for _ in range(3)]
    (claimed,) = claims.claim(ids, "worker-a")
    schedule.refresh_from_db()
    assert not schedule.enabled
    assert states(schedule) == ["running", "skipped", "skipped"]
    assert succeed(claimed)


def test_a_schedule_that_is_off_already_keeps_its_owners_note(schedule: Schedule) -> None:
    services.disable_schedule(schedule=schedule, note="on holiday")
    limit(schedule, 10, action="pause")
    assert refused(pending(schedule)).state == "skipped"
    schedule.refresh_from_db()
    assert schedule.note == "on holiday"
    assert not Notification.objects.exists()


def test_a_budget_that_watches_tells_once_in_its_period(make: Make) -> None:
    schedule = make(name="nightly", overlap_policy="allow")
    budget = limit(schedule, 100, action="alert")
    for _ in range(2):
        claimed = running(schedule)
        assert (claimed.max_tokens, row(claimed.id).reserved_tokens) == (None, FIRST_CALL)
    (told,) = Notification.objects.all()
    assert (told.kind, told.schedule_id) == ("budget_alert", schedule.pk)
    assert told.message == (
        '"nightly": Budget of 100 tokens a day for this schedule: 0 tokens spent, '
        "0 tokens held back for others, about 259 tokens needed."
    )
    db.fetch("UPDATE agents_budget SET alerted_at = now() - interval '25 hours'")
    running(schedule)
    assert Notification.objects.count() == 2
    budget.refresh_from_db()
    assert db.fetch("SELECT now() - %s < interval '1 minute'", (budget.alerted_at,)) == [(True,)]


def test_what_each_run_may_spend_alarms_no_budget_that_watches(make: Make) -> None:
    schedule = make(overlap_policy="allow")
    limit(schedule, 100_000, period="run")
    watching = limit(schedule, 50_000, action="alert")
    assert [running(schedule).max_tokens for _ in range(2)] == [100_000, 100_000]
    assert stands(watching) == (0, 2 * FIRST_CALL)
    assert not Notification.objects.exists()


def test_an_agent_task_of_its_own_that_is_refused_fails(owner: User, agent: Agent) -> None:
    schedule_free = Budget.objects.create(owner=owner, unit="tokens", period="day", amount=10)
    asked = services.start_agent_task(owner=owner, agent=agent, command="say hello")
    found = refused(Execution.objects.get())
    assert found.state == "skipped"
    asked.refresh_from_db()
    assert (asked.state, asked.error_type) == ("failed", "budget_exceeded")
    assert asked.error_message == f"Not started: {found.reason}."
    assert stands(schedule_free) == (0, 0)


def test_a_pause_cannot_pause_an_agent_task_of_its_own(owner: User, agent: Agent) -> None:
    Budget.objects.create(owner=owner, unit="tokens", period="day", amount=10, action="pause")
    services.start_agent_task(owner=owner, agent=agent, command="say hello")
    assert refused(Execution.objects.get()).state == "skipped"
    assert not Notification.objects.exists()


@pytest.mark.parametrize("kind", ["webhook", "function"])
def test_runs_of_kinds_that_spend_nothing(schedule: Schedule, agent: Agent, kind: str) -> None:
    limit(schedule, 0)
    limit(schedule, 0, unit="dollars")
    Agent.objects.filter(pk=agent.pk).update(runner=kind)
    claimed = running(schedule)
    assert (claimed.max_tokens, claimed.max_cost) == (None, None)
    assert row(claimed.id).reserved_tokens == 0


def test_the_runner_of_a_package_gets_no_further_than_a_model(
    schedule: Schedule, package: str
) -> None:
    budget = limit(schedule, 1_000)
    claimed = running(schedule)
    assert claimed.max_tokens == 2 * FIRST_CALL
    assert stands(budget) == (0, 2 * FIRST_CALL)
    assert succeed(claimed, input_tokens=200, output_tokens=300)
    claimed = running(schedule)
    assert claimed.max_tokens == 500
    assert succeed(claimed, input_tokens=200, output_tokens=300)
    assert refused(pending(schedule)).reason.endswith("about 500 tokens needed")


def test_dollars_of_the_runner_of_a_package(
    schedule: Schedule, package: str, settings: Settings
) -> None:
    # What is free here is no price of whatever it may ask.
    settings.AGENT_MODEL = "local"
    limit(schedule, "0.01", unit="dollars")
    assert f"there is no price for {package} without a model;" in refused(pending(schedule)).reason
    settings.MODEL_PRICES = {"theirs": {"input": Decimal(1), "output": Decimal(1)}}
    Agent.objects.update(model="theirs")
    assert running(schedule).max_cost == Decimal("0.000518")


def test_a_run_whose_agent_is_gone_may_come_to_its_end(schedule: Schedule) -> None:
    limit(schedule, 0)
    execution = pending(schedule)
    set_row(execution.id, agent_id="NULL")
    assert take(execution.id).agent_id is None


def price_of(model: str, *tokens: int) -> Decimal:
    price = prices.estimate(model, *tokens)
    assert price is not None
    return price


def test_dollars_are_estimated_by_the_models_price(schedule: Schedule, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(model="openai:gpt-5")
    budget = limit(schedule, "0.05", unit="dollars")
    claimed = running(schedule)
    likely = price_of("openai:gpt-5", 3, 256)
    assert claimed.max_tokens is None
    assert claimed.max_cost == (2 * likely).quantize(Decimal("0.000001"))
    assert stands(budget) == (0, claimed.max_cost)
    assert succeed(claimed, input_tokens=3, output_tokens=9, cost=Decimal("0.0004"))
    assert stands(budget) == (Decimal("0.0004"), 0)


def test_the_most_expensive_of_the_models_counts(schedule: Schedule, agent: Agent) -> None:
    models = {"model": "openai:gpt-5-nano", "fallback_models": ["openai:gpt-5"]}
    Agent.objects.filter(pk=agent.pk).update(**models)
    limit(schedule, "0.01", unit="dollars")
    dearest = price_of("openai:gpt-5", 3, 256)
    assert dearest > 10 * price_of("openai:gpt-5-nano", 3, 256)
    assert running(schedule).max_cost == (2 * dearest).quantize(Decimal("0.000001"))


@pytest.mark.parametrize(
    "models",
    [
        {"model": "openai:nonesuch"},
        {"model": "openai:gpt-5", "fallback_models": ["openai:nonesuch"]},
        {"model": ""},
    ],
    ids=["its model", "a fallback", "the default"],
)
def test_without_a_price_nothing_starts_that_costs_dollars(
    schedule: Schedule, agent: Agent, models: dict[str, Any], settings: Settings
) -> None:
    settings.AGENT_MODEL = "openai:nonesuch"
    Agent.objects.filter(pk=agent.pk).update(**models)
    limit(schedule, 5, unit="dollars", action="pause")
    found = refused(pending(schedule))
    assert found.state == "skipped"
    begun = "budget of $5 a day for this schedule: there is no price for openai:nonesuch; set MODEL"
    assert found.reason.startswith(begun)
    schedule.refresh_from_db()
    assert schedule.enabled


def test_while_everything_stands_still_nothing_is_judged(schedule: Schedule) -> None:
    limit(schedule, 10)
    execution = pending(schedule)
    services.stop(owner=schedule.owner, by="ann")
    assert refused(execution).state == "pending"
    services.resume(owner=schedule.owner)
    assert refused(execution).state == "skipped"


def test_what_may_not_start_yet_is_not_judged(schedule: Schedule) -> None:
    limit(schedule, 10)
    execution = pending(schedule)
    set_row(execution.id, not_before="now() + interval '1 hour'")
    assert refused(execution).state == "pending"


@pytest.mark.parametrize("action", ["skip", "pause", "alert"])
@pytest.mark.parametrize("amount", [0, 100_000])
def test_statements_of_a_claim_under_budgets_do_not_grow_with_its_ids(
    make: Make, action: str, amount: int, settings: Settings
) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1000
    counts = []
    for size in (2, 12):
        schedules = [make() for _ in range(size)]
        for schedule in schedules:
            limit(schedule, amount, action=action)
        ids = [pending(schedule).id for schedule in schedules]
        with CaptureQueriesContext(connection) as captured:
            claims.claim(ids, "worker-a")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_claim_without_budgets_asks_once_for_the_whole_batch(make: Make) -> None:
    ids = [pending(make()).id for _ in range(5)]
    with CaptureQueriesContext(connection) as captured:
        assert len(claims.claim(ids, "worker-a")) == 5
    assert len([query for query in captured if "agents_budget" in query["sql"]]) == 1


def test_a_schedule_that_is_deleted_takes_its_budgets_with_it(make: Make) -> None:
    schedule, other = make(), make()
    limit(schedule, 10)
    kept = {limit(other, 10).pk, limit(other, 10, whole=True).pk}
    services.delete_schedule(schedule=schedule)
    assert set(Budget.objects.values_list("pk", flat=True)) == kept


def test_with_their_owner_budgets_and_spending_go(make: Make) -> None:
    schedule = make()
    limit(schedule, 10)
    spent(schedule, input_tokens=1)
    schedule.owner.delete()
    assert not Budget.objects.exists()
    assert db.fetch("SELECT count(*) FROM agents_spending") == [(0,)]
