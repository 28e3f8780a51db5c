"""What budgets say to a run that is about to start."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.budgets import NOTHING, Account, Decision, Money, Request, decide, named, shown


def budget(amount: Any, **facts: Any) -> Account:
    """Of tokens a day for all runs, skipping what it cannot afford, unless told otherwise."""
    values: dict[str, Any] = {"id": 1, "owner_id": 1, "schedule_id": None, "amount": D(amount)}
    values |= {"unit": "tokens", "period": "day", "action": "skip"}
    return Account(**(values | facts))


def D(amount: Any) -> Decimal:  # noqa: N802
    return Decimal(str(amount))


def run(tokens: Any = 100, dollars: Any = None, **facts: Any) -> Request:
    likely = Money(D(tokens), None if dollars is None else D(dollars))
    return Request(**({"likely": likely, "least": likely} | facts))


def test_a_run_without_budgets_goes_and_has_no_limits() -> None:
    assert decide(run(), []) == Decision("go")


@pytest.mark.parametrize(
    ("left", "limit"),
    [
        (100, 100),
        (150, 150),
        (200, 200),
        (9_999, 200),
        (10_050, 201),
        (10_090, 201),
        (1_000_000, 20_000),
    ],
)
def test_what_a_run_may_spend_is_held_back_for_it(left: int, limit: int) -> None:
    decision = decide(run(100), [budget(left)])
    assert (decision.verdict, decision.max_tokens, decision.max_cost) == ("go", limit, None)
    assert decision.held == Money(D(limit), D(0))


@pytest.mark.parametrize(
    ("spent", "reserved", "verdict"), [(0, 0, "go"), (500, 400, "go"), (500, 401, "skip")]
)
def test_what_is_spent_and_held_back_is_not_there_any_more(
    spent: int, reserved: int, verdict: str
) -> None:
    account = budget(1000, spent=D(spent), reserved=D(reserved))
    assert decide(run(100), [account]).verdict == verdict


def test_a_refusal_names_the_budget_and_how_it_stands() -> None:
    account = budget(100_000, spent=D(99_500), reserved=D(300), schedule_id=7)
    assert decide(run(1_200), [account]).reason == (
        "budget of 100,000 tokens a day for this schedule: 99,500 tokens spent, "
        "300 tokens held back for others, about 1,200 tokens needed"
    )


def test_nothing_left_is_too_little_for_whatever_costs_anything() -> None:
    for spent in (1000, 2000):
        assert decide(run(1), [budget(1000, spent=D(spent))]).verdict == "skip"
    assert decide(run(1), [budget(0, period="run")]).verdict == "skip"


def test_what_costs_nothing_is_no_budgets_business() -> None:
    free = Request(likely=NOTHING, least=NOTHING)
    assert decide(free, [budget(0), budget(0, unit="dollars", action="pause")]) == Decision("go")
    local = decide(run(10, 0), [budget(0, unit="dollars"), budget(1_000)])
    assert (local.verdict, local.max_tokens, local.max_cost) == ("go", 20, None)


def test_each_budget_must_be_able_to_afford_it_and_the_tightest_limits_it() -> None:
    day, month = budget(1_000), budget(150, id=2, period="month")
    assert decide(run(100), [day, month]).max_tokens == 150
    assert decide(run(100), [day, replace(month, amount=D(99))]).verdict == "skip"


def test_dollars_are_a_limit_of_their_own() -> None:
    accounts = [budget("0.50", unit="dollars"), budget(10_000)]
    decision = decide(run(100, "0.000003"), accounts)
    assert (decision.max_tokens, decision.max_cost) == (200, D("0.01"))
    assert decision.held == Money(D(200), D("0.01"))


def test_a_limit_in_dollars_is_never_rounded_up() -> None:
    account = budget("0.000007", unit="dollars", spent=D("0.000004"))
    assert decide(run(1, "0.000001"), [account]).max_cost == D("0.000002")


@pytest.mark.parametrize(
    ("usual", "least", "spent", "verdict", "limit"),
    [
        (5_000, 100, 0, "go", 1_000),
        (5_000, 100, 900, "go", 100),
        (5_000, 100, 901, "skip", None),
        (10, 2_000, 0, "skip", None),
    ],
)
def test_a_budget_for_each_run_is_its_limit_whatever_is_usual(
    usual: int, least: int, spent: int, verdict: str, limit: int | None
) -> None:
    request = run(usual, least=Money(D(least), None), spent=Money(D(spent), D(0)))
    decision = decide(request, [budget(1_000, period="run")])
    assert (decision.verdict, decision.max_tokens) == (verdict, limit)


@pytest.mark.parametrize(
    ("usual", "others", "held"),
    [
        (100, [], 100),
        (5_000, [], 1_000),
        (100, ["alert"], 100),
        (100, ["skip"], 200),
        (100, ["pause", "alert"], 200),
        (5_000, ["skip"], 1_000),
    ],
)
def test_a_budget_for_each_run_is_a_limit_and_no_reservation(
    usual: int, others: list[str], held: int
) -> None:
    lasting = [budget(10_000, id=2 + n, action=action) for n, action in enumerate(others)]
    decision = decide(run(usual, least=Money(D(1), None)), [budget(1_000, period="run"), *lasting])
    assert (decision.verdict, decision.held.tokens) == ("go", held)


def test_a_budget_that_pauses_outranks_one_that_skips() -> None:
    skipping, pausing = budget(1), budget(2, id=2, action="pause")
    decision = decide(run(100), [skipping, pausing])
    assert decision.verdict == "pause"
    assert "budget of 2 tokens" in decision.reason


def test_a_budget_that_only_watches_lets_everything_go_and_tells_once() -> None:
    account = budget(50, action="alert")
    decision = decide(run(100), [account])
    assert (decision.verdict, decision.max_tokens, decision.held.tokens) == ("go", None, 100)
    (alert,) = decision.alerts
    assert alert.budget_id == 1
    assert alert.message.startswith("Budget of 50 tokens a day for all runs: 0 tokens spent")
    after = account.after(decision)
    assert (after.reserved, after.alerted) == (100, True)
    assert decide(run(100), [after]).alerts == ()


@pytest.mark.parametrize("action", ["skip", "pause"])
def test_without_a_price_a_budget_of_dollars_refuses_and_says_what_to_do(action: str) -> None:
    request = run(10, None, unpriced="openai:nonesuch")
    decision = decide(request, [budget(5, unit="dollars", action=action)])
    assert (decision.verdict, decision.reason) == (
        "skip",
        "budget of $5 a day for all runs: there is no price for openai:nonesuch; set MODEL_PRICES, "
        "choose another model, or give a budget of tokens",
    )
    assert decide(request, [budget(1_000)]).verdict == "go"


def test_without_a_price_a_budget_that_only_watches_says_so() -> None:
    decision = decide(run(10, None), [budget(5, unit="dollars", action="alert")])
    assert decision.verdict == "go"
    assert "there is no price" in decision.alerts[0].message


@pytest.mark.parametrize("unit", ["tokens", "dollars"])
@pytest.mark.parametrize("schedule_id", [None, 2**62])
@pytest.mark.parametrize("period", ["run", "day", "week", "month"])
def test_the_longest_reason_fits_onto_the_ledger(
    unit: str, schedule_id: int | None, period: str
) -> None:
    most = D("9999999999999") if unit == "tokens" else D("9999999999999.999999")
    account = budget(
        most, unit=unit, schedule_id=schedule_id, period=period, spent=most, reserved=most
    )
    request = run(most, most, spent=Money(most, most), unpriced="m" * 40)
    unpriced = replace(request, likely=Money(most, None))
    for asked in (request, unpriced) if unit == "dollars" else (request,):
        reason = decide(asked, [account]).reason
        assert named(account) in reason
        assert len(reason) <= 200


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("1234567.000000", "tokens", "1,234,567 tokens"),
        ("0.5", "dollars", "$0.5"),
        ("100", "dollars", "$100"),
        ("0.000001", "dollars", "$0.000001"),
    ],
)
def test_amounts_are_shown_with_no_digit_more_than_they_have(
    amount: str, unit: str, text: str
) -> None:
    assert shown(D(amount), unit) == text


def test_a_budget_covers_all_runs_or_those_of_its_schedule() -> None:
    assert [budget(1).covers(schedule) for schedule in (None, 7)] == [True, True]
    own = budget(1, schedule_id=7)
    assert [own.covers(schedule) for schedule in (None, 7, 8)] == [False, True, False]


UNITS = {"tokens": st.integers(0, 10_000).map(D), "dollars": st.decimals(0, 100, places=6)}
PERIODS, ACTIONS = ["run", "day", "week", "month"], ["skip", "pause", "alert"]


@st.composite
def books(draw: st.DrawFn) -> list[Account]:
    """Some budgets of one owner, a part of each spent already."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        unit = draw(st.sampled_from(sorted(UNITS)))
        amount, spent = sorted([draw(UNITS[unit]), draw(UNITS[unit])], reverse=True)
        facts = {"unit": unit, "spent": spent, "period": draw(st.sampled_from(PERIODS))}
        facts |= {"action": draw(st.sampled_from(ACTIONS)), "id": number}
        found.append(budget(amount, **facts, schedule_id=draw(st.sampled_from([None, 1, 2]))))
    return found


def spend(account: Account, decision: Decision, schedule: int, spent: Money) -> Account:
    """The run has ended: what was held back for it is spent instead."""
    if account.period == "run" or not account.covers(schedule):
        return account
    held, paid = decision.held.of(account.unit), spent.of(account.unit)
    assert held is not None
    assert paid is not None
    return replace(account, reserved=account.reserved - held, spent=account.spent + paid)


@given(st.data(), books())
def test_in_whatever_order_runs_start_and_end_no_budget_is_exceeded(
    data: st.DataObject, accounts: list[Account]
) -> None:
    going: list[tuple[int, Decision]] = []
    for _ in range(data.draw(st.integers(1, 25))):
        ending: bool = data.draw(st.booleans())
        if going and ending:
            schedule, decision = going.pop(data.draw(st.integers(0, len(going) - 1)))
            # It spends what it likes, up to its limits.
            tokens = data.draw(st.integers(0, decision.max_tokens or 0))
            dollars = data.draw(st.decimals(0, decision.max_cost or 0, places=6))
            accounts = [spend(a, decision, schedule, Money(D(tokens), dollars)) for a in accounts]
        else:
            schedule = data.draw(st.sampled_from([1, 2]))
            likely = Money(data.draw(UNITS["tokens"]), data.draw(UNITS["dollars"]))
            decision = decide(
                Request(likely=likely, least=likely), [a for a in accounts if a.covers(schedule)]
            )
            accounts = [a.after(decision) if a.covers(schedule) else a for a in accounts]
            if decision.verdict == "go":
                going.append((schedule, decision))
            else:
                assert decision.held == NOTHING
        for account in accounts:
            if account.action != "alert":
                assert account.spent + account.reserved <= account.amount
            assert account.reserved >= 0


@given(books(), UNITS["tokens"], UNITS["dollars"])
def test_a_run_that_goes_may_spend_at_least_what_it_is_likely_to(
    accounts: list[Account], tokens: Decimal, dollars: Decimal
) -> None:
    likely = Money(tokens, dollars)
    lasting = [account for account in accounts if account.period != "run"]
    decision = decide(Request(likely=likely, least=likely), lasting)
    if decision.verdict == "go":
        assert decision.max_tokens is None or decision.max_tokens >= tokens
        assert decision.max_cost is None or decision.max_cost >= dollars


@given(books(), UNITS["tokens"], UNITS["dollars"])
def test_budgets_for_each_run_never_let_more_be_held_back(
    accounts: list[Account], tokens: Decimal, dollars: Decimal
) -> None:
    request = run(tokens, dollars)
    lasting = [account for account in accounts if account.period != "run"]
    with_them, without = decide(request, accounts), decide(request, lasting)
    for account in lasting:
        held, most = with_them.held.of(account.unit), without.held.of(account.unit)
        assert held is not None
        assert most is not None
        assert held <= most or without.verdict != "go"


@given(books(), UNITS["tokens"], UNITS["dollars"])
def test_what_a_run_may_spend_is_held_back_wherever_a_period_limits_it(
    accounts: list[Account], tokens: Decimal, dollars: Decimal
) -> None:
    decision = decide(run(tokens, dollars), accounts)
    limits = {"tokens": decision.max_tokens, "dollars": decision.max_cost}
    for account in accounts:
        limit = limits[account.unit]
        if account.period != "run" and account.action != "alert" and limit is not None:
            assert decision.held.of(account.unit) == limit


@given(st.integers(1, 50), st.integers(1, 1_000), st.integers(0, 100_000))
def test_fifty_at_once_do_not_keep_one_another_out_where_there_is_twice_enough(
    count: int, tokens: int, more: int
) -> None:
    account = budget(2 * 50 * tokens + more)
    for _ in range(count):
        decision = decide(run(tokens), [account])
        assert decision.verdict == "go"
        account = account.after(decision)
