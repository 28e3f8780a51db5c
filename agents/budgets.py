"""What budgets say to a run that is about to start: facts in, decision out.

A run may spend what is held back for it, and nothing more: as long as runs keep to that, what
is spent and held back together never exceeds a budget, however many start at the same moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Literal, NamedTuple

# Twice what a run usually needs is held back for it, or a fiftieth of what is left where that is
# more: one that needs more than ever before is not ended while there is plenty, and fifty that
# start together do not keep one another out.
GENEROSITY = 2
SHARES = 50
# What neither unit can be divided into any further.
SMALLEST = {"tokens": Decimal(1), "dollars": Decimal("0.000001")}


class Money(NamedTuple):
    """Amounts in both units; dollars are None where a price is not known."""

    tokens: Decimal
    dollars: Decimal | None

    def of(self, unit: str) -> Decimal | None:
        """The amount in that unit."""
        return self.tokens if unit == "tokens" else self.dollars


NOTHING = Money(Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Account:
    """A budget as it stands: what was spent in its period, and is held back for running ones."""

    id: int
    owner_id: int
    schedule_id: int | None
    unit: str
    period: str
    amount: Decimal
    action: str
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    alerted: bool = False
    """Whether its owner was told within its period."""

    def covers(self, schedule_id: int | None) -> bool:
        """Whether it counts for its owner's runs of that schedule, or started on their own."""
        return self.schedule_id in (None, schedule_id)

    def after(self, decision: "Decision") -> "Account":
        """The budget once that decision is carried out."""
        held = Decimal(0) if self.period == "run" else decision.held.of(self.unit)
        reserved = self.reserved + (held or 0)
        told = any(alert.budget_id == self.id for alert in decision.alerts)
        return replace(self, reserved=reserved, alerted=self.alerted or told)


@dataclass(frozen=True)
class Request:
    """A run that is about to start."""

    likely: Money
    """What it will need if it goes as usual."""
    least: Money
    """What it costs to ask the model at all."""
    spent: Money = NOTHING
    """By earlier attempts: budgets for each run count those, too."""
    unpriced: str = ""
    """A model whose price is not known although it is needed."""


class Alert(NamedTuple):
    """What an owner is told about a budget."""

    budget_id: int
    message: str


@dataclass(frozen=True)
class Decision:
    """Whether a run may start, and what it may spend then; None is without a limit."""

    verdict: Literal["go", "skip", "pause"]
    reason: str = ""
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    held: Money = NOTHING
    """What is held back for it."""
    alerts: tuple[Alert, ...] = ()


def decide(request: Request, accounts: Iterable[Account]) -> Decision:
    """The word of all budgets that cover a run: each of them must be able to afford it."""
    # What costs nothing is no budget's business.
    concerned = [account for account in accounts if request.likely.of(account.unit) != 0]
    objections = [(a, why) for a in concerned if (why := _objection(request, a))]
    alerts = tuple(
        Alert(account.id, f"{why[0].upper()}{why[1:]}.")
        for account, why in objections
        if account.action == "alert" and not account.alerted
    )
    refusals = [(a, why) for a, why in objections if a.action != "alert"]
    if refusals:
        return _refusal(request, refusals, alerts)
    tokens, dollars = (_limit(request, concerned, unit) for unit in SMALLEST)
    held = Money(
        _held(request, concerned, "tokens", tokens), _held(request, concerned, "dollars", dollars)
    )
    return Decision("go", "", None if tokens is None else int(tokens), dollars, held, alerts)


def _refusal(
    request: Request, refusals: Sequence[tuple[Account, str]], alerts: tuple[Alert, ...]
) -> Decision:
    """A budget that pauses outranks one that skips; a price that is missing pauses nothing."""
    pausing = [(a, why) for a, why in refusals if a.action == "pause" and _priced(request, a)]
    verdict: Literal["skip", "pause"] = "pause" if pausing else "skip"
    return Decision(verdict, (pausing or refusals)[0][1], alerts=alerts)


def _objection(request: Request, account: Account) -> str:
    """Why the budget cannot afford the run, as the end of a sentence; "" if it can."""
    if not _priced(request, account):
        return (
            f"{named(account)}: there is no price for {request.unpriced}; set MODEL_PRICES, "
            "choose another model, or give a budget of tokens"
        )
    # For each run what it is given is the limit: that it would have liked more is no objection.
    need = request.least if account.period == "run" else request.likely
    needed = need.of(account.unit) or Decimal(0)
    if needed <= _left(request, account) and _left(request, account) > 0:
        return ""
    spent = _spent(request, account)
    return (
        f"{named(account)}: {shown(spent, account.unit)} spent, "
        f"{shown(account.reserved, account.unit)} held back for others, "
        f"about {shown(needed, account.unit)} needed"
    )


def _priced(request: Request, account: Account) -> bool:
    return request.likely.of(account.unit) is not None


def _spent(request: Request, account: Account) -> Decimal:
    if account.period == "run":
        return request.spent.of(account.unit) or Decimal(0)
    return account.spent


def _left(request: Request, account: Account) -> Decimal:
    return account.amount - _spent(request, account) - account.reserved


def _limit(request: Request, accounts: Iterable[Account], unit: str) -> Decimal | None:
    """What the run may spend in this unit; None where no budget limits that."""
    limits = [
        _share(request, a).quantize(SMALLEST[unit], ROUND_DOWN)
        for a in accounts
        if a.unit == unit and a.action != "alert"
    ]
    return min(limits, default=None)


def _share(request: Request, account: Account) -> Decimal:
    left, likely = _left(request, account), request.likely.of(account.unit) or Decimal(0)
    if account.period == "run":
        return left
    return min(left, max(GENEROSITY * likely, left / SHARES))


def _held(
    request: Request, accounts: Iterable[Account], unit: str, limit: Decimal | None
) -> Decimal:
    """Its limit, where a budget of some period sets one; else what it is likely to spend.

    A budget for each run keeps nothing for others: all that it leaves is no guess of what the run
    will spend, and would count against those that only watch.
    """
    own = [account for account in accounts if account.unit == unit]
    if limit is not None and any(a.period != "run" and a.action != "alert" for a in own):
        return limit
    likely = (request.likely.of(unit) or Decimal(0)) if own else Decimal(0)
    return likely if limit is None else min(likely, limit)


def named(account: Account) -> str:
    """A budget as its owner would call it."""
    amount, for_all = shown(account.amount, account.unit), account.schedule_id is None
    if account.period == "run":
        return f"budget of {amount} for each run" + ("" if for_all else " of this schedule")
    return f"budget of {amount} a {account.period} for {'all runs' if for_all else 'this schedule'}"


def shown(amount: Decimal, unit: str) -> str:
    """An amount for people to read, no digit more than it has."""
    plain = f"{amount:,.6f}".rstrip("0").rstrip(".")
    return f"{plain} tokens" if unit == "tokens" else f"${plain}"
