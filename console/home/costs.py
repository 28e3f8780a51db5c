"""What it costs: today, this month, and against budgets."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F

from agents import budgets
from agents.models import Budget, Spending
from console.charts import Chart, Series
from console.pages import Page
from schedules.api import spending_sums

SHOWN = 6


class Sum(NamedTuple):
    """What was spent since an instant; of some runs the cost may not be known."""

    cost: Decimal
    tokens: int
    runs: int
    unpriced: int

    @property
    def shown(self) -> str:
        """As budgets show it, to the cent where there is more than one."""
        digits = 2 if self.cost >= 1 else 6
        return budgets.shown(round(self.cost, digits), "dollars")


class Standing(NamedTuple):
    """A budget with the shares of it, in percent, that are spent and held back for running ones."""

    budget: Any
    spent: str
    amount: str
    spent_share: float
    held_share: float

    @property
    def used(self) -> float:
        """Both shares: more than a hundred where a budget only watches."""
        return self.spent_share + self.held_share

    @property
    def shown_share(self) -> float:
        """What a bar can show."""
        return min(self.used, 100.0)

    @property
    def level(self) -> str:
        """Its colour: what is nearly used up stands out."""
        return "bad" if self.used >= 100 else "watch" if self.used >= 80 else "good"


class Costs(NamedTuple):
    """The sums, the days of the month, and budgets: those first that have told of themselves."""

    today: Sum
    month: Sum
    chart: Chart
    budgets: list[Standing]
    names_owners: bool


def section(page: Page, now: datetime) -> Costs:
    """Of what the person who asks may see; PermissionDenied."""
    names_owners = page.whose(Spending) is None
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    days = spending_sums.groups(page.rows(Spending).filter(hour__gte=first), "day")
    of_today = [day for day in days if day["since"] >= today]
    chart = _chart(days, first, today)
    return Costs(_sum(of_today), _sum(days), chart, _budgets(page, names_owners), names_owners)


def _sum(days: list[dict[str, Any]]) -> Sum:
    return Sum(
        cost=sum((day["cost"] + day["estimated_cost"] for day in days), Decimal(0)),
        tokens=sum(
            day["input_tokens"] + day["output_tokens"] + day["estimated_tokens"] for day in days
        ),
        runs=sum(day["runs"] for day in days),
        unpriced=sum(day["unpriced_runs"] for day in days),
    )


def _chart(days: list[dict[str, Any]], first: datetime, today: datetime) -> Chart:
    """Of dollars; of tokens where nothing has a price."""
    priced = any(_sum([day]).cost for day in days)
    amounts = {day["since"]: _sum([day]) for day in days}
    times = [first + n * timedelta(days=1) for n in range((today - first).days + 1)]
    found = [amounts.get(time) for time in times]
    values = [(float(each.cost) if priced else each.tokens) if each else 0 for each in found]
    unit = "dollars" if priced else "tokens"
    return Chart(
        id="costs",
        summary=f"Spent in this month, by day, in {unit}.",
        times=times,
        series=[Series(unit, "--state-planned", values)],
        by="day",
    )


def _budgets(page: Page, names_owners: bool) -> list[Standing]:
    """Only those of a period: a budget for each run has no past."""
    if not page.may(Budget, "view"):
        return []
    told_first = F("alerted_at").desc(nulls_last=True)
    rows: Any = page.rows(Budget).exclude(period=Budget.Period.RUN).order_by(told_first, "-id")
    named = rows.select_related("owner") if names_owners else rows
    return [_standing(each) for each in named[:SHOWN]]


def _standing(budget: Any) -> Standing:
    return Standing(
        budget=budget,
        spent=budgets.shown(budget.spent, budget.unit),
        amount=budgets.shown(budget.amount, budget.unit),
        spent_share=_share(budget.spent, budget.amount),
        held_share=_share(budget.reserved, budget.amount),
    )


def _share(part: Decimal, whole: Decimal) -> float:
    return float(100 * part / whole) if whole else 100.0
