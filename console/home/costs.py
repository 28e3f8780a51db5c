"""What it costs: today, this month, and against budgets."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F

from agents import budgets
from agents.models import Budget, Spending
from console.charts import Chart, Series
from console.home.spent import DAY, Amounts, by_day, total
from console.pages import Page

SHOWN = 6


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

    today: Amounts
    month: Amounts
    chart: Chart
    budgets: list[Standing]
    names_owners: bool


def section(page: Page, now: datetime) -> Costs:
    """Of what the person who asks may see; PermissionDenied."""
    everybodys = page.whose(Spending) is None
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    days = by_day(page.rows(Spending), first, now, everybodys=everybodys)
    month = total(days.values())
    return Costs(
        today=days.get(today, Amounts()),
        month=month,
        chart=_chart(days, first, today, in_dollars=bool(month.cost)),
        budgets=_budgets(page, everybodys),
        names_owners=everybodys,
    )


def _chart(
    days: dict[datetime, Amounts], first: datetime, today: datetime, *, in_dollars: bool
) -> Chart:
    """In tokens where nothing has a price."""
    times = [first + n * DAY for n in range((today - first).days + 1)]
    found = [days.get(time, Amounts()) for time in times]
    values = [float(each.cost) if in_dollars else each.tokens for each in found]
    unit = "dollars" if in_dollars else "tokens"
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
